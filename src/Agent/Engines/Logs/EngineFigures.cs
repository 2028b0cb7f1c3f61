namespace Agent.Engines.Logs;

/// <summary>The line of figures that vLLM prints every few seconds.</summary>
/// <param name="Engine">The engine core that printed it.</param>
/// <param name="Generates">Tokens were generated since the last one.</param>
internal sealed record EngineFigures(string Engine, bool Generates)
{
    private const string Prompt = "Avg prompt throughput:";
    private const string Generation = "Avg generation throughput: ";

    public static EngineFigures? Read(string line)
    {
        if (line.IndexOf(Generation, StringComparison.Ordinal) is not (>= 0 and var at)
            || line.IndexOf(Prompt, StringComparison.Ordinal) is not (>= 0 and var prompt) || prompt > at)
            return null;
        var figure = line.AsSpan(at + Generation.Length);
        var end = figure.IndexOf(' ');
        var engine = line.LastIndexOf("Engine ", prompt, StringComparison.Ordinal);
        return new EngineFigures(engine < 0 ? "" : line[engine..prompt], end > 0 && figure[..end].ContainsAnyInRange('1', '9'));
    }
}
