using System.Text;

namespace Agent.Packaging;

/// <summary>Writes a page for man(1) with the few macros that every man understands. No text line is taken for a macro.</summary>
internal sealed class Roff(string name, int section, string title, string version, DateOnly date)
{
    // A heading begins a paragraph by itself.
    private bool _begun;
    private readonly StringBuilder _text = new($".TH {name.ToUpperInvariant()} {section} {date:yyyy-MM-dd} \"npu-agent {version}\" \"{title}\"\n.nh\n.ad l\n");

    public Roff Section(string heading) => Heading(".SH", heading.ToUpperInvariant());

    public Roff Part(string heading) => Heading(".SS", heading);

    public Roff Text(string paragraph) => Paragraph().Line(paragraph);

    public Roff Entry(string tag, string text)
    {
        _begun = false;
        return Macro(".TP", "").Macro(".B", tag).Line(text);
    }

    /// <summary>Lines that stay as they are.</summary>
    public Roff Verbatim(IEnumerable<string> lines)
    {
        Paragraph()._text.Append(".nf\n.RS 4\n");
        foreach (var line in lines)
            Line(line.TrimEnd());
        _text.Append(".RE\n.fi\n");
        return this;
    }

    public override string ToString() => _text.ToString();

    private Roff Heading(string macro, string text)
    {
        Macro(macro, text);
        _begun = true;
        return this;
    }

    private Roff Paragraph()
    {
        var begun = _begun;
        _begun = false;
        return begun ? this : Macro(".PP", "");
    }

    private Roff Macro(string macro, string argument)
    {
        _text.Append(macro);
        if (argument.Length > 0)
            _text.Append(" \"").Append(Escape(argument).Replace("\"", "\\(dq", StringComparison.Ordinal)).Append('"');
        _text.Append('\n');
        return this;
    }

    private Roff Line(string text)
    {
        _text.Append(text.Length > 0 && text[0] is '.' or '\'' ? "\\&" : "").Append(text.Length == 0 ? "\\&" : Escape(text)).Append('\n');
        return this;
    }

    // man prints a bare hyphen, quote or caret as a typographic one, and nobody can paste that into a shell.
    private static string Escape(string text) => text
        .Replace("\\", "\\e", StringComparison.Ordinal)
        .Replace("-", "\\-", StringComparison.Ordinal)
        .Replace("'", "\\(aq", StringComparison.Ordinal)
        .Replace("`", "\\(ga", StringComparison.Ordinal)
        .Replace("^", "\\(ha", StringComparison.Ordinal)
        .Replace("~", "\\(ti", StringComparison.Ordinal);
}
