using System.Text;
using Agent.Notifications.Texts;

namespace Agent.Notifications.Chats;

/// <summary>Cuts the lines of a message until all that stands around them fits, too.</summary>
internal static class FittingText
{
    /// <param name="lines">The lines, of which the end is cut.</param>
    /// <param name="bytes">The vendor's limit.</param>
    /// <param name="voice">Says what was cut.</param>
    /// <param name="make">Makes of lines what the limit is for.</param>
    public static string Of(string lines, int bytes, Voice voice, Func<string, string> make)
    {
        var made = make(lines);
        var room = Encoding.UTF8.GetByteCount(lines);
        // The spelling of JSON makes bytes more and never fewer: each turn takes away at least what is too much, so few turns are needed.
        while (Encoding.UTF8.GetByteCount(made) - bytes is > 0 and var over && room > 0)
        {
            room = Math.Max(0, room - over);
            made = make(Utf8Cut.To(lines, room, voice));
        }

        return made;
    }
}
