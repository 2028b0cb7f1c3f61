using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Agent.Tests;

/// <summary>What only root can do to files, and what a hostile user does to them.</summary>
internal static partial class Ownership
{
    /// <summary>A user that no host has.</summary>
    public const uint Stranger = 54321;

    private const int WorkingFolder = -100;
    private const int NoFollow = 0x100;
    private const uint Both = 2;

    public static string Give(string path, uint user = Stranger)
    {
        Check(ChangeOwner(WorkingFolder, path, user, user, NoFollow));
        return path;
    }

    /// <summary>Both names at once, so that there is never none.</summary>
    public static void Exchange(string one, string other) => Check(Rename(WorkingFolder, one, WorkingFolder, other, Both));

    /// <summary>Exchanges two names over and over while something else is done.</summary>
    public static Task WhileExchangedAsync(string one, string other, Action action) => WhileExchangedAsync(one, other, () =>
    {
        action();
        return Task.CompletedTask;
    });

    public static async Task WhileExchangedAsync(string one, string other, Func<Task> action)
    {
        using var end = new CancellationTokenSource();
        using var begun = new ManualResetEventSlim();
        var exchange = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                Exchange(one, other);
                begun.Set();
            }
        });
        begun.Wait(TestContext.Current.CancellationToken);
        try
        {
            await action();
        }
        finally
        {
            await end.CancelAsync();
            await exchange;
        }
    }

    public static uint Of(string path)
    {
        using var stat = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%u", path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        return uint.Parse(stat.StandardOutput.ReadToEnd(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void Check(int result)
    {
        if (result != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(int folder, string path, uint user, uint group, int flags);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(int folder, string path, int newFolder, string newPath, uint flags);
}
