namespace Agent.Bundles;

/// <summary>A file of a bundle as its sources left it: what is longer was being written when the agent ended.</summary>
internal sealed record CollectedFile(string Path, long Bytes);

/// <summary>
/// What a bundle that is being collected holds so far, written down after each source. The next agent goes on from it where one
/// was killed: what a chip reset or a driver restart has destroyed since cannot be collected again.
/// </summary>
/// <param name="At">When the bundle was begun.</param>
/// <param name="Engines">The engines as they were then: another run may have begun since.</param>
/// <param name="Sources">What each source gave that has ended.</param>
/// <param name="Files">What is in the folder of these sources.</param>
internal sealed record BundleNote(
    DateTimeOffset At,
    IReadOnlyList<EngineTrace> Engines,
    IReadOnlyList<BundleSourceReport> Sources,
    IReadOnlyList<CollectedFile> Files)
{
    /// <summary>When later agents went on with it.</summary>
    public IReadOnlyList<DateTimeOffset> TakenUp { get; init; } = [];

    /// <summary>Where it is packed, from a moment before that; with <see cref="Entries"/>.</summary>
    public string? Path { get; init; }

    public IReadOnlyList<BundleEntry> Entries { get; init; } = [];

    /// <summary>The bundle lies at its place, there whole or not at all; only the journal may not say so yet.</summary>
    public bool IsPacked => File.Exists(Path);
}
