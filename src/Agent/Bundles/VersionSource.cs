using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Agent.Adapters.Files;
using Agent.Configuration.Declared;

namespace Agent.Bundles;

/// <summary>The installed versions: driver, firmware, CANN, kernel, distribution and this agent. Most advice begins with them.</summary>
internal sealed class VersionSource(IReadOnlyList<EngineTrace> engines, string root = "/") : IBundleSource
{
    public static readonly DeclaredSource Declared = new("versions");

    private const long FileBytes = 64 * 1024;

    private const string Ascend = "/usr/local/Ascend";

    private static readonly string[] Fixed =
    [
        "/etc/ascend_install.info", $"{Ascend}/driver/version.info", $"{Ascend}/firmware/version.info", $"{Ascend}/version.info",
            $"{Ascend}/nnal/atb/latest/version.info",
        "/etc/os-release", "/usr/lib/os-release", "/proc/version", "/proc/cmdline", "/proc/modules", "/proc/meminfo",
    ];

    private static readonly string[] Toolkits = [$"{Ascend}/ascend-toolkit/latest", $"{Ascend}/cann", $"{Ascend}/nnrt/latest", $"{Ascend}/nnae/latest"];

    public string Name => Declared.Name;

    public bool IsSlow => false;

    public Loss LostBy => Loss.Nothing;

    public Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        var agent = typeof(VersionSource).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        var text = new StringBuilder($"npu-agent {agent}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}, "
            + $"{RuntimeInformation.OSDescription}\n");
        foreach (var path in Fixed)
        {
            if (!Add(path))
                folder.Absent(path);
        }

        foreach (var toolkit in Toolkits.Concat(OfEngines()).Distinct(StringComparer.Ordinal))
        {
            if (InfoFiles(toolkit).Count(Add) == 0)
                folder.Absent(toolkit);
        }

        folder.Write("npu-agent/versions.txt", text.ToString());
        return Task.CompletedTask;

        bool Add(string path)
        {
            if (Read(path) is not { } content)
                return false;
            text.Append("\n== ").AppendLine(path).Append(content);
            if (path.StartsWith(Ascend, StringComparison.Ordinal))
                NpuInfoFile.Add(folder, $"cat {path}", content);
            return true;
        }
    }

    private IEnumerable<string> OfEngines() =>
        engines.Select(e => e.Environment)
            .SelectMany(v => (string?[])[v.GetValueOrDefault("ASCEND_TOOLKIT_HOME"), v.GetValueOrDefault("ASCEND_HOME_PATH")])
            .Where(p => p is not null && Path.IsPathRooted(p))
            .Select(p => p!.TrimEnd('/'));

    // The packages moved their files between releases.
    private static IEnumerable<string> InfoFiles(string toolkit)
    {
        var machine = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64-linux" : "x86_64-linux";
        return
        [
            $"{toolkit}/version.cfg",
            .. ((string[])["toolkit", "nnrt", "nnae"])
                .SelectMany(p => (string[])[$"{toolkit}/{machine}/ascend_{p}_install.info", $"{toolkit}/ascend_{p}_install.info"]),
        ];
    }

    private string? Read(string path)
    {
        try
        {
            var place = root + path.TrimStart('/');
            if (PlainFolder.Find(Path.GetDirectoryName(place)!) is not { } folder || !File.Exists(place))
                return null;
            using var file = folder.Open(Path.GetFileName(place));
            using var reader = new StreamReader(file);
            var text = new char[FileBytes];
            var content = new string(text, 0, reader.ReadBlock(text));
            return content.EndsWith('\n') ? content : content + "\n";
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
