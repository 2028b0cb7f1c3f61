using System.Text.Json;
using Agent.Adapters.Files;
using Agent.Domain;

namespace Agent.Reports.Health;

/// <summary>
/// Health reports that are kept: each as JSON, of which it can be told again in either language, and as a page for a browser.
/// </summary>
internal sealed class ReportFolder(string stateFolder)
{
    private const string Json = ".json";
    private const string Html = ".html";

    public string Path { get; } = System.IO.Path.Combine(stateFolder, "reports");

    public string PageOf(string name) => System.IO.Path.Combine(Path, name + Html);

    public bool Has(string name) => File.Exists(System.IO.Path.Combine(Path, name + Json));

    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Keep(string name, HealthDocument document, Language language)
    {
        WholeFile.Write(PageOf(name), HealthReport.Write(document, ReportFormat.Html, language));
        // The last one says that the report is whole.
        WholeFile.Write(System.IO.Path.Combine(Path, name + Json), JsonSerializer.Serialize(document, DocumentJson.Compact.HealthDocument));
    }

    /// <summary>Null: it is not there, or not one of this version.</summary>
    public HealthDocument? Read(string name)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(System.IO.Path.Combine(Path, name + Json)), DocumentJson.Compact.HealthDocument);
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Drops what was written before a time. The newest of its kind stays, whatever a clock says: a receiver may still wait for it.</summary>
    public void Sweep(string kind, DateTimeOffset before)
    {
        try
        {
            var kept = new DirectoryInfo(Path).EnumerateFiles(kind + "-*").Where(f => f.Extension is Json or Html).OrderByDescending(f => f.LastWriteTimeUtc);
            foreach (var old in kept.Skip(2).Where(f => f.LastWriteTimeUtc < before.UtcDateTime))
                old.Delete();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A clean-up that fails is made up for by the next one.
        }
    }
}
