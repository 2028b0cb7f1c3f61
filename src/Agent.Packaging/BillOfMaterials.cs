using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Agent.Packaging;

/// <summary>
/// The SBOM (CycloneDX 1.6) of the native program. It comes from the restore graph: packages whose assemblies were compiled in, the .NET runtime that
/// they were compiled with, and SQLite, which is linked in from its own source.
/// </summary>
internal static class BillOfMaterials
{
    public static string Write(JsonElement assets, string rid, string version, DateTimeOffset time, string sqlite)
    {
        var folders = assets.GetProperty("packageFolders").EnumerateObject().Select(f => f.Name).ToList();
        var components = Packages(assets, rid, folders)
            .Concat(Runtime(assets, rid))
            .Append(new JsonObject
            {
                ["type"] = "library",
                ["name"] = "sqlite",
                ["version"] = sqlite,
                ["purl"] = $"pkg:generic/sqlite@{sqlite}",
                ["licenses"] = Expression("blessing")
            })
            .OrderBy(c => (string)c["purl"]!, StringComparer.Ordinal);
        var document = new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["timestamp"] = time.ToString("yyyy-MM-ddTHH:mm:ssZ"),
                ["component"] = new JsonObject { ["type"] = "application", ["name"] = "npu-agent", ["version"] = version, ["licenses"] = Expression("MIT") },
            },
            ["components"] = new JsonArray([.. components]),
        };
        return document.ToJsonString(new JsonSerializerOptions
        {
            WriteIndented = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
        }) + "\n";
    }

    /// <summary>Analyzers and NuGet's native libraries have no assembly for run time. So they are not in the program.</summary>
    private static IEnumerable<JsonObject> Packages(JsonElement assets, string rid, IReadOnlyList<string> folders) =>
        from package in assets.GetProperty("targets").GetProperty($"net10.0/{rid}").EnumerateObject()
        where package.Value.GetProperty("type").GetString() == "package"
        where package.Value.TryGetProperty("runtime", out var runtime) && runtime.EnumerateObject().Any(f => f.Name.EndsWith(".dll", StringComparison.Ordinal))
        let library = assets.GetProperty("libraries").GetProperty(package.Name)
        let licence = Licence(folders, library.GetProperty("path").GetString()!)
        select Component(package.Name.Split('/')[0], package.Name.Split('/')[1], licence, Convert.FromBase64String(library.GetProperty("sha512").GetString()!));

    private static IEnumerable<JsonObject> Runtime(JsonElement assets, string rid) =>
        from pack in assets.GetProperty("project").GetProperty("frameworks").GetProperty("net10.0").GetProperty("downloadDependencies").EnumerateArray()
        let name = pack.GetProperty("name").GetString()!
        where name.EndsWith($".Runtime.{rid}", StringComparison.Ordinal) || name.EndsWith($".NativeAOT.{rid}", StringComparison.Ordinal)
        select Component(name, pack.GetProperty("version").GetString()!.Trim('[', ']').Split(',')[0], "MIT", hash: null);

    private static JsonObject Component(string name, string version, string? licence, byte[]? hash)
    {
        var component = new JsonObject { ["type"] = "library", ["name"] = name, ["version"] = version, ["purl"] = $"pkg:nuget/{name}@{version}" };
        if (hash is not null)
            component["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(hash) });
        if (licence is not null)
            component["licenses"] = Expression(licence);
        return component;
    }

    private static JsonArray Expression(string licence) => new(new JsonObject { ["expression"] = licence });

    /// <summary>The SPDX expression from the package's own description. Older descriptions only name a page, which is no licence.</summary>
    private static string? Licence(IReadOnlyList<string> folders, string path) =>
        folders.Select(f => Path.Combine(f, path)).Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "*.nuspec"))
            .SelectMany(f => XDocument.Load(f).Descendants())
            .FirstOrDefault(e => e.Name.LocalName == "license" && e.Attribute("type")?.Value == "expression")?.Value;
}
