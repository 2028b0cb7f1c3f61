using Agent.Domain;

namespace Agent.Reports.Health;

/// <summary>A report for people in one language, before it has a format.</summary>
internal sealed record Page(Language Language, string Title, string Subtitle, string State, string Verdict, IReadOnlyList<Block> Blocks, string Foot);

/// <summary>A piece of a page. Its texts hold words of others: each format makes them harmless in its own way.</summary>
internal abstract record Block;

internal sealed record Heading(string Text) : Block;

internal sealed record Paragraph(string Text) : Block;

internal sealed record Bullets(IReadOnlyList<string> Lines) : Block;

/// <summary>Figures that are read at one glance.</summary>
internal sealed record Figures(IReadOnlyList<(string Label, string Value)> Values) : Block;

/// <summary>A table. All columns but the first <paramref name="Words"/> hold figures.</summary>
internal sealed record Grid(IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows, int Words = 1) : Block;

/// <summary>Charts side by side, where the format has any.</summary>
internal sealed record Charts(IReadOnlyList<Chart> All) : Block;

/// <param name="Title">With the unit.</param>
/// <param name="Spoken">The same for those who do not see it.</param>
internal sealed record Chart(string Title, string Spoken, IReadOnlyList<ChartPoint> Points, DateTimeOffset From, DateTimeOffset To, string Begin, string End);

/// <summary>Text that is copied as a whole.</summary>
internal sealed record Copied(IReadOnlyList<string> Lines) : Block;
