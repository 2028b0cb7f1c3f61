using Agent.Adapters.VllmHttp;

namespace Agent.Engines.Quality;

/// <param name="Given">Tokens to score after the prompt. Null: the tokens that the engine itself says. An empty list: no scores.</param>
internal sealed record ExamQuestion(string Prompt, IReadOnlyList<int>? Given);

/// <summary>The engine's answer to a prompt, and how likely it finds the tokens that it was given.</summary>
internal sealed record ExamAnswer(string Prompt, GreedyAnswer Greedy, IReadOnlyList<TokenScore> Scores)
{
    public ReferenceAnswer AsReference => new(Prompt, Greedy.Text, Scores);
}

/// <param name="Problem">The reason why some answers are missing. Null when all are there.</param>
/// <param name="IsNotANumber">The reason is that the engine's log-probabilities are no numbers.</param>
internal sealed record ExamResult(IReadOnlyList<ExamAnswer> Answers, string? Problem, bool IsNotANumber = false);

/// <summary>
/// Gives prompts to an engine, one after the other. First the engine answers by itself, then it tells how likely it
/// finds the tokens of a reference. Given tokens are scored to their end, even if the engine would have said others.
/// </summary>
/// <param name="http">The engine.</param>
/// <param name="model">The name of the served model.</param>
/// <param name="maxTokens">The limit of an answer.</param>
/// <param name="timeout">The limit of one request.</param>
internal sealed class QualityExam(VllmClient http, string model, int maxTokens, TimeSpan timeout)
{
    private const int Top = 5;

    // FastAPI cannot write NaN. It answers 500 with these words of Python's json.
    private const string NoNumber = "Out of range float values";

    /// <param name="questions">The prompts to ask.</param>
    /// <param name="hindrance">Asked before each question: the reason to stop here, or null.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<ExamResult> AskAsync(IReadOnlyList<ExamQuestion> questions, Func<Task<string?>> hindrance, CancellationToken cancellation)
    {
        List<ExamAnswer> answers = [];
        foreach (var question in questions)
        {
            if (await hindrance() is { } reason)
                return new ExamResult(answers, reason);
            var (answer, problem) = await AskAsync(question, cancellation);
            if (answer is null)
                return new ExamResult(answers, problem, problem.Contains(NoNumber, StringComparison.Ordinal));
            answers.Add(answer);
        }

        return new ExamResult(answers, null);
    }

    private async Task<(ExamAnswer? Answer, string Problem)> AskAsync(ExamQuestion question, CancellationToken cancellation)
    {
        var prompt = await http.TokenizeAsync(model, question.Prompt, timeout, cancellation);
        if (prompt.Value is not { } ids)
            return (null, prompt.Problem);
        var greedy = await http.GreedyAsync(model, ids, maxTokens, timeout, cancellation);
        if (greedy.Value is not { } said)
            return (null, greedy.Problem);
        var given = question.Given ?? said.Tokens;
        if (given.Count == 0)
            return (new ExamAnswer(question.Prompt, said, []), "");
        var scored = await http.ScoreAsync(model, [.. ids, .. given], given.Count, Top, timeout, cancellation);
        return scored.Value is { } scores ? (new ExamAnswer(question.Prompt, said, scores.Tokens), "") : (null, scored.Problem);
    }
}
