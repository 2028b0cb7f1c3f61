using Agent.Tests.Architecture.Planted.Lower;

namespace Agent.Tests.Architecture;

/// <summary>The checker finds what is planted for it, in this assembly.</summary>
public sealed class CheckerTests
{
    private const string Planted = "Agent.Tests.Architecture.Planted.";
    private static readonly IReadOnlyCollection<TypeUse> Uses = AssemblyUses.Of(typeof(CheckerTests).Assembly.Location);

    [Theory]
    [InlineData("UsesInSignature")]
    [InlineData("UsesInBody")]
    [InlineData("UsesInLambda")]
    [InlineData("UsesInAsyncLambda")]
    [InlineData("UsesAsTypeArgument")]
    [InlineData("UsesInAttribute")]
    [InlineData("UsesInCatch")]
    [InlineData("UsesBehindSwitch")]
    [InlineData("UsesAsGenericMethod")]
    public void A_use_without_a_using_is_found(string type) =>
        Uses.ShouldContain(u => u.FromNamespace == Planted + "Lower" && u.From == type && u.ToNamespace == Planted + "Upper");

    [Fact]
    public void A_type_that_uses_nothing_is_not_accused() =>
        Uses.ShouldNotContain(u => u.From == nameof(UsesNothing) && u.ToNamespace == Planted + "Upper");

    [Fact]
    public void A_planted_cycle_is_found()
    {
        var graph = new FolderGraph(Uses.Where(u => u.FromNamespace.StartsWith(Planted, StringComparison.Ordinal))
            .Select(u => (u.FromNamespace.Split('.')[^1], u.ToNamespace.Split('.')[^1])));
        graph.Knots().ShouldBe(["Lower <-> Upper"]);
        graph.Pairs().ShouldBe(["Lower <-> Upper"]);
    }

    [Fact]
    public void A_cycle_by_way_of_others_is_one_knot() =>
        new FolderGraph([("A", "B"), ("B", "C"), ("C", "A"), ("C", "D"), ("E", "A")]).Knots().ShouldBe(["A <-> B <-> C"]);

    [Theory]
    [InlineData("using Agent.Storage;")]
    [InlineData("using static Agent.Storage.Journal;")]
    [InlineData("using J = Agent.Storage.Journal;")]
    [InlineData("var kind = global::Agent.Storage.Journal.AgentKind;")]
    [InlineData("var kind = Storage.Journal.AgentKind;")]
    public void A_constant_is_found_by_its_name(string source) =>
        new SourceUses(new HashSet<string> { "Agent.Storage.Journal" }).In(source).ShouldBe(["Storage"]);

    [Theory]
    [InlineData("var all = Storage.Select(s => s.Journal);")]
    [InlineData("settings.Storage.Journal.Open();")]
    [InlineData("    // as Agent.Storage does it")]
    public void A_property_or_a_comment_is_no_use(string source) =>
        new SourceUses(new HashSet<string> { "Agent.Storage.Journal" }).In(source).ShouldBeEmpty();

    [Fact]
    public void A_row_that_allows_what_stands_below_it_is_out_of_order()
    {
        var map = new MapOfFolders("""
            ## The map
            | `src/Agent.Domain` | x | nothing |
            | `src/Agent/Low` | x | Domain, High |
            | `src/Agent/High` | x | everything above |
            ## Next
            """);
        map.OutOfOrder().ShouldBe(["Low may not use High, which does not stand above it"]);
        map.Allows("High", "Low").ShouldBeTrue();
        map.Allows("Domain", "Low").ShouldBeFalse();
    }
}
