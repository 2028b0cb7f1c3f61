#!/usr/bin/env bash
# footprint.sh [MINUTES]: what the agent costs a host, beside prometheus-node-exporter, supervisord and monit in the same run:
# installed size, start to READY, memory, its growth, own CPU without the children, and what it writes. The agent has the default
# probes on a simulated host of 8 chips with one engine; a second one is told that it has 192 cores. Default: 60 minutes; the
# figures of fewer than 10 are those of a start. Exit code 1 where the agent is beyond a bound.
# Needs root, what setup.sh installs, packaging/build.sh amd64 before, and the published simulator (NPU_AGENT_SIMULATOR, else
# that of `.ci/run`).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props")
package=${NPU_AGENT_PACKAGES:-$root/artifacts/packages}/npu-agent_${version}_amd64.deb
minutes=${1:-60}
[[ $minutes =~ ^[1-9][0-9]*$ ]] || { echo "usage: $0 [MINUTES]"; exit 2; }
[ -e "$package" ] || { echo "no $package; run packaging/build.sh amd64"; exit 2; }
[ -x "$simulator" ] || { echo "no $simulator; publish it (.ci/run does), or name it in NPU_AGENT_SIMULATOR"; exit 2; }
for program in prometheus-node-exporter supervisord monit curl python3; do
    command -v "$program" > /dev/null || { echo "$program is not installed: run $here/setup.sh as root"; exit 2; }
done

