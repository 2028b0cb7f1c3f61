using Agent.Bundles;
using Agent.Configuration;

namespace Agent.Tests.Configuration;

public sealed class SettingsFileTests
{
    private const string Engine = """
        engines:
          - name: a
            model: /m
            chips: [0/0]
        """;

    [Fact]
    public void The_annotated_sample_is_valid_and_says_what_the_defaults_are()
    {
        var sample = Load(File.ReadAllText(Sample()));
        sample.Problems.ShouldBeEmpty();
        var defaults = Load(Engine).Settings!;
        var settings = sample.Settings!;
        settings.Vendor.ShouldBe(defaults.Vendor with { ChipReset = settings.Vendor.ChipReset });
        settings.Probes.ShouldBe(defaults.Probes);
        settings.ChipLimits.ShouldBe(defaults.ChipLimits);
        settings.Budgets.ShouldBe(defaults.Budgets);
        settings.Bundles.ShouldBe(defaults.Bundles with { Own = settings.Bundles.Own });
        settings.Bundles.Own.Of(HostLogSource.Paths).ShouldBe(defaults.Bundles.Own.Of(HostLogSource.Paths));
        settings.Bundles.Own.Of(EngineLogSource.Tail).ShouldBe(defaults.Bundles.Own.Of(EngineLogSource.Tail));
        settings.Log.ShouldBe(defaults.Log);
        settings.History.ShouldBe(defaults.History);
        settings.Engines[0].Stop.ShouldBe(defaults.Engines[0].Stop);
        settings.Engines[0].Log.ShouldBe(defaults.Engines[0].Log);
        settings.Engines[0].StallGrace.ShouldBe(defaults.Engines[0].StallGrace);
        (settings.StateFolder, settings.ControlSocket, settings.Listen, settings.Mode)
            .ShouldBe((defaults.StateFolder, defaults.ControlSocket, defaults.Listen, defaults.Mode));
    }

    [Fact]
    public void The_settings_in_force_can_be_shown()
    {
        var settings = Load(Engine.Replace("[0/0]", "[0/0@0000:c1:00.0, 1/0]", StringComparison.Ordinal)).Settings!;
        settings.Engines[0].BusIds.ShouldBe(new Dictionary<string, string> { ["0/0"] = "0000:C1:00.0" });
        System.Text.Json.JsonSerializer.Serialize(settings, SettingsJson.Readable.AgentSettings).ShouldContain("0000:C1:00.0");
    }

    [Fact]
    public void Names_of_the_listener_are_kept_in_one_spelling() =>
        Load("listen_names: [NPU-Host-1.Example.com., b\u00fccher.example, \"[2001:DB8::0]\", 10.0.0.5, npu_host]\n" + Engine).Settings!.ListenNames
            .ShouldBe(["npu-host-1.example.com", "xn--bcher-kva.example", "2001:db8::", "10.0.0.5", "npu_host"]);

