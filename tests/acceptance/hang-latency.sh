#!/usr/bin/env bash
# hang-latency.sh [ROUNDS] [HANG]...: from the moment an engine hangs with requests in flight to the verdict, to its confirmation
# and to the engine that takes its place; 3 rounds of each hang of the simulator unless told otherwise (one takes the better part
# of a minute, those that no second sign tells from a long prompt take over two). All times of the agent are the defaults.
# Requests go in all the while. Prints medians and worst of each; any other fault of the engine than the hang is a failure, as is
# a verdict later than 20 s in the median or 35 s at worst. Needs curl and python3.
# NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR name the published programs, else those of `.ci/run` are taken.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
agent=${NPU_AGENT_BINARY:-$root/artifacts/agent/npu-agent}
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
rounds=${1:-3}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || { echo "usage: $0 [ROUNDS] [HANG]..."; exit 2; }
hangs=("${@:2}")
[ ${#hangs[@]} -gt 0 ] || hangs=(engine-hang ignores-sigterm worker-stuck engine-hang-uneven engine-hang-silent api-deaf engine-hang-busy)
for program in "$agent" "$simulator"; do
    [ -x "$program" ] || { echo "$program is not there: publish it (.ci/run does), or name it in NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR"; exit 2; }
done

work=$(mktemp -d /tmp/npu-agent-hang-XXXXXX)
agent_pid=; flow_pid=
clean_up() {
    for pid in $flow_pid $agent_pid; do kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; done
    "$simulator" down --world "$work/host" > /dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean_up EXIT
die() { echo "FAILED: $*"; tail -n 20 "$work/agent.out" 2>/dev/null || true; exit 1; }
ask() { "$agent" "$@" --output json --config "$work/agent.yaml" 2>/dev/null; }
until_true() { local i; for i in $(seq 1500); do ! "$@" || return 0; sleep 0.2; done; die "not within five minutes: $*"; }

"$simulator" up --chips 2 --pace 10 --world "$work/host" > /dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > "$work/agent.yaml" <<YAML
profile: guide
state_folder: $work/state
control_socket: $work/agent.sock
listen: off
log: { folder: $work/log }
engines:
  - name: deepseek
    command: $work/host/bin/vllm
    model: m
    port: $port
    chips: [0/0, 1/0]
# The same engine hangs again and again here, on purpose.
back_off: { waits: [0s] }
budgets: { start_engine: { attempts: 1000, window: 1h } }
disk: { min_free: 1MiB }
YAML
PATH="$work/host/bin:$PATH" "$agent" run --config "$work/agent.yaml" > "$work/agent.out" 2>&1 & agent_pid=$!
( while :; do curl -s -o /dev/null -m 120 "http://127.0.0.1:$port/v1/completions" --json '{"model":"m","prompt":"a question","max_tokens":64,"ignore_eos":true}' || sleep 0.2; done ) & flow_pid=$!
serves() { ask engine explain deepseek | grep -Eq '"state": "(idle|busy)"' && ! ask incidents list | grep '"state"' | grep -qv '"resolved"\|"dismissed"'; }
resolved() { [ "$(ask incidents list | grep -c '"state": "resolved"')" -ge "$1" ] && serves; }

until_true serves
count=0
for hang in "${hangs[@]}"; do
    for round in $(seq "$rounds"); do
        # Long enough for every probe to have seen it at work, and never in step with them.
        sleep $((20 + RANDOM % 7)).$((RANDOM % 10))
        count=$((count + 1))
        echo "$EPOCHREALTIME $hang" >> "$work/struck"
        "$simulator" fault "$hang" --world "$work/host" > /dev/null
        until_true resolved "$count"
        echo "$(date +%T) $hang, round $round: recovered"
    done
done

ask incidents list > "$work/incidents"
python3 - "$work/incidents" "$work/struck" <<'PY'
import json, statistics, sys
from datetime import datetime
incidents = sorted((i for i in json.load(open(sys.argv[1])) if i["confirmed_at"]), key=lambda i: i["id"])
struck = [(float(at), hang) for at, hang in (line.split() for line in open(sys.argv[2]))]
wrong = [i["fault"] for i in incidents if i["fault"] != "engine-hung"]
if wrong or len(incidents) != len(struck):
    sys.exit(f"FAILED: {len(struck)} hangs, incidents: {[i['fault'] for i in incidents]}")
seconds = lambda text: datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
late = []
for hang in dict.fromkeys(hang for _, hang in struck):
    pairs = [(at, incident) for (at, of), incident in zip(struck, incidents) if of == hang]
    print(f"{hang}: seconds after the hang, medians of {len(pairs)} (least, most):")
    for kind, text in (("suspected", "verdict: hung"), ("confirmed", "confirmed"), ("step-ended", "new engine started"), ("resolved", "verified")):
        values = []
        for at, incident in pairs:
            events = [e for e in incident["timeline"] if e["kind"] == kind and (kind != "step-ended" or "start-engine" in e["text"])]
            values.append(seconds(events[0]["at"]) - at)
        print(f"  {statistics.median(values):6.1f} ({min(values):.1f}, {max(values):.1f}) {text}")
        if kind == "suspected" and (statistics.median(values) > 20 or max(values) > 35):
            late.append(hang)
    for _, incident in pairs:
        print("  " + "; ".join([incident["timeline"][0]["text"], *incident["evidence"][:1]]))
if late:
    sys.exit(f"FAILED: later than 20 s in the median or 35 s at worst: {', '.join(late)}")
print("OK")
PY
