using System.Globalization;
using Agent.Adapters.Processes;

namespace Agent.Adapters.Files;

/// <summary>What is said to a user to whom a file or a folder is closed: who he is, whose it is, and what to do.</summary>
internal static class AccessRefusal
{
    /// <summary>Behind the path.</summary>
    /// <param name="path">Of a file or a folder.</param>
    /// <param name="verb">What he may not do: read, write, open.</param>
    public static string Of(string path, string verb) => $"{User} may not {verb} it{Owner(path)}: use sudo, or give this user access";

    /// <summary>The same for what a whole group may open.</summary>
    public static string OfGroup(string path, string verb)
    {
        // Nobody is asked to join the group of root.
        var group = !OperatingSystem.IsWindows() && FileLook.At(path) is { Group: not 0 and var number } ? UserNames.OfGroup(number) : null;
        var join = group is null ? "" : $", or join its group '{group}' (sudo usermod -aG {group} USER) and log in again";
        return $"{User} may not {verb} it{Owner(path)}: use sudo{join}";
    }

    private static string User => OperatingSystem.IsLinux() ? $"user {Name(ProcessTable.Self)}" : "this user";

    /// <summary>Of what lies in a folder that is closed nothing can be told.</summary>
    private static string Owner(string path) => !OperatingSystem.IsWindows() && FileLook.At(path) is { } look
        ? string.Create(CultureInfo.InvariantCulture, $" (it belongs to {Name(look.Owner)}, mode {Convert.ToString((int)look.Mode, 8).PadLeft(4, '0')})")
        : "";

    private static string Name(uint user) => UserNames.Of(user) is { } name ? $"'{name}'" : user.ToString(CultureInfo.InvariantCulture);
}
