using System.Text.RegularExpressions;

namespace Agent.EndToEndTests;

/// <summary>
/// A folder that all may write, and in it a program under every name that the agent could start or open: what is on PATH of this
/// machine and of the simulated host, each word of the sources and of the configuration, each file beside the program.
/// </summary>
internal sealed partial class Impostors
{
    private const UnixFileMode ForAll = (UnixFileMode)0b111_111_111;
    private const UnixFileMode ForAllToRun = (UnixFileMode)0b111_101_101;

    private readonly string _witness;

    public Impostors(SimulatedHost host)
    {
        Folder = Directory.CreateDirectory(Path.Combine(host.Folder, "all may write")).FullName;
        _witness = Path.Combine(host.Folder, "witness");
        var first = Path.Combine(host.Folder, "impostor");
        File.WriteAllText(first, $"#!/bin/sh\necho \"$0 $*\" >> '{_witness}'\n");
        File.SetUnixFileMode(first, ForAllToRun);
        File.SetUnixFileMode(Folder, ForAll);
        Names = [.. Words(host).Where(n => n is not ("." or "..")).Distinct(StringComparer.Ordinal)];
        // Also where a relative entry of PATH leads.
        foreach (var folder in (string[])[Folder, Directory.CreateDirectory(Path.Combine(Folder, Inner)).FullName])
        {
            foreach (var name in Names.Where(n => n != Inner))
                File.Copy(first, Path.Combine(folder, name));
        }
    }

    public const string Inner = "inner";

    public string Folder { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>How those that ran were called.</summary>
    public string Ran() => File.Exists(_witness) ? File.ReadAllText(_witness) : "";

    private static IEnumerable<string> Words(SimulatedHost host) =>
        [
            .. host.SearchPath.Split(':').Where(Directory.Exists).SelectMany(Directory.EnumerateFiles).Select(f => Path.GetFileName(f)),
            .. Directory.EnumerateFiles(Programs.Sources, "*.cs", SearchOption.AllDirectories).SelectMany(f => Quoted().Matches(File.ReadAllText(f)))
                .Select(m => m.Groups[1].Value),
            .. Plain().Matches(File.ReadAllText(host.Config)).Select(m => m.Value),
            .. Directory.EnumerateFiles(Path.GetDirectoryName(Programs.Agent)!).Select(f => Path.GetFileName(f)),
            "appsettings.json", "agent.yaml", "libe_sqlite3.so", "libsqlite3.so.0", "libssl.so.3", "libcrypto.so.3", "libicuuc.so",
        ];

    [GeneratedRegex("\"([A-Za-z][A-Za-z0-9._-]{0,60})\"", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Quoted();

    [GeneratedRegex("[A-Za-z][A-Za-z0-9._-]{1,60}", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Plain();
}
