using System.Text.Json;

namespace Agent.Simulator.Control;

internal static class StatusCommand
{
    public static int Faults(Flags flags)
    {
        if (flags.Json)
        {
            return Json(json =>
            {
                json.WriteStartArray();
                foreach (var (name, standing, story) in FaultList.All)
                {
                    json.WriteStartObject();
                    json.WriteString("name", name);
                    json.WriteString("kind", standing ? "standing" : "once");
                    json.WriteString("story", story);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
        }

        foreach (var (name, standing, story) in FaultList.All)
            Console.WriteLine($"{name,-22} {(standing ? "standing" : "once"),-9} {story}");
        return 0;
    }

    public static int Run(World world, Flags flags)
    {
        if (flags.Json)
            return Json(json => Write(json, world));
        var settings = world.Settings;
        Console.WriteLine($"profile {settings.Profile}, pace {settings.Pace}, chips {string.Join(' ', world.Chips)} of {settings.Chips}, driver "
            + $"{(world.Driver.IsDown ? "down" : "up")}");
        Console.WriteLine($"faults: {string.Join(' ', world.Faults.Standing)}");
        foreach (var engine in world.Engines())
            Console.WriteLine($"engine on port {engine.Port}: process {engine.Pid}, children {string.Join(' ', Processes.Descendants(engine.Pid))}");
        foreach (var holder in world.Memory.Holders())
            Console.WriteLine($"chip {holder.Chip}: {holder.Megabytes} MB by {holder.Pid} {holder.Name}");
        return 0;
    }

    private static void Write(Utf8JsonWriter json, World world)
    {
        json.WriteStartObject();
        json.WriteString("profile", world.Settings.Profile);
        json.WriteNumber("pace", world.Settings.Pace);
        json.WriteString("driver", world.Driver.IsDown ? "down" : "up");
        json.WriteStartArray("faults");
        foreach (var fault in world.Faults.Standing)
            json.WriteStringValue(fault);
        json.WriteEndArray();
        json.WriteStartArray("chips");
        var holders = world.Memory.Holders();
        foreach (var chip in Enumerable.Range(0, world.Settings.Chips))
        {
            json.WriteStartObject();
            json.WriteNumber("npu", chip);
            json.WriteBoolean("listed", world.Chips.Contains(chip));
            json.WriteNumber("used_mb", world.Memory.Used(chip));
            json.WriteStartArray("holders");
            foreach (var holder in holders.Where(h => h.Chip == chip))
            {
                json.WriteStartObject();
                json.WriteNumber("pid", holder.Pid);
                json.WriteString("name", holder.Name);
                json.WriteNumber("mb", holder.Megabytes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("engines");
        foreach (var engine in world.Engines())
        {
            json.WriteStartObject();
            json.WriteNumber("port", engine.Port);
            json.WriteNumber("pid", engine.Pid);
            json.WriteStartArray("children");
            foreach (var child in Processes.Descendants(engine.Pid))
                json.WriteNumberValue(child);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static int Json(Action<Utf8JsonWriter> write)
    {
        using (var output = Console.OpenStandardOutput())
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
            write(json);
        Console.WriteLine();
        return 0;
    }
}
