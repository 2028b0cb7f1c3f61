using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Adapters.Processes;

namespace Agent.Adapters.NpuSmi;

/// <summary>
/// Reads the table of <c>npu-smi info</c>, drivers 21 to 26. Widths, columns and rulers differ from driver to driver. So cells are split at the bars
/// and named by the header; no column offset is used. A line inside the table that is not understood is kept, and makes the table incomplete.
/// </summary>
internal static partial class NpuSmiTable
{
    public static ChipTable Parse(string text)
    {
        var reading = new Reading();
        foreach (var line in PrintedLines.Of(text))
        {
            if (line.StartsWith('|') || line.StartsWith('+'))
                reading.Take(line);
            else
                reading.Skip(line);
        }

        return reading.ToTable();
    }

    private sealed class Reading
    {
        private readonly List<ChipRow> _chips = [];
        private readonly List<ChipProcess> _processes = [];
        private readonly List<string> _notReady = [];
        private readonly List<string> _unread = [];
        private readonly HashSet<int> _listed = [];
        private string? _tool;
        private string? _driver;
        private TableRow? _first;
        private TableRow? _second;
        private TableRow? _process;
        private ChipRow? _half;
        private int _unreadChips;
        private int? _width;
        private int _rulers;
        private string _last = "";

        public void Take(string line)
        {
            _last = line;
            if (line[0] == '+')
            {
                // All rulers are as wide as the table, and none stands between the two rows of a chip.
                if (!IsRuler(line) || line.Length != (_width ??= line.Length) || _half is not null)
                    Unread(line);
                _rulers++;
                return;
            }

            // A line without its closing bar was cut in the middle.
            if (line.Length < 2 || !line.EndsWith('|') || !(TakeHeader(line) || TakeRow(line)))
                Unread(line);
            _rulers = 0;
        }

        /// <summary>A line that is not part of the table: a log line, a shell prompt. A bar in it means a row that lost its beginning.</summary>
        public void Skip(string line)
        {
            if (_first is not null && (line.Contains('|', StringComparison.Ordinal) || line.Contains("===", StringComparison.Ordinal)))
                Unread(line);
        }

        public ChipTable ToTable()
        {
            var ended = IsRuler(_last);
            var cards = _chips.Select(c => c.Card).ToHashSet();
            var complete = _first is not null && _second is not null && _half is null && _unreadChips == 0 && _chips.Count > 0
                && (_process is not null || (ended && !AlwaysListsProcesses()))
                && (_listed.IsSubsetOf(cards) || _notReady.Count > 0);
            // The section names every card, also cards without a process. Only the 950 leaves cards out.
            var lists = complete && _process is not null && ended && _unread.Count == 0 && (!_second!.HasChip || cards.IsSubsetOf(_listed));
            return new ChipTable(_tool, _driver, _chips, _processes, _notReady, _unread, complete, lists);
        }

        /// <summary>
        /// Since driver 23, tables with an HBM or Phy-ID column end with a process section (captures). If it is missing, the text was cut between two
        /// chips, and looks like a whole table of fewer chips. Tables of 310 chips have no such section. For them, the number of chips that the host
        /// should have is the only check.
        /// </summary>
        private bool AlwaysListsProcesses() =>
            (_second!.HasHbm || _second.HasPhysicalId)
                && !(int.TryParse(_driver?.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major < 23);

        private void Unread(string line)
        {
            _unread.Add(line);
            // Below the chips, a torn line is a process. A whole line that does not fit may be a chip out of its place.
            if (_process is null || line.EndsWith('|'))
                _unreadChips++;
        }

        private bool TakeHeader(string line)
        {
            if (Version().Match(line) is { Success: true } version)
            {
                // This is a second table in one text. To choose one of the two would be a guess.
                if (_tool is not null)
                    return false;
                (_tool, _driver) = (version.Groups[1].Value, version.Groups[2].Value);
                return true;
            }

            // Two rulers end the chips, unless somebody took all rulers out. Elsewhere this header proves nothing.
            if (line.Contains("Process id", StringComparison.Ordinal))
                return (_rulers >= 2 || _width is null) && Once(ref _process, line);
            if (line.Contains("Health", StringComparison.Ordinal) && line.Contains("Name", StringComparison.Ordinal))
                return Once(ref _first, line);
            return line.Contains("Bus-Id", StringComparison.Ordinal) && Once(ref _second, line);
        }

        private static bool Once(ref TableRow? row, string line)
        {
            if (row is not null)
                return false;
            row = new TableRow(line);
            return true;
        }

        private bool TakeRow(string line)
        {
            if (NoProcesses().Match(line) is { Success: true } none)
                return _process is not null && _listed.Add(int.Parse(none.Groups[1].Value, CultureInfo.InvariantCulture));
            if (_process is not null)
                return TakeProcess(_process.Read(line));
            if (_first is null || _second is null)
                return false;
            if (_first.Read(line) is { } top && ChipRows.First(top) is { } half)
            {
                // Two first rows follow each other: the second row of the former chip is missing.
                if (_half is not null)
                    Unread($"| {_half.Card} {_half.Model} |");
                _half = half;
                return true;
            }

            return _second.Read(line) is { } bottom && TakeSecond(bottom);
        }

        private bool TakeSecond(IReadOnlyList<TableCell> cells)
        {
            var bus = ChipRows.BusIdOf(cells);
            if (_half is null && bus is not null)
            {
                _notReady.Add(bus);
                return true;
            }

            if (_half is null || ChipRows.Second(_half, cells) is not { } chip || _chips.Any(c => (c.Card, c.Chip) == (chip.Card, chip.Chip)))
                return false;
            _half = null;
            _chips.Add(chip);
            return true;
        }

        private bool TakeProcess(IReadOnlyList<TableCell>? cells)
        {
            if (cells is null || ChipRows.Process(cells) is not { } process)
                return false;
            _listed.Add(process.Card);
            _processes.Add(process);
            return true;
        }
    }

    private static bool IsRuler(string line) => line.Length > 2 && line.EndsWith('+') && line.All(c => c is '+' or '-' or '=' or '|');

    [GeneratedRegex(@"npu-smi\s+(\S+)\s+Version:\s*(\S+)", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex Version();

    [GeneratedRegex(@"No running processes found in NPU\s+([0-9]{1,9})\s*\|$", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex NoProcesses();
}
