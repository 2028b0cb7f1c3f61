namespace Agent.Adapters.VllmHttp;

/// <summary>How a request ended. The kinds differ in meaning: a refusal means dead or still loading, a time-out may mean busy.</summary>
internal enum VllmEnd
{
    Answered,

    /// <summary>Nobody listens on the port.</summary>
    Refused,

    /// <summary>No answer in time: busy, or hung.</summary>
    TimedOut,

    /// <summary>An HTTP status that is no success, an error body, or a broken connection.</summary>
    Failed,
}

/// <summary>One answer of vLLM, or why there is none.</summary>
internal sealed record VllmAnswer<T>(VllmEnd End, T? Value, string Problem, int? Status)
    where T : class
{
    public static VllmAnswer<T> Of(T value) => new(VllmEnd.Answered, value, "", 200);
}

/// <summary>A completion that came back whole.</summary>
internal sealed record Completion(string Text, string FinishReason, int Tokens, TimeSpan Duration);
