/*
 * What hostile users do in hostile-host.sh where a shell is too slow. Built static on the spot and copied into the host.
 *
 *   exchange A B [A B]...   exchanges the two names of each pair for ever (renameat2, RENAME_EXCHANGE): a check and the use that
 *                           follows it see different files
 *   watch LOG FILE...       adds a line to LOG whenever somebody opens or changes a file; the first line is "watching"
 *   listen PORT LOG         takes the port as soon as it can, beside a server that has bound it and does not listen yet, adds every
 *                           request with its header to LOG, and answers as a healthy engine would
 *   whoami                  the number of the effective user
 *   trace PID               "traced" when the process lets itself be traced
 *   hold ARGUMENTS...       sleeps; its arguments are what others see of it
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

static int open_log(const char *path)
{
    int log = strcmp(path, "-") == 0 ? 1 : open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (log < 0) { perror(path); exit(2); }
    return log;
}

static void add(int log, const char *text, size_t length)
{
    if (write(log, text, length) < 0) exit(2);
}

_Noreturn static void exchange(int count, char **names)
{
    for (;;)
        for (int i = 0; i + 1 < count; i += 2)
            syscall(SYS_renameat2, AT_FDCWD, names[i], AT_FDCWD, names[i + 1], 2 /* RENAME_EXCHANGE */);
}

static int watch(int count, char **names)
{
    int log = open_log(names[0]), events = inotify_init1(IN_CLOEXEC), of[256] = {0};
    for (int i = 1; i < count; i++) {
        int at = inotify_add_watch(events, names[i], IN_OPEN | IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF);
        if (at < 0 || at > 255) { perror(names[i]); return 2; }
        of[at] = i;
    }
    add(log, "watching\n", 9);
    char buffer[65536] __attribute__((aligned(8)));
    for (ssize_t got; (got = read(events, buffer, sizeof buffer)) > 0;)
        for (char *at = buffer; at < buffer + got; at += sizeof(struct inotify_event) + ((struct inotify_event *)at)->len) {
            struct inotify_event *event = (struct inotify_event *)at;
            char line[512];
            int length = snprintf(line, sizeof line, "%s %s\n", event->mask & IN_OPEN ? "opened" : "changed", names[of[event->wd]]);
            if (!(event->mask & IN_IGNORED)) add(log, line, length);
        }
    return 0;
}

static const char *answer_to(const char *request)
{
    if (strncmp(request, "GET /health", 11) == 0) return "";
    if (strncmp(request, "GET /metrics", 12) == 0)
        return "vllm:num_requests_running{engine=\"0\"} 0\nvllm:num_requests_waiting{engine=\"0\"} 0\n"
               "vllm:generation_tokens_total{engine=\"0\"} 1\nvllm:prompt_tokens_total{engine=\"0\"} 1\n";
    if (strncmp(request, "GET /version", 12) == 0) return "{\"version\":\"0.11.0\"}";
    if (strncmp(request, "GET /v1/models", 14) == 0) return "{\"object\":\"list\",\"data\":[{\"id\":\"deepseek-r1\",\"object\":\"model\"}]}";
    return "{\"choices\":[{\"index\":0,\"text\":\" Paris\",\"finish_reason\":\"stop\"}],\"usage\":{\"completion_tokens\":1}}";
}

_Noreturn static void listen_on(const char *port, const char *path)
{
    int log = open_log(path), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(port)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    signal(SIGPIPE, SIG_IGN);
    int server;
    for (;; usleep(2000)) {
        server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (bind(server, (struct sockaddr *)&address, sizeof address) == 0 && listen(server, 64) == 0) break;
        close(server);
    }
    add(log, "listening\n", 10);
    for (;;) {
        int client = accept(server, NULL, NULL);
        if (client < 0) continue;
        struct timeval wait = {.tv_sec = 2};
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        char request[16384] = {0};
        size_t have = 0;
        for (ssize_t got; have < sizeof request - 1 && (got = recv(client, request + have, sizeof request - 1 - have, 0)) > 0;) {
            have += got;
            if (strstr(request, "\r\n\r\n")) break;
        }
        add(log, request, have);
        add(log, "\n", 1);
        const char *body = answer_to(request);
        char reply[2048];
        int length = snprintf(reply, sizeof reply, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", strlen(body), body);
        send(client, reply, length, 0);
        shutdown(client, SHUT_WR);
        while (recv(client, request, sizeof request, 0) > 0) { }
        close(client);
    }
}

int main(int count, char **words)
{
    const char *what = count > 1 ? words[1] : "";
    if (strcmp(what, "exchange") == 0 && count > 3) exchange(count - 2, words + 2);
    if (strcmp(what, "watch") == 0 && count > 3) return watch(count - 2, words + 2);
    if (strcmp(what, "listen") == 0 && count == 4) listen_on(words[2], words[3]);
    if (strcmp(what, "whoami") == 0) { printf("%d\n", geteuid()); return 0; }
    if (strcmp(what, "hold") == 0) { pause(); return 0; }
    if (strcmp(what, "trace") == 0 && count == 3) {
        if (ptrace(0x4206 /* PTRACE_SEIZE */, atoi(words[2]), 0, 0) != 0) { perror("ptrace"); return 1; }
        puts("traced");
        return 0;
    }
    fprintf(stderr, "exchange A B [A B]... | watch LOG FILE... | listen PORT LOG | whoami | trace PID | hold ARGUMENTS...\n");
    return 2;
}
