#!/usr/bin/env bash
# What windows.sh plays in the root with Wine.
set -euo pipefail
export WINEPREFIX=/tmp/prefix WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml=" XDG_RUNTIME_DIR=/tmp
drive=$WINEPREFIX/drive_c
data=$drive/ProgramData/npu-agent
port=18477
listen=127.0.0.1:19477
log=/tmp/agent.log
say() { echo "$(date +%T) $*"; }
die() { echo "FAILED: $*"; tail -n 30 "$log"; exit 1; }
wait_for() { # SECONDS WHAT COMMAND...
    local end=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        [ $SECONDS -lt $end ] || die "waited for: $what"
        sleep 0.5
    done
}
agent() { (cd "$drive/agent" && wine 'C:\agent\npu-agent.exe' "$@"); }
status() { curl -s -m 5 "http://$listen/status"; }
status_has() { status | grep -qE "$1"; }
said() { tail -n "+$((from + 1))" "$log" | tr -d '\r' | grep -qE "$1"; }
mark() { from=$(wc -l < "$log"); }
agent_ended() { ! pgrep -f 'npu-agent.exe run' > /dev/null; }
engine() { pgrep -f 'vllm.exe serve' || true; }
core() { pgrep -f 'vllm.exe EngineCore' || true; }
service() { local answer; answer=$(wine sc "$@" 2>&1) || die "sc $*: $answer"; }
run() {
    mark
    agent run >> "$log" 2>&1 &
    wait_for 60 "an agent that answers" status_has '"schema_version"'
}
end_agent() { pkill -KILL -f 'npu-agent.exe run'; wait_for 10 "the end of the agent" agent_ended; }

: > "$log"
from=0
wine wineboot --init > /dev/null 2>&1
wineserver --wait
mkdir -p "$drive/agent" "$data"
cp /tmp/story/npu-agent.exe /tmp/story/*.dll "$drive/agent/"
x86_64-w64-mingw32-gcc -O1 -Wall -o "$drive/agent/vllm.exe" /tmp/story/windows-engine.c -lws2_32
say "$(wine --version), npu-agent $(agent --version | tr -d '\r')"

configuration() { # KIND
    cat > "$data/agent.yaml" <<YAML
listen: $listen
engines:
  - name: deepseek
    kind: $1
    command: C:\\agent\\vllm.exe
    model: C:\\models\\Deep Seek
    port: $port
    chips: [0/0]
    canary: { expected_text: Paris, max_tokens: 4 }
YAML
}
for kind in systemd container; do
    configuration "$kind"
    code=0
    refused=$(agent config validate 2>&1) || code=$?
    [ "$code" = 78 ] && grep -q "kind: .*not available on Windows" <<< "$refused" || die "kind: $kind gave $code: $refused"
done
say "kinds systemd and container are refused: $(grep -o "systemd and.*" <<< "$refused" | tr -d '\r')"
configuration process
agent config validate || die "kind: process is not valid"

run
wait_for 60 "an engine that serves" status_has '"stage":"serving"'
written=$(cat "$data"/state/engines/deepseek/*.log)
grep -qF '[serve][C:\models\Deep Seek]' <<< "$written" || die "the engine was told: $written"
grep -q 'visible 0$' <<< "$(tr -d '\r' <<< "$written")" || die "the engine does not see its chip alone: $written"
first=$(engine)
say "started, its log is kept: $(head -1 <<< "$written" | cut -c1-100)"

end_agent
[ "$(engine)" = "$first" ] || die "the engine was $first, is $(engine)"
run
wait_for 20 "an adopted engine" said 'deepseek: adopted process'
[ "$(engine)" = "$first" ] || die "the engine was $first, is $(engine)"
say "the agent was ended and started: the engine stays, and is adopted"

end_agent
rm "$data/state/engines/deepseek/run.json"
run
wait_for 20 "an engine found without its record" said 'deepseek: adopted process'
[ "$(engine)" = "$first" ] || die "the engine was $first, is $(engine)"
say "without the record of its start the engine is found by its marker"

left=$(core)
mark
kill -KILL "$first"
wait_for 60 "an incident that is resolved" said 'Incident .* resolved: verified: engine:deepseek serves again'
[ -n "$(engine)" ] && [ "$(engine)" != "$first" ] || die "the engine was $first, is $(engine)"
[ "$(core)" != "$left" ] || die "what the engine left behind lives: $left"
bundle=$(ls "$data"/state/bundles/*.tar.gz)
tar tzf "$bundle" | grep -q '/engine-log/\|deepseek.*\.log' || die "the engine's log is not in $bundle: $(tar tzf "$bundle")"
say "the engine was killed: what it left is cleared, it serves again, its log is in $(basename "$bundle")"

end_agent
kept=$(engine)
service create npu-agent binPath= 'C:\agent\npu-agent.exe run'
service start npu-agent
wait_for 60 "a service that answers" status_has '"stage":"serving"'
service stop npu-agent
wait_for 60 "the end of the service" agent_ended
[ "$(engine)" = "$kept" ] || die "the engine was $kept, is $(engine)"
say "as a service it starts, adopts the engine, and stops without it"

code=0
answer=$(agent status 2>&1 | tr -d '\r') || code=$?
say "status: exit $code: $(head -1 <<< "$answer")"
echo "OK"
