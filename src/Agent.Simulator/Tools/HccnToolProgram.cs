using System.Globalization;
using System.Text;

namespace Agent.Simulator.Tools;

/// <summary>hccn_tool of 910B boards: one network port a chip, with a cable, without a detection address. It answers as in the captures.</summary>
internal static class HccnToolProgram
{
    private const int NoCommand = 1;
    private const int Busy = 7;
    private const int NoDevice = 3;

    public static int Run(World world, string[] arguments)
    {
        world.LogCall("hccn_tool", arguments);
        // The real tool works for one caller at a time.
        using var turn = world.TryHold("hccn_tool.lock");
        if (turn is null)
            return Fail("hccn_tool is busy, please try again.", Busy);
        if (arguments is not ["-i", var id, ['-', .. var item], "-g"] || !int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var chip))
            return Fail("Usage: enter [ hccn_tool -h ] for more details.", NoCommand);
        if (world.Driver.IsDown || !world.Chips.Contains(chip))
            return Fail("The device is not exist!", NoDevice);

        var down = world.Faults.Hits("link-down", chip);
        return item switch
        {
            "link" => Print($"link status: {(down ? "DOWN" : "UP")}\n"),
            "net_health" => Print($"net health status: {(down ? "Fault" : "Init")}\n"),
            "link_stat" => Print(History(world, chip)),
            "optical" => Print(Optical(chip, down)),
            "speed" => Print("Speed: 200000 Mb/s\n"),
            "fec" => Print("fec mode: rs FEC mode\n"),
            "ip" => Print($"ipaddr:192.0.2.{10 + chip}\nnetmask:255.255.255.0\n"),
            "stat" => Print($"packet statistics:\nmac_tx_total_pkt_num:{1000 + chip}\nmac_rx_bad_pkt_num:0\nroce_rx_all_pkt_num:0\nroce_tx_all_pkt_num:0\nroce_rx_err_pkt_num:0\nroce_tx_err_pkt_num:0\nroce_new_pkt_rty_num:0\n"),
            _ => Fail("The command is not supported on this product.", NoCommand),
        };
    }

    /// <summary>The changes of the link, newest first, by the clock of the device.</summary>
    private static string History(World world, int chip)
    {
        var text = new StringBuilder();
        text.Append($"[devid {chip}]current time        : {Time(DateTimeOffset.UtcNow)}\n[devid {chip}]link up count       : 1\n[devid {chip}]link change "
            + $"records :\n");
        if (world.Faults.Hits("link-down", chip))
            text.Append($"[devid {chip}]    {Time(world.Faults.Find("link-down")!.At)}    LINK DOWN\n");
        return text.Append($"[devid {chip}]    {Time(world.MadeAt)}    LINK UP\n").ToString();
    }

    private static string Optical(int chip, bool down)
    {
        var text = new StringBuilder("optical info:\n");
        Add("present", "present");
        Add("temperature", $"{44 + chip % 4} C");
        Add("high power enable reg", "enabled");
        Add("vendor name", "Hisense");
        Add("vendor part number", "LMQ8611-PC+");
        Add("vendor serial number", $"V000000000{chip}");
        Add("xsfp identifier", "QSFP+ or later");
        Add("xsfp wave length", "850 nm");
        Add("Vcc", "3262.90 mV");
        for (var lane = 0; lane < 4; lane++)
        {
            Add($"Tx Power{lane}", $"1.4{lane}03 mW");
            Add($"Rx Power{lane}", down ? "0.0000 mW" : $"1.0{lane}89 mW");
        }

        Add("Vcc High Thres", "3465.00 mV");
        Add("Vcc Low Thres", "3135.00 mV");
        Add("Temp High Thres", "70 C");
        Add("Temp Low Thres", "0 C");
        Add("RxPower High Thres", "3.5481 mW");
        Add("RxPower Low Thres", "0.1445 mW");
        for (var lane = 0; lane < 4; lane++)
            Add($"Tx Bias{lane}", $"7.92{lane}0 mA");
        Add("Tx Los Flag", "0x0");
        Add("Rx Los Flag", down ? "0xff" : "0x0");
        Add("Tx LoL Flag", "0x0");
        Add("Rx LoL Flag", down ? "0xff" : "0x0");
        for (var lane = 0; lane < 4; lane++)
            Add($"Host SNR Lane{lane}", "not supported");
        for (var lane = 0; lane < 4; lane++)
            Add($"Media SNR Lane{lane}", down ? "0.0000 dB" : $"22.{lane}211 dB");
        return text.ToString();

        void Add(string key, string value) => text.Append($"{key,-21}: {value}\n");
    }

    private static string Time(DateTimeOffset at) =>
        $"{at.ToString("ddd MMM", CultureInfo.InvariantCulture)} {at.Day,2} {at.ToString("HH:mm:ss yyyy", CultureInfo.InvariantCulture)}";

    private static int Print(string text)
    {
        Console.Write(text);
        return 0;
    }

    private static int Fail(string text, int code)
    {
        Console.Error.WriteLine(text);
        return code;
    }
}
