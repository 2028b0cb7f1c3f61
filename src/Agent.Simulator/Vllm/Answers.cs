namespace Agent.Simulator.Vllm;

/// <summary>What the model says: at temperature 0 always the same for the same prompt.</summary>
internal static class Answers
{
    private static readonly string[] Words =
        [" Paris", ".", " It", " is", " the", " largest", " city", " in", " France", " and", " one", " of", " the", " most", " visited", " places"];

    private static readonly string[] Garbage = [")", ")", ",", ")", "_", ")", ")", "."];

    public static string[] For(string prompt, int tokens, bool garbage)
    {
        var start = prompt.Contains("capital of France", StringComparison.OrdinalIgnoreCase) ? 0 : prompt.Sum(c => c) % Words.Length;
        return [.. Enumerable.Range(0, tokens).Select(i => garbage ? Garbage[i % Garbage.Length] : Words[(start + i) % Words.Length])];
    }

    public static int TokensOf(string prompt) => Math.Max(1, prompt.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length);
}
