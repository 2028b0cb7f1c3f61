using Agent.Configuration.Yaml;

namespace Agent.Configuration.Engines;

/// <summary>The comparison of an engine's answers with those of the build that was accepted.</summary>
internal sealed record QualitySettings
{
    /// <summary>What a new reference is made of; a stored one keeps its own.</summary>
    public required IReadOnlyList<string> Prompts { get; init; }

    public required int MaxTokens { get; init; }

    public required TimeSpan Every { get; init; }

    /// <summary>Of one request.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Running and waiting requests of others with which it is still compared: batching changes low bits.</summary>
    public required int MaxLoad { get; init; }

    /// <summary>Comparisons in a row that must be bad before anything is said.</summary>
    public required int Runs { get; init; }

    public required QualityLimits Limits { get; init; }

    public static QualitySettings Bind(YamlSection quality)
    {
        var limits = quality.Section("limits");
        return new QualitySettings
        {
            Prompts = quality.List("prompts") is { Count: > 0 } own ? own : BuiltIn,
            MaxTokens = quality.Int("max_tokens", 24, 4, 256),
            Every = quality.Duration("every", "10m", "1s", "7d"),
            Timeout = quality.Duration("timeout", "20s", "100ms", "10m"),
            MaxLoad = quality.Int("max_load", 0, 0, 1024),
            Runs = quality.Int("runs", 2, 1, 10),
            Limits = new QualityLimits(
                limits.Number("mean_difference", 0.02, 0.0001, 10),
                limits.Number("max_difference", 1, 0.001, 100),
                limits.Number("top_agreement", 0.98, 0, 1),
                limits.Number("prefix_agreement", 0.5, 0, 1),
                limits.Number("bad_answers", 0.25, 0, 1)),
        };
    }

    /// <summary>Arithmetic, language and code, in English and Chinese; all go on in one way that any model knows.</summary>
    public static readonly IReadOnlyList<string> BuiltIn =
    [
        "The capital of France is",
        "1, 2, 3, 4, 5, 6, 7, 8,",
        "Question: What is 17 + 25?\nAnswer: 17 + 25 =",
        "Water freezes at zero degrees Celsius and boils at",
        "def fibonacci(n):\n    \"\"\"Return the n-th Fibonacci number.\"\"\"\n    if n < 2:\n        return n\n    return",
        "中国的首都是",
        "一年有四个季节，分别是春天、",
        "SELECT name, COUNT(*) FROM orders GROUP BY",
    ];
}

/// <param name="MeanDifference">At most this mean |difference| of the log-probabilities of the reference's tokens.</param>
/// <param name="MaxDifference">At most this |difference| of any of them.</param>
/// <param name="TopAgreement">At least this share of places where both find the same token likeliest.</param>
/// <param name="PrefixAgreement">At least this share of the reference's tokens before the answer first differs.</param>
/// <param name="BadAnswers">At most this share of answers that are no text: symbols, repetition, nothing.</param>
internal sealed record QualityLimits(double MeanDifference, double MaxDifference, double TopAgreement, double PrefixAgreement, double BadAnswers);
