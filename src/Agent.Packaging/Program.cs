using System.Globalization;
using System.Text.Json;
using Agent;
using Agent.Commands.Syntax;
using Agent.Packaging;

// packaging/build.sh calls this. The time is that of the commit, so that the same sources make the same files.
if (args is not [var output, var sample, var assets, var rid, var version, var epoch, var sqlite])
{
    await Console.Error.WriteLineAsync(
        "usage: Agent.Packaging OUTPUT SAMPLE ASSETS RID VERSION EPOCH SQLITE: writes manual pages, completions and the bill of materials to the folder "
        + "OUTPUT");
    return 1;
}

var time = DateTimeOffset.FromUnixTimeSeconds(long.Parse(epoch, CultureInfo.InvariantCulture));
var date = DateOnly.FromDateTime(time.UtcDateTime);
var root = CommandTree.Create();
var pages = CommandPage.Walk(root).ToList();
using var graph = JsonDocument.Parse(await File.ReadAllTextAsync(assets));
Directory.CreateDirectory(output);
foreach (var (name, text) in (IReadOnlyList<(string, string)>)
         [
             ("npu-agent.1", CommandManual.Write(root, version, date)),
             ("agent.yaml.5", ConfigurationManual.Write(AnnotatedSample.Fill(await File.ReadAllTextAsync(sample), PlugIns.Own.Declared), version, date)),
             ("npu-agent.bash", Completions.Bash(pages)),
             ("npu-agent.zsh", Completions.Zsh(pages)),
             ("npu-agent.fish", Completions.Fish(pages)),
             ("sbom.cdx.json", BillOfMaterials.Write(graph.RootElement, rid, version, time, sqlite)),
         ])
    await File.WriteAllTextAsync(Path.Combine(output, name), text);
return 0;
