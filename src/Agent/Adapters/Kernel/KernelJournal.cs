using System.Globalization;
using System.Text;
using System.Text.Json;
using Agent.Adapters.Processes;

namespace Agent.Adapters.Kernel;

/// <summary>
/// The kernel's lines in the systemd journal, for an agent that may not read /dev/kmsg (kernel.dmesg_restrict). The agent's user needs the group
/// systemd-journal or adm. Each question asks for the lines after the last line that was seen.
/// </summary>
internal sealed class KernelJournal(IProcessRunner processes, TimeSpan deadline, TimeProvider clock) : IKernelLog
{
    // Enough bytes for as many lines as a call may give: about the length of a driver's line with all the fields that journald adds.
    private const int BytesALine = 2048;

    private DateTimeOffset? _since;
    private string? _cursor;
    private long _skipped;

    public async Task<KernelLines> ReadNewAsync(int limit, CancellationToken cancellation)
    {
        _since ??= clock.GetUtcNow();
        // journald stamps by the host's clock. If that clock was set back, the old time would hide every new line of the kernel.
        var since = (_since.Value + clock.SetBy()).ToUnixTimeSeconds();
        string[] from = _cursor is { } seen ? ["--after-cursor", seen] : ["--since", string.Create(CultureInfo.InvariantCulture, $"@{since}")];
        // -n with a number gives the newest lines.
        var command = new CommandLine("journalctl", ["-k", "--no-pager", "-q", "-o", "json", "-n", limit.ToString(CultureInfo.InvariantCulture), .. from]);
        var result = await processes.RunAsync(command, new ProcessLimits(deadline, limit * BytesALine), cancellation: cancellation);
        if (!result.Succeeded)
        {
            // The cursor may point to a file that was rotated away. Without it, the next lines are seen again.
            (_cursor, _since) = (null, null);
            throw new IOException(result.Describe());
        }

        return new KernelLines(Lines(result.Output, limit), _skipped);
    }

    public void Dispose()
    {
    }

    private List<KernelLine> Lines(string output, int limit)
    {
        List<(KernelLine Line, string Cursor)> read = [.. output.Split('\n').Select(Parse).OfType<(KernelLine, string)>()];
        if (read.Count == 0)
            return [];
        // The journal numbers all its entries and not only those of the kernel. So this is the highest number that may have been passed over.
        if (read.Count >= limit && _cursor is { } before && Number(read[0].Cursor) - Number(before) - 1 is > 0 and var passed)
            _skipped += passed;
        _cursor = read[^1].Cursor;
        return read.ConvertAll(r => r.Line);
    }

    private static (KernelLine, string)? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var entry = document.RootElement;
            if (!entry.TryGetProperty("__CURSOR", out var cursor) || !entry.TryGetProperty("MESSAGE", out var message))
                return null;
            var priority = entry.TryGetProperty("PRIORITY", out var word)
                && int.TryParse(word.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 6;
            return (new KernelLine(priority, Message(message)), cursor.GetString() ?? "");
        }
        catch (Exception cut) when (cut is JsonException or InvalidOperationException)
        {
            // This is the last line of an output that was cut.
            return null;
        }
    }

    // journald writes bytes that are no text as a list of numbers, and a message that is too long as null.
    private static string Message(JsonElement message) => message.ValueKind switch
    {
        JsonValueKind.String => message.GetString()!,
        JsonValueKind.Array => Encoding.UTF8.GetString([.. message.EnumerateArray().Select(b => b.TryGetByte(out var value) ? value : (byte)'?')]),
        _ => "",
    };

    // "s=ID;i=HEX;b=BOOT;m=...": i is the number of the entry.
    private static long Number(string cursor) =>
        cursor.Split(';').FirstOrDefault(p => p.StartsWith("i=", StringComparison.Ordinal)) is { } part
            && long.TryParse(part[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
