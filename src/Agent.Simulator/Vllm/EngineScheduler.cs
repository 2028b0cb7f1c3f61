using System.Diagnostics;

namespace Agent.Simulator.Vllm;

/// <summary>
/// Continuous batching: each step gives every running request a token, and reads waiting prompts up to the token limit. Requests wait for a free
/// place (max-num-seqs) and for the KV blocks of their answer. So there is no preemption.
/// </summary>
internal sealed class EngineScheduler(VllmOptions options)
{
    /// <summary>An answer with at most this many tokens is a short one.</summary>
    private const int Short = 8;

    /// <summary>An id that no API server gives.</summary>
    private const long LongRequest = -1;

    private const int LongAnswer = 100_000;
    private const int BlockTokens = 128;
    private const double DecodeSeconds = 0.02;
    private const double PrefillSeconds = 0.03;
    private const double PromptTokenSeconds = 0.00005;

    private readonly List<Sequence> _waiting = [];
    private readonly List<Sequence> _running = [];
    private readonly HashSet<uint> _prefixes = [];
    private readonly List<EngineToken> _said = [];

    /// <summary>The number of requests that wait for something outside. There are no objects for them.</summary>
    private int _deferred;

    private bool _starves;

    public bool IsIdle => _waiting.All(IsStarved) && _running.Count == 0;

    public bool Draining { get; set; }

    public bool Slow { get; set; }

    /// <summary>Prompts take six times as long to read.</summary>
    public bool SlowPrompts { get; set; }

    public bool Garbage { get; set; }

    /// <summary>The words stay the same, but the model is less sure of them.</summary>
    public bool Shifted { get; set; }

    public int Running => _running.Count;

    /// <summary>The replicas that have requests to run: each request stays with one replica.</summary>
    public IReadOnlyList<int> BusyReplicas => [.. _running.Select(s => (int)((ulong)s.Order.Id % (ulong)options.DataParallel)).Distinct()];

    public int Waiting => _waiting.Count + _deferred;

    public void Take(EngineOrder order)
    {
        switch (order.Kind)
        {
            // A draining engine answers new requests with an empty abort, as vLLM does.
            case EngineOrder.Add when Draining:
                _said.Add(new EngineToken(order.Id, "", 0, "abort", 0, 0));
                break;
            case EngineOrder.Add:
                _waiting.Add(new Sequence(order));
                break;
            case EngineOrder.Drain:
                Draining = true;
                break;
            case EngineOrder.Defer:
                _deferred = (int)order.Id;
                break;
            case EngineOrder.Starve:
                Starve(order.Id > 0);
                break;
            default:
                Abort(s => order.Kind == EngineOrder.AbortAll || s.Order.Id == order.Id);
                break;
        }
    }

    /// <summary>How long the next step takes.</summary>
    public TimeSpan StepTime()
    {
        Admit();
        var prompt = PromptTokensOfStep();
        var seconds = (DecodeSeconds * (1 + (0.01 * Math.Max(0, _running.Count - 1))))
            + (prompt > 0 ? PrefillSeconds + (prompt * PromptTokenSeconds * (SlowPrompts ? 6 : 1)) : 0);
        return TimeSpan.FromSeconds(Slow ? seconds * 20 : seconds);
    }

    public EngineStep Step()
    {
        var budget = options.MaxBatchedTokens - _running.Count(s => s.Left == 0);
        var (prompt, decoded) = (0, 0);
        foreach (var sequence in _running.ToList())
        {
            if (sequence.Left > 0)
            {
                var part = Math.Min(sequence.Left, Math.Max(budget, 0));
                sequence.Left -= part;
                budget -= part;
                prompt += part;
                if (sequence.Left > 0)
                    continue;
            }
            else
            {
                decoded++;
            }

            Say(sequence);
        }

        return Report(prompt + decoded);
    }

    /// <summary>The gauges, and the tokens since the last report.</summary>
    public EngineStep Report(int iterationTokens = 0)
    {
        var usage = Math.Round(_running.Sum(s => s.UsedBlocks) / (double)options.Blocks, 6);
        var step = new EngineStep([.. _said], _running.Count, Waiting, usage, iterationTokens, _deferred);
        _said.Clear();
        return step;
    }

