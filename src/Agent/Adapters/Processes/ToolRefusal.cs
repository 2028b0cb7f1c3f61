namespace Agent.Adapters.Processes;

/// <summary>That a tool did not do what it was told.</summary>
/// <param name="Text">One line for people.</param>
/// <param name="Said">All that it printed, its reason somewhere in it.</param>
/// <param name="End">How it ended.</param>
internal sealed record ToolRefusal(string Text, string Said, ProcessEnd End)
{
    private const int LineBound = 300;

    private ProcessResult? Result { get; init; }

    public static ToolRefusal Of(ProcessResult result) => new(result.Describe(), $"{result.Error}\n{result.Output}", result.End) { Result = result };

    /// <summary>It did something, and answered with what nobody can read.</summary>
    public static ToolRefusal Unreadable(string text) => new(text, "", ProcessEnd.Exited);

    /// <summary>The same for people, by the line that holds the reason: warnings and what it tried come before it.</summary>
    public ToolRefusal By(string line) =>
        Result is { End: ProcessEnd.Exited } result ? this with { Text = $"{result.Command.Program}: exit code {result.ExitCode}: {(line.Length > LineBound ? line[..LineBound] : line)}" } : this;

    public override string ToString() => Text;
}
