namespace Agent.EndToEndTests;

/// <summary>The configuration of a test's agent: a real host's with shorter times, and receivers for notifications.</summary>
internal static class TestConfiguration
{
    public static string Yaml(SimulatedHost host) => $$"""
        profile: {{host.Profile}}
        state_folder: {{host.State}}
        control_socket: {{host.Folder}}/agent.sock
        listen: 127.0.0.1:{{host.ListenPort}}
        log: { folder: {{host.Folder}}/log }
        engines:
          - name: deepseek
            model: /models/DeepSeek-R1
            served_model_name: deepseek-r1
            port: {{host.EnginePort}}
            chips: [0/0, 1/0]
            start: { stage_timeout: 8s, shared_memory: 1MiB }
            stop: { drain: 1s, term_wait: 2s, kill_wait: 5s, chip_memory_wait: 5s }
            canary: { expected_text: Paris, max_tokens: 4, timeout: 4s, max_seconds_per_token: 0.3 }
            stall: { grace: 4s }
        vendor: { npu_smi_limit: 4s, chip_reset_limit: 20s, driver_restart_limit: 30s, chips_ready_limit: 8s{{Driver(host)}} }
        probes:
          chip-health: { interval: 1500ms, deadline: 10s }
          chip-usage: { interval: 5s, deadline: 10s }
          # Dozens of calls a look: switched on by the tests of what they see.
          chip-heat: { enabled: false, interval: 1s, deadline: 20s }
          chip-bandwidth: { enabled: false, interval: 1s, deadline: 20s }
          chip-memory: { enabled: false, interval: 1s, deadline: 20s }
          link-health: { enabled: false, interval: 1s, deadline: 20s }
          driver-unit: { interval: 2s, deadline: 8s }
          engine-verdict: { interval: 500ms, deadline: 5s }
          engine-process: { interval: 1s, deadline: 5s }
          engine-health: { interval: 1s, deadline: 5s }
          engine-progress: { interval: 1s, deadline: 5s }
          engine-canary: { interval: 3s, deadline: 20s }
          engine-log: { interval: 500ms, deadline: 5s }
          engine-drift: { interval: 2s, deadline: 10s }
          engine-throughput: { interval: 1s, deadline: 10s }
          # Keeps the engine busy, which other looks would take for work.
          engine-quality: { enabled: false, interval: 1s, deadline: 60s }
        faults:
          engine-slow: { confirm_after: 2s }
          engine-work-waits: { confirm_after: 2s }
          chip-warning: { confirm_after: 2s }
          chip-too-hot: { confirm_after: 2s }
          link-down: { confirm_after: 2s }
          npu-smi-hangs: { confirm_after: 2s }
          npu-smi-unusable: { confirm_after: 2s }
        disk: { min_free: 1MiB }
        notifications:
          alertmanagers: [ { name: am, url: "{{host.Receiver.Address}}am/", resend_interval: 1s } ]
          webhooks: [ { name: hook, url: "{{host.Receiver.Address}}hook" } ]
          mail: [ { name: mail, server: 127.0.0.1, port: {{host.Receiver.Sockets.MailPort}}, security: none, from: npu@x.example, to: [a@x.example] } ]
          syslog: [ { name: log, address: "udp://127.0.0.1:{{host.Receiver.Sockets.SyslogPort}}" } ]

        """;

    // The simulated driver's modules and nodes; the kernel log of the machine that the test runs on is not the host's.
    private static string Driver(SimulatedHost host) => host.Profile == "ascend"
        ? $", modules_file: {host.World}/proc/modules, device_folder: {host.World}/dev, version_file: {host.World}/driver/version.info, kernel_log: "
        : "";
}