    private void Say(Sequence sequence)
    {
        var index = sequence.Said++;
        var last = sequence.Said >= sequence.Answer.Length;
        var text = Garbage ? LanguageModel.GarbageToken(index) : sequence.Answer[index];
        var reason = last ? sequence.Ended && !Garbage ? "stop" : "length" : null;
        var scores = index == 0 && sequence.Order.ScorePrompt ? LanguageModel.Split(sequence.Order.Prompt).Select((word, place) => Score(word, place))
            .ToArray() : null;
        _said.Add(new EngineToken(sequence.Order.Id, text, Score(text, index), reason, sequence.QueuedSeconds, sequence.Cached, scores));
        if (last)
            _running.Remove(sequence);
    }

    private double Score(string word, int place) => LanguageModel.LogProbability(word, place, options.Model, Garbage) - (Shifted ? 0.4 : 0);

    private void Admit()
    {
        while (_waiting.Find(s => !IsStarved(s)) is { } next
            && _running.Count < options.MaxSequences
            && _running.Sum(s => s.Blocks) + next.Blocks <= options.Blocks)
        {
            _waiting.Remove(next);
            next.Admitted(Cached(next.Order));
            _running.Add(next);
        }
    }

    private bool IsStarved(Sequence sequence) => _starves && sequence.Order.MaxTokens <= Short;

    private void Starve(bool starves)
    {
        _starves = starves;
        if (starves)
            _waiting.Add(new Sequence(new EngineOrder(EngineOrder.Add, LongRequest, "Tell a long story.", 4, LongAnswer, IgnoreEnd: true)));
        else
            Abort(s => s.Order.Id == LongRequest);
    }

    /// <summary>Whole blocks at the beginning of the prompt that an earlier prompt had, too. The last token is always computed.</summary>
    private int Cached(EngineOrder order)
    {
        var cached = 0;
        var words = LanguageModel.Split(order.Prompt);
        for (var end = BlockTokens; end <= words.Length; end += BlockTokens)
        {
            var known = !_prefixes.Add(LanguageModel.Hash(string.Concat(words.AsSpan(0, end))));
            if (known && cached == end - BlockTokens && end < order.PromptTokens)
                cached = end;
        }

        return cached;
    }

    private int PromptTokensOfStep() => Math.Min(_running.Sum(s => s.Left), options.MaxBatchedTokens);

    private void Abort(Predicate<Sequence> which)
    {
        foreach (var sequence in _waiting.Concat(_running).Where(s => which(s)).ToList())
            _said.Add(new EngineToken(sequence.Order.Id, "", 0, "abort", sequence.QueuedSeconds, sequence.Cached));
        _waiting.RemoveAll(which);
        _running.RemoveAll(which);
    }

    private sealed class Sequence
    {
        private readonly Stopwatch _age = Stopwatch.StartNew();

        public Sequence(EngineOrder order)
        {
            Order = order;
            (Answer, Ended) = LanguageModel.Answer(order.Prompt, order.MaxTokens, order.IgnoreEnd, order.Variation, order.Stops ?? []);
            if (Answer.Length == 0)
                Answer = [""];
            Left = order.PromptTokens;
        }

        public EngineOrder Order { get; }

        public string[] Answer { get; }

        public bool Ended { get; }

        /// <summary>The number of prompt tokens that are still to be read.</summary>
        public int Left { get; set; }

        public int Said { get; set; }

        public int Cached { get; private set; }

        public double QueuedSeconds { get; private set; }

        public int Blocks => (Order.PromptTokens + Answer.Length + BlockTokens - 1) / BlockTokens;

        public int UsedBlocks => (Order.PromptTokens - Left + Said + BlockTokens - 1) / BlockTokens;

        public void Admitted(int cached)
        {
            QueuedSeconds = _age.Elapsed.TotalSeconds;
            Cached = cached;
            Left -= cached;
        }
    }
}
