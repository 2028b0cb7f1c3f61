#!/usr/bin/env bash
# An engine in a systemd unit of a real systemd host (systemd-nspawn), with an agent that is no root: first the agent's own
# template, then a unit of the host (systemd-engine.sh template|host plays one of them). The agent starts it, adopts it,
# recovers it from kill -9, leaves it serving while it is stopped, killed and replaced, with requests in flight, and leaves it
# alone when it was stopped by systemctl. Run as root; setup.sh makes the host. NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR name
# the published programs, else those of artifacts/ are taken (.ci/run leaves them there).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
program=${NPU_AGENT_BINARY:-$root/artifacts/agent/npu-agent}
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
host=${NPU_AGENT_SYSTEMD_ROOT:-/var/tmp/npu-agent-acceptance/systemd-root}
part=${1:-all}
[[ $part =~ ^(all|template|host)$ ]] || { echo "usage: $0 [template|host]"; exit 2; }
[ "$(id -u)" = 0 ] || { echo "needs root"; exit 2; }
[ -x "$program" ] && [ -x "$simulator" ] || { echo "publish first: dotnet publish src/Agent -c Release -r linux-x64 -o artifacts/agent, and src/Agent.Simulator to artifacts/simulator"; exit 2; }
[ -x "$host/lib/systemd/systemd" ] && [ -x "$host/usr/lib/polkit-1/polkitd" ] || { echo "no systemd host with polkit in $host; run setup.sh"; exit 2; }
. "$here/engine-story.sh"

