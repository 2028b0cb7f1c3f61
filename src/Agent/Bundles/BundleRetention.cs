using Agent.Adapters;
using Agent.Configuration;

namespace Agent.Bundles;

/// <summary>Keeps the bundles' folder small by age, count and bytes. The newest bundle stays, whatever its size and age.</summary>
internal sealed class BundleRetention(BundleSettings settings, TimeProvider clock)
{
    public void Apply()
    {
        try
        {
            Sweep();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A failed clean-up is no error: a new bundle is good all the same, and an agent that starts has more important work.
        }
    }

    private void Sweep()
    {
        if (!Directory.Exists(settings.Folder))
            return;
        var oldest = (clock.HostNow() - settings.MaxAge).UtcDateTime;
        long bytes = 0;
        var count = 0;
        foreach (var file in new DirectoryInfo(settings.Folder).EnumerateFiles("*.tar.gz").OrderByDescending(f => f.LastWriteTimeUtc))
        {
            bytes += file.Length;
            if (++count > 1 && (count > settings.MaxCount || bytes > settings.MaxBytes || file.LastWriteTimeUtc < oldest))
                file.Delete();
        }
    }
}
