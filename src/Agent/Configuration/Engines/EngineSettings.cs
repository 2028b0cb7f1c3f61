using System.Globalization;
using Agent.Domain.Observations;

namespace Agent.Configuration.Engines;

/// <summary>One engine: what to run, on which chips, and how long its steps may take.</summary>
internal sealed record EngineSettings
{
    public required string Name { get; init; }

    /// <summary>What it runs in.</summary>
    public required EngineKindSettings RunsIn { get; init; }

    public required string Command { get; init; }

    public required string Model { get; init; }

    public required string ServedModelName { get; init; }

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required IReadOnlyList<Subject> Chips { get; init; }

    /// <summary>Bus ids by CARD/CHIP, where the configuration gives them.</summary>
    public required IReadOnlyDictionary<string, string> BusIds { get; init; }

    public required int TensorParallelSize { get; init; }

    /// <summary>Options that have keys of their own, in the order of the command line.</summary>
    public required IReadOnlyList<EngineParameter> Parameters { get; init; }

    /// <summary>Further vLLM flags without their dashes; an empty value is a bare flag.</summary>
    public required IReadOnlyDictionary<string, string> Arguments { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required string? ApiKeyFile { get; init; }

    /// <summary>How long one stage of a start-up may show no progress.</summary>
    public required TimeSpan StageTimeout { get; init; }

    /// <summary>So many bytes /dev/shm must have free for an engine of several ranks.</summary>
    public required long SharedMemoryMin { get; init; }

    public required StopSettings Stop { get; init; }

    public required CanarySettings Canary { get; init; }

    public required QualitySettings Quality { get; init; }

    public required ThroughputSettings Throughput { get; init; }

    /// <summary>How long counters may stand still while there is work; zero: they are no sign.</summary>
    public required TimeSpan StallGrace { get; init; }

    /// <summary>The same when a second sign agrees: idle chips, an unanswered canary, the log.</summary>
    public required TimeSpan AgreedGrace { get; init; }

    /// <summary>The availability that is wanted of it, in percent; null: as for all engines.</summary>
    public double? Objective { get; init; }

    /// <summary>What of its output stays on disk.</summary>
    public required EngineLogSettings Log { get; init; }

    /// <summary>When a start writes more into CANN's logs than usual.</summary>
    public required DebugAfterSettings DebugAfter { get; init; }

    /// <summary>The value of an option that takes a whole number; null when it is left to vLLM.</summary>
    public int? Whole(string option) => Given(option) is { } given && int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        ? value : null;

    /// <summary>The value of an option; null when it is left to vLLM.</summary>
    public string? Given(string option) => Parameters.FirstOrDefault(p => p.Option == option && p.Words.Count > 0)?.Effective;

    public Subject Subject => Subject.Engine(Name);

    /// <summary>False for a node of a data-parallel group that has no API server: it has no port by design.</summary>
    public bool HasFrontEnd => !IsGiven("headless") && Arguments.GetValueOrDefault("api-server-count") != "0";

    /// <summary>Whether it speaks TLS on its port.</summary>
    public bool SpeaksTls => Arguments.ContainsKey("ssl-keyfile") || Arguments.ContainsKey("ssl-certfile");

    /// <summary>Where it is asked; null without a front end.</summary>
    public Uri? Address => HasFrontEnd ? new($"{(SpeaksTls ? "https" : "http")}://{(Host is "0.0.0.0" or "::" ? "127.0.0.1" : Host)}:{Port}") : null;

    private bool IsGiven(string flag) => Arguments.TryGetValue(flag, out var value) && !string.Equals(value, "false", StringComparison.OrdinalIgnoreCase);
}

/// <param name="Drain">Waits for running and waiting requests to finish before SIGTERM.</param>
/// <param name="TermWait">After SIGTERM to the main process, before SIGKILL to the tree.</param>
/// <param name="KillWait">After SIGKILL; a process that is still there sits in the driver.</param>
/// <param name="ChipMemoryWait">For the chip memory to be back at its idle level.</param>
internal sealed record StopSettings(TimeSpan Drain, TimeSpan TermWait, TimeSpan KillWait, TimeSpan ChipMemoryWait);

/// <param name="ExpectedText">What the answer must contain; null: it must look like words.</param>
/// <param name="Misses">Unanswered canaries in a row, with counters standing still, that make a hang.</param>
/// <param name="UnderLoad">How often it is asked while the counters move; zero: never.</param>
internal sealed record CanarySettings(
    string Prompt, string? ExpectedText, int MaxTokens, TimeSpan Timeout, int Misses, double MaxSecondsPerToken, TimeSpan UnderLoad);

/// <param name="Repeats">So many recoveries of one fault within the window, the present one among them; 0: never.</param>
/// <param name="Level">ASCEND_GLOBAL_LOG_LEVEL as CANN has it: 0 debug, 1 info, 2 warning, 3 error, 4 none.</param>
internal sealed record DebugAfterSettings(int Repeats, TimeSpan Window, int Level);
