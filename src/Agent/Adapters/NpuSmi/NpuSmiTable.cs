using System.Globalization;
using System.Text.RegularExpressions;

namespace Agent.Adapters.NpuSmi;

/// <summary>
/// Reads the table of <c>npu-smi info</c>, drivers 21 to 26. Widths, columns and rulers differ from driver to driver, so
/// cells are split at the bars, the columns are read from the header, and no column offset is used.
/// </summary>
internal static partial class NpuSmiTable
{
    public static ChipTable Parse(string text)
    {
        var reading = new Reading();
        foreach (var raw in text.Split('\n'))
        {
            // Quoted captures ("> |") and carriage returns occur in the field.
            var line = raw.TrimStart('>', ' ').TrimEnd();
            if (line.StartsWith('|') || line.StartsWith('+'))
                reading.Take(line);
        }

        return reading.ToTable();
    }

    private sealed class Reading
    {
        private readonly List<ChipRow> _chips = [];
        private readonly List<ChipProcess> _processes = [];
        private readonly List<string> _unread = [];
        private readonly HashSet<int> _listed = [];
        private string? _tool;
        private string? _driver;
        private bool _hasHeader;
        private bool _hasChipColumn = true;
        private bool _hasHbm;
        private bool _inProcesses;
        private int _width;
        private string _last = "";
        private (int Card, string Model, string Health, string Figures)? _firstRow;

        public void Take(string line)
        {
            _last = line;
            if (line[0] == '+')
            {
                if (!IsRuler(line))
                    _unread.Add(line);
                _width = Math.Max(_width, line.Length);
                return;
            }

            // A line without its closing bar was cut in the middle.
            if (line.Length < 2 || !line.EndsWith('|') || !(TakeHeader(line) || TakeRow(line)))
                _unread.Add(line);
        }

        public ChipTable ToTable()
        {
            var whole = _hasHeader && _firstRow is null && _unread.Count == 0 && IsRuler(_last) && _last.Length == _width && _chips.Count > 0;
            return new ChipTable(_tool, _driver, _chips, _processes, _unread, whole && (_inProcesses ? ListsTheSameCards() : !AlwaysListsProcesses()));
        }

        /// <summary>
        /// The process section names every card, those without a process too, so it shows a chip that is missing above and a
        /// section that was cut. Only the 950 (no Chip column) leaves cards out (capture 950PR).
        /// </summary>
        private bool ListsTheSameCards()
        {
            var cards = _chips.Select(c => c.Card).ToHashSet();
            return _listed.IsSubsetOf(cards) && (!_hasChipColumn || cards.IsSubsetOf(_listed));
        }

