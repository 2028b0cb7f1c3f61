namespace Agent.Simulator.Vllm;

/// <summary>The command <c>vllm</c>.</summary>
internal static class VllmProgram
{
    public const string Version = "0.11.0";

    private const string Help = """
        usage: vllm serve [model_tag] [options]

        Launch a local OpenAI-compatible API server to serve LLM completions via HTTP. Simulated: any option of the real one
        is taken, in both spellings (--max-num-seqs, --max_num_seqs) and both forms (--port 8000, --port=8000). These count:

          --host HOST --port PORT              where it listens, from the moment the model is loaded
          --served-model-name NAME [NAME ...]  the names that clients use
          --tensor-parallel-size N, -tp N      ranks; their chips are ASCEND_RT_VISIBLE_DEVICES or 0 to N-1
          --max-model-len N --max-num-seqs N --max-num-batched-tokens N --num-gpu-blocks-override N
          --gpu-memory-utilization SHARE       of each chip's memory
          --api-key KEY [KEY ...]              or VLLM_API_KEY
          --shutdown-timeout SECONDS           to finish requests after SIGTERM; 0 aborts them
          --disable-log-stats                  no log line and no metrics
        """;

    public static async Task<int> RunAsync(World world, string[] arguments)
    {
        world.LogCall("vllm", arguments);
        switch (arguments)
        {
            case ["--version" or "-v"]:
                Console.WriteLine(Version);
                return 0;
            case [] or ["--help" or "-h", ..]:
            case ["serve", .. var words] when words.Any(w => w is "--help" or "-h" || w.StartsWith("--help=", StringComparison.Ordinal)):
                Console.WriteLine(Help);
                return 0;
            case ["serve", .. var rest]:
                return await ServeAsync(world, rest);
            default:
                return Usage($"argument subparser: invalid choice: '{arguments[0]}' (choose from 'serve')");
        }
    }

    private static async Task<int> ServeAsync(World world, string[] arguments)
    {
        try
        {
            Processes.SetName("vllm");
            var options = new VllmOptions(arguments);
            if (options.Model.Length == 0)
                return Usage("a model is needed: `vllm serve MODEL`");
            if (options.Headless)
                return await new HeadlessServer(world, options, arguments).RunAsync();
            return await new ApiServer(world, options, arguments).RunAsync();
        }
        catch (VllmUsageException wrong)
        {
            return Usage(wrong.Message);
        }
    }

    private static int Usage(string problem)
    {
        Console.Error.WriteLine($"usage: vllm serve [model_tag] [options]\nvllm serve: error: {problem}");
        return 2;
    }
}
