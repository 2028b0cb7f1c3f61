using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using Agent.Domain.Observations;
using Agent.Metrics;
using Agent.Supervision;

namespace Agent.Tests.Metrics;

/// <summary>A scrape runs beside the loop, on a thread of its own. It reads only what the loop replaces as a whole.</summary>
public sealed partial class ScrapeBesideLoopTests
{
    [Fact]
    public void Whatever_a_scrape_asks_for_never_changes() => Asked(typeof(MetricsSources)).SelectMany(Changing).Distinct().ShouldBeEmpty();

    [Theory]
    [InlineData(typeof(List<int>), true)]
    [InlineData(typeof(IReadOnlyList<int>), true)]
    [InlineData(typeof(SupervisionMemory), true)]
    [InlineData(typeof(IEnumerable<SupervisionMemory>), true)]
    [InlineData(typeof(IEnumerable<EngineNow>), false)]
    [InlineData(typeof(HostPicture), false)]
    public void A_type_that_changes_is_found(Type type, bool isFound) => Changing(type).Any().ShouldBe(isFound);

    // A function that gives a number may have counted it in a list of the loop.
    [Fact]
    public void Of_the_loop_s_memory_a_scrape_reads_only_what_is_replaced_as_a_whole() =>
        OfMemory(File.ReadAllText(Path.Combine(Architecture.ArchitectureTests.Repository(), "src", "Agent", "Composition.cs")))
            .ShouldBe(["VerdictNames", "Picture"]);

    [Fact]
    public void A_list_of_the_loop_that_is_counted_is_found() =>
        OfMemory("new MetricsSources { Stuck = () => { foreach (var i in memory.Incidents) { n++; } return n; }, }); memory.Budgets").ShouldBe(["Incidents"]);

    [Fact]
    public async Task A_source_that_fails_fails_the_scrape_and_leaves_no_old_values_in_it()
    {
        var agent = new ScrapedAgent();
        agent.Engines = null!;
        await Should.ThrowAsync<ArgumentNullException>(agent.ScrapeAsync);
    }

    /// <summary>The answers of the functions. Values are fixed when the agent starts.</summary>
    private static IEnumerable<Type> Asked(Type sources) =>
        sources.GetProperties().Select(p => p.PropertyType)
            .Where(t => t.IsGenericType && t.GetGenericTypeDefinition() == typeof(Func<>)).Select(t => t.GetGenericArguments()[0]);

    private static IEnumerable<string> Changing(Type type) => Changing(type, []);

    /// <summary>A type can change if a field of it can be set, or if it is a collection that is not immutable. A sequence is what it is made of.</summary>
    private static IEnumerable<string> Changing(Type type, HashSet<Type> looked)
    {
        if (!looked.Add(type) || type.IsPrimitive || type.IsEnum || type == typeof(string) || IsOfSystem(type, "System.Collections.Immutable"))
            return [];
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            return Changing(type.GetGenericArguments()[0], looked);
        if (type.IsAssignableTo(typeof(IEnumerable)))
            return [type.ToString()];
        return IsOfSystem(type, "System") ? [] : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .SelectMany(f => f.IsInitOnly ? Changing(f.FieldType, looked) : [$"{type.Name}.{f.Name}"]);
    }

    private static bool IsOfSystem(Type type, string space) => type.Namespace == space;

    private static IEnumerable<string> OfMemory(string composition) =>
        Members().Matches(Sources().Match(composition).Value).Select(m => m.Groups["member"].Value);

    [GeneratedRegex(@"new MetricsSources\b.*?\}\);", RegexOptions.CultureInvariant | RegexOptions.Singleline, Timeout.Infinite)]
    private static partial Regex Sources();

    [GeneratedRegex(@"\bmemory\.(?<member>\w+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Members();
}
