namespace Agent.Simulator.Vllm;

/// <summary>The numbers of one API server. Gauges hold the last values that the engine sent, so they freeze when the engine hangs.</summary>
internal sealed class VllmMetrics
{
    private static readonly double[] FirstTokenBounds = [.001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560];
    private static readonly double[] TokenBounds = [.01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80];
    private static readonly double[] RequestBounds = [.3, .5, .8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];
    private static readonly double[] IterationBounds = [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];

    private readonly Lock _lock = new();
    private readonly VllmOptions _options;
    private readonly VllmExposition _text;
    private readonly Dictionary<string,
        double> _finished = new(StringComparer.Ordinal) { ["stop"] = 0, ["length"] = 0, ["abort"] = 0, ["error"] = 0, ["repetition"] = 0 };
    private readonly Dictionary<string, Histogram> _histograms;
    private double _promptTokens;
    private double _cachedTokens;
    private double _generatedTokens;
    private EngineStep _last = new([], 0, 0, 0, 0);

    public VllmMetrics(VllmOptions options)
    {
        _options = options;
        _text = new VllmExposition(options.ServedNames[0]);
        var counts = Histogram.Decades(options.MaxLength);
        _histograms = new Dictionary<string, Histogram>(StringComparer.Ordinal)
        {
            ["request_prompt_tokens"] = new(counts, "Number of prefill tokens processed."),
            ["request_generation_tokens"] = new(counts, "Number of generation tokens processed."),
            ["iteration_tokens_total"] = new(IterationBounds, "Histogram of number of tokens per engine_step."),
            ["request_max_num_generation_tokens"] = new(counts, "Histogram of maximum number of requested generation tokens."),
            ["request_params_n"] = new([1, 2, 5, 10, 20], "Histogram of the n request parameter."),
            ["request_params_max_tokens"] = new(counts, "Histogram of the max_tokens request parameter."),
            ["time_to_first_token_seconds"] = new(FirstTokenBounds, "Histogram of time to first token in seconds."),
            ["inter_token_latency_seconds"] = new(TokenBounds, "Histogram of inter-token latency in seconds."),
            ["request_time_per_output_token_seconds"] = new(TokenBounds, "Histogram of time_per_output_token_seconds per request."),
            ["e2e_request_latency_seconds"] = new(RequestBounds, "Histogram of e2e request latency in seconds."),
            ["request_queue_time_seconds"] = new(RequestBounds, "Histogram of time spent in WAITING phase for request."),
            ["request_inference_time_seconds"] = new(RequestBounds, "Histogram of time spent in RUNNING phase for request."),
            ["request_prefill_time_seconds"] = new(RequestBounds, "Histogram of time spent in PREFILL phase for request."),
            ["request_decode_time_seconds"] = new(RequestBounds, "Histogram of time spent in DECODE phase for request."),
            ["request_prefill_kv_computed_tokens"] = new(counts, "Histogram of new KV tokens computed during prefill (excluding cached tokens)."),
        };
    }

    public void Push(EngineStep step)
    {
        lock (_lock)
        {
            _last = step;
            if (step.IterationTokens > 0)
                Observe("iteration_tokens_total", step.IterationTokens);
        }
    }

    public void Token(EngineRequest request, EngineToken token)
    {
        lock (_lock)
        {
            if (token.Reason == "abort")
            {
                _finished["abort"]++;
                return;
            }

            var now = request.Age.Elapsed.TotalSeconds;
            _generatedTokens++;
            if (request.Said++ == 0)
            {
                request.FirstToken = now;
                _promptTokens += request.Order.PromptTokens;
                _cachedTokens += token.CachedTokens;
                Observe("time_to_first_token_seconds", now);
            }
            else
            {
                Observe("inter_token_latency_seconds", now - request.LastToken);
            }

            request.LastToken = now;
            if (token.Reason is { } reason)
                Finish(request, token, reason);
        }
    }

    public (double PromptTokens, double GeneratedTokens, int Running, int Waiting, double KvUsage, double HitRate) Read()
    {
        lock (_lock)
            return (_promptTokens, _generatedTokens, _last.Running, _last.Waiting, _last.KvUsage, _promptTokens > 0 ? _cachedTokens / _promptTokens : 0);
    }

