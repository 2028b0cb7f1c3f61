namespace Agent.Adapters.Processes;

/// <summary>
/// The folder that a program is started in is anybody's: what this program or a child opens by a relative name, it would take
/// from there. So both work in one that is root's.
/// </summary>
internal static class WorkingFolder
{
    public static string Roots => OperatingSystem.IsWindows() ? Environment.SystemDirectory : "/";

    /// <summary>The folder that names of the command line are relative to; one that was removed meanwhile has no name.</summary>
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
