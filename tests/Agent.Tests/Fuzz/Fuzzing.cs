using System.Globalization;
using System.Text;

namespace Agent.Tests.Fuzz;

/// <summary>
/// Plays inputs that strangers could send, the same ones every time: what a round plays follows from the seed, the name of the
/// story and the number of the round. NPU_AGENT_FUZZ_SEED plays others, NPU_AGENT_FUZZ_ROUNDS so many times as many.
/// </summary>
internal static class Fuzzing
{
    /// <summary>An input that is looked at for so long is one that is never done with.</summary>
    private static readonly TimeSpan Endless = TimeSpan.FromMinutes(2);

    /// <summary>Time of the processor and not of the clock, which on a busy machine says nothing: ten times what the slowest sound input needs.</summary>
    private static readonly TimeSpan MostWork = TimeSpan.FromSeconds(2);

    private static readonly int Seed = Number("NPU_AGENT_FUZZ_SEED", 16);
    private static readonly int Times = Number("NPU_AGENT_FUZZ_ROUNDS", 1);

    /// <param name="story">Names the inputs.</param>
    /// <param name="rounds">At the usual length.</param>
    /// <param name="corpus">What is sound, to be damaged.</param>
    /// <param name="look">What reads an input. It throws nothing.</param>
    /// <param name="most">Bytes that it may allocate for an input without length, and for each of its characters.</param>
    public static void Play(string story, int rounds, IReadOnlyList<string> corpus, Action<string> look, (long Fixed, long ForEach) most)
    {
        var now = (Round: 0, Input: "");
        Exception? failure = null;
        // A stack as small as threads of a pool may have: an input that nests deeply must not need a deep one.
        var thread = new Thread(() => failure = Run(), maxStackSize: 1024 * 1024) { IsBackground = true };
        thread.Start();
        for (var round = -1; !thread.Join(Endless); round = now.Round)
            now.Round.ShouldNotBe(round, $"{story}: no end in sight of {Told(now.Round, now.Input)}");
        failure.ShouldBeNull($"{story}: {failure} in {Told(now.Round, now.Input)}");

        Exception? Run()
        {
            try
            {
                // Patterns and tables are made when they are first asked: what that allocates is no input's doing.
                foreach (var sound in corpus)
                    Read(-1, sound);
                for (var round = 0; round < rounds * Times; round++)
                {
                    var input = Input(story, round, corpus);
                    var (before, worked) = (GC.GetAllocatedBytesForCurrentThread(), Work());
                    Read(round, input);
                    if (GC.GetAllocatedBytesForCurrentThread() - before is var bytes && bytes > most.Fixed + (most.ForEach * input.Length))
                        return new InvalidOperationException(
                            string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes were allocated for {input.Length} characters"));
                    if (Work() - worked is var work && work > MostWork)
                        return new InvalidOperationException(
                            string.Create(CultureInfo.InvariantCulture, $"{work.TotalSeconds:0.0} s of work for {input.Length} characters"));
                }

                return null;
            }
            catch (Exception mistake)
            {
                return mistake;
            }
        }

        void Read(int round, string input)
        {
            now = (round, input);
            look(input);
        }
    }

    /// <summary>The same for what is sent somewhere and answered, with the random numbers of the round.</summary>
    public static async Task PlayAsync(string story, int rounds, IReadOnlyList<string> corpus, Func<string, Random, Task> send)
    {
        for (var round = 0; round < rounds * Times; round++)
        {
            var input = Input(story, round, corpus);
            try
            {
                await send(input, Dice(story + " sent", round)).WaitAsync(Endless, TestContext.Current.CancellationToken);
            }
            catch (Exception mistake) when (mistake is not OperationCanceledException)
            {
                throw new InvalidOperationException($"{story}: {mistake.Message} in {Told(round, input)}", mistake);
            }
        }
    }

    /// <summary>What this thread has run so far; the first number is in nanoseconds.</summary>
    private static TimeSpan Work() =>
        TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1000);

    /// <summary>Strangers send bytes: half a character comes as the one that stands for it.</summary>
    private static string Input(string story, int round, IReadOnlyList<string> corpus) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(new Damage(Dice(story, round)).Done(corpus)));

    /// <summary>Of a known beginning, whatever the run: the hash of a string differs from one process to the next.</summary>
    private static Random Dice(string story, int round) => new(story.Aggregate(unchecked((Seed * 1_000_003) + round), (hash, c) => unchecked((hash * 31) + c)));

    private static string Told(int round, string input)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"round {round} of seed {Seed}, {input.Length} characters: "));
        foreach (var c in input.AsSpan(0, Math.Min(input.Length, 2000)))
            _ = c is >= ' ' and <= '~' ? text.Append(c) : text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        return text.ToString();
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
