namespace Agent.Domain;

/// <summary>The languages that operators read.</summary>
public enum Language
{
    English,
    Chinese,
}

/// <summary>A text for people, in every language of <see cref="Language"/>.</summary>
public sealed record LocalText(string English, string Chinese)
{
    public string In(Language language) => language == Language.Chinese ? Chinese : English;
}
