namespace Agent.Adapters.VllmHttp;

/// <summary>
/// An engine's counts of its answers, summed over data-parallel ranks. A count is null when the version has no such series, or the engine has no such
/// option.
/// </summary>
/// <param name="Answers">Answers that ended for any reason: stop, length, abort, and in later versions error and repetition.</param>
/// <param name="Stopped">Those answers that the model ended by itself.</param>
/// <param name="Tokens">Tokens of all answers together.</param>
/// <param name="Drafted">Tokens that speculation proposed.</param>
/// <param name="Accepted">Those proposed tokens that the model took.</param>
/// <param name="Corrupted">Answers with log-probabilities that are no numbers.</param>
internal sealed record AnswerCounts(double? Answers, double? Stopped, double? Tokens, double? Drafted, double? Accepted, double? Corrupted)
{
    private const string Success = "vllm:request_success_total";
    private const string Generated = "vllm:request_generation_tokens_sum";
    private const string DraftTokens = "vllm:spec_decode_num_draft_tokens_total";
    private const string AcceptedTokens = "vllm:spec_decode_num_accepted_tokens_total";
    private const string Corrupt = "vllm:corrupted_requests_total";

    public static AnswerCounts Parse(string page)
    {
        var samples = Exposition.Samples(page, Success, Generated, DraftTokens, AcceptedTokens, Corrupt).ToLookup(s => s.Name, StringComparer.Ordinal);
        var stopped = samples[Success].Where(s => s.Labels.GetValueOrDefault("finished_reason") == "stop");
        var answers = Sum(samples[Success]);
        return new AnswerCounts(
            answers,
            answers is null ? null : Sum(stopped) ?? 0,
            Sum(samples[Generated]),
            Sum(samples[DraftTokens]),
            Sum(samples[AcceptedTokens]),
            Sum(samples[Corrupt]));
    }

    /// <returns>Null when a count fell: then another process counts.</returns>
    public AnswerCounts? Since(AnswerCounts earlier)
    {
        AnswerCounts since = new(
            Answers - earlier.Answers,
            Stopped - earlier.Stopped,
            Tokens - earlier.Tokens,
            Drafted - earlier.Drafted,
            Accepted - earlier.Accepted,
            Corrupted - earlier.Corrupted);
        return since.Answers < 0 || since.Stopped < 0 || since.Tokens < 0 || since.Drafted < 0 || since.Accepted < 0 || since.Corrupted < 0 ? null : since;
    }

    public AnswerCounts Plus(AnswerCounts other) => new(
        Both(Answers, other.Answers),
        Both(Stopped, other.Stopped),
        Both(Tokens, other.Tokens),
        Both(Drafted, other.Drafted),
        Both(Accepted, other.Accepted),
        Both(Corrupted, other.Corrupted));

    /// <summary>Some series appear only with the first request.</summary>
    private static double? Both(double? one, double? other) => one is null ? other : other is null ? one : one + other;

    private static double? Sum(IEnumerable<ExpositionSample> samples) =>
        samples.Aggregate((double?)null, (sum, s) => (sum ?? 0) + s.Value) is { } sum && double.IsFinite(sum) ? sum : null;
}