        /// <summary>
        /// Tables with an HBM column end with a process section since driver 23 (captures). Without it the text was cut
        /// between two chips, which looks like a whole table of fewer chips.
        /// </summary>
        private bool AlwaysListsProcesses() =>
            _hasHbm && int.TryParse(_driver?.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major >= 23;

        private bool TakeHeader(string line)
        {
            if (Version().Match(line) is { Success: true } version)
            {
                (_tool, _driver) = (version.Groups[1].Value, version.Groups[2].Value);
                return true;
            }

            if (line.Contains("Process id", StringComparison.Ordinal))
                return _inProcesses = true;
            if (line.Contains("Health", StringComparison.Ordinal) && line.Contains("Name", StringComparison.Ordinal))
                return _hasHeader = true;
            if (!line.Contains("Bus-Id", StringComparison.Ordinal))
                return false;
            _hasChipColumn = line.Contains("Chip", StringComparison.Ordinal);
            _hasHbm = line.Contains("HBM", StringComparison.Ordinal);
            return true;
        }

        private bool TakeRow(string line)
        {
            if (NoProcesses().Match(line) is { Success: true } none && TryInt(none.Groups[1].Value, out var idle))
            {
                _listed.Add(idle);
                return _inProcesses;
            }

            var cells = line.Trim('|').Split('|', StringSplitOptions.TrimEntries);
            if (_inProcesses)
                return TakeProcess(cells);
            // 950: the id and the name have cells of their own; elsewhere they share the first.
            if (cells.Length == 4)
                cells = [$"{cells[0]} {cells[1]}", cells[2], cells[3]];
            if (cells.Length != 3)
                return false;
            return _firstRow is null ? TakeFirst(cells) : TakeSecond(_firstRow.Value, cells);
        }

        private bool TakeFirst(string[] cells)
        {
            var words = Words(cells[0]);
            if (words.Length < 2 || !TryInt(words[0], out var card) || cells[1].Length == 0 || cells[1].Any(char.IsDigit))
                return false;
            _firstRow = (card, string.Join(' ', words[1..]), cells[1], cells[2]);
            return true;
        }

        private bool TakeSecond((int Card, string Model, string Health, string Figures) first, string[] cells)
        {
            var ids = Words(cells[0]);
            var chip = 0;
            int? second = null;
            if (_hasChipColumn && (ids.Length is 0 or > 2 || !TryInt(ids[0], out chip)))
                return false;
            if (_hasChipColumn && ids.Length == 2)
            {
                if (!TryInt(ids[1], out var value))
                    return false;
                second = value;
            }

            if (!_hasChipColumn && ids.Length != 0)
                return false;
            if (cells[1] != "NA" && !BusId().IsMatch(cells[1]))
                return false;

            var top = Words(Pair().Replace(first.Figures, " "));
            var bottom = Words(Pair().Replace(cells[2], " "));
            var pairs = Pair().Matches(cells[2]).Select(m => (Used: Long(m.Groups[1].Value), Total: Long(m.Groups[2].Value))).ToList();
            if (top.Length != 2 || bottom.Length != 1 || pairs.Count != (_hasHbm ? 2 : 1) || !AllFigures([.. top, .. bottom]))
                return false;

            _firstRow = null;
            _chips.Add(new ChipRow(
                first.Card,
                chip,
                second,
                first.Model,
                Condition(first.Health),
                first.Health,
                cells[1] == "NA" ? null : cells[1],
                Figure(top[0]),
                (int?)Figure(top[1]),
                (int?)Figure(bottom[0]),
                pairs[0].Used,
                pairs[0].Total,
                _hasHbm ? pairs[1].Used : null,
                _hasHbm ? pairs[1].Total : null));
            return true;
        }

        private bool TakeProcess(string[] cells)
        {
            // "NPU Chip | id | name | memory [| id in container]"; no Chip number on 950; the name may be blank.
            var ids = Words(cells[0]);
            if (cells.Length is < 4 or > 5 || ids.Length is 0 or > 2 || !TryInt(ids[0], out var card) || !TryInt(cells[1], out var pid))
                return false;
            var chip = ids.Length == 2 && TryInt(ids[1], out var number) ? number : (int?)null;
            if (ids.Length == 2 && chip is null)
                return false;
            _listed.Add(card);
            var container = cells.Length == 5 && TryInt(cells[4], out var inside) ? inside : (int?)null;
            _processes.Add(new ChipProcess(card, chip, pid, cells[2], TryInt(cells[3], out var memory) ? memory : null, container));
            return true;
        }
    }

    private static ChipCondition Condition(string word) => word switch
    {
        "OK" => ChipCondition.Ok,
        "Warning" => ChipCondition.Warning,
        "Alarm" => ChipCondition.Alarm,
        "Critical" => ChipCondition.Critical,
        _ => ChipCondition.Unknown,
    };

    private static bool IsRuler(string line) => line.Length > 2 && line.EndsWith('+') && line.All(c => c is '+' or '-' or '=' or '|');

    private static string[] Words(string cell) => cell.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static bool TryInt(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static long? Long(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static bool AllFigures(string[] words) => Array.TrueForAll(words, w => w is "NA" or "-" || Figure(w) is not null);

    private static double? Figure(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;

    [GeneratedRegex(@"npu-smi\s+(\S+)\s+Version:\s*(\S+)", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Version();

    [GeneratedRegex(@"No running processes found in NPU\s+(\d+)", RegexOptions.CultureInvariant, 200)]
    private static partial Regex NoProcesses();

    [GeneratedRegex(@"^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-Fa-f]$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex BusId();

    [GeneratedRegex(@"(\d+)\s*/\s*(\d+)", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Pair();
}
