using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Engines.Starting;

namespace Agent.Tests.Configuration;

public sealed class FrontEndOptionsTests
{
    /// <summary>FrontendArgs of vLLM 0.23 to 0.33 and the options of <c>serve</c> itself, without those that have keys of their own.</summary>
    private const string OfVllm =
        "headless api-server-count config grpc uds uvicorn-log-level disable-uvicorn-access-log disable-access-log-for-endpoints allow-credentials "
            + "allowed-origins allowed-methods allowed-headers "
        + "lora-modules chat-template chat-template-content-format trust-request-chat-template default-chat-template-kwargs response-role ssl-keyfile "
            + "ssl-certfile ssl-ca-certs enable-ssl-refresh "
        + "ssl-cert-reqs ssl-ciphers root-path middleware return-tokens-as-token-ids disable-frontend-multiprocessing enable-request-id-headers "
            + "enable-auto-tool-choice exclude-tools-when-tool-choice-none "
        + "tool-call-parser tool-parser-plugin tool-server log-config-file max-log-len disable-fastapi-docs enable-prompt-tokens-details "
            + "enable-server-load-tracking enable-force-include-usage "
        + "enable-tokenizer-info-endpoint enable-log-outputs enable-log-deltas log-error-stack h11-max-incomplete-event-size h11-max-header-count "
            + "enable-offline-docs tokens-only enable-log-requests "
        + "disable-log-stats data-parallel-external-lb data-parallel-hybrid-lb data-parallel-multi-port-external-lb data-parallel-rank "
            + "data-parallel-start-rank";

    [Fact]
    public void Every_option_of_the_front_end_has_its_word()
    {
        foreach (var option in OfVllm.Split(' '))
            FrontEndOptions.All.ShouldContain(o => o.Option == option, option);
        FrontEndOptions.All.ShouldAllBe(o => o.Text.Length > 0 && !EngineParameters.HasOwnKey(o.Option));
    }

    [Theory]
    [InlineData("uds: /run/vllm.sock", "uds: /run/vllm.sock: vLLM then listens on a Unix socket")]
    [InlineData("grpc: true", "grpc: vLLM then speaks gRPC")]
    [InlineData("tokens_only: true", "tokens_only: it serves no /v1/completions")]
    [InlineData("ssl_cert_reqs: 2", "ssl_cert_reqs: 2: vLLM then wants a certificate of whoever asks")]
    [InlineData("runner: pooling", "runner: pooling: a pooling model serves no /v1/completions")]
    [InlineData("task: embed", "task: embed: it serves no /v1/completions")]
    public void What_could_not_be_asked_is_refused_with_the_reason(string argument, string problem) =>
        Load($"arguments: {{ {argument} }}").Problems.ShouldHaveSingleItem().ToString().ShouldContain(problem);

    [Theory]
    [InlineData("headless: true", "arguments.headless: this node has no port by design")]
    [InlineData("api_server_count: 0", "arguments.api-server-count: this node has no port by design")]
    [InlineData("api-server-count: 4", "arguments.api-server-count: several API servers share the port")]
    [InlineData("middleware: a.b", "arguments.middleware: ")]
    [InlineData("disable_log_stats: true", "arguments.disable-log-stats: /metrics is then without counters")]
    [InlineData("config: /etc/vllm.yaml", "arguments.config: the agent does not read that file")]
    [InlineData("data-parallel-multi-port-external-lb: true", "arguments.data-parallel-multi-port-external-lb: each rank listens on a port of its own")]
    public void What_is_different_is_told(string argument, string note) =>
        EngineNotes.Of(Engine($"arguments: {{ {argument} }}")).ShouldHaveSingleItem().ShouldStartWith(note);

    [Theory]
    [InlineData("root-path: /v1proxy")]
    [InlineData("uvicorn-log-level: warning")]
    [InlineData("data-parallel-external-lb: true")]
    [InlineData("api-server-count: 1")]
    [InlineData("grpc: false")]
    [InlineData("headless: false")]
    [InlineData("runner: generate")]
    [InlineData("ssl-cert-reqs: 0")]
    [InlineData("ssl-keyfile: /k.pem, ssl-certfile: /c.pem")]
    public void What_changes_nothing_is_not_told(string argument) => EngineNotes.Of(Engine($"arguments: {{ {argument} }}")).ShouldBeEmpty();

    [Fact]
    public void A_node_without_a_front_end_has_no_port_and_one_with_TLS_is_asked_by_it()
    {
        var node = Engine("arguments: { headless: true, data-parallel-size: 4, data-parallel-size-local: 2, data-parallel-start-rank: 2, "
            + "data-parallel-address: 172.16.11.34 }");
        node.Address.ShouldBeNull();
        EngineCommandLine.Render(node).Arguments.ShouldNotContain("--port");
        Engine("host: 0.0.0.0\nport: 8443\narguments: { ssl-certfile: /c.pem, ssl-keyfile: /k.pem }").Address.ShouldBe(new Uri("https://127.0.0.1:8443"));
        SettingsFile.Parse("t.yaml", "engines:\n  - { name: a, model: /m, chips: [0/0], arguments: { headless: true } }\n  - { name: b, model: /m, chips: "
            + "[1/0] }\n  - { name: c, model: /m, chips: [2/0], arguments: { headless: true } }\n", _ => false)
            .Problems.ShouldBeEmpty("only engines with a port can share one by mistake");
    }

    private static EngineSettings Engine(string yaml)
    {
        var load = Load(yaml);
        load.Problems.ShouldBeEmpty();
        return load.Settings!.Engines[0];
    }

    private static ConfigurationLoad Load(string yaml) =>
        SettingsFile.Parse("t.yaml", "engines:\n  - name: a\n    model: /m\n    chips: [0/0]\n    " + yaml.Replace("\n", "\n    ", StringComparison.Ordinal)
            + "\n", _ => false);
}
