namespace Agent.Reports;

/// <summary>One bundle as scripts see it.</summary>
internal sealed record BundleDocument(DateTimeOffset WrittenAt, long Bytes, string Path);
