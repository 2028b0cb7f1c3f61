namespace Agent.Bundles;

/// <summary>What evidence does not outlive.</summary>
internal enum Loss
{
    Nothing,
    EngineStop,

    /// <summary>A reset of chips or a restart of the driver.</summary>
    ChipReset,
}

/// <summary>
/// One kind of evidence. A source is one file, one line in <see cref="BundleSourceList"/>, one test. It writes what it can
/// get within its time; what it cannot get is an entry in the manifest, never a failed bundle.
/// </summary>
internal interface IBundleSource
{
    /// <summary>Its name in the manifest.</summary>
    string Name { get; }

    /// <summary>Only in full bundles: it takes long.</summary>
    bool IsSlow { get; }

    /// <summary>What destroys what it collects. It is collected before that, and no engine waits for the rest.</summary>
    Loss LostBy { get; }

    Task CollectAsync(BundleFolder folder, CancellationToken cancellation);
}
