using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters.VllmHttp;

namespace Agent.Engines.Quality;

/// <summary>What an engine said when a person found it good, token by token.</summary>
/// <param name="Fingerprint">vLLM's own, of version, parallelism and configuration; old versions give none.</param>
internal sealed record QualityReference(string Engine, string Model, string? Version, string? Fingerprint, DateTimeOffset At, IReadOnlyList<ReferenceAnswer> Answers);

/// <param name="Tokens">Of the answer, as that engine scored them.</param>
internal sealed record ReferenceAnswer(string Prompt, string Text, IReadOnlyList<TokenScore> Tokens);

/// <summary>The reference of an engine in the state folder: one file, so that it can be copied to other hosts of the same build.</summary>
internal sealed class ReferenceFile(string stateFolder, string engine)
{
    public string Path { get; } = System.IO.Path.Combine(stateFolder, "quality", engine + ".json");

    /// <summary>When it was written; a file that is not there has a time, too.</summary>
    public DateTime WrittenAt => File.GetLastWriteTimeUtc(Path);

    /// <returns>Null when there is none.</returns>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public QualityReference? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(Path), ReferenceJson.Default.QualityReference);
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

    public void Write(QualityReference reference)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var temporary = Path + ".new";
        File.WriteAllText(temporary, JsonSerializer.Serialize(reference, ReferenceJson.Readable.QualityReference));
        File.Move(temporary, Path, overwrite: true);
    }
}

[JsonSerializable(typeof(QualityReference))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class ReferenceJson : JsonSerializerContext
{
    public static readonly ReferenceJson Readable = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
