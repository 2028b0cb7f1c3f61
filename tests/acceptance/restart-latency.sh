#!/usr/bin/env bash
# restart-latency.sh [ROUNDS]: from kill -9 of the engine's API server to its next process, medians of 20 rounds: npu-agent
# beside supervisord, monit and systemd (Restart=always, with the default RestartSec and with 0), each on the same stand-in
# engine, one after the other in one run. The others start a process; the agent also reaps, asks driver and chips for a cause,
# collects what a stop destroys, kills leftovers and waits for the chip memory. Needs root and what setup.sh installs.
# NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR name the published programs, else those of `.ci/run` are taken. Where systemd does
# not run, the host that setup.sh makes is booted by systemd-nspawn, without a change to it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
agent=${NPU_AGENT_BINARY:-$root/artifacts/agent/npu-agent}
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
systemd_root=${NPU_AGENT_SYSTEMD_ROOT:-/var/tmp/npu-agent-acceptance/systemd-root}
rounds=${1:-20}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || { echo "usage: $0 [ROUNDS]"; exit 2; }
for program in "$agent" "$simulator"; do
    [ -x "$program" ] || { echo "$program is not there: publish it (.ci/run does), or name it in NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR"; exit 2; }
done
for program in supervisord monit curl python3; do
    command -v "$program" > /dev/null || { echo "$program is not installed: run $here/setup.sh as root"; exit 2; }
done

