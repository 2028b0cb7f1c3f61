using System.Buffers;

namespace Agent.Engines.Causes;

/// <summary>
/// Tells whether one of many words is in a text. One vector search takes up to 80 words, but it tells them apart by only
/// eight patterns of three letters. If a pattern holds many words, nearly every English text looks like one of them and is
/// compared letter by letter. A few searches for a dozen similar words each are five times as fast (measured on engine logs).
/// </summary>
internal sealed class WordSearch
{
    private const int WordsAtOnce = 12;

    private readonly SearchValues<string>[] _searches;

    public WordSearch(IEnumerable<string> words)
    {
        var distinct = words.Distinct(StringComparer.Ordinal).ToArray();
        // If a text holds a word, it also holds every word inside that word.
        var least = distinct.Where(word => !distinct.Any(other => other != word && word.Contains(other, StringComparison.Ordinal)));
        _searches = [.. least.Order(StringComparer.Ordinal).Chunk(WordsAtOnce).Select(some => SearchValues.Create(some, StringComparison.Ordinal))];
    }

    public bool FindsIn(ReadOnlySpan<char> text)
    {
        foreach (var search in _searches)
        {
            if (text.ContainsAny(search))
                return true;
        }

        return false;
    }
}