work=$(mktemp -d /var/tmp/npu-agent-footprint-XXXXXX)
pids=()
clean_up() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
    for world in "$work"/*/host; do "$simulator" down --world "$world" > /dev/null 2>&1 || true; done
    rm -rf "$work"
}
trap clean_up EXIT
die() { echo "FAILED: $*"; tail -n 20 "$work"/*/out 2>/dev/null || true; exit 1; }
await() { local what=$1; shift; for _ in $(seq 240); do ! "$@" || return 0; sleep 0.5; done; die "not within two minutes: $what"; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
bytes_of() { xargs -d '\n' stat -c '%F %s' 2>/dev/null | awk '/^regular/ { sum += $NF } END { print sum }'; }
# watched NAME PID [PORT] BYTES: takes a program into the table.
watched() { printf '%s\t%s\t%s\t%s\n' "$@" >> "$work/programs"; }

dpkg-deb -x "$package" "$work/package"
agent=$work/package/usr/bin/npu-agent
agent_bytes=$(find "$work/package" -type f | bytes_of)

# configured NAME: a host of its own with 8 chips and an engine, and the configuration of an agent for it.
configured() {
    local folder=$work/$1
    mkdir "$folder"
    "$simulator" up --profile ascend --chips 8 --world "$folder/host" > /dev/null
    listen=$(free_port)
    cat > "$folder/agent.yaml" <<YAML
profile: ascend
state_folder: $folder/state
control_socket: $folder/agent.sock
listen: 127.0.0.1:$listen
log: { folder: $folder/log }
engines:
  - name: deepseek
    command: $folder/host/bin/vllm
    model: /models/DeepSeek-R1
    port: $(free_port)
    chips: [0/0, 1/0, 2/0, 3/0, 4/0, 5/0, 6/0, 7/0]
vendor:
  npu_smi: $folder/host/bin/npu-smi
  hccn_tool: $folder/host/bin/hccn_tool
  modules_file: $folder/host/proc/modules
  device_folder: $folder/host/dev
  version_file: $folder/host/driver/version.info
YAML
}
serves() { "$agent" engine explain deepseek --output json --config "$work/$1/agent.yaml" 2>/dev/null | grep -q '"state": "idle"'; }
# started NAME [VARIABLE=VALUE]
started() {
    configured "$1"
    env "${@:2}" PATH="$work/$1/host/bin:$PATH" "$agent" run --config "$work/$1/agent.yaml" > "$work/$1/out" 2>&1 & pids+=($!)
    watched "$1" $! "$listen" "$agent_bytes"
}

# From exec to READY=1, as systemd would be told, without an engine to start.
configured ready
python3 - "$agent" "$work/ready/agent.yaml" > "$work/ready.milliseconds" <<'PY'
import os, re, signal, socket, statistics, subprocess, sys, time
agent, configuration = sys.argv[1:]
text = open(configuration).read()
open(configuration, "w").write(re.sub(r"^engines:\n(?:[ ].*\n)+", "engines: []\n", text, flags=re.M))
path = os.path.join(os.path.dirname(configuration), "notify")
took = []
for _ in range(11):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        if os.path.exists(path): os.unlink(path)
        told.bind(path)
        told.settimeout(30)
        begun = time.monotonic()
        with open(os.devnull, "w") as nowhere:
            child = subprocess.Popen([agent, "run", "--config", configuration], env={**os.environ, "NOTIFY_SOCKET": path}, stdout=nowhere, stderr=nowhere)
        while b"READY=1" not in told.recv(65536): pass
        took.append((time.monotonic() - begun) * 1000)
        child.send_signal(signal.SIGTERM)
        child.wait()
print(f"{statistics.median(took):.0f} {min(took):.0f} {max(took):.0f}")
PY
"$simulator" down --world "$work/ready/host" > /dev/null

started npu-agent
started npu-agent-192-cores DOTNET_PROCESSOR_COUNT=192
await "both engines serve" serves npu-agent
await "both engines serve" serves npu-agent-192-cores

package_bytes() { dpkg-query -L "$1" | bytes_of; }
mkdir "$work/others"
exporter=$(free_port)
prometheus-node-exporter --web.listen-address="127.0.0.1:$exporter" > "$work/others/exporter.out" 2>&1 & pids+=($!)
watched prometheus-node-exporter $! "$exporter" "$(package_bytes prometheus-node-exporter)"
cat > "$work/others/supervisord.conf" <<CONF
[supervisord]
nodaemon=true
user=root
pidfile=$work/others/supervisord.pid
logfile=$work/others/supervisord.log
[program:engine]
command=sleep infinity
CONF
supervisord -c "$work/others/supervisord.conf" > "$work/others/supervisord.out" 2>&1 & pids+=($!)
watched "supervisord (and Python)" $! - "$(package_bytes supervisor)"
cat > "$work/others/monitrc" <<CONF
set daemon 5
set pidfile $work/others/monit.pid
set statefile $work/others/monit.state
set idfile $work/others/monit.id
set log $work/others/monit.log
check process supervisord with pidfile $work/others/supervisord.pid
  if failed port $exporter protocol http request "/" then alert
check system host
  if memory usage > 99% then alert
CONF
chmod 600 "$work/others/monitrc"
monit -I -c "$work/others/monitrc" > "$work/others/monit.out" 2>&1 & pids+=($!)
watched monit $! - "$(package_bytes monit)"

python3 - "$work/programs" "$minutes" "$work/ready.milliseconds" <<'PY'
import os, statistics, sys, time, urllib.request
programs = [line.rstrip("\n").split("\t") for line in open(sys.argv[1])]
minutes = int(sys.argv[2])
tick = os.sysconf("SC_CLK_TCK")

def fields(path): return dict(l.split(":", 1) for l in open(path) if ":" in l)
def kib(value): return int(value.split()[0]) / 1000 * 1.024
def look(pid):
    stat = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    memory, status = fields(f"/proc/{pid}/smaps_rollup"), fields(f"/proc/{pid}/status")
    return dict(cpu=(int(stat[11]) + int(stat[12])) / tick, rss=kib(memory["Rss"]), pss=kib(memory["Pss"]), own=kib(status["RssAnon"]),
                written=int(fields(f"/proc/{pid}/io")["write_bytes"]), threads=int(status["Threads"]))
def scrape():
    for _, _, port, _ in programs:
        if port != "-": urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read()

begun, samples = time.monotonic(), []
while True:
    scrape()
    samples.append((time.monotonic() - begun, {name: look(pid) for name, pid, _, _ in programs}))
    if samples[-1][0] >= minutes * 60: break
    time.sleep(15)

print(f"{minutes} minutes, /metrics scraped every 15 s; MB are 10^6 bytes, memory at the end\n")
print(f"{'':26}{'installed MB':>13}{'RSS MB':>8}{'PSS MB':>8}{'growth MB':>11}{'CPU %':>8}{'MB/min written':>16}{'threads':>9}")
rows = {}
for name, _, _, size in programs:
    # The start is not the cost of a quiet day: rates and growth are those of the second half.
    half = [(at, looks[name]) for at, looks in samples if at >= minutes * 30]
    (since, first), (until, last) = half[0], half[-1]
    spread = max(1, len(half) // 4)
    level = lambda part: statistics.median(l["own"] for _, l in part)
    row = dict(installed=int(size) / 1e6, rss=last["rss"], pss=last["pss"], growth=level(half[-spread:]) - level(half[:spread]),
               cpu=100 * (last["cpu"] - first["cpu"]) / (until - since), written=(last["written"] - first["written"]) / 1e6 / ((until - since) / 60), threads=last["threads"])
    rows[name] = row
    print(f"{name:26}{row['installed']:13.1f}{row['rss']:8.1f}{row['pss']:8.1f}{row['growth']:11.2f}{row['cpu']:8.2f}{row['written']:16.3f}{row['threads']:9}")

median, least, most = map(int, open(sys.argv[3]).read().split())
own, wide = rows["npu-agent"], rows["npu-agent-192-cores"]
bounds = [
    ("installed size, MB", own["installed"], 30), ("resident memory, MB", own["rss"], 45), ("CPU of its own, % of a core", own["cpu"], 0.3),
    ("growth in the second half, MB", own["growth"], 1), ("written, MB a minute", own["written"], 1), ("start to READY, ms, median of 11", median, 300),
    ("resident memory told of 192 cores, MB", wide["rss"], 45), ("more threads told of 192 cores", wide["threads"] - own["threads"], 4)]
print(f"\nstart to READY: median {median} ms, least {least}, most {most}\n")
broken = 0
for what, found, bound in bounds:
    kept = found <= bound
    broken += not kept
    print(f"{'kept  ' if kept else 'BROKEN'} {what}: {found:.2f}, bound {bound}")
sys.exit(1 if broken else 0)
PY
