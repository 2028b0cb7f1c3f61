#!/usr/bin/env bash
# bad-clock.sh [STEP]...: the time of day is set under a running agent, forward and back, while an incident is in each of its states;
# STEP is a number with s, m, h or d and a sign: +1s -1s +60s -60s +1h -1h +8h -8h +1d -1d unless told otherwise (one takes about
# five minutes). Only the agent is shown another time, by set-clock.so: the machine's clock stays, and nothing here needs root.
# After each step probes have to look on, /healthz has to be well, the incident has to end, and the engine has to be started once and
# no more. Then the clock is set right again, which is the opposite step with nothing going on, and must restart nothing.
# Prints each check. Needs cc, curl and python3. BAD_CLOCK_STATES names fewer states.
# NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR name the published programs, else those of `.ci/run` are taken.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
agent=${NPU_AGENT_BINARY:-$root/artifacts/agent/npu-agent}
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
steps=("$@")
[ ${#steps[@]} -gt 0 ] || steps=(+1s -1s +60s -60s +1h -1h +8h -8h +1d -1d)
read -r -a states <<< "${BAD_CLOCK_STATES:-suspected confirmed recovering interrupted verifying handed-over maintenance no-agent}"
for step in "${steps[@]}"; do
    [[ $step =~ ^[+-][1-9][0-9]*[smhd]$ ]] || { echo "usage: $0 [STEP]..., for example +1s -60s +8h -1d; '$step' is none"; exit 2; }
done
for program in "$agent" "$simulator"; do
    [ -x "$program" ] || { echo "$program is not there: publish it (.ci/run does), or name it in NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR"; exit 2; }
done

work=$(mktemp -d /tmp/npu-agent-clock-XXXXXX)
agent_pid=
clean_up() {
    [ -z "$agent_pid" ] || { kill "$agent_pid" 2>/dev/null || true; wait "$agent_pid" 2>/dev/null || true; }
    "$simulator" down --world "$work/host" > /dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean_up EXIT
trap "exit 1" TERM INT
die() { echo "FAILED: $*"; tail -n 25 "$work/agent.out" 2>/dev/null || true; exit 1; }
say() { echo "$(date +%T) $*"; }
await() {
    local what=$1 ends=$((SECONDS + $2)); shift 2
    while [ $SECONDS -lt $ends ]; do
        ! "$@" || return 0
        kill -0 "$agent_pid" 2>/dev/null || die "the agent ended: $what"
        sleep 0.2
    done
    die "not in time: $what"
}

cc -O2 -Wall -Werror -shared -fPIC -o "$work/set-clock.so" "$here/set-clock.c" -ldl
# The file is written in place: the agent has it mapped.
set_clock() { python3 -c 'import struct, sys; open(sys.argv[1], "r+b").write(struct.pack("=q", int(sys.argv[2])))' "$work/added" "$1"; }
seconds_of() {
    local number=${1:0:-1}
    case ${1: -1} in s) echo $((number)) ;; m) echo $((number * 60)) ;; h) echo $((number * 3600)) ;; *) echo $((number * 86400)) ;; esac
}
head -c 8 /dev/zero > "$work/added"
shown=$(LD_PRELOAD=$work/set-clock.so SET_CLOCK=$work/added date +%s)
[ $((shown - $(date +%s))) -le 1 ] || die "set-clock.so shows another time although nothing is added"

"$simulator" up --chips 2 --pace 10 --world "$work/host" > /dev/null
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
listen=$(free_port)
cat > "$work/agent.yaml" <<YAML
profile: guide
state_folder: $work/state
control_socket: $work/agent.sock
listen: 127.0.0.1:$listen
log: { folder: $work/log }
engines:
  - name: deepseek
    command: $work/host/bin/vllm
    model: m
    port: $(free_port)
    chips: [0/0, 1/0]
    start: { stage_timeout: 60s, shared_memory: 1MiB }
    stop: { drain: 1s, term_wait: 4s, kill_wait: 10s, chip_memory_wait: 20s }
    canary: { timeout: 10s }
    stall: { grace: 6s }
vendor: { npu_smi: $work/host/bin/npu-smi, npu_smi_limit: 60s }
probes:
  chip-health: { interval: 3s, deadline: 90s }
  chip-usage: { interval: 5s, deadline: 90s }
  chip-heat: { enabled: false }
  chip-memory: { enabled: false }
  link-health: { enabled: false }
  driver-unit: { interval: 3s, deadline: 10s }
  engine-verdict: { interval: 1s, deadline: 5s }
  engine-process: { interval: 1s, deadline: 5s }
  engine-health: { interval: 2s, deadline: 5s }
  engine-progress: { interval: 2s, deadline: 5s }
  engine-canary: { interval: 4s, deadline: 20s }
faults:
  engine-hung: { confirm_after: 10s }
  # A machine that is busy with other things is not what is looked at here.
  npu-smi-hangs: { muted: true }
  npu-smi-unusable: { muted: true }
