using System.Text;

namespace Agent.Domain;

/// <summary>
/// Members of enums as people, scripts and the configuration spell them: kebab-case, in texts as in JSON, labels and options. A member
/// never goes into a text as C# spells it.
/// </summary>
public static class Words
{
    public static string Of(Enum member) => Kebab(member.ToString());

    public static string Kebab(string name)
    {
        var word = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]))
                word.Append('-');
            word.Append(char.ToLowerInvariant(name[i]));
        }

        return word.ToString();
    }

    /// <returns>Null for what is no such word; a number is none, unlike for Enum.Parse.</returns>
    public static T? Parse<T>(string word)
        where T : struct, Enum
    {
        foreach (var member in Enum.GetValues<T>())
        {
            if (Of(member) == word)
                return member;
        }

        return null;
    }
}
