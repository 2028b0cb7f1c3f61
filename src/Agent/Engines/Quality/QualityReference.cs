using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters;
using Agent.Adapters.Files;
using Agent.Adapters.VllmHttp;

namespace Agent.Engines.Quality;

/// <summary>The answers of an engine when a person found it good, token by token.</summary>
/// <param name="Fingerprint">vLLM's own fingerprint of version, parallelism and configuration. Old versions give none.</param>
internal sealed record QualityReference(string Engine, string Model, string? Version, string? Fingerprint, DateTimeOffset At,
    IReadOnlyList<ReferenceAnswer> Answers);

/// <param name="Tokens">The tokens of the answer, as that engine scored them.</param>
internal sealed record ReferenceAnswer(string Prompt, string Text, IReadOnlyList<TokenScore> Tokens);

/// <summary>The reference of an engine in the state folder: one file, so that it can be copied to other hosts of the same build.</summary>
internal sealed class ReferenceFile(string stateFolder, string engine)
{
    public string Path { get; } = System.IO.Path.Combine(stateFolder, "quality", engine + ".json");

    /// <summary>The time when it was written. A file that is not there has a time, too.</summary>
    public DateTime WrittenAt => File.GetLastWriteTimeUtc(Path);

    /// <returns>Null when there is none.</returns>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public QualityReference? Read()
    {
        try
        {
            var reference = JsonSerializer.Deserialize(File.ReadAllText(Path), ReferenceJson.Default.QualityReference);
            return reference is null || IsWhole(reference) ? reference : throw new JsonException("a part of it is missing");
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception broken) when (broken is JsonException or UnauthorizedAccessException or IOException)
        {
            throw new InvalidDataException($"{Path} cannot be read: {broken.Message}", broken);
        }
    }

    private static bool IsWhole(QualityReference reference) =>
        reference is { Engine: not null, Model: not null, Answers: not null }
        && reference.Answers.All(a => a is { Prompt: not null, Text: not null, Tokens: not null } && a.Tokens.All(t => t is { Top: not null }));

    public void Write(QualityReference reference) => WholeFile.Write(Path, JsonSerializer.Serialize(reference, ReferenceJson.Readable.QualityReference));
}

[JsonSerializable(typeof(QualityReference))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class ReferenceJson : JsonSerializerContext
{
    public static readonly ReferenceJson Readable = new(JsonSpelling.Options(indented: false));
}
