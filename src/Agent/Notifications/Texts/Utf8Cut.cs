using System.Text;

namespace Agent.Notifications.Texts;

/// <summary>Cuts to the size that a vendor allows, in bytes, never inside a character, and says so.</summary>
internal static class Utf8Cut
{
    public static string To(string text, int bytes, Voice voice)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        if (size <= bytes)
            return text;
        var note = voice.Of($"\n... cut: {size} bytes, {bytes} fit", $"\n……已截断：共 {size} 字节，上限 {bytes} 字节");
        var room = bytes - Encoding.UTF8.GetByteCount(note);
        return room <= 0 ? Beginning(text, bytes) : Beginning(text, room) + note;
    }

    /// <summary>As much of the text as fits, with nothing behind it: for titles.</summary>
    public static string Beginning(string text, int bytes)
    {
        var taken = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            taken += rune.Utf8SequenceLength;
            if (taken > bytes)
                break;
            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }
}