work=$(mktemp -d /tmp/npu-agent-restart-XXXXXX)
keeper=; leader=; nspawn=
end_keeper() {
    [ -z "$keeper" ] || { kill "$keeper" 2>/dev/null && wait "$keeper" 2>/dev/null; } || true
    keeper=
}
clean_up() {
    end_keeper
    [ -z "$leader" ] || inside systemctl poweroff 2>/dev/null || true
    [ -z "$nspawn" ] || wait "$nspawn" 2>/dev/null || true
    for world in "$work"/*/host; do "$simulator" down --world "$world" > /dev/null 2>&1 || true; done
    rm -rf "$work"
}
trap clean_up EXIT
die() { echo "FAILED: $*"; tail -n 20 "$work"/*/out 2>/dev/null || true; exit 1; }
inside() { if [ -n "$leader" ]; then nsenter -t "$leader" -a "$@"; else "$@"; fi; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
serves() { [ "$(curl -s -o /dev/null -m 1 -w '%{http_code}' "http://127.0.0.1:$port/health")" = 200 ]; }
until_true() { local i; for i in $(seq 1200); do ! "$@" || return 0; sleep 0.05; done; die "$name: not within a minute: $*"; }
# The booted host has no pgrep.
family() { local child; for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do echo "$child"; family "$child"; done; }

# stand_in NAME: a host of its own with one chip, and an engine that writes down when it was spawned.
stand_in() {
    name=$1; port=$(free_port)
    "$simulator" up --chips 1 --pace 100 --world "$work/$name/host" > /dev/null
    spawned=$work/$name/spawned; : > "$spawned"
    cat > "$work/$name/engine" <<SH
#!/bin/bash
echo "\$EPOCHREALTIME \$\$" >> '$spawned'
exec '$work/$name/host/bin/vllm' "\$@"
SH
    chmod +x "$work/$name/engine"
    engine=("$work/$name/engine" serve m --host 127.0.0.1 --port "$port" --tensor-parallel-size 1)
}

is_well() { serves; }
spawned_again() { [ "$(wc -l < "$spawned")" -gt "$1" ]; }
# measure: kills the API server so many times and writes the seconds to the next one, one a line.
measure() {
    local round count pid left killed
    until_true is_well
    for round in $(seq "$rounds"); do
        count=$(wc -l < "$spawned")
        pid=$(awk 'END { print $2 }' "$spawned")
        left=$(inside bash -c "$(declare -f family); family $pid")
        killed=$(inside bash -c "echo \$EPOCHREALTIME; kill -9 $pid")
        echo "$killed" >> "$work/$name/killed"
        until_true spawned_again "$count"
        # Who does not clear up gets a clean host for the next round all the same.
        [ -z "$left" ] || inside bash -c "kill -9 $(echo $left) 2>/dev/null" || true
        until_true is_well
    done
    # The first one after each kill: over leftovers of the former the next may die at once, and another is started.
    awk 'NR == FNR { spawned[++n] = $1; next } { for (i = 1; spawned[i] < $1; i++); printf "%s %s\n", $1, spawned[i] }' "$spawned" "$work/$name/killed" > "$work/$name/pairs"
    awk '{ printf "%.4f\n", $2 - $1 }' "$work/$name/pairs" > "$work/$name.seconds"
    sort -n "$work/$name.seconds" | awk -v name="$name" '{ v[NR] = $1 } END { printf "%-22s median %.3f s, least %.3f s, most %.3f s\n", name, (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2, v[1], v[NR] }'
}

# npu-agent
stand_in npu-agent
cat > "$work/npu-agent/agent.yaml" <<YAML
profile: guide
state_folder: $work/npu-agent/state
control_socket: $work/npu-agent/agent.sock
listen: off
log: { folder: $work/npu-agent/log }
engines:
  - name: deepseek
    command: ${engine[0]}
    model: m
    port: $port
    chips: [0/0]
# The same engine fails again and again here, on purpose.
budgets: { start_engine: { attempts: 1000 }, clear_orphans: { attempts: 1000 } }
back_off: { waits: [0s] }
# The proof that ends a round comes soon.
probes: { engine-canary: { interval: 2s } }
disk: { min_free: 1MiB }
YAML
ask() { "$agent" "$@" --config "$work/npu-agent/agent.yaml" 2>/dev/null; }
is_well() { serves && ask status --output json | grep -q '"state": "serving"\|"stage": "serving"' && ! ask incidents list --output json | grep '"state"' | grep -qv '"resolved"\|"dismissed"'; }
PATH="$work/npu-agent/host/bin:$PATH" "$agent" run --config "$work/npu-agent/agent.yaml" > "$work/npu-agent/out" 2>&1 & keeper=$!
measure
npu_smi=$(for _ in $(seq 20); do
    begun=$EPOCHREALTIME; "$work/npu-agent/host/bin/npu-smi" info > /dev/null; echo "$begun $EPOCHREALTIME"
done | awk '{ print $2 - $1 }' | sort -n | sed -n 10p)
ask incidents list --output json > "$work/incidents.json"
python3 - "$work/incidents.json" "$work/npu-agent/pairs" <<'PY'
import json, statistics, sys
from datetime import datetime
incidents = [i for i in json.load(open(sys.argv[1])) if i["confirmed_at"]]
rounds = [tuple(float(w) for w in line.split()[:2]) for line in open(sys.argv[2])]
marks = {}
for incident in incidents:
    events = [(datetime.fromisoformat(e["at"].replace("Z", "+00:00")).timestamp(), e["kind"], e["text"]) for e in incident["timeline"]]
    killed = [k for k, s in rounds if k <= events[0][0] + 0.05]
    begun = killed[-1]
    for at, kind, text in events:
        if kind in ("suspected", "confirmed", "step-started") and "complete" not in text and "verify" not in text:
            marks.setdefault(text if kind == "step-started" else kind, []).append(at - begun)
print("  npu-agent, medians of seconds after the kill:")
for what, values in marks.items():
    print(f"    {statistics.median(values):.3f} {what}")
PY
echo "  one call of this host's npu-smi info takes $npu_smi s"
end_keeper
"$simulator" down --world "$work/npu-agent/host" > /dev/null
is_well() { serves; }

# supervisord
stand_in supervisord
cat > "$work/supervisord/supervisord.conf" <<CONF
[supervisord]
nodaemon=true
user=root
pidfile=$work/supervisord/pid
logfile=$work/supervisord/log
[program:engine]
command=${engine[*]}
autorestart=true
stdout_logfile=$work/supervisord/engine.log
redirect_stderr=true
CONF
supervisord -c "$work/supervisord/supervisord.conf" > "$work/supervisord/out" 2>&1 & keeper=$!
measure
end_keeper
"$simulator" down --world "$work/supervisord/host" > /dev/null

# monit, which looks each second at most
stand_in monit
cat > "$work/monit/start" <<SH
#!/bin/bash
setsid ${engine[*]} < /dev/null >> '$work/monit/engine.log' 2>&1 &
echo \$! > '$work/monit/engine.pid'
SH
chmod +x "$work/monit/start"
cat > "$work/monit/monitrc" <<CONF
set daemon 1
set pidfile $work/monit/pid
set statefile $work/monit/state
set idfile $work/monit/id
set log $work/monit/log
check process engine with pidfile $work/monit/engine.pid
  start program = "$work/monit/start"
CONF
chmod 600 "$work/monit/monitrc"
monit -I -c "$work/monit/monitrc" > "$work/monit/out" 2>&1 & keeper=$!
measure
end_keeper
"$simulator" down --world "$work/monit/host" > /dev/null

# systemd
if ! [ -d /run/systemd/system ] && [ -x "$systemd_root/lib/systemd/systemd" ]; then
    systemd-nspawn -q -D "$systemd_root" --volatile=overlay -b --register=no --keep-unit --bind="$work" --bind-ro="$(dirname "$simulator")" < /dev/null > "$work/nspawn.out" 2>&1 & nspawn=$!
    name=systemd-nspawn
    booted() { leader=$(pgrep -P "$nspawn" -x systemd || true); [ -n "$leader" ] && inside systemctl is-system-running 2>/dev/null | grep -q 'running\|degraded'; }
    until_true booted
fi
if [ -d /run/systemd/system ] || [ -n "$leader" ]; then
    for restart in default 0; do
        stand_in "systemd-$restart"
        cat > "$work/$name/unit" <<UNIT
[Unit]
StartLimitIntervalSec=0
[Service]
ExecStart=${engine[*]}
Restart=always
$([ $restart = default ] || echo "RestartSec=$restart")
UNIT
        inside cp "$work/$name/unit" "/run/systemd/system/restart-latency-$restart.service"
        inside systemctl daemon-reload
        inside systemctl start "restart-latency-$restart.service"
        measure
        inside systemctl stop "restart-latency-$restart.service"
        inside rm "/run/systemd/system/restart-latency-$restart.service"
        "$simulator" down --world "$work/$name/host" > /dev/null
    done
else
    echo "systemd does not run here and there is no host in $systemd_root: its rows are left out; setup.sh makes one"
fi

python3 - "$work" <<'PY'
import glob, os, statistics, sys
rows = [(os.path.basename(p)[:-8], statistics.median(map(float, open(p)))) for p in glob.glob(sys.argv[1] + "/*.seconds")]
own = dict(rows)["npu-agent"]
print(f"\n{'':22}{'median, s':>12}{'npu-agent is 1.00':>20}")
for name, seconds in sorted(rows, key=lambda r: r[1]):
    print(f"{name:22}{seconds:12.3f}{seconds / own:20.2f}")
PY