    public string Text()
    {
        lock (_lock)
        {
            var page = _text.Begin();
            if (!_options.LogsStatistics)
                return page.ToString();
            page.Gauge("num_requests_running", "Number of requests in model execution batches.", ("", _last.Running));
            page.Gauge("num_requests_waiting", "Number of requests waiting to be processed.", ("", _last.Waiting));
            page.Gauge(
                "num_requests_waiting_by_reason",
                "Number of waiting requests by reason. Reason labels: 'capacity' = waiting for scheduling capacity; 'deferred' = deferred by transient "
                    + "constraints (LoRA budget, KV transfer, blocked status). Sum of all reasons equals vllm:num_requests_waiting.",
                ("reason=\"capacity\"", _last.Waiting - _last.Deferred),
                ("reason=\"deferred\"", _last.Deferred));
            page.Gauge(
                "engine_sleep_state",
                "Engine sleep state; awake = 0 means engine is sleeping; awake = 1 means engine is awake; weights_offloaded = 1 means sleep level 1; "
                    + "discard_all = 1 means sleep level 2.",
                ("sleep_state=\"awake\"", 1),
                ("sleep_state=\"weights_offloaded\"", 0),
                ("sleep_state=\"discard_all\"", 0));
            page.Gauge("kv_cache_usage_perc", "KV-cache usage. 1 means 100 percent usage.", ("", _last.KvUsage));
            page.Counter("prefix_cache_queries", "Prefix cache queries, in terms of number of queried tokens.", ("", _promptTokens));
            page.Counter("prefix_cache_hits", "Prefix cache hits, in terms of number of cached tokens.", ("", _cachedTokens));
            page.Counter("external_prefix_cache_queries",
                "External prefix cache queries from KV connector cross-instance cache sharing, in terms of number of queried tokens.", ("", 0));
            page.Counter("external_prefix_cache_hits",
                "External prefix cache hits from KV connector cross-instance cache sharing, in terms of number of cached tokens.", ("", 0));
            page.Counter("mm_cache_queries", "Multi-modal cache queries, in terms of number of queried items.", ("", 0));
            page.Counter("mm_cache_hits", "Multi-modal cache hits, in terms of number of cached items.", ("", 0));
            page.Counter("num_preemptions", "Cumulative number of preemption from the engine.", ("", 0));
            page.Counter("prompt_tokens", "Number of prefill tokens processed.", ("", _promptTokens));
            page.Counter(
                "prompt_tokens_by_source",
                "Number of prompt tokens by source.",
                ("source=\"local_compute\"", _promptTokens - _cachedTokens),
                ("source=\"local_cache_hit\"", _cachedTokens),
                ("source=\"external_kv_transfer\"", 0));
            page.Counter("prompt_tokens_cached", "Number of cached prompt tokens (local + external).", ("", _cachedTokens));
            page.Counter("generation_tokens", "Number of generation tokens processed.", ("", _generatedTokens));
            page.Counter("request_success", "Count of successfully processed requests.", [.. _finished.Select(f => ($"finished_reason=\"{f.Key}\"", f.Value))]);
            foreach (var (name, histogram) in _histograms)
                page.Histogram(name, histogram);
            page.CacheConfiguration(_options);
            return page.ToString();
        }
    }

    private void Finish(EngineRequest request, EngineToken token, string reason)
    {
        var decode = request.LastToken - request.FirstToken;
        _finished[reason]++;
        Observe("request_prompt_tokens", request.Order.PromptTokens);
        Observe("request_generation_tokens", request.Said);
        Observe("request_max_num_generation_tokens", request.Order.MaxTokens);
        Observe("request_params_n", 1);
        Observe("request_params_max_tokens", request.Order.MaxTokens);
        if (request.Said > 1)
            Observe("request_time_per_output_token_seconds", decode / (request.Said - 1));
        Observe("e2e_request_latency_seconds", request.LastToken);
        Observe("request_queue_time_seconds", token.QueuedSeconds);
        Observe("request_inference_time_seconds", request.LastToken - token.QueuedSeconds);
        Observe("request_prefill_time_seconds", request.FirstToken - token.QueuedSeconds);
        Observe("request_decode_time_seconds", decode);
        Observe("request_prefill_kv_computed_tokens", request.Order.PromptTokens - token.CachedTokens);
    }

    private void Observe(string name, double value) => _histograms[name].Observe(value);
}
