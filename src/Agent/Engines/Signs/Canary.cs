using Agent.Adapters.VllmHttp;
using Agent.Domain.Engines;

namespace Agent.Engines.Signs;

/// <summary>One small completion at temperature 0: the only proof that an engine works.</summary>
internal sealed record CanaryResult(VllmEnd End, string Text, string? Complaint, double? SecondsPerToken)
{
    /// <summary>The number of tokens in the answer.</summary>
    public int Tokens { get; init; }

    public CanaryEnd Ended => this switch
    {
        { IsRight: true } => CanaryEnd.Right,
        { End: VllmEnd.Answered } => CanaryEnd.Wrong,
        { End: VllmEnd.TimedOut } => CanaryEnd.Unanswered,
        _ => CanaryEnd.Failed,
    };

    /// <summary>It was answered, and the answer is right.</summary>
    public bool IsRight => End == VllmEnd.Answered && Complaint is null;
}

internal static class Canary
{
    public static Task<CanaryResult> AskAsync(SupervisedEngine engine, CancellationToken cancellation) =>
        AskAsync(engine, engine.Settings.Canary.Timeout, cancellation);

    public static async Task<CanaryResult> AskAsync(SupervisedEngine engine, TimeSpan limit, CancellationToken cancellation)
    {
        var settings = engine.Settings.Canary;
        var answer = await engine.Http.CompleteAsync(engine.Settings.ServedModelName, settings.Prompt, settings.MaxTokens, limit, cancellation);
        if (answer.Value is not { } completion)
            return new CanaryResult(answer.End, answer.Problem, null, null);
        return new CanaryResult(
            VllmEnd.Answered,
            completion.Text,
            CanaryJudge.Complaint(completion.Text, settings.ExpectedText),
            completion.Tokens > 0 ? completion.Duration.TotalSeconds / completion.Tokens : null)
        { Tokens = completion.Tokens };
    }
}
