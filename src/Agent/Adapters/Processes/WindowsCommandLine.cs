using System.Text;

namespace Agent.Adapters.Processes;

/// <summary>Windows hands a program one string; programs split it by the rules of the C runtime.</summary>
internal static class WindowsCommandLine
{
    public static string Of(CommandLine command) => string.Join(' ', command.Arguments.Prepend(command.Program).Select(Quote));

    private static string Quote(string word)
    {
        if (word.Length > 0 && word.IndexOfAny([' ', '\t', '"']) < 0)
            return word;
        var quoted = new StringBuilder("\"");
        var slashes = 0;
        foreach (var letter in word)
        {
            // Backslashes are special only before a quotation mark: there each one is written twice.
            quoted.Append('\\', letter == '"' ? slashes + 1 : 0).Append(letter);
            slashes = letter == '\\' ? slashes + 1 : 0;
        }

        return quoted.Append('\\', slashes).Append('"').ToString();
    }
}
