using System.Globalization;
using System.Text;

namespace Agent.Simulator;

/// <summary>Logs on the devices themselves: a reset or a driver restart loses them.</summary>
internal static class DeviceLogFiles
{
    public static void Create(string folder, int chips)
    {
        for (var chip = 0; chip < chips; chip++)
        {
            Write(folder, $"slog/dev-os-{chip}/debug/device-os/device-os_20261124100000000.log", "KERNEL", chip, 400);
            Write(folder, $"slog/dev-os-{chip}/debug/device-{chip}/device-{chip}_20261124100000000.log", "TSCH", chip, 200);
            Write(folder, $"slog/dev-os-{chip}/run/event/event_20261124100000000.log", "SYSMONITOR", chip, 20);
            Write(folder, $"hisi_logs/device-{chip}/history.log", "BBOX", chip, 5);
        }
    }

    public static void Wipe(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            File.WriteAllText(file, "");
    }

    public static void CopyTo(string folder, string target)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }

    private static void Write(string folder, string name, string module, int chip, int lines)
    {
        var text = new StringBuilder();
        for (var i = 0; i < lines; i++)
            text.Append(CultureInfo.InvariantCulture, $"[ERROR] {module}({chip},device-os):2026-11-24-10:{i / 60 % 60:00}:{i % 60:00}.{i % 1000:000}.000 [simulated.c:{i}] device {chip} record {i}\n");
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.ToString());
    }
}
