using System.Text.RegularExpressions;

namespace Agent.Simulator.Vllm;

/// <summary>The answers of the model: at temperature 0 a fixed function of the prompt, the same after every start.</summary>
internal static partial class LanguageModel
{
    private static readonly (string Ask, string Answer)[] Known =
    [
        ("capital of France is", " Paris. It was founded in 789 AD by Charlemagne, and it is the largest city of the country."),
        ("capital of France", "The capital of France is Paris."),
        ("capital of Germany is", " Berlin. It lies on the river Spree."),
        ("capital of China is", " Beijing. It lies in the north of the country."),
        ("2+2", " 4"),
        ("2 + 2", " 4"),
        ("1, 2, 3, 4,", " 5, 6, 7, 8, 9, 10, 11, 12"),
        (" OK", "OK"),
    ];

    private static readonly string[] Sentences =
    [
        " The model reads the whole question before it writes the first word.", " A short answer is often the better one.",
            " In winter the days are short and the nights are long.",
        " Water boils at a lower temperature on a high mountain.", " The train leaves at nine and arrives before noon.",
            " Most people learn a language by speaking it every day.",
        " A good map shows less than it could.", " The river is wide here, and the bridge is old.", " Bread needs flour, water, salt and time.",
        " Stars look still because they are far away.", " The library opens at ten on weekdays.", " Every measurement has an error, and it should be stated.",
        " The garden is quiet in the morning.", " Steel expands when it becomes warm.", " He wrote the letter twice and sent it once.",
            " A careful test finds what a quick look does not.",
    ];

    /// <summary>All words that the model can say.</summary>
    public static IEnumerable<string> Words => Known.Select(k => k.Answer).Concat(Sentences).SelectMany(Split).Concat(Garbage);

    private static readonly string[] Garbage = [")", ")", ",", ")", "_", ")", ")", ".", ".", "."];

    /// <summary>The tokens of an answer, up to a limit, and whether the answer came to its end by itself.</summary>
    public static (string[] Tokens, bool Ended) Answer(string prompt, int most, bool ignoreEnd, uint variation, string[] stops)
    {
        var seed = Hash(prompt) + variation;
        List<string> tokens = [];
        if (variation == 0 && Array.Find(Known, k => prompt.TrimEnd().Contains(k.Ask, StringComparison.Ordinal)) is { Answer: { } known })
            tokens.AddRange(Split(known));
        else
            tokens.AddRange(Split(Sentences[seed % Sentences.Length]));
        // Known short answers are whole. Other answers go on for three to ten sentences.
        var sentences = tokens.Count < 3 ? 0 : 3 + (seed % 8);
        for (uint i = 1; (i < sentences || ignoreEnd) && tokens.Count < most; i++)
            tokens.AddRange(Split(Sentences[(seed + (i * 7) + (i * i)) % Sentences.Length]));
        var ended = tokens.Count <= most && !ignoreEnd;
        return Cut([.. tokens.Take(most)], ended, stops);
    }

    public static string GarbageToken(int index) => Garbage[index % Garbage.Length];

    /// <summary>Near 0 for text that the model is sure of; far from 0 for garbage.</summary>
    public static double LogProbability(string token, int index, string model, bool garbage) =>
        -((Hash(token + index) % 900) / 1000.0) - (garbage ? 6 : 0.05) + Rounding(token + index, model);

    // Quantized weights change it by up to 0.04 to either side.
    private static double Rounding(string place, string model) => model.EndsWith("W8A8", StringComparison.OrdinalIgnoreCase)
        ? ((Hash("w8a8" + place) % 81) - 40.0) / 1000 : 0;

    public static int TokensOf(string text) => Math.Max(1, Token().Count(text));

    public static string[] Split(string text) => [.. Token().Matches(text).Select(m => m.Value)];

    /// <summary>FNV-1a. string.GetHashCode is no choice: it differs from process to process.</summary>
    public static uint Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
            hash = unchecked((hash ^ c) * 16777619u);
        return hash;
    }

    private static (string[] Tokens, bool Ended) Cut(string[] tokens, bool ended, string[] stops)
    {
        if (stops.Length == 0)
            return (tokens, ended);
        var said = "";
        for (var i = 0; i < tokens.Length; i++)
        {
            var before = said.Length;
            said += tokens[i];
            var at = stops.Select(s => said.IndexOf(s, StringComparison.Ordinal)).Where(p => p >= 0).DefaultIfEmpty(-1).Min();
            if (at >= 0)
                return ([.. tokens.Take(i), said[Math.Min(before, at)..Math.Max(before, at)]], true);
        }

        return (tokens, ended);
    }

    [GeneratedRegex(@"\s?\w+|\s?[^\w\s]|\s", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Token();
}
