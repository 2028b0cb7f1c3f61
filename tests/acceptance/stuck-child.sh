#!/usr/bin/env bash
# npu-smi in real D state: SIGKILL does not end it. Shows that the agent says so (npu-smi-hangs), leaves exactly one such child
# however often it would ask again, keeps its other probes on time, counts the child in /metrics, and touches nothing.
# Run as root, on a machine with /dev/fuse; setup.sh installs the rest. NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR name the
# programs, else those of the Debug build are taken.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
agent=${NPU_AGENT_BINARY:-$root/src/Agent/bin/Debug/net10.0/npu-agent}
simulator=${NPU_AGENT_SIMULATOR:-$root/src/Agent.Simulator/bin/Debug/net10.0/simulator}
watch_seconds=30
[ "$(id -u)" = 0 ] && [ -c /dev/fuse ] || { echo "needs root and /dev/fuse"; exit 2; }

work=$(mktemp -d /tmp/npu-agent-stuck-XXXXXX)
agent_pid=; silent_pid=
clean_up() {
    # The agent first: it would start npu-smi again. The end of the silent file system wakes what hangs in it.
    [ -z "$agent_pid" ] || kill "$agent_pid" 2>/dev/null || true
    [ -z "$agent_pid" ] || wait "$agent_pid" 2>/dev/null || true
    "$simulator" down --world "$work/host" >/dev/null 2>&1 || true
    [ -z "$silent_pid" ] || kill "$silent_pid" 2>/dev/null || true
    umount "$work/silent" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT
die() { echo "FAILED: $*"; exit 1; }
say() { echo "$(date +%T) $*"; }
metric() { curl -sf "http://127.0.0.1:$listen/metrics" | awk -v name="$1" '$1 == name { print $2 }'; }
looks() { curl -sf "http://127.0.0.1:$listen/metrics" | awk -v probe="probe=\"$1\"" 'index($1, "npu_agent_probe_looks_total") && index($1, probe) { sum += $2 } END { print sum + 0 }'; }
# Readers of the silent file, by state: D is what this is about.
stuck_children() { ps -eo stat=,args= | awk -v file="$work/silent/stuck" '$NF == file && $1 ~ /^D/ { count++ } END { print count + 0 }'; }
await() { local what=$1 seconds=$2; shift 2; for _ in $(seq $((seconds * 4))); do "$@" && return 0; sleep 0.25; done; die "not within $seconds s: $what"; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null || echo $((20000 + RANDOM % 20000)); }

mkdir "$work/silent" "$work/bin"
gcc -O1 -Wall -o "$work/silent-file-system" "$here/silent-file-system.c"
"$work/silent-file-system" "$work/silent" & silent_pid=$!
await "the silent file system is there" 5 test -e "$work/silent/stuck"

"$simulator" up --profile ascend --chips 2 --pace 10 --world "$work/host" >/dev/null
# exec: npu-smi itself hangs, not a shell before it.
cat > "$work/bin/npu-smi" <<WRAPPER
#!/bin/sh
echo "\$*" >> "$work/npu-smi-calls"
[ ! -e "$work/hang" ] || exec cat "$work/silent/stuck"
exec "$work/host/bin/npu-smi" "\$@"
WRAPPER
chmod +x "$work/bin/npu-smi"
listen=$(free_port)
cat > "$work/agent.yaml" <<YAML
profile: ascend
state_folder: $work/state
control_socket: $work/agent.sock
listen: 127.0.0.1:$listen
log: { folder: $work/log }
engines:
  - name: deepseek
    command: $work/host/bin/vllm
    model: /models/m
    port: $(free_port)
    chips: [0/0]
vendor: { npu_smi: $work/bin/npu-smi, npu_smi_limit: 2s, kernel_log: , modules_file: $work/host/proc/modules, device_folder: $work/host/dev }
probes:
  chip-health: { interval: 2s, deadline: 6s }
  chip-usage: { interval: 2s, deadline: 6s }
  chip-identity: { interval: 5s, deadline: 6s }
  chip-heat: { interval: 5s, deadline: 6s }
  chip-memory: { interval: 5s, deadline: 6s }
  engine-process: { interval: 1s, deadline: 2s }
  engine-canary: { interval: 5s, deadline: 45s }
  disk-space: { interval: 1s, deadline: 2s }
faults: { npu-smi-hangs: { confirm_after: 2s } }
disk: { min_free: 1MiB }
YAML
PATH="$work/host/bin:$PATH" "$agent" run --config "$work/agent.yaml" > "$work/agent.out" 2>&1 & agent_pid=$!
canary_is_right() { [ "$(metric 'npu_agent_healthy{probe="engine-canary",subject="engine:deepseek"}')" = 1 ]; }
chips_are_seen() { [ "$(metric 'npu_agent_healthy{probe="chip-health",subject="chip:0/0"}')" = 1 ]; }
await "the engine serves" 60 canary_is_right
await "the chips are seen" 30 chips_are_seen
say "the engine serves; npu_agent_stuck_children $(metric npu_agent_stuck_children)"
[ "$(metric npu_agent_stuck_children)" = 0 ] || die "a child is stuck before anything hangs"

touch "$work/hang"
one_is_stuck() { [ "$(metric npu_agent_stuck_children)" = 1 ] && [ "$(stuck_children)" = 1 ]; }
is_told() { "$agent" incidents list --config "$work/agent.yaml" --output json | grep -q '"npu-smi-hangs"'; }
await "one child is stuck, by ps and by the agent" 30 one_is_stuck
await "npu-smi-hangs is told" 60 is_told
say "npu-smi-hangs is told; in D state: $(stuck_children), npu_agent_stuck_children $(metric npu_agent_stuck_children)"

calls=$(wc -l < "$work/npu-smi-calls"); process_before=$(looks engine-process); disk_before=$(looks disk-space)
for _ in $(seq "$watch_seconds"); do
    sleep 1
    [ "$(stuck_children)" = 1 ] || die "$(stuck_children) children are stuck"
done
process=$(($(looks engine-process) - process_before)); disk=$(($(looks disk-space) - disk_before)); more=$(($(wc -l < "$work/npu-smi-calls") - calls))
say "in $watch_seconds s: $more more starts of npu-smi, 1 child stuck; looks of engine-process $process, disk-space $disk (one a second is wanted)"
[ "$more" = 0 ] || die "npu-smi was started again beside a child that hangs"
[ "$process" -ge $((watch_seconds * 8 / 10)) ] && [ "$disk" -ge $((watch_seconds * 8 / 10)) ] || die "other probes were delayed"
canary_is_right || die "the engine does not serve any more"
[ "$("$agent" incidents list --config "$work/agent.yaml" --output json | grep -c '"recovery-planned"')" = 0 ] || die "a remedy was begun"
! grep -q "set -t reset" "$work/npu-smi-calls" || die "a chip was reset"

# The driver comes back: what hung ends with an error, and npu-smi is asked again by itself.
rm "$work/hang"; kill "$silent_pid"; silent_pid=
none_is_stuck() { [ "$(metric npu_agent_stuck_children)" = 0 ] && chips_are_seen; }
await "the agent sees the chips again" 60 none_is_stuck
say "the file system ended: npu_agent_stuck_children 0, the chips are seen again"
echo "OK"
