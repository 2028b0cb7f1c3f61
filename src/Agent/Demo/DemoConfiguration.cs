using System.Globalization;

namespace Agent.Demo;

/// <summary>The configuration of the demo's agent: that of a real host with shorter times.</summary>
internal static class DemoConfiguration
{
    public const string Engine = "deepseek";

    public static string Yaml(string folder, int enginePort, int listenPort) => string.Create(CultureInfo.InvariantCulture, $$"""
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
            canary: { expected_text: Paris, max_tokens: 4, timeout: 4s, max_seconds_per_token: 0.3 }
            stall: { grace: 6s }
        vendor: { npu_smi_limit: 3s, chip_reset_limit: 20s, driver_restart_limit: 30s, chips_ready_limit: 8s }
        probes:
          chip-health: { interval: 2s, deadline: 8s }
          chip-usage: { interval: 5s, deadline: 8s }
          # Dozens of calls a look, and nothing of the story is seen by them.
          chip-heat: { enabled: false }
          chip-memory: { enabled: false }
          link-health: { enabled: false }
          driver-unit: { interval: 2s, deadline: 5s }
          engine-process: { interval: 1s }
          engine-health: { interval: 1s, deadline: 3s }
          engine-progress: { interval: 1s, deadline: 3s }
          engine-canary: { interval: 4s, deadline: 15s }
          engine-log: { interval: 500ms }
        faults:
          engine-slow: { confirm_after: 3s }
          chip-warning: { confirm_after: 3s }
          npu-smi-hangs: { confirm_after: 3s }
          npu-smi-unusable: { confirm_after: 3s }
        disk: { min_free: 10MiB }

        """);
}
