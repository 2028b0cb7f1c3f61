namespace Agent.Bundles;

/// <summary>A file of a bundle, as its sources left it. If the file on disk is longer, a source was writing it when the agent ended.</summary>
internal sealed record CollectedFile(string Path, long Bytes);

/// <summary>
/// The present content of a bundle that is being collected, written down after each source. The next agent goes on from it after a kill. The reason:
/// evidence that a chip reset or a driver restart has destroyed since then cannot be collected again.
/// </summary>
/// <param name="At">The time at which the bundle was begun.</param>
/// <param name="Engines">The engines as they were at that time: another run may have begun since.</param>
/// <param name="Sources">The reports of the sources that have ended.</param>
/// <param name="Files">The files of these sources in the folder.</param>
internal sealed record BundleNote(
    DateTimeOffset At,
    IReadOnlyList<EngineTrace> Engines,
    IReadOnlyList<BundleSourceReport> Sources,
    IReadOnlyList<CollectedFile> Files)
{
    /// <summary>The times at which later agents went on with it.</summary>
    public IReadOnlyList<DateTimeOffset> TakenUp { get; init; } = [];

    /// <summary>The path of the packed bundle. It is set a moment before packing, together with <see cref="Entries"/>.</summary>
    public string? Path { get; init; }

    public IReadOnlyList<BundleEntry> Entries { get; init; } = [];

    /// <summary>The bundle lies at its place, whole. The journal may not say so yet.</summary>
    public bool IsPacked => File.Exists(Path);
}
