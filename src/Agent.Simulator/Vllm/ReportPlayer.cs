namespace Agent.Simulator.Vllm;

/// <summary>
/// Plays the log of a reported failure in place of the engine's own lines, and ends the engine as the report says. The processes, the chip memory and
/// the answers stay those of the simulated engine.
/// </summary>
internal sealed class ReportPlayer(World world, Report report, DateTimeOffset startedAt)
{
    public const string GoOn = "report-mid";
    public const string End = "report-then";

    private const int Terminate = 15;
    private const double SecondsALine = 0.3;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public bool Serves => report.Serves;

    /// <summary>The exit code of the report; null until its end was played.</summary>
    public int? ExitCode { get; private set; }

    public static ReportPlayer? Of(World world, DateTimeOffset startedAt) => world.Report is { } report ? new ReportPlayer(world, report, startedAt) : null;

    public async Task BeginAsync()
    {
        foreach (var line in Lines(report.Start))
        {
            VllmLog.Recorded(line);
            await Task.Delay(world.Pace(SecondsALine));
        }
    }

    /// <summary>Plays a start that ends before the engine listens.</summary>
    public async Task<int> FailAsync()
    {
        await BeginAsync();
        return Play();
    }

    /// <summary>Plays the middle of the report while the engine serves, and then its end.</summary>
    /// <param name="endCore">Ends engine core and workers.</param>
    public async Task GoOnAsync(Action endCore)
    {
        for (var isPast = false; !world.Faults.Struck(End, startedAt); await Task.Delay(Look))
        {
            if (isPast || !world.Faults.Struck(GoOn, startedAt))
                continue;
            isPast = true;
            foreach (var line in Lines(report.Mid))
                VllmLog.Recorded(line);
        }

        // An engine that is told to stop logs its end itself.
        VllmLog.IsSilent = report.Signal != Terminate;
        ExitCode = Play();
        if (!report.Survives && report.Signal != Terminate)
            endCore();
        if (report.Signal > 0)
            Processes.Signal(Environment.ProcessId, Processes.Self().StartTicks, report.Signal);
    }

    private int Play()
    {
        foreach (var line in Lines(report.Then))
            VllmLog.Recorded(line);
        return report.ExitCode;
    }

    private static IEnumerable<string> Lines(string? file) => file is null ? [] : File.ReadLines(file);
}
