namespace Agent.EndToEndTests.Reports;

/// <summary>What an engine prints, and how it ends.</summary>
internal sealed record PlayedEngine(string Then)
{
    /// <summary>Until it serves.</summary>
    public string Start { get; init; } = "";

    /// <summary>While it serves, and goes on to.</summary>
    public string? Mid { get; init; }

    public int Exit { get; init; }

    /// <summary>The signal that ends it, instead.</summary>
    public int Signal { get; init; }

    public bool Serves { get; init; } = true;

    /// <summary>The engine core leads a session of its own and outlives its API server.</summary>
    public bool Survives { get; init; }

    /// <summary>The next engine ends in the same way.</summary>
    public bool ComesAgain { get; init; }

    public async Task PutOnAsync(SimulatedHost host)
    {
        List<string> words = ["play", "--exit", $"{Exit}", "--serves", Word(Serves), "--survivor", Word(Survives)];
        if (Signal > 0)
            words.AddRange(["--signal", $"{Signal}"]);
        foreach (var (part, text) in ((string, string?)[])[("start", Start), ("mid", Mid), ("then", Then)])
        {
            if (string.IsNullOrEmpty(text))
                continue;
            var file = Path.Combine(host.Folder, $"report.{part}.log");
            await File.WriteAllTextAsync(file, text);
            words.AddRange(["--" + part, file]);
        }

        await host.SimulateAsync([.. words]);
    }

    private static string Word(bool value) => value ? "yes" : "no";
}

/// <summary>What has to be read out of it.</summary>
/// <param name="Faults">What it may be called; empty: the report leaves the name open.</param>
/// <param name="Rungs">What is tried.</param>
/// <param name="Says">What a person has to find in the incident.</param>
/// <param name="NeverSays">What would be untrue.</param>
internal sealed record Reading(string State, string[] Faults, string[] Rungs, string[] Says, string[] NeverSays)
{
    public const string Resolved = "resolved";
    public const string HandedOver = "handed-over";

    /// <summary>A restart mends it.</summary>
    public static Reading Restart(string fault, string says, params string[] neverSays) => new(Resolved, [fault], ["engine"], [says], neverSays);

    /// <summary>A person at once.</summary>
    public static Reading Person(string[] faults, string says, params string[] neverSays) => new(HandedOver, faults, [], [says], neverSays);
}
