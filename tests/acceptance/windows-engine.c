/*
 * An engine for windows.sh: takes vLLM's command line, starts one EngineCore, answers /health, /metrics and completions as an
 * idle vLLM does. Usage: vllm.exe serve MODEL --port PORT ...
 */
#include <winsock2.h>
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char metrics[] =
    "# TYPE vllm:num_requests_running gauge\nvllm:num_requests_running{engine=\"0\"} 0\n"
    "# TYPE vllm:num_requests_waiting gauge\nvllm:num_requests_waiting{engine=\"0\"} 0\n"
    "# TYPE vllm:generation_tokens_total counter\nvllm:generation_tokens_total{engine=\"0\"} 1\n"
    "# TYPE vllm:prompt_tokens_total counter\nvllm:prompt_tokens_total{engine=\"0\"} 1\n";
static const char completion[] =
    "{\"choices\":[{\"text\":\" Paris\",\"finish_reason\":\"length\"}],\"usage\":{\"completion_tokens\":1}}";

static void start_core(void)
{
    char self[MAX_PATH], line[MAX_PATH + 32];
    STARTUPINFOA startup = { .cb = sizeof startup };
    PROCESS_INFORMATION core;
    GetModuleFileNameA(NULL, self, sizeof self);
    snprintf(line, sizeof line, "\"%s\" EngineCore", self);
    if (!CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &core))
        exit(3);
}

static SOCKET listen_on(int port)
{
    WSADATA data;
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    WSAStartup(MAKEWORD(2, 2), &data);
    SOCKET server = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(server, (struct sockaddr *)&at, sizeof at) || listen(server, 16))
        exit(4);
    return server;
}

static void answer(SOCKET client)
{
    char request[8192], response[4096];
    int got = recv(client, request, sizeof request - 1, 0);
    request[got > 0 ? got : 0] = 0;
    const char *body = strncmp(request, "GET /metrics", 12) == 0 ? metrics : strncmp(request, "POST", 4) == 0 ? completion : "";
    int size = snprintf(response, sizeof response, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", (int)strlen(body), body);
    send(client, response, size, 0);
    shutdown(client, SD_SEND);
    closesocket(client);
}

int main(int count, char **words)
{
    int port = 8000;
    const char *visible = getenv("ASCEND_RT_VISIBLE_DEVICES");
    if (count > 1 && strcmp(words[1], "EngineCore") == 0)
        Sleep(INFINITE);
    for (int i = 1; i + 1 < count; i++)
        if (strcmp(words[i], "--port") == 0)
            port = atoi(words[i + 1]);
    setvbuf(stdout, NULL, _IONBF, 0);
    for (int i = 1; i < count; i++)
        printf("[%s]", words[i]);
    printf(" visible %s\n", visible ? visible : "all");
    start_core();
    SOCKET server = listen_on(port);
    printf("Application startup complete.\n");
    for (;;) {
        SOCKET client = accept(server, NULL, NULL);
        if (client == INVALID_SOCKET)
            return 5;
        answer(client);
    }
}
