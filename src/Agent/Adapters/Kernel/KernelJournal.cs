using System.Globalization;
using System.Text;
using System.Text.Json;
using Agent.Adapters.Processes;

namespace Agent.Adapters.Kernel;

/// <summary>
/// The kernel's lines in the systemd journal, for an agent that may not read /dev/kmsg (kernel.dmesg_restrict): its user needs
/// the group systemd-journal or adm. Each question asks for what came after the last line that was seen.
/// </summary>
internal sealed class KernelJournal(IProcessRunner processes, TimeSpan deadline, TimeProvider clock) : IKernelLog
{
    // As many lines as a call may give, as long as lines of a driver are with all the fields that journald adds.
    private const int BytesALine = 2048;

    private DateTimeOffset? _since;
    private string? _cursor;
    private long _skipped;

    public async Task<KernelLines> ReadNewAsync(int limit, CancellationToken cancellation)
    {
        _since ??= clock.GetUtcNow();
        // journald stamps by the host's clock. Where that was set back, a time of before would hide all that the kernel says from now on.
        var since = (_since.Value + clock.SetBy()).ToUnixTimeSeconds();
        string[] from = _cursor is { } seen ? ["--after-cursor", seen] : ["--since", string.Create(CultureInfo.InvariantCulture, $"@{since}")];
        // -n with a number gives the newest ones.
        var command = new CommandLine("journalctl", ["-k", "--no-pager", "-q", "-o", "json", "-n", limit.ToString(CultureInfo.InvariantCulture), .. from]);
        var result = await processes.RunAsync(command, new ProcessLimits(deadline, limit * BytesALine), cancellation: cancellation);
        if (!result.Succeeded)
        {
            // The cursor may point to a file that was rotated away. What comes from now on is seen again.
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
        // The journal numbers all its entries and not the kernel's alone, so this is the most that may have been passed over.
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
            var priority = entry.TryGetProperty("PRIORITY", out var word) && int.TryParse(word.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 6;
            return (new KernelLine(priority, Message(message)), cursor.GetString() ?? "");
        }
        catch (Exception cut) when (cut is JsonException or InvalidOperationException)
        {
            // The last line where the output was too long.
            return null;
        }
    }

    // Bytes that are no text come as a list of numbers; a message that is too long comes as null.
    private static string Message(JsonElement message) => message.ValueKind switch
    {
        JsonValueKind.String => message.GetString()!,
        JsonValueKind.Array => Encoding.UTF8.GetString([.. message.EnumerateArray().Select(b => b.TryGetByte(out var value) ? value : (byte)'?')]),
        _ => "",
    };

    // "s=ID;i=HEX;b=BOOT;m=...": i is the number of the entry.
    private static long Number(string cursor) =>
        cursor.Split(';').FirstOrDefault(p => p.StartsWith("i=", StringComparison.Ordinal)) is { } part && long.TryParse(part[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
