using System.Diagnostics;
using Agent.Adapters.Processes;

namespace Agent.Adapters.NpuSmi;

/// <summary>Why npu-smi told nothing, and what a person can do about it.</summary>
/// <param name="Hangs">npu-smi did not end in time. When false, it failed or its answer was of no use.</param>
internal sealed record NpuSmiProblem(bool Hangs, string Cause, string NextStep)
{
    /// <summary>This chip does not have the query. That says nothing about its health.</summary>
    public bool Unsupported { get; init; }
}

/// <summary>Either a value or a problem, always with the printed text.</summary>
internal sealed record NpuSmiAnswer<T>(T? Value, NpuSmiProblem? Problem, string RawText)
    where T : class
{
    /// <summary>
    /// The readable part of an answer that is not whole. It is true for the chips that it names, and says nothing about the others.
    /// </summary>
    public T? Partial { get; init; }
}

/// <summary>
/// Runs npu-smi. Its exit code says little (0 with an error on stdout, as its source shows), so the text decides. It makes one call at a time: two
/// calls at once have been seen to block each other.
/// </summary>
internal sealed class NpuSmi(IProcessRunner processes, string program, TimeSpan deadline)
{
    private static readonly string[] Table = ["info"];

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly LastAnswers _known = new();
    private volatile ProcessResult? _hang;
    private Answered? _last;
    private volatile Answered? _table;

    /// <summary>The chips and their processes. A table that is not whole is a problem, never a host with fewer chips.</summary>
    public async Task<NpuSmiAnswer<ChipTable>> TableAsync(CancellationToken cancellation)
    {
        var result = await RunAsync(Table, cancellation);
        // A whole table is an answer, even with warnings around it.
        var table = NpuSmiTable.Parse(result.Output);
        if (table.Complete && !result.Truncated && result.End == ProcessEnd.Exited)
            return new NpuSmiAnswer<ChipTable>(table, null, result.Output);
        if (ProblemOf(result) is { } problem)
            return new NpuSmiAnswer<ChipTable>(null, problem, result.Output) { Partial = table };

        var unread = table.Unread.Count > 0 ? $", {table.Unread.Count} {(table.Unread.Count == 1 ? "line" : "lines")} not understood" : "";
        return new NpuSmiAnswer<ChipTable>(
            null,
            new NpuSmiProblem(false, $"the table of npu-smi info is not whole: {table.Chips.Count} {(table.Chips.Count == 1 ? "chip" : "chips")} read{unread}",
                "run `npu-smi info` by hand and compare"),
            result.Output)
        { Partial = table };
    }

    /// <summary>Health word and error codes of one chip (<c>info -t health</c>), as printed.</summary>
    public async Task<NpuSmiAnswer<ChipHealth>> HealthAsync(int card, int chip, CancellationToken cancellation)
    {
        var result = await RunAsync(["info", "-t", "health", "-i", $"{card}", "-c", $"{chip}"], cancellation);
        if (ProblemOf(result) is { } problem)
            return new NpuSmiAnswer<ChipHealth>(null, problem, result.Output);
        return ChipHealth.Parse(result.Output) is { } health
            ? new NpuSmiAnswer<ChipHealth>(health, null, result.Output)
            : new NpuSmiAnswer<ChipHealth>(null, new NpuSmiProblem(false, "no health status in the answer", "run `npu-smi info -t health` by hand"),
                result.Output);
    }

    /// <summary>Logic id by (card, chip), the number that ASCEND_RT_VISIBLE_DEVICES wants.</summary>
    public async Task<NpuSmiAnswer<ChipMapping>> MappingAsync(CancellationToken cancellation)
    {
        var result = await RunAsync(["info", "-m"], cancellation);
        if (ProblemOf(result) is { } problem)
            return new NpuSmiAnswer<ChipMapping>(null, problem, result.Output);
        var mapping = ChipMapping.Parse(result.Output);
        return mapping.LogicIds.Count > 0
            ? new NpuSmiAnswer<ChipMapping>(mapping, null, result.Output)
            : new NpuSmiAnswer<ChipMapping>(null, new NpuSmiProblem(false, "no chip in the answer of npu-smi info -m", "run it by hand"), result.Output);
    }

    /// <summary>Serial number of a card; null when the board prints none.</summary>
    public async Task<string?> SerialAsync(int card, CancellationToken cancellation)
    {
        var result = await RunAsync(["info", "-t", "board", "-i", $"{card}"], cancellation);
        return ProblemOf(result) is null ? NpuSmiBlock.Parse(result.Output).Select(b => b.Text("Serial Number")).FirstOrDefault(s => s is not null) : null;
    }

    /// <summary>Clock, heat and load of the chips of a card (<c>info -t common</c>).</summary>
    public Task<NpuSmiAnswer<IReadOnlyList<ChipLoad>>> LoadAsync(int card, CancellationToken cancellation) =>
        OfCardAsync("common", card, text => ChipLoad.Parse(text) is { Count: > 0 } chips ? chips : null, cancellation);

    /// <summary>HBM temperature of the chips of a card (<c>info -t memory</c>); empty when they have no HBM.</summary>
    public Task<NpuSmiAnswer<IReadOnlyDictionary<int, double>>> HbmCelsiusAsync(int card, CancellationToken cancellation) =>
        OfCardAsync("memory", card, ChipLoad.HbmCelsius, cancellation);

