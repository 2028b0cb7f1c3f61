using Agent.Domain.Engines;

namespace Agent.Domain.Tests.Engines;

/// <summary>Which chips wait for each other, from what vLLM was started with.</summary>
public sealed class RankLayoutTests
{
    [Theory]
    [InlineData("--tensor-parallel-size 4", 4, "0 1 2 3")]
    [InlineData("-tp 2", 2, "0 1")]
    [InlineData("-tp=2 -dp=2", 4, "0 1|2 3")]
    [InlineData("--tensor_parallel_size=1 --data_parallel_size=2", 2, "0|1")]
    [InlineData("-dp 2 -tp 1 --enable-expert-parallel", 2, "0 1")]
    [InlineData("-dp 2 -tp 1 -ep", 2, "0 1")]
    [InlineData("serve --enable-expert-parallel /models/m -dp 2", 2, "0 1")]
    [InlineData("-dp 4 -dpl 2 -tp 2 --enable-expert-parallel", 4, "0 1 2 3")]
    [InlineData("-dp 2 -tp 2 --no-enable-expert-parallel", 4, "0 1|2 3")]
    [InlineData("-tp 2 -pp 2", 4, "0 1|2 3")]
    [InlineData("-tp 1 -pp 2", 2, "0|1")]
    [InlineData("-tp 2 -pp 2 -dp 2 --enable-expert-parallel", 8, "0 1|2 3|4 5|6 7")]
    [InlineData("-tp 2", 4, "0 1")]
    [InlineData("", 2, "0")]
    [InlineData("--headless -dp 4 --data-parallel-size-local 2 --data-parallel-start-rank 2", 2, "0|1")]
    [InlineData("-dp 8 --data-parallel-rank 3 -tp 2", 2, "0 1")]
    [InlineData("-tp 2 --nnodes 1 --distributed-executor-backend mp", 2, "0 1")]
    [InlineData("serve m -tp 2 --seed -1 --trust-remote-code", 2, "0 1")]
    public void Chips_that_wait_for_each_other(string words, int chips, string groups)
    {
        var layout = RankLayout.Of(EngineOptions.Of(words.Split(' ', StringSplitOptions.RemoveEmptyEntries)), chips).ShouldNotBeNull();
        string.Join('|', layout.Groups.Select(g => string.Join(' ', g))).ShouldBe(groups);
    }

    [Theory]
    [InlineData("-tp 4", 2)]
    [InlineData("-tp 2 -dp 2", 2)]
    [InlineData("-tp 2 -pp 2", 2)]
    [InlineData("-pp 2 -dp 2", 3)]
    [InlineData("-tp 1025", 2000)]
    [InlineData("-tp auto", 2)]
    [InlineData("-tp 0", 2)]
    [InlineData("-tp 8 --nnodes 2", 8)]
    [InlineData("-tp 2 --node-rank 1", 2)]
    [InlineData("-tp 2 --distributed-executor-backend ray", 2)]
    [InlineData("-tp 2 --distributed-executor-backend=external_launcher", 2)]
    [InlineData("-dp 2 --data-parallel-backend ray", 2)]
    [InlineData("-dp 4 --headless", 4)]
    [InlineData("serve --headless /models/m -dp 4", 4)]
    [InlineData("-dp 4 --data-parallel-hybrid-lb", 4)]
    [InlineData("-tp 2 -pcp 2", 4)]
    [InlineData("-tp 2 --config /etc/vllm.yaml", 2)]
    public void Where_it_is_not_sure_nothing_is_said(string words, int chips) =>
        RankLayout.Of(EngineOptions.Of(words.Split(' ')), chips).ShouldBeNull();

    [Fact]
    public void The_largest_size_that_is_believed_is_1024() =>
        RankLayout.Of(EngineOptions.Of(["-tp", "1024"]), 1024).ShouldNotBeNull().Ranks.ShouldBe(1024);
}
