namespace Agent.Adapters.Kernel;

/// <summary>One record of the kernel log.</summary>
/// <param name="Priority">0 emergency to 7 debug.</param>
internal sealed record KernelLine(int Priority, string Text);

/// <param name="Skipped">
/// Records that were passed over since the log was opened: overwritten before they were read, or beyond the limit of a call.
/// </param>
internal sealed record KernelLines(IReadOnlyList<KernelLine> New, long Skipped);

/// <summary>
/// The kernel log, followed from its present end. A call reads a bounded number of records and passes over the rest: a driver in distress writes
/// thousands of lines a second, and the agent must not drown in them.
/// </summary>
internal interface IKernelLog : IDisposable
{
    /// <exception cref="IOException">The log cannot be read; the message says why.</exception>
    Task<KernelLines> ReadNewAsync(int limit, CancellationToken cancellation);
}
