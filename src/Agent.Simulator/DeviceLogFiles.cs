using System.Globalization;
using System.Text;

namespace Agent.Simulator;

/// <summary>Logs on the devices themselves, in the layout of msnpureport. A reset or a driver restart loses them.</summary>
internal static class DeviceLogFiles
{
    private const int BootEvents = 20;

    public static void Create(string folder, int chips)
    {
        var begun = DateTimeOffset.UtcNow.AddHours(-2);
        for (var chip = 0; chip < chips; chip++)
        {
            var number = chip;
            Write(folder, $"slog/dev-os-{chip}/debug/device-os/device-os_{Stamp(begun)}.log", 200, i => Line("INFO", "KERNEL", "dms_poll_task",
                begun.AddSeconds(i * 30), "dms_sensor.c:211", $"device {number} sensor scan round {i}, hbm temperature {50 + (i % 4)}"));
            Write(folder, $"slog/dev-os-{chip}/debug/device-{chip}/device-{chip}_{Stamp(begun)}.log", 120, i => Line("EVENT", "TSCH", "null",
                begun.AddSeconds(i * 60), "stars_sched.c:87", $"{2126 + i} (dieid:0,cpuid:0) device {number} heart beat, running streams {i % 7}"));
            Write(folder, Events(chip, begun), BootEvents, i => Line("EVENT", "DRV", "drv_tsd_daemon", begun.AddMilliseconds(i * 40),
                "drv_tsd_hdc_server.c:339", $"[common] [hlt_server_main] device {number} start step {i}"));
            Write(folder, $"hisi_logs/device-{chip}/history.log", 0, _ => "");
        }
    }

    /// <summary>A hardware fault leaves its event on the device. A reset would destroy this evidence.</summary>
    public static void Record(World world, string fault)
    {
        var text = fault switch
        {
            "chip-alarm" => "event_id=0x8c084e00; device_id={0}; node_type=0x604[adda]; node_id=0; sub_node_id=0; event_type=0x0[Heartbeat Lost]; "
                + "severity=2[Alarm]; assertion=1[Event occur]; description=[Heartbeat Lost]",
            "ecc-uncorrectable" => "event_id=0x80e18400; device_id={0}; node_type=0x70[HBM]; node_id=0; sub_node_id=0; event_type=0x0[new multi bit ecc]; "
                + "severity=1[Warning]; assertion=1[Event occur]; description=[HBM]",
            "chip-hot" => "event_id=0x80e00209; device_id={0}; node_type=0x70[HBM]; node_id=0; sub_node_id=0; event_type=0x9[over temperature]; "
                + "severity=2[Alarm]; assertion=1[Event occur]; description=[HBM]",
            "chip-warning" => "event_id=0x80818200; device_id={0}; node_type=0x40[SoC]; node_id=0; sub_node_id=0; event_type=0x0[about to expire]; "
                + "severity=1[Warning]; assertion=1[Event occur]; description=[SoC]",
            "chips-unavailable" => "device {0}: pcie link lost, heart beat missing",
            _ => null,
        };
        if (text is null)
            return;
        foreach (var chip in world.Faults.Find(fault)!.Npus)
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(world.DeviceLogs, $"slog/dev-os-{chip}/run/event")))
                File.AppendAllText(file, Line("EVENT", "DRV", "dms_poll_task", DateTimeOffset.UtcNow, "dms_event.c:1399",
                    "[fault_manager]" + string.Format(CultureInfo.InvariantCulture, text, chip)));
        }
    }

    public static void Wipe(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            File.WriteAllText(file, "");
    }

    /// <summary>Copies the files of one chip, or all files, and tells each one.</summary>
    public static int CopyTo(string folder, string target, int? chip, Action<string> said)
    {
        var count = 0;
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, file);
            if (chip is { } one && !name.Split('/').Any(p => p == $"dev-os-{one}" || p == $"device-{one}"))
                continue;
            var copy = Path.Combine(target, name);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
            said(name);
            count++;
        }

        return count;
    }

    private static string Events(int chip, DateTimeOffset begun) => $"slog/dev-os-{chip}/run/event/event_{Stamp(begun)}.log";

    private static string Stamp(DateTimeOffset at) => at.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);

    private static string Line(string level, string module, string process, DateTimeOffset at, string source, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"[{level}] {module}(3423,{process}):{at:yyyy-MM-dd-HH:mm:ss.fff}.{at.Microsecond:000} [{source}]{text}\n");

    private static void Write(string folder, string name, int lines, Func<int, string> line)
    {
        var text = new StringBuilder();
        for (var i = 0; i < lines; i++)
            text.Append(line(i));
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.ToString());
    }
}
