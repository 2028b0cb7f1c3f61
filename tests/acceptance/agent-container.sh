#!/usr/bin/env bash
# The agent in its container image (packaging/container/build.sh), with npu-smi, driver folder and device nodes of a simulated host
# and the bus of systemd mounted read-only, without a right more than a plain container has: it sees the chips, says what it cannot
# do there, serves its metrics, tells of a chip that breaks, and touches nothing. Run as root after setup.sh, packaging/build.sh amd64
# and a published simulator (NPU_AGENT_SIMULATOR, default artifacts/simulator/simulator).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
[ "$(id -u)" = 0 ] || { echo "needs root"; exit 2; }
[ -x "$simulator" ] || { echo "publish first: dotnet publish src/Agent.Simulator -c Release -r linux-x64 -o artifacts/simulator"; exit 2; }
. "$here/engine-story.sh"
podman=(podman --runtime runc --cgroup-manager=cgroupfs)
# As in container-engine.sh: for machines that are containers or small VMs themselves.
small=(--net=host --pids-limit=-1 --ulimit nofile=1024:1024 --ulimit nproc=1000:1000)
work=$(mktemp -d /tmp/npu-agent-image-XXXXXX)
agent_log=$work/agent.out
image=localhost/npu-agent-acceptance:$$
clean_up() {
    "${podman[@]}" rm -f "npu-agent-$$" >/dev/null 2>&1 || true
    "${podman[@]}" rmi -f "$image" >/dev/null 2>&1 || true
    "$simulator" down --world "$work/host" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean_up EXIT
engine_log() { :; }
"$root/packaging/container/build.sh" amd64 "$image" 2>/dev/null

# The image has no shell, and no library but the agent's: npu-smi of this host brings its own, as that of the driver package does
# from the driver's folder.
mkdir -p "$work/driver" "$work/state" "$work/etc"
cp "$simulator" "$work/driver/simulator"
for part in $(ldd "$simulator" | grep -o '/[^ ]*'); do cp -L "$part" "$work/driver/"; done
"$simulator" up --profile ascend --chips 2 --world "$work/host" >/dev/null
cat > "$work/npu-smi.c" <<C
#include <unistd.h>
int main(int n, char **words) {
    char *all[64] = {"loader", "--library-path", "$work/driver", "$work/driver/simulator", "--world", "$work/host", "npu-smi"};
    for (int i = 1; i < n && i < 50; i++) all[i + 6] = words[i];
    return execv("$work/driver/ld-linux-x86-64.so.2", all);
}
C
gcc -static -o "$work/npu-smi" "$work/npu-smi.c"
port=$(free_port)
cat > "$work/etc/agent.yaml" <<YAML
mode: observe
profile: ascend
listen: 127.0.0.1:$port
chips: { expected: [0/0, 1/0] }
vendor: { kernel_log: , modules_file: $work/host/proc/modules, device_folder: $work/host/dev, version_file: $work/host/driver/version.info }
probes:
  chip-health: { interval: 2s }
disk: { min_free: 1MiB }
YAML
run=(run --read-only --cap-drop=all "${small[@]}"
    -v "$work/etc:/etc/npu-agent:ro" -v "$work/state:/var/lib/npu-agent" --tmpfs /run/npu-agent --tmpfs /var/log/npu-agent --tmpfs /tmp
    -v "$work/npu-smi:/usr/local/bin/npu-smi:ro" -v "$work/driver:$work/driver:ro" -v "$work/host:$work/host")
[ ! -S /run/dbus/system_bus_socket ] || run+=(-v /run/dbus/system_bus_socket:/run/dbus/system_bus_socket:ro)

"${podman[@]}" "${run[@]}" --rm "$image" --version
"${podman[@]}" "${run[@]}" --rm "$image" check > "$work/check" || [ $? = 5 ] || { cat "$work/check"; die "check found a fault on a host that has none"; }
grep -E 'chip-health|in a container' "$work/check" || { cat "$work/check"; die "check does not see the chips, or does not say where it runs"; }
grep -q '^ok .*chip:1/0 .*OK' "$work/check" || { cat "$work/check"; die "chip 1/0 is not seen"; }

begin=$(date +%s%N)
"${podman[@]}" "${run[@]}" -d --name "npu-agent-$$" "$image" >/dev/null
lives() { curl -sf -m 2 "http://127.0.0.1:$port/healthz" >/dev/null; }
await "the agent answers" 30 lives
say "answers $((($(date +%s%N) - begin) / 1000000)) ms after podman run"
"$simulator" fault chip-alarm --world "$work/host" >/dev/null
told() { "${podman[@]}" exec "npu-agent-$$" /usr/bin/npu-agent incidents list > "$work/incidents" 2>&1 && grep -q 'chip-alarm' "$work/incidents"; }
await "the chip's alarm is told" 60 told
cat "$work/incidents"
! find "$work/host" -name calls.log -exec grep -P 'npu-smi\tset' {} + || die "it reset a chip although it only observes"
agent=$("${podman[@]}" inspect -f '{{.State.Pid}}' "npu-agent-$$")
say "holds $(awk '/^VmRSS/ {print $2, $3}' "/proc/$agent/status")"
"${podman[@]}" stop -t 20 "npu-agent-$$" >/dev/null
say "stopped with exit code $("${podman[@]}" inspect -f '{{.State.ExitCode}}' "npu-agent-$$")"
echo "OK"
