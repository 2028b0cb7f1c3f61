using Agent.Adapters.VllmHttp;
using Agent.Engines.Answers;
using Agent.Engines.Runs;

namespace Agent.Tests.Engines;

/// <summary>What the counters say of answers, held against the engine's own past.</summary>
public sealed class AnswerTrackTests
{
    private static readonly EngineRun Run = new(4711, 1, "boot", DateTimeOffset.UnixEpoch, "/log", "vllm serve m");

    private readonly AnswerTrack _track = new();

    // Usually 20 of 25 answers end by themselves after 120 tokens, and 60 % of drafts are taken.
    [Theory]
    [InlineData(20, 5, 0, 120, 0.6, null)]
    [InlineData(15, 10, 0, 200, 0.4, null)]
    [InlineData(0, 25, 0, 300, 0.6, "0 % of answers end by themselves, usually 80 %")]
    [InlineData(10, 3, 12, 120, 0.6, "40 % of answers end by themselves, usually 80 %")]
    [InlineData(25, 0, 0, 3, 0.6, "3 tokens an answer, usually 120")]
    [InlineData(20, 5, 0, 900, 0.6, "900 tokens an answer, usually 120")]
    [InlineData(20, 5, 0, 120, 0.01, "1 % of drafted tokens are accepted, usually 60 %")]
    public void Answers_unlike_those_of_its_own_past_are_a_hint(double stop, double length, double abort, double tokens, double accepted, string? hint)
    {
        Learn();
        _track.Take(Run, Of(stop, length, abort, tokens, accepted));
        _track.Hint.ShouldBe(hint);
        _track.Text.ShouldNotBeNull();
    }

    [Fact]
    public void Before_there_is_a_past_nothing_is_unlike_it()
    {
        for (var row = 0; row < 4; row++)
        {
            _track.Take(Run, row % 2 == 0 ? Of(25, 0, 0, 100, 0.6) : Of(0, 25, 0, 900, 0.6));
            _track.Hint.ShouldBeNull();
        }
    }

    [Fact]
    public void A_hint_stands_until_a_canary_is_right_and_other_requests_become_the_past()
    {
        Learn();
        var hints = 0;
        for (var row = 0; row < 60; row++)
        {
            _track.Take(Run, Of(0, 25, 0, 900, 0.6));
            if (_track.Hint is null)
                continue;
            hints++;
            _track.Take(Run, Of(0, 1, 0, 900, 0.6));
            _track.Hint.ShouldNotBeNull("one answer more says nothing new");
            _track.Proven();
            _track.Hint.ShouldBeNull();
        }

        hints.ShouldBeInRange(1, 15);
    }

    [Fact]
    public void Answers_that_are_no_numbers_are_a_hint_at_once()
    {
        _track.Take(Run, Of(1, 0, 0, 10, 0.6) with { Corrupted = 1 });
        _track.Hint.ShouldBe("answers with log-probabilities that are no numbers");
    }

    [Fact]
    public void Another_run_has_no_past_and_counters_begun_anew_no_row()
    {
        Learn();
        _track.Take(Run, null);
        _track.Take(Run with { ProcessId = 4712 }, Of(0, 25, 0, 900, 0.01));
        _track.Hint.ShouldBeNull();
    }

    [Fact]
    public void Counts_are_read_where_a_version_has_them()
    {
        var counts = AnswerCounts.Parse(Captures.Read("vllm/metrics-synth-main-aug2026.prom"));
        (counts.Answers, counts.Stopped, counts.Tokens, counts.Drafted).ShouldBe((140d, 9d, 30627d, null));
        AnswerCounts.Parse(Captures.Read("vllm/metrics-real-0.30.0-cpu-selected.prom")).Answers.ShouldBe(2);
        AnswerCounts.Parse("vllm:num_requests_running 1\n").ShouldBe(new AnswerCounts(null, null, null, null, null, null));
    }

    [Fact]
    public void Counts_are_summed_over_ranks_and_a_smaller_one_is_another_process()
    {
        const string Page = """
            vllm:request_success_total{engine="0",finished_reason="stop",model_name="m"} 3.0
            vllm:request_success_total{engine="1",finished_reason="stop",model_name="m"} 4.0
            vllm:request_success_total{finished_reason="repetition",engine="1",model_name="m"} 1.0
            vllm:request_generation_tokens_sum{engine="0",model_name="m"} 70.0
            vllm:spec_decode_num_draft_tokens_total{engine="0",model_name="m"} 100.0
            vllm:spec_decode_num_accepted_tokens_total{engine="0",model_name="m"} 61.0
            vllm:spec_decode_num_accepted_tokens_per_pos_total{engine="0",model_name="m",position="0"} 61.0
            """;
        var counts = AnswerCounts.Parse(Page);
        (counts.Stopped, counts.Answers, counts.Tokens, counts.Drafted, counts.Accepted).ShouldBe((7d, 8d, 70d, 100d, 61d));
        counts.Since(counts)!.Answers.ShouldBe(0);
        counts.Since(counts with { Tokens = 71 }).ShouldBeNull();
        (counts with { Stopped = 2 }).Since(counts).ShouldBeNull();
        AnswerCounts.Parse("vllm:request_success_total{engine=\"0\"} 1e308\nvllm:request_success_total{engine=\"1\"} 1e308\n").Answers.ShouldBeNull();
    }

    [Fact]
    public void A_series_that_appears_with_the_first_answer_is_counted_from_then_on()
    {
        _track.Take(Run, new AnswerCounts(null, null, null, null, null, null));
        _track.Take(Run, Of(20, 5, 0, 120, 0.6));
        _track.Text.ShouldBe("80 % of answers end by themselves; 120 tokens an answer; 60 % of drafted tokens are accepted");
    }

    private void Learn()
    {
        for (var row = 0; row < 6; row++)
            _track.Take(Run, Of(20, 5, 0, 120, 0.6));
        _track.Hint.ShouldBeNull();
    }

    private static AnswerCounts Of(double stop, double length, double abort, double tokens, double accepted) => new(
        stop + length + abort,
        stop,
        tokens * (stop + length + abort),
        1000,
        1000 * accepted,
        0);
}
