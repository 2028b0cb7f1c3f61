using System.Globalization;
using Agent.Adapters.Processes;

namespace Agent.Adapters.Files;

/// <summary>The words for a user who may not use a file or a folder: the name of the user, the owner of the file, and the way out.</summary>
internal static class AccessRefusal
{
    /// <summary>The words to put behind the path.</summary>
    /// <param name="path">The path of a file or a folder.</param>
    /// <param name="verb">The refused use: read, write, open.</param>
    public static string Of(string path, string verb) => $"{User} may not {verb} it{Owner(path)}: use sudo, or give this user access";

    /// <summary>The same for a file or a folder that a whole group may open.</summary>
    public static string OfGroup(string path, string verb)
    {
        // The agent asks nobody to join the group of root.
        var group = !OperatingSystem.IsWindows() && FileLook.At(path) is { Group: not 0 and var number } ? UserNames.OfGroup(number) : null;
        var join = group is null ? "" : $", or join its group '{group}' (sudo usermod -aG {group} USER) and log in again";
        return $"{User} may not {verb} it{Owner(path)}: use sudo{join}";
    }

    private static string User => OperatingSystem.IsLinux() ? $"user {Name(ProcessTable.Self)}" : "this user";

    /// <summary>Empty when a folder on the way is closed: then the owner cannot be seen.</summary>
    private static string Owner(string path) => !OperatingSystem.IsWindows() && FileLook.At(path) is { } look
        ? string.Create(CultureInfo.InvariantCulture, $" (it belongs to {Name(look.Owner)}, mode {Convert.ToString((int)look.Mode, 8).PadLeft(4, '0')})")
        : "";

    private static string Name(uint user) => UserNames.Of(user) is { } name ? $"'{name}'" : user.ToString(CultureInfo.InvariantCulture);
}
