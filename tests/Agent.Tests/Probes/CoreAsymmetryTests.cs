using Agent.Probes.Npu;

namespace Agent.Tests.Probes;

public sealed class CoreAsymmetryTests
{
    [Theory]
    [InlineData("100 0|100 2|95 4", 0.91, true)]
    [InlineData("100 0|50 50|100 0", 0.0, false)]
    [InlineData("100 0|100 0", null, false)]
    [InlineData("30 25|60 20|40 30", 0.05, false)]
    [InlineData("100 0|100|100 0|100 0", null, false)]
    [InlineData("50 50|100 0|100 0|100 0", 1.0, true)]
    public void Only_what_stays_uneven_for_several_looks_counts(string looks, double? ratio, bool stands)
    {
        var asymmetry = new CoreAsymmetry();
        foreach (var look in looks.Split('|'))
            asymmetry.Look([.. look.Split(' ').Select(int.Parse)]);
        asymmetry.Ratio.ShouldBe(ratio);
        asymmetry.Stands.ShouldBe(stands);
    }
}
