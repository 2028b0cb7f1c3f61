#!/usr/bin/env bash
# hang-latency.sh [ROUNDS]: from the moment an engine hangs with requests in flight to the verdict, to its confirmation and to
# the engine that takes its place; medians of 3 rounds (one takes the better part of a minute). All times of the agent are the
# defaults. Requests go in all the while. Any other fault of the engine than the hang is a failure. Needs curl and python3.
# NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR name the published programs, else those of `.ci/run` are taken.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
agent=${NPU_AGENT_BINARY:-$root/artifacts/agent/npu-agent}
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
rounds=${1:-3}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || { echo "usage: $0 [ROUNDS]"; exit 2; }
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
until_true() { local i; for i in $(seq 600); do ! "$@" || return 0; sleep 0.2; done; die "not within two minutes: $*"; }

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
disk: { min_free: 1MiB }
YAML
PATH="$work/host/bin:$PATH" "$agent" run --config "$work/agent.yaml" > "$work/agent.out" 2>&1 & agent_pid=$!
( while :; do curl -s -o /dev/null -m 120 "http://127.0.0.1:$port/v1/completions" --json '{"model":"m","prompt":"a question","max_tokens":64,"ignore_eos":true}' || sleep 0.2; done ) & flow_pid=$!
serves() { ask engine explain deepseek | grep -Eq '"state": "(idle|busy)"' && ! ask incidents list | grep '"state"' | grep -qv '"resolved"\|"dismissed"'; }
resolved() { [ "$(ask incidents list | grep -c '"state": "resolved"')" -ge "$1" ] && serves; }

until_true serves
for round in $(seq "$rounds"); do
    # Long enough for every probe to have seen it at work.
    sleep 20
    echo "$EPOCHREALTIME" >> "$work/struck"
    "$simulator" fault engine-hang --world "$work/host" > /dev/null
    until_true resolved "$round"
    echo "$(date +%T) round $round: recovered"
done

ask incidents list > "$work/incidents"
python3 - "$work/incidents" "$work/struck" <<'PY'
import json, statistics, sys
from datetime import datetime
incidents = sorted((i for i in json.load(open(sys.argv[1])) if i["confirmed_at"]), key=lambda i: i["id"])
struck = [float(line) for line in open(sys.argv[2])]
wrong = [i["fault"] for i in incidents if i["fault"] != "engine-hung"]
if wrong or len(incidents) != len(struck):
    sys.exit(f"FAILED: {len(struck)} hangs, incidents: {[i['fault'] for i in incidents]}")
seconds = lambda text: datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
print(f"seconds after the hang, medians of {len(struck)} (least, most):")
for kind, text in (("suspected", "verdict: hung"), ("confirmed", "confirmed"), ("step-ended", "new engine started"), ("resolved", "verified")):
    values = []
    for begun, incident in zip(struck, incidents):
        events = [e for e in incident["timeline"] if e["kind"] == kind and (kind != "step-ended" or "start-engine" in e["text"])]
        values.append(seconds(events[0]["at"]) - begun)
    print(f"  {statistics.median(values):6.1f} ({min(values):.1f}, {max(values):.1f}) {text}")
for incident in incidents:
    print("  " + "; ".join([incident["timeline"][0]["text"], *incident["evidence"][:1]]))
PY
