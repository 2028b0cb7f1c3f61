namespace Agent.Adapters.Processes;

/// <summary>
/// Anybody may own the folder that a program is started in. This program or a child would open a relative name in that folder. So both work in a
/// folder of root.
/// </summary>
internal static class WorkingFolder
{
    public static string Roots => OperatingSystem.IsWindows() ? Environment.SystemDirectory : "/";

    /// <summary>The folder to which names on the command line are relative. A folder that was removed meanwhile has no name.</summary>
    public static string Named
    {
        get
        {
            try
            {
                return Environment.CurrentDirectory;
            }
            catch (IOException)
            {
                return Roots;
            }
        }
    }

    public static void Leave() => Environment.CurrentDirectory = Roots;
}
