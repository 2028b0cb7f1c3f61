using System.Globalization;
using System.Text;

namespace Agent.Simulator.Vllm;

/// <summary>The exposition of vLLM 0.11 and later: names, labels, bounds and _created series as in the captures.</summary>
internal sealed class VllmMetrics(string model)
{
    private static readonly double[] FirstTokenBounds = [.001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560];
    private static readonly double[] TokenBounds = [.01, .025, .05, .075, .1, .15, .2, .3, .4, .5, .75, 1, 2.5, 5, 7.5, 10, 20, 40, 80];
    private static readonly double[] RequestBounds = [.3, .5, .8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];
    private static readonly double[] CountBounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];
    private static readonly double[] IterationBounds = [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];

    private readonly Lock _lock = new();
    private readonly double _created = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalSeconds;
    private readonly SortedDictionary<string, double> _counters = new(StringComparer.Ordinal)
    {
        ["prefix_cache_queries"] = 0,
        ["prefix_cache_hits"] = 0,
        ["num_preemptions"] = 0,
        ["prompt_tokens"] = 0,
        ["generation_tokens"] = 0,
    };

    private readonly Dictionary<string, double> _finished = new(StringComparer.Ordinal) { ["stop"] = 0, ["length"] = 0, ["abort"] = 0, ["error"] = 0, ["repetition"] = 0 };

    private readonly SortedDictionary<string, Histogram> _histograms = new(StringComparer.Ordinal)
    {
        ["time_to_first_token_seconds"] = new(FirstTokenBounds),
        ["inter_token_latency_seconds"] = new(TokenBounds),
        ["request_time_per_output_token_seconds"] = new(TokenBounds),
        ["e2e_request_latency_seconds"] = new(RequestBounds),
        ["request_queue_time_seconds"] = new(RequestBounds),
        ["request_inference_time_seconds"] = new(RequestBounds),
        ["request_prefill_time_seconds"] = new(RequestBounds),
        ["request_decode_time_seconds"] = new(RequestBounds),
        ["request_prompt_tokens"] = new(CountBounds),
        ["request_generation_tokens"] = new(CountBounds),
        ["request_max_num_generation_tokens"] = new(CountBounds),
        ["request_params_max_tokens"] = new(CountBounds),
        ["request_params_n"] = new([1, 2, 5, 10, 20]),
        ["iteration_tokens_total"] = new(IterationBounds),
    };

    public int Running { get; set; }

    public int Waiting { get; set; }

    public void Token(EngineRequest request, int index, TimeSpan gap)
    {
        lock (_lock)
        {
            _counters["generation_tokens"]++;
            if (index == 0)
            {
                _counters["prompt_tokens"] += request.PromptTokens;
                _counters["prefix_cache_queries"] += request.PromptTokens;
                _histograms["time_to_first_token_seconds"].Observe(request.FirstToken.TotalSeconds);
            }
            else
            {
                _histograms["inter_token_latency_seconds"].Observe(gap.TotalSeconds);
            }

            _histograms["iteration_tokens_total"].Observe(index == 0 ? request.PromptTokens : 1);
        }
    }

    public void Finished(EngineRequest request)
    {
        lock (_lock)
        {
            var decode = (request.LastToken - request.FirstToken).TotalSeconds;
            _finished["length"]++;
            _histograms["e2e_request_latency_seconds"].Observe(request.LastToken.TotalSeconds);
            _histograms["request_queue_time_seconds"].Observe(request.Queued.TotalSeconds);
            _histograms["request_inference_time_seconds"].Observe((request.LastToken - request.Queued).TotalSeconds);
            _histograms["request_prefill_time_seconds"].Observe((request.FirstToken - request.Queued).TotalSeconds);
            _histograms["request_decode_time_seconds"].Observe(decode);
            if (request.Answer.Length > 1)
                _histograms["request_time_per_output_token_seconds"].Observe(decode / (request.Answer.Length - 1));
            _histograms["request_prompt_tokens"].Observe(request.PromptTokens);
            _histograms["request_generation_tokens"].Observe(request.Answer.Length);
            _histograms["request_max_num_generation_tokens"].Observe(request.Answer.Length);
            _histograms["request_params_max_tokens"].Observe(request.Answer.Length);
            _histograms["request_params_n"].Observe(1);
        }
    }

    public void Aborted()
    {
        lock (_lock)
            _finished["abort"]++;
    }

    public string Text()
    {
        var text = new StringBuilder();
        lock (_lock)
        {
            Gauge(text, "num_requests_running", "Number of requests in model execution batches.", Running);
            Gauge(text, "num_requests_waiting", "Number of requests waiting to be processed.", Waiting);
            Gauge(text, "kv_cache_usage_perc", "KV-cache usage. 1 means 100 percent usage.", Running * 0.01);
            foreach (var (name, value) in _counters)
            {
                Head(text, name + "_total", "counter");
                Sample(text, name + "_total", "", value);
                Created(text, name);
            }

            Head(text, "request_success_total", "counter");
            foreach (var (reason, value) in _finished)
                Sample(text, "request_success_total", $"finished_reason=\"{reason}\"", value);
            foreach (var (name, histogram) in _histograms)
            {
                Head(text, name, "histogram");
                foreach (var (bound, count) in histogram.Buckets())
                    Sample(text, name + "_bucket", $"le=\"{bound}\"", count);
                Sample(text, name + "_count", "", histogram.Count);
                Sample(text, name + "_sum", "", histogram.Sum);
                Created(text, name);
            }
        }

        return text.ToString();
    }

    private void Gauge(StringBuilder text, string name, string help, double value)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP vllm:{name} {help}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE vllm:{name} gauge\n");
        Sample(text, name, "", value);
    }

    private static void Head(StringBuilder text, string name, string type) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP vllm:{name} {name.Replace('_', ' ')}.\n# TYPE vllm:{name} {type}\n");

    private void Created(StringBuilder text, string name)
    {
        Head(text, name + "_created", "gauge");
        Sample(text, name + "_created", "", _created);
    }

    private void Sample(StringBuilder text, string name, string label, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"vllm:{name}{{engine=\"0\",{(label.Length > 0 ? label + "," : "")}model_name=\"{model}\"}} {value:0.0###############}\n");

    private sealed class Histogram(double[] bounds)
    {
        private readonly double[] _counts = new double[bounds.Length + 1];

        public double Count { get; private set; }

        public double Sum { get; private set; }

        public void Observe(double value)
        {
            var index = Array.FindIndex(bounds, b => value <= b);
            _counts[index < 0 ? bounds.Length : index]++;
            Count++;
            Sum += value;
        }

        public IEnumerable<(string Bound, double Count)> Buckets()
        {
            double sum = 0;
            for (var i = 0; i < _counts.Length; i++)
            {
                sum += _counts[i];
                yield return (i < bounds.Length ? bounds[i].ToString("0.0###", CultureInfo.InvariantCulture) : "+Inf", sum);
            }
        }
    }
}
