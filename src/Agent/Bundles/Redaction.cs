using System.Text;
using System.Text.RegularExpressions;

namespace Agent.Bundles;

/// <summary>
/// Takes secrets out of text on its way into a bundle: every secret of the configuration, and what looks like one
/// (facts/operations.md 9.2). Line by line, so that memory stays small. Files with NUL bytes are no text and pass unchanged.
/// </summary>
internal sealed partial class Redaction(IEnumerable<string> secrets)
{
    private const string Mark = "[redacted]";
    private const int LineChars = 64 * 1024;

    // Longest first: a secret that holds another must go as a whole.
    private readonly string[] _secrets = [.. secrets.Where(s => s.Length >= 4).Distinct(StringComparer.Ordinal).OrderByDescending(s => s.Length)];

    /// <returns>False when the text was cut at the limit.</returns>
    public bool Copy(Stream source, Stream target, long limit)
    {
        var head = new byte[4096];
        var count = source.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        using var whole = new Prepended(head.AsMemory(0, count), source);
        if (head.AsSpan(0, count).Contains((byte)0))
            return CopyBytes(whole, target, limit);

        using var reader = new StreamReader(whole, Encoding.UTF8, false, 64 * 1024, leaveOpen: true);
        using var writer = new StreamWriter(target, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
        var line = new StringBuilder();
        var inKey = false;
        long written = 0;
        for (var next = reader.Read(); ; next = reader.Read())
        {
            if (next >= 0)
                line.Append((char)next);
            if (next is not ('\n' or -1) && line.Length < LineChars)
                continue;

            var clean = Clean(line.ToString(), ref inKey);
            written += clean.Length;
            if (written > limit)
                return false;
            writer.Write(clean);
            line.Clear();
            if (next < 0)
                return true;
        }
    }

    public string Clean(string text)
    {
        var inKey = false;
        return string.Join('\n', text.Split('\n').Select(line => Clean(line, ref inKey)));
    }

    private string Clean(string line, ref bool inKey)
    {
        // A private key spans lines; everything from its first to its last line goes.
        if (inKey || line.Contains("-----BEGIN ", StringComparison.Ordinal) && line.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            inKey = !line.Contains("-----END ", StringComparison.Ordinal);
            return inKey ? "" : Mark + "\n";
        }

        foreach (var secret in _secrets)
            line = line.Replace(secret, Mark, StringComparison.Ordinal);
        line = Named().Replace(line, "$1" + Mark);
        line = Tokens().Replace(line, Mark);
        line = Webhooks().Replace(line, "$1" + Mark);
        return UserInfo().Replace(line, "$1" + Mark + "@");
    }

    private static bool CopyBytes(Stream source, Stream target, long limit)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = source.Read(buffer)) > 0;)
        {
            if (target.Length + read > limit)
                return false;
            target.Write(buffer, 0, read);
        }

        return true;
    }

    [GeneratedRegex(@"((?:authorization|x-api-key)\s*[:=]\s*(?:bearer\s+|basic\s+)?|(?:[\w-]*(?:api[_-]?key|access[_-]?key|secret|token|passwd|password))[""']?\s*[:=]\s*[""']?)(?!\[redacted\])[^\s""',;&}]{4,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 500)]
    private static partial Regex Named();

    [GeneratedRegex(@"\b(?:hf_[A-Za-z0-9]{20,}|sk-[A-Za-z0-9_-]{16,}|SEC[0-9a-f]{64}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,})", RegexOptions.CultureInvariant, 500)]
    private static partial Regex Tokens();

    [GeneratedRegex(@"((?:oapi\.dingtalk\.com/robot/send\?access_token=|qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=|open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook/|hooks\.slack\.com/services/))[^\s""']+", RegexOptions.CultureInvariant, 500)]
    private static partial Regex Webhooks();

    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]*://)[^\s/@:]+:[^\s/@]+@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 500)]
    private static partial Regex UserInfo();

    /// <summary>The bytes that were looked at, and the rest of the stream behind them.</summary>
    private sealed class Prepended(ReadOnlyMemory<byte> head, Stream rest) : Stream
    {
        private ReadOnlyMemory<byte> _head = head;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (_head.IsEmpty)
                return rest.Read(buffer);
            var count = Math.Min(buffer.Length, _head.Length);
            _head.Span[..count].CopyTo(buffer);
            _head = _head[count..];
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