work=$(mktemp -d /var/tmp/npu-agent-systemd-XXXXXX)
tree=$work/root
state=$tree/var/lib/npu-agent
agent_log=$tree/var/log/npu-agent/npu-agent.log
nspawn_pid=; leader=
inside() { nsenter -t "$leader" -a "$@"; }
on_host() { inside "$@"; }
as_agent() { inside setpriv --reuid=npu-agent --regid=npu-agent --init-groups "$@"; }
clean_up() {
    rm -f "$work/flow"
    [ -z "$leader" ] || inside systemctl poweroff >/dev/null 2>&1 || true
    for _ in $(seq 40); do [ -n "$nspawn_pid" ] && kill -0 "$nspawn_pid" 2>/dev/null || break; sleep 0.25; done
    [ -z "$nspawn_pid" ] || kill "$nspawn_pid" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

cp -a --reflink=auto "$host" "$tree"
mkdir -p "$tree/usr/lib/npu-agent" "$tree/opt/simulator" "$tree/etc/npu-agent"
cp -a "$(dirname "$program")/." "$tree/usr/lib/npu-agent/"
ln -s ../lib/npu-agent/npu-agent "$tree/usr/bin/npu-agent"
cp -a "$(dirname "$simulator")/." "$tree/opt/simulator/"
install -m 644 "$root/systemd/npu-engine@.service" "$tree/etc/systemd/system/"
mkdir -p "$tree/etc/polkit-1/rules.d"
install -m 644 "$root/systemd/npu-agent.rules" "$tree/etc/polkit-1/rules.d/50-npu-agent.rules"
# What README.md tells the operator of such a host to write.
cat > "$tree/etc/polkit-1/rules.d/60-npu-agent-host.rules" <<'RULE'
polkit.addRule(function (action, subject) {
    if (action.id === "org.freedesktop.systemd1.manage-units" && subject.user === "npu-agent"
        && action.lookup("unit") === "vllm-host.service" && ["start", "stop", "kill", "reset-failed"].indexOf(action.lookup("verb")) >= 0)
        return polkit.Result.YES;
});
RULE
install -D -m 644 "$root/systemd/npu-agent.tmpfiles" "$tree/usr/lib/tmpfiles.d/npu-agent.conf"
systemd-sysusers --root="$tree" - < "$root/systemd/npu-agent.sysusers"
sed -i 's/^\(systemd-journal:.*:\)$/\1npu-agent/' "$tree/etc/group"
cat > "$tree/etc/systemd/system/npu-agent.service" <<'UNIT'
[Service]
Type=exec
User=npu-agent
ExecStart=/usr/bin/npu-agent run
KillMode=process
OOMPolicy=continue
StateDirectory=npu-agent
LogsDirectory=npu-agent
RuntimeDirectory=npu-agent
UNIT
# The simulated hardware is of the engines' group, as the devices of a real one are of the driver's.
mkdir -p "$tree/etc/systemd/system/npu-engine@.service.d"
printf '[Service]\nReadWritePaths=/var/lib/simulated-host\n' > "$tree/etc/systemd/system/npu-engine@.service.d/simulated-host.conf"
port=$(free_port)
cat > "$tree/etc/systemd/system/vllm-host.service" <<UNIT
[Service]
Type=exec
User=npu-agent
Environment=ASCEND_RT_VISIBLE_DEVICES=0,1
ExecStart=/var/lib/simulated-host/bin/vllm serve /models/DeepSeek-R1 --served-model-name deepseek-r1 --tensor-parallel-size 2 --port $port
KillMode=mixed
UNIT
configure() {
    cat > "$tree/etc/npu-agent/agent.yaml" <<YAML
profile: ascend
listen: off
engines:
  - name: deepseek
    kind: systemd
    $1
    command: /var/lib/simulated-host/bin/vllm
    model: /models/DeepSeek-R1
    served_model_name: deepseek-r1
    port: $port
    chips: [0/0, 1/0]
    stop: { drain: 2s, term_wait: 5s, kill_wait: 5s, chip_memory_wait: 10s }
    canary: { expected_text: Paris, max_tokens: 4, timeout: 4s }
vendor: { npu_smi: /var/lib/simulated-host/bin/npu-smi, kernel_log: , modules_file: /var/lib/simulated-host/proc/modules, device_folder: /var/lib/simulated-host/dev, version_file: /var/lib/simulated-host/driver/version.info }
probes:
  chip-heat: { enabled: false }
  chip-memory: { enabled: false }
  link-health: { enabled: false }
  engine-canary: { interval: 2s, deadline: 20s }
disk: { min_free: 1MiB }
YAML
}
configure ""

systemd-nspawn -D "$tree" -b --register=no --keep-unit < /dev/null > "$work/boot.log" 2>&1 & nspawn_pid=$!
booted() { leader=$(pgrep -P "$nspawn_pid" | head -1) && [ -n "$leader" ] && inside systemctl is-system-running 2>/dev/null | grep -Eq 'running|degraded'; }
await "the systemd host is up" 60 booted
say "$(inside systemctl --version | head -1) is up; the agent is $(as_agent id -un)"
inside install -d -m 2770 -o npu-agent -g npu-engine /var/lib/simulated-host
as_agent /opt/simulator/simulator up --profile ascend --chips 2 --pace 10 --world /var/lib/simulated-host >/dev/null

agent_start() { inside systemctl start npu-agent; }
agent_signal() { inside systemctl kill --kill-who=main --signal="SIG$1" npu-agent; gone() { [ "$(inside systemctl show -p MainPID --value npu-agent)" = 0 ]; }; await "the agent is gone" 30 gone; inside systemctl reset-failed npu-agent 2>/dev/null || true; }
agent_upgrade() { local at=$tree/usr/lib/npu-agent; cp "$at/npu-agent" "$at/new"; echo "another build" >> "$at/new"; mv "$at/new" "$at/npu-agent"; }
agent_tell() { as_agent /usr/bin/npu-agent "$@"; }
unit=npu-engine@deepseek.service
main_pid() { inside systemctl show -p MainPID --value "$unit"; }

engine_log() { inside journalctl --no-pager -u "$unit"; }
by_hand() { inside systemctl "$1" "$unit"; }

if [ "$part" != host ]; then
    say "1. the agent's own template: $unit"
    engine_logs=$tree/var/log/npu-engine/deepseek
    play
    say "$unit at the end: $(inside systemctl show -p ActiveState --value "$unit")"
    agent_signal TERM
fi
if [ "$part" != template ]; then
    # One that somebody started by hand, with a rule of its own to start it again, which is told.
    unit=vllm-host.service
    engine_logs=
    configure "unit: { name: $unit }"
    say "2. a unit of the host: $unit"
    mkdir -p "$tree/etc/systemd/system/$unit.d"
    printf '[Service]\nRestart=always\n' > "$tree/etc/systemd/system/$unit.d/again.conf"
    inside systemctl daemon-reload
    agent_tell config validate | grep -q 'Restart=always: systemd and the agent would both restart it' || die "config validate says nothing of Restart=always"
    rm -r "$tree/etc/systemd/system/$unit.d"
    inside systemctl daemon-reload
    # The driver holds the memory of the engine before for a moment; an engine that starts into that ends.
    released() { ! inside /var/lib/simulated-host/bin/npu-smi info | grep -E '[0-9]{5} */ *65536' > /dev/null; }
    await "the chips' memory is released" 30 released
    by_hand start
    await "the unit serves" 60 answers
    by_hand=$(main_pid)
    agent_start
    await "the engine is adopted" 30 adopted "$by_hand" 0
    agent_tell engine start deepseek
    [ "$(main_pid)" = "$by_hand" ] || die "the unit that ran was started again"
    play
    say "$unit at the end: $(inside systemctl show -p ActiveState --value "$unit")"
fi
echo "OK"
