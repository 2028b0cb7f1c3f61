using Agent.Screens;
using CsCheck;

namespace Agent.Tests.Screens;

/// <summary>Tables and sentences of every width: nothing is lost, and no line is wider than the terminal.</summary>
public sealed class TextTableTests
{
    private static readonly string[] Cells =
    [
        "", "ok", "engine-hung", "引擎", "引擎无响应，正在恢复：所有芯片空闲", "http://127.0.0.1:8000/", "no tokens for 20 s while 12 requests wait and every AI core is idle",
        "/var/lib/npu-agent/bundles/20261124-101530-123-engine-hung-fast.tar.gz", "e\u0301te\u0301", "🙂 well", "a (b), c: d", "chip:0/0",
        "重启 vLLM engine 并验证 canary",
    ];

    private static readonly Gen<string> Cell = Gen.Int[0, Cells.Length - 1].Select(i => Cells[i]);

    [Fact]
    public void No_line_is_wider_than_the_terminal_and_every_cell_is_there() =>
        Gen.Select(Gen.Int[1, 6].SelectMany(columns => Cell.Array[columns].Array[1, 6]), Gen.Int[20, 200]).Sample((rows, width) =>
        {
            var text = TextTable.Write(rows[0], rows.Skip(1), width);
            foreach (var line in text.Split('\n'))
                DisplayWidth.Of(line).ShouldBeLessThanOrEqualTo(width, text);
            var written = Letters(text);
            // Where rows are stacked, the cells of a column may be parted by those of the next one; each letter is there all the same.
            foreach (var row in rows.Skip(1))
                row.SelectMany(Letters).ToHashSet().IsSubsetOf(written.ToHashSet()).ShouldBeTrue(text);
            rows.Skip(1).Sum(r => r.Sum(c => Letters(c).Length)).ShouldBeLessThanOrEqualTo(written.Length, text);
        });

    [Fact]
    public void Sentences_are_folded_without_loss() =>
        Gen.Select(Cell.Array[1, 12], Gen.Int[20, 200]).Sample((cells, width) =>
        {
            var text = "  " + string.Join(' ', cells);
            var folded = Folding.Lines(text, width);
            foreach (var line in folded.Split('\n'))
                DisplayWidth.Of(line).ShouldBeLessThanOrEqualTo(width, folded);
            Letters(folded).ShouldBe(Letters(text));
        });

    [Fact]
    public void A_table_of_one_column_is_folded_too() =>
        TextTable.Write(["FOLDER"], [[new string('x', 25)]], 20).ShouldBe($"FOLDER\n{new string('x', 20)}\n{new string('x', 5)}\n");

    [Fact]
    public void Into_a_file_each_row_is_one_line_however_long_it_is()
    {
        var cell = string.Concat(Enumerable.Repeat("word 词 ", 100)).Trim();
        TextTable.Write(["A", "B"], [["x", cell]], null).ShouldBe($"A  B\nx  {cell}\n");
        Folding.Lines(cell, null).ShouldBe(cell);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(160)]
    [InlineData(null)]
    public void Colours_move_no_column(int? width)
    {
        IReadOnlyList<string>[] rows =
        [
            [Terminal.Red("FAIL"), Terminal.Bold("chip-health"), Terminal.Red("芯片"), "reports an alarm that lasts"],
            ["ok  ", "driver-unit", "host", "正常"],
        ];
        string[] header = ["", "PROBE", Terminal.Bold("对象"), "SEEN"];
        var plain = Written(colours: false);
        plain.ShouldNotContain('\e');
        var coloured = Written(colours: true);
        coloured.ShouldContain("\e[31mFAIL\e[0m");
        System.Text.RegularExpressions.Regex.Replace(coloured, "\e\\[[0-9]+m", "", System.Text.RegularExpressions.RegexOptions.None,
            TimeSpan.FromSeconds(1)).ShouldBe(plain);
        // Each column begins below its name, in the columns of a terminal.
        var lines = plain.Split('\n');
        Column(lines[0], "对象").ShouldBe(Column(lines[1], "芯片"));
        Column(lines[0], "SEEN").ShouldBe(Column(lines[2], "正常"));

        string Written(bool colours)
        {
            using var text = new StringWriter { NewLine = "\n" };
            new Screen(new ColouredWriter(text, colours), width).Table(header, rows);
            return text.ToString();
        }

        static int Column(string line, string word) => DisplayWidth.Of(line.AsSpan(0, line.IndexOf(word, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_cell_that_a_terminal_would_obey_is_measured_as_it_is_written()
    {
        using var text = new StringWriter { NewLine = "\n" };
        new Screen(new ColouredWriter(text, colours: true), null).Table(["A", "B"], [["x\e[2Jy\nz", "1"], ["x", "2"]]);
        text.ToString().ShouldBe(@"A               B
x\u001b[2Jy\nz  1
x               2
");
    }

    [Theory]
    [InlineData("按提示检查引擎，然后重启。", 20, "按提示检查引擎，然后", "重启。")]
    [InlineData("按提示检查引擎了吗，然后重启。", 18, "按提示检查引擎了", "吗，然后重启。")]
    [InlineData("see the log of the engine", 20, "see the log of the", "engine")]
    [InlineData("/a/path/that/has/no/blank/at/all", 20, "/a/path/that/has/no/", "blank/at/all")]
    public void A_line_breaks_where_its_language_does(string text, int width, params string[] lines) => Folding.Line(text, width).ShouldBe(lines);

    [Theory]
    [InlineData("  meaning:     the engine answers and its counters stand still", 40, "  meaning:     the engine answers and",
        "               its counters stand still")]
    [InlineData("  no columns in this one, only words that go on", 30, "  no columns in this one, only", "    words that go on")]
    public void What_a_line_goes_on_with_stands_below_its_last_column(string text, int width, params string[] lines) =>
        Folding.Lines(text, width).Split('\n').ShouldBe(lines);

    [Theory]
    [InlineData(null, "60", null)]
    [InlineData(120, null, 120)]
    [InlineData(120, "60", 60)]
    [InlineData(120, "many", 120)]
    [InlineData(120, "0", 120)]
    [InlineData(120, "-5", 120)]
    [InlineData(3, null, 20)]
    public void COLUMNS_counts_on_a_terminal_alone(int? terminal, string? named, int? width) => Terminal.WidthOf(terminal, named).ShouldBe(width);

    private static string Letters(string text) => string.Concat(text.Where(c => c is not (' ' or '\n')));
}
