namespace Agent.Adapters.Processes;

/// <summary>A tool did not do its task.</summary>
/// <param name="Text">One line for people.</param>
/// <param name="Said">Everything that the tool printed; the reason is somewhere in it.</param>
/// <param name="End">How the tool ended.</param>
internal sealed record ToolRefusal(string Text, string Said, ProcessEnd End)
{
    private const int LineBound = 300;

    private ProcessResult? Result { get; init; }

    public static ToolRefusal Of(ProcessResult result) => new(result.Describe(), $"{result.Error}\n{result.Output}", result.End) { Result = result };

    /// <summary>The tool did something, but its answer cannot be read.</summary>
    public static ToolRefusal Unreadable(string text) => new(text, "", ProcessEnd.Exited);

    /// <summary>The same for people, with the line that holds the reason. Warnings and progress come before that line.</summary>
    public ToolRefusal By(string line) =>
        Result is { End: ProcessEnd.Exited } result
            ? this with { Text = $"{result.Command.Program}: exit code {result.ExitCode}: {(line.Length > LineBound ? line[..LineBound] : line)}" } : this;

    public override string ToString() => Text;
}
