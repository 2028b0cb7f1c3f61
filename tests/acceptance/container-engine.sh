#!/usr/bin/env bash
# An engine in a real container: podman stands in for isula, whose command line has the same words. The agent starts it, adopts
# it, recovers it from kill -9, leaves it serving while it is stopped, killed and replaced, with requests in flight, and leaves
# it alone when it was stopped by podman.
# Run as root; setup.sh installs the rest. NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR name the published programs, else those of
# artifacts/ are taken (.ci/run leaves them there).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=${NPU_AGENT_BINARY:-$root/artifacts/agent/npu-agent}
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
[ "$(id -u)" = 0 ] || { echo "needs root"; exit 2; }
[ -x "$program" ] && [ -x "$simulator" ] || { echo "publish first: dotnet publish src/Agent -c Release -r linux-x64 -o artifacts/agent, and src/Agent.Simulator to artifacts/simulator"; exit 2; }
. "$here/engine-story.sh"

# Flags of machines that are containers or small VMs themselves: no systemd for cgroups, no namespace of their own for network,
# limits within those of this shell. --pid=host: npu-smi of the host, simulated or not, names processes by the host's numbers.
podman=(podman --runtime runc --cgroup-manager=cgroupfs)
work=$(mktemp -d /tmp/npu-agent-container-XXXXXX)
state=$work/state
agent_log=$work/agent.out
image=localhost/npu-agent-acceptance:$$
agent_pid=
clean_up() {
    rm -f "$work/flow"
    [ -z "$agent_pid" ] || agent_signal KILL 2>/dev/null || true
    "${podman[@]}" rm -f npu-engine-deepseek >/dev/null 2>&1 || true
    "${podman[@]}" rmi -f "$image" >/dev/null 2>&1 || true
    "$work/programs/simulator" down --world "$work/host" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean_up EXIT

# The image: a shell, the simulator, and the libraries of both.
mkdir -p "$work/programs" "$work/image/tmp"
cp -a "$(dirname "$simulator")/." "$work/programs/"
for file in /bin/sh "$work/programs/simulator"; do
    for part in "$file" $(ldd "$file" | grep -o '/[^ ]*'); do mkdir -p "$work/image$(dirname "$part")"; cp -L "$part" "$work/image$part"; done
done
cp -a "$work/programs/." "$work/image$work/programs/"
tar -C "$work/image" -c . | podman import - "$image" >/dev/null 2>&1

"$work/programs/simulator" up --profile ascend --chips 2 --pace 10 --world "$work/host" >/dev/null
# Device nodes that a container can be given: of /dev/null's kind.
for node in "$work"/host/dev/*; do rm "$node"; mknod "$node" c 1 3; done
mkdir "$work/agent"
cp -a "$(dirname "$program")/." "$work/agent/"
port=$(free_port)
cat > "$work/agent.yaml" <<YAML
profile: ascend
state_folder: $state
control_socket: $work/agent.sock
listen: off
log: { folder: $work/log }
engines:
  - name: deepseek
    kind: container
    container:
      command: [${podman[0]}, ${podman[1]}, ${podman[2]}, ${podman[3]}]
      image: $image
      shm_size: 64MiB
      mounts: ["$work/host:$work/host"]
      arguments: [--pid=host, --pids-limit=-1, --ulimit, "nofile=1024:1024", --ulimit, "nproc=1000:1000"]
    command: $work/host/bin/vllm
    model: /models/DeepSeek-R1
    served_model_name: deepseek-r1
    port: $port
    chips: [0/0, 1/0]
    stop: { drain: 2s, term_wait: 5s, kill_wait: 5s, chip_memory_wait: 10s }
    canary: { expected_text: Paris, max_tokens: 4, timeout: 4s }
vendor: { kernel_log: , modules_file: $work/host/proc/modules, device_folder: $work/host/dev, version_file: $work/host/driver/version.info }
probes:
  chip-heat: { enabled: false }
  chip-memory: { enabled: false }
  link-health: { enabled: false }
  engine-canary: { interval: 2s, deadline: 20s }
disk: { min_free: 1MiB }
YAML

export PATH="$work/host/bin:$PATH"
agent_start() { "$work/agent/npu-agent" run --config "$work/agent.yaml" >> "$agent_log" 2>&1 & agent_pid=$!; }
agent_signal() { kill "-$1" "$agent_pid"; { wait "$agent_pid" || true; } 2>/dev/null; }
agent_upgrade() { cp "$work/agent/npu-agent" "$work/agent/new"; echo "another build" >> "$work/agent/new"; mv "$work/agent/new" "$work/agent/npu-agent"; }
on_host() { "$@"; }
agent_tell() { "$work/agent/npu-agent" "$@" --config "$work/agent.yaml"; }
main_pid() { "${podman[@]}" inspect -f '{{.State.Pid}}' npu-engine-deepseek 2>/dev/null; }
engine_log() { "${podman[@]}" logs npu-engine-deepseek; }
by_hand() { "${podman[@]}" $([ "$1" = stop ] && echo "stop -t 20" || echo start) npu-engine-deepseek >/dev/null; }

play
"${podman[@]}" inspect -f 'container at the end: {{.State.Status}}, exit code {{.State.ExitCode}}' npu-engine-deepseek
echo "OK"
