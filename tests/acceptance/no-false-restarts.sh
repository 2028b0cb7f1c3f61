#!/usr/bin/env bash
# no-false-restarts.sh MINUTES: hard but healthy load in real time, through the default times of the probes. Bursts of 1280
# requests on an engine that takes 16 at once, prompts of 100000 tokens read in one piece within 30 s, an API server that is too
# busy to answer, /metrics and npu-smi slow, a CPU that others use, quiet times. Beside it an engine of two replicas of one chip
# each and a spare chip, whose long prompts keep one chip busy and the others idle. Prints what was asked and what failed, the states of the verdict, incidents,
# and restarts: there must be none. Needs curl; NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR name the programs, else those of the
# Debug build are taken.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
agent=${NPU_AGENT_BINARY:-$root/src/Agent/bin/Debug/net10.0/npu-agent}
simulator=${NPU_AGENT_SIMULATOR:-$root/src/Agent.Simulator/bin/Debug/net10.0/simulator}
[[ ${1:-} =~ ^[0-9]+$ ]] || { echo "usage: $0 MINUTES"; exit 2; }
ends=$((SECONDS + $1 * 60))

work=$(mktemp -d /tmp/npu-agent-load-XXXXXX)
agent_pid=; watch_pid=
clean_up() {
    [ -z "$watch_pid" ] || kill "$watch_pid" 2>/dev/null || true
    [ -z "$agent_pid" ] || kill "$agent_pid" 2>/dev/null || true
    [ -z "$agent_pid" ] || wait "$agent_pid" 2>/dev/null || true
    "$simulator" down --world "$work/host" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean_up EXIT
die() { echo "FAILED: $*"; tail -20 "$work/agent.out" 2>/dev/null || true; exit 1; }
say() { echo "$(date +%T) $*"; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null || echo $((20000 + RANDOM % 20000)); }
explain() { "$agent" engine explain "${1:-deepseek}" --output json --config "$work/agent.yaml" 2>/dev/null; }
simulate() { "$simulator" "$@" --world "$work/host" >/dev/null; }

"$simulator" up --chips 5 --pace 10 --world "$work/host" >/dev/null
port=$(free_port); second=$(free_port)
cat > "$work/agent.yaml" <<YAML
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
    max_num_seqs: 16
    max_model_len: 140000
    max_num_batched_tokens: 140000
  - name: replicas
    command: $work/host/bin/vllm
    model: r
    port: $second
    chips: [2/0, 3/0, 4/0]
    tensor_parallel_size: 1
    arguments: { data-parallel-size: 2 }
    max_num_seqs: 16
    max_model_len: 140000
    max_num_batched_tokens: 140000
vendor: { npu_smi: $work/host/bin/npu-smi }
disk: { min_free: 1MiB }
YAML
PATH="$work/host/bin:$PATH" "$agent" run --config "$work/agent.yaml" > "$work/agent.out" 2>&1 & agent_pid=$!
serve() { explain deepseek | grep -q '"state": "idle"' && explain replicas | grep -q '"state": "idle"'; }
for _ in $(seq 240); do serve && break; sleep 0.5; done
serve || die "the engines do not serve within two minutes"
say "the engines serve"

# The verdicts once a second: state and rule.
( while sleep 1; do for engine in deepseek replicas; do explain $engine | awk -F'"' '/"state":/ { state = $4 } /"english":/ { rule = $4 } END { if (state) print state ": " rule }' >> "$work/states" || true; done; done ) & watch_pid=$!

# ask COUNT AT-ONCE TOKENS PROMPT-FILE: requests by one curl; each must end by its length.
ask() {
    local i answers="$work/answers"
    rm -rf "$answers" "$work/requests"; mkdir "$answers"
    for i in $(seq "$1"); do
        printf 'url = "http://127.0.0.1:%s/v1/completions"\njson = "@%s"\noutput = "%s/%s"\nmax-time = 300\nnext\n' "$port" "$4" "$answers" "$i" >> "$work/requests"
    done
    sed -i '$d' "$work/requests"
    curl -s --no-progress-meter -Z --parallel-immediate --parallel-max "$2" -K "$work/requests" || true
    sent=$((sent + $1))
    served=$((served + $(grep -l '"finish_reason":"length"' "$answers"/* 2>/dev/null | wc -l)))
}
body() { printf '{"model":"m","ignore_eos":true,"max_tokens":%s,"prompt":"%s"}' "$1" "$2"; }
body 24 "a question" > "$work/short"
body 400 "a long story" > "$work/story"
sent=0; served=0; round=0
while [ $SECONDS -lt $ends ]; do
    round=$((round + 1))
    say "round $round: 1280 requests at once"
    ask 1280 300 24 "$work/short"
    [ $SECONDS -lt $ends ] || break
    say "round $round: a prompt of 100000 tokens"
    body 4 "$round $(printf 'word %.0s' $(seq 100000))" > "$work/long"
    simulate fault prompts-slow
    ask 1 1 4 "$work/long"
    simulate heal
    say "round $round: the same beside other requests, and on one of two replicas, on a CPU that others use"
    simulate fault prompts-slow
    for _ in 1 2 3; do timeout 60 sh -c 'while :; do :; done' & done
    ask 8 8 400 "$work/story" & asking=$!
    printf '{"model":"r","ignore_eos":true,"max_tokens":400,"prompt":"a story"}' > "$work/beside"
    sed "s/\"model\":\"m\"/\"model\":\"r\"/" "$work/long" > "$work/long-beside"
    other() { curl -s -o "$1" -m 300 "http://127.0.0.1:$second/v1/completions" --json "@$2" || true; }
    other "$work/beside.out" "$work/beside" & beside=$!
    sleep 1; other "$work/long.out" "$work/long-beside" || true
    wait $asking $beside
    sent=$((sent + 10)); served=$((served + $(grep -l '"finish_reason":"length"' "$work/answers"/* "$work/beside.out" "$work/long.out" | wc -l)))
    simulate heal
    say "round $round: an API server too busy to answer for 40 s, with work behind it"
    ask 16 16 400 "$work/story" & asking=$!
    sleep 2; simulate fault api-busy; sleep 40; simulate heal; wait $asking
    sent=$((sent + 16)); served=$((served + $(grep -l '"finish_reason":"length"' "$work/answers"/* | wc -l)))
    [ $SECONDS -lt $ends ] || break
    say "round $round: /metrics and npu-smi slow"
    simulate fault metrics-slow; simulate fault npu-smi-slow
    ask 200 32 24 "$work/short"
    sleep 30; simulate heal
    say "round $round: nothing to do"
    sleep $((ends - SECONDS < 60 ? (ends > SECONDS ? ends - SECONDS : 0) : 60))
done
kill $watch_pid; wait $watch_pid 2>/dev/null || true; watch_pid=

starts=$(grep -c $'\tvllm\tserve' "$work/host/calls.log" || true)
incidents=$("$agent" incidents list --output json --config "$work/agent.yaml" | grep -o '"fault": "engine-[^"]*"' || true)
echo "minutes $1, requests sent $sent, failed $((sent - served))"
echo "verdicts seen (once a second):"; sort "$work/states" | uniq -c | sort -rn
echo "incidents of engines: ${incidents:-none}"
echo "restarts: $((starts - 2))"
[ "$starts" = 2 ] && [ "$sent" = "$served" ] && [ -z "$incidents" ] || die "not as it should be"
