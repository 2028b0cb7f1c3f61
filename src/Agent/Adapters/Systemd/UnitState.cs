namespace Agent.Adapters.Systemd;

/// <summary>A unit as <c>systemctl show</c> tells it. The words are the same since systemd 243; words that came later are empty before.</summary>
internal sealed record UnitState(string LoadState, string ActiveState, string SubState, string Result)
{
    private const int Exited = 1;
    private const int Killed = 2;
    private const int KilledAndDumped = 3;

    public bool IsKnown => LoadState == "loaded";

    /// <summary>A step before or after the main process is under way.</summary>
    public bool IsOnItsWay => ActiveState is "activating" or "deactivating";

    /// <summary>0: none runs.</summary>
    public int MainPid { get; init; }

    /// <summary>How the last main process ended, as waitid has it: exited, killed, dumped. 0: it did not end, or there was none.</summary>
    public int ExitKind { get; init; }

    /// <summary>Exit code or signal, by <see cref="ExitKind"/>.</summary>
    public int ExitNumber { get; init; }

    /// <summary>Each start of the unit gets a new one.</summary>
    public string InvocationId { get; init; } = "";

    /// <summary>When systemd starts the unit again by itself: no, or the kind of end.</summary>
    public string Restart { get; init; } = "";

    /// <summary>
    /// The policy of systemd for the rest of the unit after the kernel killed one of its processes because memory ran out: continue, stop or kill. Empty
    /// before systemd 243.
    /// </summary>
    public string OomPolicy { get; init; } = "";

    /// <summary>running, freezing, frozen or thawing; later versions also have frozen-by-parent. Empty before systemd 246.</summary>
    public string Freezer { get; init; } = "";

    public bool IsFrozen => Freezer.StartsWith("frozen", StringComparison.Ordinal) || Freezer.StartsWith("freezing", StringComparison.Ordinal);

    public bool HasExited => MainPid == 0 && ExitKind is (Exited or Killed or KilledAndDumped);

    /// <summary>Exit code, or minus the signal.</summary>
    public int ExitStatus => ExitKind == Exited ? ExitNumber : -ExitNumber;
}
