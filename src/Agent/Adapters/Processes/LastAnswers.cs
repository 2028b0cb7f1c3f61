using System.Diagnostics;

namespace Agent.Adapters.Processes;

/// <summary>
/// What a tool last answered to each question, with its age: evidence for a time when it answers nothing any more, or too late.
/// Only answers that were of use are given to it.
/// </summary>
internal sealed class LastAnswers
{
    // Some dozen questions a chip of a large host; a stranger's tool must not fill the memory.
    private const int MostQuestions = 512;
    private const int MostCharacters = 64 * 1024;

    private readonly Dictionary<string, (long Asked, ProcessResult Result)> _answers = new(StringComparer.Ordinal);

    public void Keep(long asked, ProcessResult result)
    {
        if (result.Output.Length + result.Error.Length > MostCharacters)
            return;
        lock (_answers)
        {
            var question = QuestionOf(result.Command.Arguments);
            if (_answers.Count < MostQuestions || _answers.ContainsKey(question))
                _answers[question] = (asked, result);
        }
    }

    /// <returns>Null: it never answered this.</returns>
    public LastAnswer? Find(IReadOnlyList<string> arguments)
    {
        lock (_answers)
            return _answers.TryGetValue(QuestionOf(arguments), out var found) ? new LastAnswer(found.Result, Stopwatch.GetElapsedTime(found.Asked)) : null;
    }

    private static string QuestionOf(IReadOnlyList<string> arguments) => string.Join(' ', arguments);
}

/// <summary>What a tool answered a while ago.</summary>
internal sealed record LastAnswer(ProcessResult Result, TimeSpan Age);
