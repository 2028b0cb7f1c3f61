using System.ComponentModel;
using Agent.Adapters.Files;

namespace Agent.Adapters.Processes;

/// <summary>
/// The one place that turns the name of a program into the file to run. The runtime's own search begins beside this program and in the working
/// folder, and anybody may have put a systemctl there. So a bare name is looked for only on the absolute entries of PATH. Root does not run a file
/// that users other than root may write, and neither does a command of root that became another user.
/// </summary>
internal static class ProgramPath
{
    // The PATH that the shell uses when nobody set one.
    private const string Usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private const int NoSuchFile = 2;
    private const int NotAllowed = 13;
    private const UnixFileMode AnybodyExecutes = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>PATH of this process.</summary>
    public static string? Own => Environment.GetEnvironmentVariable("PATH");

    /// <summary>Why some entries of PATH are not used; null when there are none.</summary>
    public static string? LeftOut(string? path)
    {
        var entries = Entries(path).Distinct(StringComparer.Ordinal).ToList();
        var relative = entries.Where(e => !Path.IsPathFullyQualified(e)).Select(e => $"'{e}'").ToList();
        List<string> reasons = [.. entries.Where(Path.IsPathFullyQualified).Select(OthersIn).OfType<string>()];
        return relative.Count + reasons.Count == 0 ? null : string.Join("; ", ((IEnumerable<string>)[
            .. relative.Count == 0 ? [] : (string[])[$"PATH has entries that mean the working folder ({string.Join(", ", relative)}): "
                + "no program is taken from there; write only absolute folders into PATH"],
            .. reasons.Select(reason => $"root and its tools take no program from a folder of PATH that others may change: {reason}; or take it out of PATH"),
        ]));
    }

    /// <summary>
    /// Whether a child may search in this entry of PATH. A tool of the vendor is often a script, and its own programs come from the PATH that it gets.
    /// </summary>
    public static bool MaySearch(string entry) => OthersIn(entry) is null;

    public static bool Exists(string program) => Problem(program) is null;

    /// <returns>Why the program cannot be run; null when it can.</returns>
    public static string? Problem(string program)
    {
        try
        {
            _ = Find(program, Own);
            return null;
        }
        catch (Win32Exception refused)
        {
            return refused.Message;
        }
    }

    /// <param name="program">A bare name, or an absolute path.</param>
    /// <param name="path">The PATH of the program that looks for it.</param>
    /// <returns>An absolute path.</returns>
    /// <exception cref="Win32Exception">2: there is no such program. 13: the program is there, but must not be run.</exception>
    public static string Find(string program, string? path)
    {
        if (Path.IsPathFullyQualified(program))
            return File.Exists(program) ? Trusted(program, program, "") : throw new Win32Exception(NoSuchFile, $"{program} is not there");
        if (program.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar) || program is "" or "." or "..")
            throw new Win32Exception(NotAllowed, $"'{program}' means the working folder: write an absolute path, or the bare name of a program on PATH");

        string? barred = null;
        foreach (var folder in Entries(path).Where(Path.IsPathFullyQualified))
        {
            var found = Path.Combine(folder, FileName(program));
            if (!File.Exists(found))
                continue;
            if (!OperatingSystem.IsWindows() && (ModeOf(found) & AnybodyExecutes) == UnixFileMode.None)
                barred ??= found;
            else
                return Trusted(folder, found, $"; or take {folder} out of PATH");
        }

        throw barred is null
            ? new Win32Exception(NoSuchFile, $"no absolute entry of PATH has {program}")
            : new Win32Exception(NotAllowed, $"{barred} may not be executed: chmod a+x {barred}");
    }

    private static IEnumerable<string> Entries(string? path) => OperatingSystem.IsWindows()
        ? (path ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(e => e.Trim('"'))
        : (path ?? Usual).Split(':');

    private static string FileName(string program) => OperatingSystem.IsWindows() && !Path.HasExtension(program) ? program + ".exe" : program;

    /// <summary>A folder of PATH must be safe by itself, also a sticky folder: anybody could take a name in it that is not used yet.</summary>
    private static string Trusted(string entry, string found, string orElse) =>
        (OthersIn(entry) ?? OthersIn(found)) is { } problem
            ? throw new Win32Exception(NotAllowed, $"root does not run {found}: {problem}{orElse}")
            : found;

    /// <returns>Null when this process does not work for root, or when only root can change what is there.</returns>
    private static string? OthersIn(string path) =>
        !OperatingSystem.IsWindows() && (FileOwner.IsRoot || UserChange.IsDone) ? OwnedPath.Problem(path) : null;

    private static UnixFileMode ModeOf(string path)
    {
        try
        {
            return OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return UnixFileMode.None;
        }
    }
}
