# What every kind of engine host has to go through; sourced by the scripts beside this one. They give:
#   $work $port              a folder of the run, the engine's port
#   $state $agent_log        the agent's state folder, and what it says
#   $engine_logs             where the engine's logs lie, when that is not beside its record
#   agent_start              starts the agent and returns; agent_signal SIGNAL ends it and waits until it is gone
#   agent_upgrade            puts another binary in its place
#   agent_tell WORDS         the agent's command line
#   main_pid                 the engine's main process, by the kind's own tool
#   engine_log               what the engine printed, for a failure
#   by_hand stop|start       what an operator does to it with that tool
#   on_host WORDS            runs a command where that number is meant
say() { echo "$(date +%T) $*"; }
die() { echo "FAILED: $*"; tail -n 30 "$agent_log" 2>/dev/null || true; engine_log 2>/dev/null | tail -n 30 || true; exit 1; }
await() { local what=$1 seconds=$2 end=$((SECONDS + $2)); shift 2; until "$@"; do [ "$SECONDS" -lt "$end" ] || die "not within $seconds s: $what"; sleep 0.25; done; }
# Below the range from which the system gives ports to connections: it has to be free again at each start.
free_port() { local port; while port=$((20000 + RANDOM % 12000)) && (: < "/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done; echo "$port"; }

# One request, with the engine's key where it has one; right when its answer is.
answers() {
    curl -sf -m 10 "http://127.0.0.1:$port/v1/completions" -H 'Content-Type: application/json' ${key:+-H "Authorization: Bearer $key"} \
        -d '{"model":"deepseek-r1","prompt":"The capital of France is","max_tokens":4,"temperature":0}' | grep Paris > /dev/null
}
flow_begin() {
    touch "$work/flow"; : > "$work/requests"
    for _ in 1 2 3; do
        ( while [ -e "$work/flow" ]; do if answers; then echo right; else echo "wrong at $(date +%T)"; fi >> "$work/requests"; sleep 0.05; done ) & flows+=($!)
    done
}
flow_end() {
    rm -f "$work/flow"; wait "${flows[@]}" 2>/dev/null || true; flows=()
    say "requests in flight all the while: $(grep -c right "$work/requests"), of which failed: $(grep -c wrong "$work/requests" || true)"
    ! grep -q wrong "$work/requests" || die "requests failed: $(grep wrong "$work/requests" | head -3 | tr '\n' ' ')"
}
flows=()
canary_is_right() { agent_tell status --output json 2>/dev/null | tr -d ' \n' | grep '"probe":"engine-canary",[^}]*"verdict":"healthy"' > /dev/null; }
adopted() { [ "$(grep -c "engine deepseek: adopted process $1," "$agent_log" 2>/dev/null || true)" -gt "$2" ] 2>/dev/null; }
incidents_open() { agent_tell incidents list --output json | tr -d ' \n' | grep -o '"state":"[a-z-]*"' | grep -cv 'resolved\|dismissed' || true; }

play() {
    running() { agent_tell status --output json >/dev/null 2>&1; }
    running || agent_start
    await "the engine serves and its canary is right" 90 canary_is_right
    local first=$(main_pid)
    say "serves as process $first"

    local children; children=$(on_host sh -c "cat /proc/$first/task/*/children")
    on_host sh -c "kill -9 $first"
    moved() { local now; now=$(main_pid) && [ -n "$now" ] && [ "$now" != 0 ] && [ "$now" != "$first" ]; }
    await "another main process after kill -9 of the API server" 60 moved
    await "the new engine serves" 60 answers
    for child in $children; do on_host sh -c "[ ! -e /proc/$child ] || grep -q '^State:.*zombie' /proc/$child/status" || die "process $child of the killed engine lives"; done
    settled() { [ "$(incidents_open)" = 0 ]; }
    await "the incident is closed" 60 settled
    local main=$(main_pid)
    say "kill -9 of the API server (children $children): recovered as process $main, no child of the old one lives"
    agent_tell incidents list | head -4

    flow_begin
    for how in TERM KILL upgrade; do
        local before; before=$(grep -c "engine deepseek: adopted process $main," "$agent_log" || true)
        case $how in upgrade) agent_signal TERM; agent_upgrade ;; *) agent_signal "$how" ;; esac
        sleep 2
        [ "$(main_pid)" = "$main" ] || die "$how of the agent changed the engine's main process"
        agent_start
        await "the engine is adopted after $how" 30 adopted "$main" "$before"
        await "its canary is right after $how" 30 canary_is_right
        [ "$(main_pid)" = "$main" ] || die "the engine's main process changed after $how"
        say "$how of the agent: $(grep "engine deepseek: adopted process $main," "$agent_log" | tail -1 | sed 's/.*engine deepseek/engine deepseek/')"
    done
    flow_end
    [ "$(main_pid)" = "$main" ] || die "the engine's main process changed"

    local log; log=$(ls "${engine_logs:-$state/engines/deepseek}/"*.log | tail -1)
    say "log $log: $(grep -c 'Application startup complete' "$log") start, $(wc -l < "$log") lines, $(sort "$log" | uniq -d | grep -c 'startup complete' || true) of them doubled"
    [ "$(grep -c 'Application startup complete' "$log")" = 1 ] || die "the log lost or doubled the line of the start"

    stopped() { local now; now=$(main_pid) || true; [ -z "$now" ] || [ "$now" = 0 ]; }
    told() { agent_tell incidents list --output json | tr -d ' \n' | grep -o '"fault":"engine-stopped-by-other"[^{}]*"state":"[a-z-]*"' | grep 'handed-over"$' > /dev/null; }
    respected() { await "the stop by hand is told" 30 told; sleep 8; stopped || die "an operator stopped the engine, the agent started it"; }
    by_hand stop
    stopped || die "the engine was not stopped by hand"
    respected
    by_hand start
    # Not grep -q: it leaves at the first match, and what still writes to it fails the pipe.
    seen() { agent_tell status --output json | tr -d ' ' | grep "\"process_id\":$(main_pid)[,}]*$" > /dev/null; }
    await "what was started by hand is taken over" 30 seen
    await "its canary is right" 60 canary_is_right
    await "the incident is closed" 60 settled
    say "stopped by hand: told and left alone; started by hand as process $(main_pid): taken over"
    agent_signal TERM
    by_hand stop
    agent_start
    respected
    say "stopped by hand while no agent was there: told and left alone"
    agent_tell engine start deepseek
    answers || die "the engine does not serve after engine start"

    agent_tell engine stop deepseek
    await "the engine is stopped" 30 stopped
    ! answers || die "something still answers"
    say "stopped"
}
