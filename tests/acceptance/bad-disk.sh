#!/usr/bin/env bash
# bad-disk.sh [PART]...: an engine that serves over an agent whose disk fails it, on a real ext4 of its own. Parts, all of them unless
# told otherwise: full-before full-middle read-only errors damaged.
# In each the engine is killed while the disk takes nothing: a webhook has to hear of the disk and of the engine, the engine has to serve
# again, no incident may blame its configuration, and after relief everything has to be in the database, each notice told once.
# read-only is ext4's own error with errors=remount-ro; errors are those of a loop device whose file finds no room, because a device
# mapper is not everywhere. Needs root, mount, losetup, mkfs.ext4, curl and python3.
# NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR name the published programs, else those of `.ci/run` are taken.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
agent=${NPU_AGENT_BINARY:-$root/artifacts/agent/npu-agent}
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
for program in "$agent" "$simulator"; do
    [ -x "$program" ] || { echo "$program is not there: publish it (.ci/run does), or name it in NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR"; exit 2; }
done
[ "$(id -u)" = 0 ] || { echo "needs root, who mounts file systems"; exit 2; }
parts=("$@")
[ ${#parts[@]} -gt 0 ] || parts=(full-before full-middle read-only errors damaged)
for part in "${parts[@]}"; do
    case $part in
        full-before | full-middle | read-only | errors | damaged) ;;
        *) echo "usage: $0 [full-before|full-middle|read-only|errors|damaged]..."; exit 2 ;;
    esac
done

work=$(mktemp -d /tmp/npu-agent-disk-XXXXXX)
agent_pid=; hook_pid=; loop=
stop_agent() { [ -z "$agent_pid" ] || { kill "$agent_pid" 2>/dev/null || true; wait "$agent_pid" 2>/dev/null || true; agent_pid=; }; }
leave_disk() {
    umount -l "$work/state" 2>/dev/null || true
    [ -z "$loop" ] || losetup -d "$loop" 2>/dev/null || true
    umount -l "$work/below" 2>/dev/null || true
    loop=
}
end_part() {
    stop_agent
    "$simulator" down --world "$work/host" > /dev/null 2>&1 || true
    [ -z "$hook_pid" ] || { kill "$hook_pid" 2>/dev/null || true; wait "$hook_pid" 2>/dev/null || true; hook_pid=; }
    leave_disk
}
clean_up() { end_part; rm -rf "$work"; }
trap clean_up EXIT
die() {
    echo "FAILED ($part): $*"
    tail -n 25 "$work/agent.out" 2>/dev/null || true
    cat "$work/told" "$work/ask.err" 2>/dev/null || true
    ask incidents list | grep -E '"(fault|state|reason)"' || true
    exit 1
}
say() { echo "$(date +%T) $part: $*"; }
# A status with open incidents ends with a code of its own.
ask() { "$agent" "$@" --output json --config "$work/agent.yaml" 2> "$work/ask.err" || true; }
within() { local ends=$((SECONDS + $1)); shift; while [ $SECONDS -le $ends ]; do ! "$@" || return 0; sleep 0.2; done; die "not in time: $*"; }

# The engine's state folder lies on an image of 48 MB whose own file lies on a small file system in memory.
make_disk() {
    mkdir -p "$work/below" "$work/state"
    mount -t tmpfs -o size=80m tmpfs "$work/below"
    truncate -s 48M "$work/below/image"
    mkfs.ext4 -q -m 0 -E lazy_itable_init=0,lazy_journal_init=0,nodiscard "$work/below/image"
    loop=$(losetup --find --show "$work/below/image")
    mount -o "$1" "$loop" "$work/state"
}
fill() {
    local size
    for size in 64K 4K; do dd if=/dev/zero of="$work/state/filler" bs=$size oflag=append conv=notrunc status=none 2>/dev/null || true; done
}
relieve() { rm -f "$work/state/filler"; }

begin_part() {
    rm -rf "$work/host" "$work/log"; : > "$work/told"; : > "$work/agent.out"
    "$simulator" up --chips 2 --pace 10 --world "$work/host" > /dev/null
    read -r port hook < <(python3 -c 'import socket
a = [socket.socket() for _ in range(2)]
for s in a: s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in a])')
    python3 - "$hook" "$work/told" <<'PY' & hook_pid=$!
