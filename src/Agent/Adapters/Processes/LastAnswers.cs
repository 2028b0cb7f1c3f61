using System.Diagnostics;

namespace Agent.Adapters.Processes;

/// <summary>
/// The last answer of a tool to each question, with its age. It is evidence for a time when the tool answers nothing any more, or too late. Only
/// useful answers are kept here.
/// </summary>
internal sealed class LastAnswers
{
    // A large host has some dozen questions a chip. The limit keeps a stranger's tool from filling the memory.
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

    /// <returns>Null when the tool never answered this question.</returns>
    public LastAnswer? Find(IReadOnlyList<string> arguments)
    {
        lock (_answers)
            return _answers.TryGetValue(QuestionOf(arguments), out var found) ? new LastAnswer(found.Result, Stopwatch.GetElapsedTime(found.Asked)) : null;
    }

    private static string QuestionOf(IReadOnlyList<string> arguments) => string.Join(' ', arguments);
}

/// <summary>An answer that a tool gave a while ago.</summary>
internal sealed record LastAnswer(ProcessResult Result, TimeSpan Age);