# The same engine fails again and again here, on purpose.
budgets: { start_engine: { attempts: 500, window: 6h }, clear_orphans: { attempts: 500, window: 6h } }
back_off: { waits: [0s] }
disk: { min_free: 1MiB }
YAML
start_agent() {
    PATH="$work/host/bin:$PATH" LD_PRELOAD=$work/set-clock.so SET_CLOCK=$work/added \
        "$agent" run --config "$work/agent.yaml" >> "$work/agent.out" 2>&1 & agent_pid=$!
}
ask() { "$agent" "$@" --output json --config "$work/agent.yaml" 2>/dev/null; }
# Commands have no more to do with the agent's clock than an operator's terminal.
simulate() { "$simulator" "$@" --world "$work/host" > /dev/null; }
well() { [ "$(curl -s -m 5 "http://127.0.0.1:$listen/healthz")" = ok ]; }
looks() {
    curl -s -m 5 "http://127.0.0.1:$listen/metrics" \
        | awk -v probe="$1" '/^npu_agent_probe_looks_total/ && index($0, "\"" probe "\"") { n += $2 } END { print n + 0 }'
}
starts() { grep -c $'\tvllm\tserve' "$work/host/calls.log" || true; }
# The whole answer first: a reader that leaves early would make a pipe fail.
says() { local pattern=$1; shift; ask "$@" > "$work/answer" && grep -Eq "$pattern" "$work/answer"; }
says_not() { local pattern=$1; shift; ask "$@" > "$work/answer" || [ $? = 3 ] || return 1; ! grep -Eq "$pattern" "$work/answer"; }
serves() { says '"state": "(idle|busy)"' engine explain deepseek; }
in_maintenance() { says '"until"' maintenance status; }
settled() { well && serves && says_not '"suspected_at"' status; }
told() { tail -n "+$((mark + 1))" "$work/agent.out" > "$work/told"; grep -q "$1" "$work/told"; }
looked_on() { [ "$(looks engine-process)" -gt "$process_looks" ] && [ "$(looks chip-health)" -gt "$chip_looks" ]; }
shows_the_time() { python3 -c '
import json, sys, time
from datetime import datetime
at = datetime.fromisoformat(json.load(sys.stdin)["at"].replace("Z", "+00:00")).timestamp()
sys.exit(abs(at - time.time() - int(sys.argv[1])) > 5)' "$1" < <(ask status); }

# step SECONDS: sets the clock and proves that the agent looks on.
step() {
    process_looks=$(looks engine-process); chip_looks=$(looks chip-health)
    set_clock "$1"
    await "every probe looks after the clock was set to $1 s" 60 looked_on
    well || die "/healthz after the clock was set: $(curl -s -m 5 "http://127.0.0.1:$listen/healthz")"
    shows_the_time "$1" || die "status does not tell the host's time: $(date -u +%T) and $1 s"
}

# bring_about STATE: an incident, up to the state.
bring_about() {
    case $1 in
        suspected) simulate fault engine-hang; await "a hang is suspected" 60 told ' suspected engine-hung' ;;
        # What fails under maintenance is no incident: the suspicion comes first.
        confirmed) simulate fault engine-hang; await "a hang is suspected" 60 told ' suspected engine-hung'
                   "$agent" maintenance on --engine deepseek --for 30m --config "$work/agent.yaml" > /dev/null
                   await "the recovery is held back" 60 told ' held back: maintenance' ;;
        recovering) simulate fault engine-exit; await "a step is under way" 60 told ' begin stop-engine' ;;
        interrupted | no-agent) simulate fault engine-exit; await "a step is under way" 60 told ' begin stop-engine'
                   kill -9 "$agent_pid"; wait "$agent_pid" 2>/dev/null || true ;;
        # Tokens that take their time hold the proof up, so that the clock is set before it.
        verifying) simulate fault engine-exit; await "the engine is up again" 120 told ' begin verify-engine'
                   simulate fault slow; await "the recovery ended" 120 told ' recovery ended' ;;
        handed-over) simulate fault config-error; await "it is handed over" 120 told ' handed over to a person' ;;
        maintenance) "$agent" maintenance on --engine deepseek --for 30m --config "$work/agent.yaml" > /dev/null ;;
        *) die "no state '$1'" ;;
    esac
}

play() {
    local state=$1 step=$2 seconds before wanted=1
    seconds=$(seconds_of "$step")
    mark=$(wc -l < "$work/agent.out"); before=$(starts)
    bring_about "$state"
    case $state in
        # The clock is set while no agent runs, and by the time that one runs again.
        no-agent) set_clock "$seconds"; start_agent ;;
        interrupted) start_agent; await "the agent is back" 60 well; step "$seconds" ;;
        *) step "$seconds" ;;
    esac
    case $state in
        confirmed)
            [ "$(starts)" = "$before" ] || die "$state, $step: a step of the clock ended the maintenance"
            in_maintenance || die "$state, $step: the maintenance is gone"
            "$agent" maintenance off --engine deepseek --config "$work/agent.yaml" > /dev/null ;;
        maintenance)
            wanted=0
            in_maintenance || die "$state, $step: the maintenance is gone"
            "$agent" maintenance off --engine deepseek --config "$work/agent.yaml" > /dev/null ;;
        handed-over)
            # One start that failed came before.
            simulate heal; wanted=$(($(starts) - before + 1))
            "$agent" engine restart deepseek --config "$work/agent.yaml" > /dev/null || die "$state, $step: engine restart" ;;
    esac
    await "$state, $step: the incident ends and the engine serves" 120 settled
    [ $(($(starts) - before)) = "$wanted" ] || die "$state, $step: $(($(starts) - before)) starts of the engine, wanted $wanted"
    step 0
    sleep 3
    settled || await "$state, $step: all is well after the clock was set right" 30 settled
    [ $(($(starts) - before)) = "$wanted" ] || die "$state, $step: the engine was started again when the clock was set right"
    say "$state, $step: well"
}

start_agent
await "the engine serves" 120 settled
say "the engine serves"
for step in "${steps[@]}"; do
    for state in "${states[@]}"; do
        play "$state" "$step"
    done
done
says_not '"state": "(suspected|confirmed|recovering|interrupted|verifying|handed-over)"' incidents list || die "incidents are open"
echo "OK"
