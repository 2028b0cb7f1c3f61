using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Configuration;

namespace Agent.Commands.Run;

/// <summary>
/// The state folder belongs to the agent's user, which is mostly not root. If root worked there by path, that user could lead
/// root's reads, writes and deletions anywhere by a link. So a command of root becomes the owner of the folder before it touches
/// anything. If the folder belongs to root, no other user may have rights on it, nor on the other folders that are written to.
/// </summary>
internal static class StateOwner
{
    /// <param name="settings">The configuration.</param>
    /// <param name="written">Folders that the command writes to besides the state folder, with their keys.</param>
    /// <returns>The user of this process from now on, if it changed, or the reason why the command has to stop.</returns>
    public static (Account? Became, string? Refused) Become(AgentSettings settings, IEnumerable<(string Key, string Folder)> written)
    {
        foreach (var (key, folder) in written.Prepend(("state_folder", settings.StateFolder)))
        {
            if (File.Exists(folder))
                return (null, $"{key} {folder} is a file and no folder; name another one, or move the file away");
        }

        if (OperatingSystem.IsWindows() || !FileOwner.IsRoot)
            return (null, null);
        var (state, problem) = OwnedPath.Open(settings.StateFolder, PathOwner.OneUser);
        using (state)
        {
            if (state is null)
                return (null, $"state_folder {settings.StateFolder}: {problem}");
            if (state.Owner == FileOwner.Root)
                return (null, Folders(settings, written).Select(f => Problem(f.Key, f.Folder)).FirstOrDefault(p => p is not null));
            if (state.IsMissing)
                return (null, $"state_folder {settings.StateFolder} is not there, and {state.RealPath}, where it would be made, belongs to user "
                    + $"{state.Owner}: make it for its user, for example install -d -m 0750 -o {state.Owner} {settings.StateFolder}");
            var account = Account.Of(state.Owner, state.Look.Group);
            return UserChange.Become(account) is { } refused
                ? (null, $"state_folder {settings.StateFolder} belongs to {account}, and root works there only as that user: {refused}. Run it as that user: "
                    + $"{(account.Name is { } name ? $"runuser -u {name} --" : $"setpriv --reuid {account.User} --regid {account.Group} --clear-groups")} "
                    + $"npu-agent ...")
                : (account, null);
        }
    }

    /// <summary>
    /// Tells of a state folder that is closed to this user. Nothing would be found in it, and the host would look as if no agent had run there.
    /// </summary>
    /// <returns>Null: it is open, or not there yet.</returns>
    public static string? Closed(AgentSettings settings)
    {
        var folder = settings.StateFolder;
        try
        {
            _ = File.GetAttributes(Path.Combine(folder, "npu-agent.db"));
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return $"state_folder {folder}: {AccessRefusal.Of(folder, "read")}";
        }
        catch (IOException)
        {
            // The code that uses the folder tells of other troubles with it.
            return null;
        }
    }

    /// <summary>The folders inside the state folder may have been made by another user than its present owner.</summary>
    private static IEnumerable<(string Key, string Folder)> Folders(AgentSettings settings, IEnumerable<(string Key, string Folder)> written) =>
    [
        ("bundles.folder", settings.Bundles.Folder),
        .. Inner(settings.StateFolder).Concat(Inner(Path.Combine(settings.StateFolder, "engines"))).Select(f => ("state_folder", f)),
        .. written,
    ];

    private static string[] Inner(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];

    private static string? Problem(string key, string folder) => OwnedPath.Problem(folder) is { } problem ? $"{key} {folder}: {problem}" : null;
}
