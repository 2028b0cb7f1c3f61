using System.Runtime.InteropServices;

namespace Agent.Adapters.Files;

/// <summary>Flags of open(2). On ARM64 the two flags that keep out links and non-folders differ from those on x86-64.</summary>
internal static class OpenFlags
{
    /// <summary>Does not wait for the other end of a pipe, and is not inherited by children.</summary>
    public const int Read = NonBlocking | CloseOnExec;

    private const int WriteOnly = 0x1;
    private const int AtTheEnd = 0x400;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    private static readonly bool IsArm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static readonly int NoFollow = IsArm64 ? 0x8000 : 0x20000;

    public static readonly int Folder = IsArm64 ? 0x4000 : 0x10000;

    /// <summary>Writes at the end of a file that is there and is no link.</summary>
    public static readonly int Append = WriteOnly | AtTheEnd | CloseOnExec | NoFollow;

    /// <summary>The place and not its content: a device, a pipe or a mount on demand does not notice it. Links are followed.</summary>
    public const int PlaceBehindLinks = 0x200000 | CloseOnExec;

    /// <summary>The same, but a link is held itself.</summary>
    public static readonly int Place = PlaceBehindLinks | NoFollow;
}
