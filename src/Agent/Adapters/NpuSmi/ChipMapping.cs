using System.Globalization;

namespace Agent.Adapters.NpuSmi;

/// <summary><c>npu-smi info -m</c>: the logic id of each (card, chip). The MCU row has a dash for it and is left out.</summary>
internal sealed record ChipMapping(IReadOnlyDictionary<(int Card, int Chip), int> LogicIds)
{
    public static ChipMapping Parse(string text)
    {
        Dictionary<(int, int), int> ids = [];
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 4 && Number(words[0]) is { } card && Number(words[1]) is { } chip && Number(words[2]) is { } logic)
                ids[(card, chip)] = logic;
        }

        return new ChipMapping(ids);
    }

    private static int? Number(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