import http.server, json, sys
class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        incident = body.get("incident") or body.get("data")
        with open(sys.argv[2], "a") as told:
            told.write(f"{self.headers['webhook-id']} {incident['fault']}\n")
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Hook).serve_forever()
PY
    cat > "$work/agent.yaml" <<YAML
profile: guide
state_folder: $work/state/agent
control_socket: $work/agent.sock
listen: off
log: { folder: $work/log }
engines:
  - { name: deepseek, command: $work/host/bin/vllm, model: m, port: $port, chips: [0/0, 1/0], stop: { drain: 1s }, start: { shared_memory: 1MiB } }
back_off: { waits: [0s] }
budgets: { start_engine: { attempts: 100, window: 1h }, clear_orphans: { attempts: 100, window: 1h } }
disk: { min_free: 0, ballast: ${ballast:-1MiB} }
notifications: { webhooks: [ { name: hook, url: "http://127.0.0.1:$hook/" } ] }
YAML
}
start_agent() { PATH="$work/host/bin:$PATH" "$agent" run --config "$work/agent.yaml" >> "$work/agent.out" 2>&1 & agent_pid=$!; }
alive() { kill -0 "$agent_pid" 2>/dev/null; }
# Whoever stops reading in the middle would make a pipe fail: nothing here does.
serves() { ask engine explain deepseek | grep -E '"state": "(idle|busy)"' > /dev/null; }
main_pid() { ask status | python3 -c 'import json, sys; print(json.load(sys.stdin)["engines"][0]["process_id"] or "")' 2> /dev/null || true; }
serves_as_other() { local now; now=$(main_pid) && [ -n "$now" ] && [ "$now" != "$1" ] && serves; }
# By fault and kind of notice; a line is INCIDENT/KIND FAULT.
told() { grep -q "/$2 $1\$" "$work/told"; }
told_of_newest() { grep -q "^$(ask status | python3 -c 'import json, sys; print(max(i["id"] for i in json.load(sys.stdin)["incidents"]))')/" "$work/told"; }
journal_waits() { ask status | grep '"journal_problem": "' > /dev/null; }
journal_written() { ask status | grep '"journal_problem": null' > /dev/null; }
all_ended() { [ -n "$(main_pid)" ] && ! ask incidents list | grep '"state"' | grep -v '"resolved"\|"dismissed"' > /dev/null; }
kill_engine() {
    local pid; pid=$(main_pid)
    kill -9 "$pid"
    within 60 serves_as_other "$pid"
    say "the engine was killed and serves again as $(main_pid)"
}
# Everything that was told is in the database, everything in it was told, and each of it once.
compare() {
    ask incidents list > "$work/incidents"
    python3 - "$work/incidents" "$work/told" <<'PY' || die "what was told and what is recorded differ"
import collections, json, sys
incidents = json.load(open(sys.argv[1]))
told = collections.Counter(tuple(line.split()[0].split("/")) for line in open(sys.argv[2]))
recorded = {i["id"] for i in incidents}
wrong = [f"{key} was told {times} times" for key, times in told.items() if times != 1]
wrong += [f"{key[0]} was told and is not recorded" for key in told if key[0] not in recorded]
wrong += [f"{i['id']} {i['fault']} was confirmed and not told" for i in incidents if i.get("confirmed_at") and i["id"] not in {k[0] for k in told}]
wrong += [f"{i['id']} blames {i['fault']}" for i in incidents if "config" in i["fault"] or "forbidden" in i["fault"]]
wrong += [f"{i['id']} {i['fault']} was handed over" for i in incidents if any(e["kind"] == "handed-over" for e in i["timeline"])]
print("\n".join(wrong))
sys.exit(len(wrong) > 0)
PY
}
# The next agent finds the engine as it runs, and the history.
next_agent_adopts() {
    local pid; pid=$(main_pid)
    stop_agent; start_agent
    within 30 serves
    [ "$(main_pid)" = "$pid" ] || die "the next agent did not adopt process $pid"
    say "the next agent adopted process $pid"
}

