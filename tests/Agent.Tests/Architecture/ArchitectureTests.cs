using System.Reflection;
using System.Text.RegularExpressions;
using Agent.Bundles;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Notifications;
using Agent.Probes;
using Agent.Remedies;

namespace Agent.Tests.Architecture;

/// <summary>The map of CONTRIBUTING.md, held against the program.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Sources = FoldersOfAgent.Sources;

    private static readonly MapOfFolders Map = new(File.ReadAllText(Path.Combine(Repository(), "CONTRIBUTING.md")));

    private static readonly IReadOnlyList<(string From, string To, string How)> Uses = FoldersOfAgent.Uses();

    [Fact]
    public void The_map_is_an_order() => Map.OutOfOrder().ShouldBeEmpty();

    [Fact]
    public void Every_folder_is_on_the_map() =>
        FoldersOfAgent.Files().Select(f => f.Folder).Distinct(StringComparer.Ordinal).Where(f => !Map.Folders.Contains(f)).ShouldBeEmpty();

    [Fact]
    public void A_folder_uses_what_the_map_allows()
    {
        // A checker that sees nothing finds nothing.
        Uses.Count.ShouldBeGreaterThan(1000);
        Uses.Where(u => !Map.Allows(u.From, u.To)).Select(u => $"{u.From} -> {u.To}: {u.How}").Distinct(StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public void No_folders_use_each_other() => new FolderGraph(Uses.Select(u => (u.From, u.To))).Knots().ShouldBeEmpty();

    // The checker goes by namespaces.
    [Fact]
    public void A_namespace_is_a_folder() =>
        FoldersOfAgent.Files()
            .Where(f => !File.ReadLines(f.Path).Contains($"namespace {NamespaceOf(f.Name)};", StringComparer.Ordinal))
            .Select(f => f.Name).ShouldBeEmpty();

    [Fact]
    public void Every_plug_in_is_in_its_list()
    {
        foreach (var (plugIn, list) in (IEnumerable<(Type, Type)>)
                 [
                     (typeof(IProbe), typeof(ProbeList)), (typeof(IRemedy), typeof(RemedyList)), (typeof(INotifier), typeof(NotifierList)),
                     (typeof(IBundleSource), typeof(BundleSourceList)),
                 ])
        {
            var text = File.ReadAllText(Directory.EnumerateFiles(Sources, list.Name + ".cs", SearchOption.AllDirectories).Single());
            var kinds = plugIn.Assembly.GetTypes()
                .Where(t => t is { IsInterface: false, IsAbstract: false } && t.IsAssignableTo(plugIn) && !t.IsNested).ToList();
            kinds.ShouldNotBeEmpty();
            kinds.Where(k => !text.Contains($"new {k.Name}(", StringComparison.Ordinal)).Select(k => k.Name).ShouldBeEmpty(list.Name);
        }
    }

    // Whoever names a fault of an engine beside its judge gives a recovery that the other signs would have spoken against.
    [Fact]
    public void No_probe_names_a_fault_of_an_engine_that_a_recovery_follows() =>
        (from file in Directory.EnumerateFiles(Path.Combine(Sources, "Probes"), "*.cs", SearchOption.AllDirectories)
         from Match used in FaultNames().Matches(File.ReadAllText(file))
         let code = (string)typeof(FaultCodes).GetField(used.Groups[1].Value)!.GetRawConstantValue()!
         where FaultCatalog.Default[code] is { On: SubjectKind.Engine, StartsAt: > Rung.Note }
         select $"{Path.GetRelativePath(Sources, file)} names {code}").Distinct(StringComparer.Ordinal).ShouldBeEmpty();

    // What the loop owns has one writer: a second one would be a second loop.
    [Theory]
    [InlineData(@"\.Wanted = ", "SupervisionMemory.cs")]
    [InlineData(@"Signs\.Publish\(", "EngineVerdicts.cs")]
    [InlineData(@"memory\.(?:Open|Close|Protect|Unprotect|Want)\(", "OperatorDesk.cs")]
    public void What_the_loop_owns_is_written_in_one_file(string write, string file) =>
        Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
            .Where(f => Regex.IsMatch(File.ReadAllText(f), write, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))
            .Select(Path.GetFileName)
            .ShouldBe([file]);

    // The demo starts the agent itself, as a service manager would.
    [Fact]
    public void Only_adapters_and_the_demo_start_programs() =>
        Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
            .Where(f => Starts().IsMatch(File.ReadAllText(f)))
            .Select(f => Path.GetRelativePath(Sources, f).Split(Path.DirectorySeparatorChar)[0])
            .Where(folder => folder is not ("bin" or "obj"))
            .Distinct(StringComparer.Ordinal)
            .ShouldBe(["Adapters", "Demo"], ignoreOrder: true);

    public static string Repository() =>
        typeof(ArchitectureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Repository").Value!;

    private static string NamespaceOf(string file) => string.Join('.', file.Split(Path.DirectorySeparatorChar)[..^1].Prepend("Agent"));

    [GeneratedRegex(@"(?:Faulty\(|Fault = )FaultCodes\.(\w+)", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex FaultNames();

    [GeneratedRegex(@"(?<!Detached)Process\.Start\(|new ProcessStartInfo|Cli\.Wrap\(|posix_spawn", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex Starts();
}
