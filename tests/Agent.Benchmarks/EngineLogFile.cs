using System.Globalization;
using System.Text;

namespace Agent.Benchmarks;

/// <summary>Logs as a busy vLLM engine writes them: requests and figures, and an error now and then.</summary>
internal static class EngineLogFile
{
    private const int LinesBetweenErrors = 50_000;

    public static void Write(string path, long bytes, int seed)
    {
        var dice = new Random(seed);
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1024 * 1024);
        long written = 0;
        for (var number = 1; written < bytes; number++)
        {
            var line = number % LinesBetweenErrors == 0 ? Error(number / LinesBetweenErrors) : Ordinary(dice, number);
            file.Write(line);
            file.Write('\n');
            written += line.Length + 1;
        }
    }

    private static string Ordinary(Random dice, int number)
    {
        var time = string.Create(CultureInfo.InvariantCulture,
            $"03-{1 + (number / 864_000 % 28):00} {number / 36_000 % 24:00}:{number / 600 % 60:00}:{number / 10 % 60:00}");
        return dice.Next(10) switch
        {
            < 6 => string.Create(CultureInfo.InvariantCulture,
                $"(APIServer pid=2041) INFO:     10.20.{dice.Next(256)}.{dice.Next(256)}:{dice.Next(1024, 65536)} - \"POST /v1/chat/completions HTTP/1.1\" "
                + $"200 OK"),
            < 8 => string.Create(CultureInfo.InvariantCulture,
                $"(APIServer pid=2041) INFO {time} [loggers.py:123] Engine 00{dice.Next(8)}: Avg prompt throughput: {dice.Next(100_000) / 10.0:F1} tokens/s, "
                + $"Avg generation throughput: {dice.Next(50_000) / 10.0:F1} tokens/s, Running: {dice.Next(256)} reqs, Waiting: {dice.Next(64)} reqs, "
                + $"GPU KV cache usage: {dice.Next(1000) / 10.0:F1}%, Prefix cache hit rate: {dice.Next(1000) / 10.0:F1}%"),
            8 => string.Create(CultureInfo.InvariantCulture,
                $"(APIServer pid=2041) INFO {time} [logger.py:42] Received request chatcmpl-{dice.NextInt64():x16}: params: SamplingParams(n=1, "
                + $"temperature=0.7, top_p=0.95, seed=None, stop=[], max_tokens={dice.Next(4096)}, min_tokens=0, logprobs=None), lora_request: None."),
            _ => string.Create(CultureInfo.InvariantCulture,
                $"(EngineCore_DP0 pid=2203) INFO {time} [async_llm.py:321] Added request chatcmpl-{dice.NextInt64():x16}, {dice.Next(512)} blocks free on "
                + $"npu:{dice.Next(16)}."),
        };
    }

    private static string Error(int number) => (number % 4) switch
    {
        0 => "(Worker_TP3 pid=2377) ERROR 03-01 10:00:00 [multiproc_executor.py:596] RuntimeError: synchronize failed, error code is 507015, aicore exception",
        1 => "[ERROR] HCCL(2377,VLLMWorker_TP):2026-03-01-10:00:00.000.001 [task.cc:77] EI0006: Getting socket times out. wait socket establish timeout",
        2 => "(EngineCore_DP0 pid=2203) ERROR 03-01 10:00:00 [core.py:710] EngineCore encountered a fatal error.",
        _ => "(APIServer pid=2041) DEBUG request headers: authorization: Bearer 0123456789abcdef0123456789abcdef",
    };
}
