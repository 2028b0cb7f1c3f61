namespace Agent.Screens;

/// <summary>The place to which a command prints for people: lines and columns within the width of a terminal.</summary>
/// <param name="output">Takes the text.</param>
/// <param name="width">Columns that a line may take; null: no limit, because the text goes into a file or a pipe.</param>
internal sealed class Screen(TextWriter output, int? width)
{
    public static Screen Here() => new(Console.Out, Terminal.Width());

    public void Line(string text = "") => output.WriteLine(Folding.Lines(text, width));

    public void Text(string text) => output.Write(Folding.Lines(text, width));

    /// <summary>Text that people copy as a whole: none of its lines is broken, not even on a narrow terminal.</summary>
    public void Whole(string text) => output.WriteLine(text);

    /// <summary>Columns below their names.</summary>
    public void Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows) =>
        output.Write(TextTable.Write(header, rows.Select(r => (IReadOnlyList<string>)[.. r.Select(ColouredWriter.OneLine)]), width));
}