    /// <summary>Use of the memory's bandwidth by chip, in percent (<c>info -t usages</c>); null for a chip that does not tell it.</summary>
    public Task<NpuSmiAnswer<IReadOnlyDictionary<int, double?>>> BandwidthPercentAsync(int card, CancellationToken cancellation) =>
        OfCardAsync("usages", card, text => ChipLoad.BandwidthPercent(text) is { Count: > 0 } chips ? chips : null, cancellation);

    /// <summary>Memory errors of the chips of a card (<c>info -t ecc</c>).</summary>
    public Task<NpuSmiAnswer<IReadOnlyList<MemoryErrors>>> MemoryErrorsAsync(int card, CancellationToken cancellation) =>
        OfCardAsync("ecc", card, text => MemoryErrors.Parse(text) is { Count: > 0 } chips ? chips : null, cancellation);

    /// <summary>
    /// For evidence: the result of the last call for the table of chips. The call is made anew only when that result is older than this.
    /// </summary>
    public async Task<(ProcessResult Result, TimeSpan Age)> RecentTableAsync(TimeSpan within, CancellationToken cancellation)
    {
        if (_table is { } table && Stopwatch.GetElapsedTime(table.Asked) is var age && age <= within)
            return (table.Result, age);
        return (await RunAsync(Table, cancellation), TimeSpan.Zero);
    }

    /// <summary>For evidence: the output of the tool, unread.</summary>
    public Task<ProcessResult> SnapshotAsync(IReadOnlyList<string> arguments, CancellationToken cancellation) => RunAsync(arguments, cancellation);

    /// <summary>For evidence: the last answer to the same question, no matter which part of the agent asked.</summary>
    public LastAnswer? Last(IReadOnlyList<string> arguments) => _known.Find(arguments);

    private async Task<NpuSmiAnswer<T>> OfCardAsync<T>(string type, int card, Func<string, T?> parse, CancellationToken cancellation)
        where T : class
    {
        var result = await RunAsync(["info", "-t", type, "-i", $"{card}"], cancellation);
        if (ProblemOf(result) is { } problem)
            return new NpuSmiAnswer<T>(null, problem, result.Output);
        return parse(result.Output) is { } value
            ? new NpuSmiAnswer<T>(value, null, result.Output)
            : new NpuSmiAnswer<T>(null, new NpuSmiProblem(false, $"no chip in the answer of npu-smi info -t {type} -i {card}", "run it by hand"),
                result.Output);
    }

    /// <summary>
    /// A caller that waits behind a hung call gets the same end. Otherwise one hang after the other would take up every deadline, and a probe that
    /// never had its turn could not say that npu-smi hangs. A caller that waits behind the same question gets its answer, if the question was asked
    /// after the caller came.
    /// </summary>
    private async Task<ProcessResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var (before, came) = (_hang, Stopwatch.GetTimestamp());
        await _one.WaitAsync(cancellation);
        try
        {
            if (_hang is { } hang && !ReferenceEquals(hang, before))
                return hang;
            if (_last is { } last && last.Asked >= came && last.Result.Command.Arguments.SequenceEqual(arguments))
                return last.Result;
            var asked = Stopwatch.GetTimestamp();
            var result = await processes.RunAsync(new CommandLine(program, arguments), new ProcessLimits(deadline), cancellation: cancellation);
            if (result.End is ProcessEnd.TimedOut or ProcessEnd.Abandoned)
                _hang = result;
            _last = new Answered(asked, result);
            if (ReferenceEquals(arguments, Table))
                _table = _last;
            if (ProblemOf(result) is null)
                _known.Keep(asked, result);
            return result;
        }
        finally
        {
            _one.Release();
        }
    }

    private sealed record Answered(long Asked, ProcessResult Result);

    private static NpuSmiProblem? ProblemOf(ProcessResult result) => result.End switch
    {
        ProcessEnd.NotFound => new(false, $"{result.Command.Program} was not found",
            "install the NPU driver, or set vendor.npu_smi to its path (often /usr/local/sbin/npu-smi)"),
        ProcessEnd.CouldNotStart => new(false, result.Describe(), "check the permissions of the program and of the agent's user"),
        ProcessEnd.TimedOut => new(true, result.Describe(), "look for processes in D state and for a stopped NPU process"),
        ProcessEnd.Abandoned => new(true, result.Describe(), "the child sits in the driver; a reboot may be the only way"),
        _ => NpuSmiMessages.ProblemIn(result.Output + "\n" + result.Error) ?? ProblemOfExit(result),
    };

    /// <summary>For an answer without known words. The codes of npu-smi lie beyond the exit codes that a signal leaves.</summary>
    private static NpuSmiProblem? ProblemOfExit(ProcessResult result) => result.ExitCode switch
    {
        0 when result.Output.AsSpan().Trim().IsEmpty => new(false,
            $"{string.Join(' ', result.Command.Arguments.Prepend(result.Command.Program))} printed nothing", "run it by hand; look at the kernel log"),
        0 => null,
        > 128 and < 160 => new(false, $"{result.Describe()} (signal {result.ExitCode - 128})",
            "compare `npu-smi -v` with the driver's version.info; look at the kernel log"),
        _ => NpuSmiCodes.ProblemOfExit(result.ExitCode) ?? new(false, result.Describe(), "run the same command by hand"),
    };
}
