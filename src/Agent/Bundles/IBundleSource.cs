namespace Agent.Bundles;

/// <summary>
/// One kind of evidence. A source is one file, one line in <see cref="BundleSourceList"/>, one test. It writes what it can
/// get within its time; what it cannot get is an entry in the manifest, never a failed bundle.
/// </summary>
internal interface IBundleSource
{
    /// <summary>Its name in the manifest.</summary>
    string Name { get; }

    /// <summary>Only in full bundles: it takes longer than stopping an engine may wait, or no stop destroys what it collects.</summary>
    bool IsSlow { get; }

    Task CollectAsync(BundleFolder folder, CancellationToken cancellation);
}