full_before() {
    make_disk defaults; begin_part; start_agent; within 60 serves
    stop_agent; fill; start_agent
    within 30 serves
    fill
    kill_engine
    within 10 told host-disk-full confirmed
    say "told of the full disk"
    relieve; within 45 journal_written; within 60 all_ended; compare; next_agent_adopts
    stop_agent; fill; rm -f "$work/state/agent/ballast"; fill
    start_agent
    # A database that has room inside itself needs none of the disk; one that has none ends the start.
    within 20 ended_or_serves
    if alive; then
        say "without ballast: the database had room of its own, and the agent started"
    else
        grep -q "$work/state/agent" "$work/agent.out" || die "an agent that cannot start does not name its folder"
        say "without ballast: $(grep "$work/state/agent" "$work/agent.out" | tail -n 1)"
    fi
    serves_by_itself || die "the engine does not go on without the agent"
    relieve; alive || start_agent; within 30 serves
}
ended_or_serves() { ! alive || serves; }
serves_by_itself() { curl -s -o /dev/null -m 5 -f "http://127.0.0.1:$port/health"; }

full_middle() {
    make_disk defaults; begin_part; start_agent; within 60 serves
    fill; kill_engine
    within 20 told host-disk-full confirmed
    say "told of the full disk"
    # Until the ballast is gone.
    local i
    for i in $(seq 60); do fill; ! journal_waits || break; kill_engine_now; done
    journal_waits || die "the journal was written on a disk without room"
    fill; kill_engine
    within 10 told_of_newest
    relieve
    within 5 journal_written
    say "written within 5 s after relief"
    within 90 all_ended; within 10 eval '[ -s "$work/state/agent/ballast" ]'; compare; next_agent_adopts
}
kill_engine_now() { local pid; pid=$(main_pid); kill -9 "$pid"; within 60 serves_as_other "$pid"; }

read_only() {
    make_disk errors=remount-ro; begin_part; start_agent; within 60 serves
    echo 1 > "/sys/fs/ext4/$(basename "$loop")/trigger_fs_error"
    ! touch "$work/state/agent/probe" 2>/dev/null || die "the file system is not read-only"
    kill_engine
    within 20 told host-disk-failing confirmed
    say "told of the disk"
    another_disk
    within 20 journal_written
    within 90 all_ended; compare; next_agent_adopts
}
# As a person mends it: what can be read goes to another disk in its place.
another_disk() {
    rm -rf "$work/saved"; cp -a "$work/state/." "$work/saved"; rm -f "$work/saved/agent/"*-shm
    umount -l "$work/state"
    mount -t tmpfs -o size=48m tmpfs "$work/state"
    cp -a "$work/saved/." "$work/state/"
}

errors() {
    make_disk data=writeback; begin_part; start_agent; within 60 serves
    # The file below the disk finds no room any more.
    dd if=/dev/zero of="$work/below/filler" bs=64K status=none 2>/dev/null || true
    kill_engine
    within 60 journal_waits
    within 20 told host-disk-failing confirmed
    say "told of the disk"
    # Room below brings it back only where ext4 has not given its journal up.
    rm "$work/below/filler"
    another_disk
    within 20 journal_written
    within 90 all_ended; compare; next_agent_adopts
}

damaged() {
    make_disk defaults; begin_part; start_agent; within 60 serves
    local database=$work/state/agent/npu-agent.db
    kill_engine; within 60 all_ended
    dd if=/dev/urandom of="$database" bs="$(stat -c %s "$database")" count=1 conv=notrunc status=none
    dd if=/dev/urandom of="$database-wal" bs="$(stat -c %s "$database-wal")" count=1 conv=notrunc status=none
    kill_engine
    within 60 told database-replaced confirmed
    say "told of the database"
    ! ask status | grep "the database is whole" > /dev/null || die "agent-database says whole"
    compare
    next_agent_adopts
    within 60 eval 'ask status | grep "lies at" > /dev/null'
    rm "$database".corrupt-*
    within 60 all_ended; compare
}

for part in "${parts[@]}"; do
    "${part//-/_}"
    end_part
done
echo OK
