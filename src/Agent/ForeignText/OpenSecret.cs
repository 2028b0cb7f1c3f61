using System.Text.RegularExpressions;

namespace Agent.ForeignText;

/// <summary>
/// A secret of several lines: a private key between its marks, or the block of a YAML or JSON value. The block holds every line that is indented
/// deeper than its name.
/// </summary>
internal partial struct OpenSecret
{
    // A key of 16384 bits is about 200 lines. Without a limit, one line that names a key would remove the rest of the log.
    private const int MostLines = 256;

    /// <summary>The beginnings of a private key, in PEM and in SSH2.</summary>
    public static readonly string[] KeyBegins = ["-----BEGIN ", "---- BEGIN "];

    private int _keyLines;
    private int _blockLines;
    private int _blockIndent;

    public readonly bool IsOpen => _keyLines > 0 || _blockLines > 0;

    /// <returns>Null: the line belongs to no secret. True: a key begins in it. False: it belongs to a secret that began before.</returns>
    public bool? Takes(string line)
    {
        var begins = Array.Exists(KeyBegins, b => line.Contains(b, StringComparison.Ordinal)) && line.Contains("PRIVATE KEY", StringComparison.Ordinal);
        if (begins || _keyLines > 0)
        {
            _keyLines = line.Contains("---- END ", StringComparison.Ordinal) || line.Contains("-----END ", StringComparison.Ordinal) ? 0
                : begins ? MostLines : _keyLines - 1;
            return begins;
        }

        if (_blockLines > 0 && (IndentOf(line) > _blockIndent || string.IsNullOrWhiteSpace(line)))
        {
            _blockLines--;
            return false;
        }

        _blockLines = SecretNames.MayHaveValue(line) && BlockBegin().IsMatch(line) ? MostLines : 0;
        _blockIndent = IndentOf(line);
        return null;
    }

    private static int IndentOf(string line) => line.Length - line.AsSpan().TrimStart(" -").Length;

    // A mark of a block, or nothing but the bracket of a list behind a name that cannot be the name of a part.
    [GeneratedRegex(@"(?:(?:secret|token|passwd|password|passphrase|credentials?|key)[""']?[ \t]{0,9}:[ \t]{0,9}[|>][0-9+-]{0,2}" +
        @"|(?:api[_-]?keys?|secrets?|passwords?|passwd|passphrases?)[""']?[ \t]{0,9}:[ \t]{0,9}\[?)[ \t]{0,9}\r?\n?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 5000)]
    private static partial Regex BlockBegin();
}
