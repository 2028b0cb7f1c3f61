using Agent.Adapters.VllmHttp;
using Agent.Configuration.Engines;
using Agent.Engines.Quality;

namespace Agent.Tests.Engines;

public sealed class QualityTests
{
    private static readonly QualityLimits Limits = new(0.02, 1, 0.98, 0.5, 0.25);
    private static readonly int[] Said = [11, 12, 13, 14];

    [Fact]
    public void The_same_engine_agrees_with_its_reference()
    {
        var figures = QualityFigures.Of([Reference(0)], [Answer(Said, 0)]);
        figures.ShouldBe(new QualityFigures(4, 0, 0, 1, 1, 0, 1, 0));
        QualityJudge.Drift(figures, Limits).ShouldBeEmpty();
    }

    [Fact]
    public void Shifted_log_probabilities_are_drift_although_the_words_are_right()
    {
        var figures = QualityFigures.Of([Reference(0)], [Answer(Said, -0.4)]);
        figures.MeanDifference.ShouldBe(0.4, 1e-9);
        figures.PerplexityRatio.ShouldBe(Math.Exp(0.4), 1e-9);
        figures.PrefixAgreement.ShouldBe(1);
        // All are shifted alike, so what the engine prefers is the same.
        figures.Divergence.ShouldBe(0, 1e-9);
        QualityJudge.Drift(figures, Limits).ShouldBe(["mean |difference| of log-probabilities 0.4, allowed 0.02"]);
    }

    [Fact]
    public void An_answer_that_leaves_the_reference_early_is_told_and_what_follows_is_still_scored()
    {
        var figures = QualityFigures.Of([Reference(0)], [Answer([11, 99, 98, 97], 0)]);
        figures.PrefixAgreement.ShouldBe(0.25);
        figures.Tokens.ShouldBe(4);
        QualityJudge.Drift(figures, Limits).ShouldHaveSingleItem().ShouldBe("share of each answer before it differs 0.25, at least 0.5");
    }

    [Fact]
    public void Another_likeliest_token_lowers_the_agreement_and_raises_the_divergence()
    {
        var other = new ExamAnswer("p", new GreedyAnswer("text of it", Said, 0, null), [.. Said.Select(t => new TokenScore(t, -2, Top((t, -2), (1, -0.2))))]);
        var figures = QualityFigures.Of([Reference(0)], [other]);
        figures.TopAgreement.ShouldBe(0);
        figures.Divergence.ShouldBeGreaterThan(0.5);
        QualityJudge.Drift(figures, Limits).Count.ShouldBe(3);
    }

    [Fact]
    public void Null_is_no_number_and_told_at_once()
    {
        var broken = new ExamAnswer("p", new GreedyAnswer("text of it", Said, 1, null), [.. Said.Select(t => new TokenScore(t, null, Top()))]);
        QualityJudge.Drift(QualityFigures.Of([Reference(0)], [broken]), Limits)[0].ShouldBe("5 log-probabilities are no numbers");
        QualityJudge.Garbage(new ExamResult([broken], null), Limits).ShouldBe(["1 log-probability is no number"]);
        QualityJudge.Garbage(new ExamResult([], "answered 500: Out of range float values are not JSON compliant", true), Limits).ShouldHaveSingleItem()
            .ShouldStartWith("log-probabilities are no numbers");
    }

    [Theory]
    [InlineData(")),)_)))....\".\".\".\"........", "1 of 1 answer is no text")]
    [InlineData("好的好的好的好的好的好的好的", "the same over and over")]
    [InlineData("", "the answer is empty")]
    [InlineData("a\uFFFD\uFFFD\uFFFD\uFFFDb", "1 of 1 answer is no text")]
    public void Garbage_is_told_without_a_reference(string text, string complaint) =>
        QualityJudge.Garbage(new ExamResult([new ExamAnswer("p", new GreedyAnswer(text, [.. text.Select(c => (int)c)], 0, null), [])], null), Limits)
            .ShouldHaveSingleItem().ShouldContain(complaint);

    [Fact]
    public void One_odd_answer_of_eight_is_no_garbage()
    {
        List<ExamAnswer> answers = [.. Enumerable.Repeat(Answer(Said, 0), 7), new ExamAnswer("p", new GreedyAnswer("....", Said, 0, null), [])];
        QualityJudge.Garbage(new ExamResult(answers, null), Limits).ShouldBeEmpty();
    }

    [Fact]
    public void A_reference_comes_back_from_its_file_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        var file = new ReferenceFile(folder.Path, "a");
        file.Read().ShouldBeNull();
        file.Write(new QualityReference("a", "/m", "0.30.0", "vllm-0.30.0-c25bd4ff", DateTimeOffset.UnixEpoch, [Reference(0)]));
        var read = file.Read()!;
        read.Fingerprint.ShouldBe("vllm-0.30.0-c25bd4ff");
        read.Answers[0].Tokens[1].Top[12].ShouldBe(-0.1);
        File.WriteAllText(file.Path, "{");
        Should.Throw<InvalidDataException>(() => file.Read()).Message.ShouldContain(file.Path);
    }

    private static ReferenceAnswer Reference(double shift) => new("p", "text of it", Scores(shift));

    private static ExamAnswer Answer(IReadOnlyList<int> said, double shift) => new("p", new GreedyAnswer("text of it", said, 0, null), Scores(shift));

    private static IReadOnlyList<TokenScore> Scores(double shift) =>
        [.. Said.Select(t => new TokenScore(t, -0.1 + shift, Top((t, -0.1 + shift), (1, -2.5 + shift))))];

    private static Dictionary<int, double> Top(params (int Token, double Score)[] tokens) => tokens.ToDictionary(t => t.Token, t => t.Score);
}
