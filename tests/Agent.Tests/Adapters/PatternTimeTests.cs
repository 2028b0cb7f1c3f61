using System.Reflection;
using System.Text.RegularExpressions;
using Agent.Adapters.NpuSmi;

namespace Agent.Tests.Adapters;

/// <summary>On a busy host the agent may wait for its turn in the middle of a line: no look is lost for that.</summary>
public sealed class PatternTimeTests
{
    [Fact]
    public void No_pattern_of_the_vendors_tools_looks_at_the_clock()
    {
        const BindingFlags all = BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;
        List<(string Where, Regex Pattern)> patterns =
        [
            .. from type in typeof(NpuSmi).Assembly.GetTypes()
               where type.Namespace is "Agent.Adapters.NpuSmi" or "Agent.Adapters.Hccn"
               from found in type.GetFields(all).Where(f => f.FieldType == typeof(Regex)).Select(f => (f.Name, Pattern: (Regex)f.GetValue(null)!))
                   .Concat(type.GetMethods(all).Where(m => m.ReturnType == typeof(Regex) && m.GetParameters().Length == 0)
                       .Select(m => (m.Name, Pattern: (Regex)m.Invoke(null, null)!)))
               select ($"{type.Name}.{found.Name}", found.Pattern),
        ];
        patterns.Count.ShouldBeGreaterThan(15);
        patterns.Where(p => p.Pattern.MatchTimeout != Regex.InfiniteMatchTimeout).Select(p => p.Where).ShouldBeEmpty();
    }

    // Without a limit a pattern has to be harmless: what would make one try again and again is read as any line.
    [Theory]
    [InlineData(" ")]
    [InlineData("1")]
    [InlineData("1 ")]
    [InlineData("1 / ")]
    [InlineData("N/A ")]
    [InlineData("npu-smi ")]
    [InlineData("npu-smi 1 Version: ")]
    [InlineData("Process id: 1 Process name: ")]
    [InlineData("No running processes found in NPU 1 ")]
    [InlineData("ret is -800")]
    public void A_line_of_any_length_is_read_at_once(string part)
    {
        var line = string.Concat(Enumerable.Repeat(part, 200_000 / part.Length));
        NpuSmiTable.Parse($"| {line} |\n{line}\n").Chips.ShouldBeEmpty();
        ProcessMemory.Parse(line, 0).Count.ShouldBeLessThanOrEqualTo(1);
        SpacedTable.Parse($"NPU ID  Chip ID\n{line}\n", "NPU ID").Count.ShouldBeLessThanOrEqualTo(1);
    }
}
