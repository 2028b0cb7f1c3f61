namespace Agent.EndToEndTests;

public sealed class NotedFaultTests
{
    [Theory]
    // F24: slow is not dead.
    [InlineData("slow", "engine-slow")]
    [InlineData("chip-warning", "chip-warning")]
    [InlineData("npu-smi-hang", "npu-smi-hangs")]
    [InlineData("npu-smi-slow", "npu-smi-hangs")]
    [InlineData("npu-smi-garbage", "npu-smi-unusable")]
    [InlineData("npu-smi-cut", "npu-smi-unusable")]
    [InlineData("npu-smi-fails", "npu-smi-unusable")]
    public Task It_is_told_and_nothing_is_touched(string fault, string code) => FaultCase.IsNotedAsync(fault, code);

    [Theory]
    [InlineData("ecc-uncorrectable", "memory-uncorrectable", "chip-memory")]
    [InlineData("chip-hot", "chip-too-hot", "chip-heat")]
    [InlineData("link-down", "link-down", "link-health")]
    public Task What_the_slow_probes_see_is_told_and_nothing_is_touched(string fault, string code, string probe) => FaultCase.IsNotedAsync(fault, code, probe);
}
