using System.Globalization;

namespace Agent.Demo;

/// <summary>The configuration of the demo's agent: that of a real host with shorter times.</summary>
internal static class DemoConfiguration
{
    public const string Engine = "deepseek";

    /// <param name="folder">The folder for everything of this play.</param>
    /// <param name="enginePort">A free port.</param>
    /// <param name="listenPort">Another free port.</param>
    /// <param name="probe">The slow probe that the story needs, if any.</param>
    public static string Yaml(string folder, int enginePort, int listenPort, string? probe) => string.Create(CultureInfo.InvariantCulture, $$"""
        # Written by `npu-agent demo`: shorter times than on a real host, else the same.
        profile: guide
        state_folder: {{folder}}/state
        control_socket: {{folder}}/agent.sock
        listen: 127.0.0.1:{{listenPort}}
        log: { folder: {{folder}}/log }
        engines:
          - name: {{Engine}}
            model: /models/DeepSeek-R1-Distill-Qwen-32B-W8A8
            served_model_name: deepseek-r1
            port: {{enginePort}}
            chips: [0/0, 1/0]
            max_model_len: 2048
            max_num_seqs: 16
            start: { stage_timeout: 8s, shared_memory: 1MiB }
            stop: { drain: 2s, term_wait: 3s, kill_wait: 5s, chip_memory_wait: 6s }
            canary: { expected_text: Paris, max_tokens: 4, timeout: 3s, max_seconds_per_token: 0.3, under_load: 10s }
            stall: { grace: 6s }
            log: { part_size: 1MiB, parts: 512, flood_after: 6s }
        vendor: { npu_smi_limit: 3s, chip_reset_limit: 20s, driver_restart_limit: 30s, chips_ready_limit: 8s }
        probes:
          chip-health: { interval: 2s, deadline: 8s }
          chip-usage: { interval: 5s, deadline: 8s }
          # Dozens of calls a look: on only where the story is seen by it.
          chip-heat: {{Slow("chip-heat", probe)}}
          chip-memory: {{Slow("chip-memory", probe)}}
          link-health: {{Slow("link-health", probe)}}
          driver-unit: { interval: 2s, deadline: 5s }
          engine-process: { interval: 1s }
          engine-health: { interval: 1s, deadline: 3s }
          engine-progress: { interval: 1s, deadline: 3s }
          engine-canary: { interval: 4s, deadline: 15s }
          engine-log: { interval: 500ms }
        faults:
          engine-slow: { confirm_after: 3s }
          engine-work-waits: { confirm_after: 3s }
          chip-warning: { confirm_after: 3s }
          chip-too-hot: { confirm_after: 3s }
          link-down: { confirm_after: 3s }
          npu-smi-hangs: { confirm_after: 3s }
          npu-smi-unusable: { confirm_after: 3s }
        disk: { min_free: 10MiB }

        """);

    private static string Slow(string name, string? wanted) => name == wanted ? "{ interval: 4s, deadline: 20s }" : "{ enabled: false }";
}
