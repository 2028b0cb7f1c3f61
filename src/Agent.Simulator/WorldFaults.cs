namespace Agent.Simulator;

/// <summary>
/// The present faults. A standing fault counts while its file is there; a fault of a moment hits the engines that ran at that moment.
/// </summary>
internal sealed class WorldFaults(World world, WorldFiles files)
{
    public IEnumerable<string> Standing => files.Names("faults").Select(f => Path.GetFileNameWithoutExtension(f)).Where(FaultList.IsStanding);

    /// <summary>Every recorded fault, also those of past moments.</summary>
    public IEnumerable<string> All => files.Names("faults").Select(f => Path.GetFileNameWithoutExtension(f));

    public void Break(string name, int[] npus) => files.Write(Name(name), new FaultState(npus, DateTimeOffset.UtcNow), WorldJson.Default.FaultState);

    public void Heal(string name) => files.Delete(Name(name));

    public FaultState? Find(string name) => files.Read(Name(name), WorldJson.Default.FaultState);

    public bool Stands(string name) => File.Exists(files.Path(Name(name)));

    public bool Hits(string name, int chip) => Find(name) is { } fault && fault.Npus.Contains(chip);

    /// <summary>The fault was injected after the given start, and into the engine that asks.</summary>
    public bool Struck(string name, DateTimeOffset startedAt) => Find(name) is { } fault && fault.At > startedAt && IsMine(fault);

    /// <summary>The fault stands, and it stands for the engine that asks.</summary>
    public bool StandsHere(string name) => Find(name) is { } fault && IsMine(fault);

    // The processes of an engine know their chips by this variable; without it every chip is theirs.
    private static bool IsMine(FaultState fault) =>
        Environment.GetEnvironmentVariable("ASCEND_RT_VISIBLE_DEVICES") is not { Length: > 0 } visible
        || fault.Npus.Length == 0
        || visible.Split(',').Any(id => int.TryParse(id, out var npu) && fault.Npus.Contains(npu));

    /// <summary>The chips that a fault takes if nobody names one: the chips of the running engines.</summary>
    public int[] DefaultNpus(string name)
    {
        if (name is "chip-alarm" or "chip-warning" or "chip-worn-out" or "ecc-uncorrectable" or "chip-hot" or "link-down" or "chip-taken")
            return [0];
        int[] used = [.. world.Engines().SelectMany(e => e.Npus).Distinct().Order()];
        return used.Length > 0 ? used : [.. Enumerable.Range(0, Math.Min(2, world.Settings.Chips))];
    }

    private static string Name(string fault) => $"faults/{fault}.json";
}
