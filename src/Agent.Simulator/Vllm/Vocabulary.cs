using System.Collections.Concurrent;

namespace Agent.Simulator.Vllm;

/// <summary>
/// The ids of words. An id follows from its word. The way back works only for words that the model can say and words that it was given to tokenize.
/// </summary>
internal static class Vocabulary
{
    private const uint Size = 150_000;

    private static readonly ConcurrentDictionary<uint,
        string> Words = new(LanguageModel.Words.Distinct().Select(w => KeyValuePair.Create(LanguageModel.Hash(w) % Size, w)).DistinctBy(w => w.Key));

    public static uint Id(string word)
    {
        var id = LanguageModel.Hash(word) % Size;
        Words.TryAdd(id, word);
        return id;
    }

    public static string Word(uint id) => Words.TryGetValue(id, out var word) ? word : $" {id}";
}