    [Theory]
    [InlineData("mod: act", "t.yaml:1:1: mod: unknown key; did you mean 'mode'?")]
    [InlineData("mode: on", "t.yaml:1:7: mode: found 'on', allowed: act, observe")]
    [InlineData("mode: [act]", "t.yaml:1:7: mode: expected one value, found a list")]
    [InlineData("state_folder: here", "state_folder: 'here' is no absolute path")]
    [InlineData("listen: nowhere", "listen: 'nowhere' is no address")]
    [InlineData("listen_names: [\"*.example.com\"]",
        "t.yaml:1:15: listen_names: '*.example.com' is no name of a host and no address; write it as clients do, without port")]
    [InlineData("listen_names: [\"npu-host-1:9470\"]", "listen_names: 'npu-host-1:9470' is no name of a host")]
    [InlineData("listen_names: npu-host-1", "listen_names: expected a list such as [a, b], found the single value 'npu-host-1'")]
    [InlineData("history: 99999999999999999999d", "history: found '99999999999999999999d', expected a duration")]
    [InlineData("history: 5 years", "history: found '5 years', expected a duration such as 500ms, 90s, 2m or 1h30m")]
    [InlineData("history: 1h", "history: 1h is out of range, allowed 1d to 3650d")]
    [InlineData("bundles: { max_size: 5GB }", "bundles.max_size: found '5GB', expected a size such as 64MiB or 5GiB")]
    [InlineData("bundles: { max_age: 30m }", "bundles.max_age: 30m is out of range, allowed 1h to 3650d")]
    [InlineData("bundles: { fast_max_size: 1KiB }", "bundles.fast_max_size: 1KiB is out of range, allowed 64KiB to 10GiB")]
    [InlineData("bundles: { full_max_size: much }", "bundles.full_max_size: found 'much', expected a size such as 64MiB or 5GiB")]
    [InlineData("bundles: { host_logs: [log] }", "t.yaml:1:23: bundles.host_logs: 'log' is no absolute path")]
    [InlineData("bundles: { host_logs: [\"/var/*/x\"] }", "bundles.host_logs: '/var/*/x': * and ? are allowed in the last part only")]
    [InlineData("vendor: { hccn_tool: [hccn_tool] }", "vendor.hccn_tool: expected one value, found a list")]
    [InlineData("probes: { chip-health: { interval: 10ms } }", "probes.chip-health.interval: 10ms is out of range, allowed 200ms to 1h")]
    [InlineData("vendor: { driver_restart: systemctl restart devdrv }",
        "vendor.driver_restart: expected a list such as [a, b], found the single value 'systemctl restart devdrv'")]
    [InlineData("vendor: { collect_dlog: [x, \"{folder}\"] }", "vendor.collect_dlog: unknown placeholder {folder}, allowed: {dir}")]
    [InlineData("vendor: { hccn_ports: [4] }", "vendor.hccn_ports: found '4', expected DIE/PORT, for example 0/4")]
    [InlineData("chip_limits: { temperature_celsius: 500 }", "chip_limits.temperature_celsius: 500 is out of range, allowed 40 to 120")]
    [InlineData("faults: { engine-hangs: { muted: true } }", "faults.engine-hangs: unknown key; did you mean 'engine-hung'?")]
    [InlineData("notifications: { webhooks: [ { name: a, url: \"ftp://x\" } ] }", "notifications.webhooks[0].url: 'ftp://x' is no http or https address")]
    public void A_mistake_is_named_with_what_was_found_and_what_is_allowed(string line, string problem) =>
        Load(line + "\n" + Engine).Problems.Select(p => p.ToString()).ShouldContain(p => p.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void A_token_in_the_environment_of_an_engine_is_a_secret_and_the_name_of_a_tokenizer_is_none()
    {
        var settings = Load(Engine + "\n    environment: { HF_TOKEN: a-token-of-a-hub, MAX_TOKENS: 81928192 }\n    tokenizer: /models/tokenizer").Settings!;
        settings.SecretValues.ShouldBe(["a-token-of-a-hub"]);
    }

    [Theory]
    [InlineData("port: 70000", "engines[0].port: 70000 is out of range, allowed 1 to 65535")]
    [InlineData("port: many", "engines[0].port: found 'many', expected a whole number from 1 to 65535")]
    [InlineData("tensor_parallel_size: 2", "engines[0].tensor_parallel_size: 2 is out of range, allowed 1 to 1")]
    [InlineData("arguments: { api-key: secret }", "api_key_file: a key never goes by argv")]
    [InlineData("arguments: { max_model_len: 4 }", "max_model_len has a key of its own")]
    public void A_mistake_in_an_engine_names_the_engine(string line, string problem) =>
        Load(Engine + "\n    " + line).Problems.Select(p => p.ToString()).ShouldContain(p => p.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void Two_engines_share_no_name_no_port_and_no_chip()
    {
        var problems = Load(Engine + "\n  - name: a\n    model: /n\n    chips: [0/0]\n").Problems.Select(p => p.ToString()).ToList();
        problems.ShouldContain(p => p.Contains("'a' is taken by another engine", StringComparison.Ordinal));
        problems.ShouldContain(p => p.Contains("8000 is taken by engine 'a'", StringComparison.Ordinal));
        problems.ShouldContain(p => p.Contains("0/0 belongs to engine 'a' already", StringComparison.Ordinal));
    }

    [Fact]
    public void All_mistakes_are_told_at_once_in_the_order_of_the_file()
    {
        var problems = Load("mode: on\nlanguage: fr\n" + Engine).Problems;
        problems.Select(p => p.Line).ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData("a: [1", "broken YAML")]
    [InlineData("mode: act\nmode: act", "the key 'mode' stands twice")]
    [InlineData("", "is empty")]
    [InlineData("- list", "expected settings (key: value), found a list")]
    public void What_is_no_configuration_is_told_so(string text, string problem) =>
        Load(text).Problems.ShouldHaveSingleItem().ToString().ShouldContain(problem);

    [Fact]
    public void A_file_that_cannot_be_read_says_why()
    {
        Problem("/no/such/file.yaml").ShouldContain("not found");
        Problem(Path.GetTempPath()).ShouldContain("is a folder");
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, [0xff, 0xfe, 0x00]);
        Problem(path).ShouldContain("is not UTF-8 text");
        File.WriteAllText(path, new string('#', (1024 * 1024) + 1));
        Problem(path).ShouldContain("allowed 1048576");
        File.Delete(path);

        static string Problem(string path) => SettingsFile.Load(path, _ => false).Problems.ShouldHaveSingleItem().ToString();
    }

    [Theory]
    [InlineData("guide", "", "guide")]
    [InlineData("ascend", "ascend-dlog", "ascend")]
    [InlineData("auto", "ascend-dlog", "guide")]
    [InlineData("auto", "msnpureport", "ascend")]
    [InlineData("auto", "", "ascend")]
    public void The_profile_is_picked_by_word_or_by_what_is_there(string word, string installed, string profile) =>
        SettingsFile.Parse("t.yaml", $"profile: {word}\n{Engine}", p => p == installed).Settings!.Vendor.Profile.ShouldBe(profile);

    private static ConfigurationLoad Load(string text) => SettingsFile.Parse("t.yaml", text, _ => false);

    private static string Sample()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Agent.sln")))
            folder = folder.Parent!;
        return Path.Combine(folder.FullName, "packaging", "agent.yaml");
    }
}
