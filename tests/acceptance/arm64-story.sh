#!/usr/bin/env bash
# What arm64-host.sh plays inside the emulated host, as root of it. Everything it says goes to the console.
set -euo pipefail
work=/run/story
mkdir -p "$work"
state=/var/lib/npu-agent
agent_log=/var/log/npu-agent/npu-agent.log
. /opt/story/engine-story.sh
port=8000
unit=npu-engine@deepseek.service
trap 'code=$?; [ "$code" = 0 ] && echo "STORY ENDS: OK" || { agent_tell status; agent_tell incidents list; agent_tell incidents show last; journalctl --no-pager -n 20; tail -n 30 "$agent_log"; echo "STORY ENDS: $code"; }' EXIT
engine_log() { journalctl --no-pager -u "$unit"; }
agent_tell() { setpriv --reuid=npu-agent --regid=npu-agent --init-groups /usr/bin/npu-agent "$@"; }
main_pid() { systemctl show -p MainPID --value "$unit"; }
milliseconds() { local from; from=$(date +%s%N); "$@" > /dev/null; echo $((($(date +%s%N) - from) / 1000000)); }

echo "STORY BEGINS"
say "$(uname -srm), pages of $(getconf PAGESIZE) bytes, $(systemctl --version | head -1), glibc $(getconf GNU_LIBC_VERSION | cut -d' ' -f2)"
dpkg --install /opt/story/npu-agent.deb | tail -5
say "npu-agent --version: $(milliseconds npu-agent --version) ms, $(npu-agent --version)"

# The host's own: the driver's unit, and where the simulated hardware keeps its state.
cat > /etc/systemd/system/devdrv.service <<'UNIT'
[Service]
Type=oneshot
RemainAfterExit=yes
User=npu-agent
ExecStart=/var/lib/simulated-host/bin/systemctl restart devdrv
UNIT
for name in npu-agent npu-engine@ npu-agent-reset@ npu-agent-collect; do
    mkdir -p "/etc/systemd/system/$name.service.d"
    printf '[Service]\nReadWritePaths=/var/lib/simulated-host\n' > "/etc/systemd/system/$name.service.d/simulated-host.conf"
done
systemctl daemon-reload
install -d -m 2770 -o npu-agent -g npu-engine /var/lib/simulated-host
setpriv --reuid=npu-agent --regid=npu-agent --init-groups /opt/simulator/simulator up --profile guide --chips 8 --pace 2 --world /var/lib/simulated-host > /dev/null
systemctl start devdrv
before=$(systemctl show -p InvocationID --value devdrv)

# The one file that is edited.
cat > /etc/npu-agent/agent.yaml <<YAML
profile: guide
engines:
  - name: deepseek
    kind: systemd
    command: /var/lib/simulated-host/bin/vllm
    model: /models/DeepSeek-R1
    served_model_name: deepseek-r1
    port: $port
    chips: [0/0, 1/0]
    stop: { drain: 2s }
    canary: { expected_text: Paris, max_tokens: 4 }
vendor:
  npu_smi: /var/lib/simulated-host/bin/npu-smi
  hccn_tool: /var/lib/simulated-host/bin/hccn_tool
  npu_smi_limit: 30s
  version_file: /var/lib/simulated-host/driver/version.info
  device_folder: /var/lib/simulated-host/dev
  collect_dlog: [/var/lib/simulated-host/bin/ascend-dlog, -d, "0", -f, "{dir}"]
disk: { min_free: 1MiB }
YAML
npu-agent config validate

begin=$(date +%s%N)
systemctl start npu-agent
up() { agent_tell status > /dev/null 2>&1 || [ $? = 3 ] || [ $? = 5 ]; }
await "the agent answers" 60 up
say "started: $((($(date +%s%N) - begin) / 1000000)) ms from systemctl start to its first answer; it is a process of $(stat -c %U "/proc/$(systemctl show -p MainPID --value npu-agent)")"
await "the engine serves and its canary is right" 240 canary_is_right
first=$(main_pid)
say "$unit serves as process $first"

begin=$(date +%s%N)
/opt/simulator/simulator fault chips-unavailable --world /var/lib/simulated-host
# The engine's log says so in the guide's own words, or npu-smi shows no chip: what is seen first names the incident.
incident() { agent_tell incidents list | awk '/ (device-not-available|chips-lost) .* resolved / {print $1; exit}'; }
recovered() { [ -n "$(incident)" ]; }
await "the lost chips are back, and the incident is resolved" 240 recovered
say "recovered in $((($(date +%s%N) - begin) / 1000000)) ms: engine process $first, now $(main_pid); devdrv started again: $([ "$(systemctl show -p InvocationID --value devdrv)" != "$before" ] && echo yes || echo no)"
[ "$(systemctl show -p InvocationID --value devdrv)" != "$before" ] || die "devdrv was not restarted"
[ "$(main_pid)" != "$first" ] || die "the engine was not started again"
answers || die "the engine does not answer right"
agent_tell incidents show "$(incident)"
agent_tell bundle list
agent=$(systemctl show -p MainPID --value npu-agent)
of_agent() { awk -v field="$1:" '$1 == field {print $2}' "/proc/$agent/status"; }
weigh() {
    say "$1 the agent holds $(of_agent VmRSS) kB ($(of_agent RssAnon) kB of its own), $(of_agent Threads) threads"
    [ $(($(of_agent VmRSS) * 1024)) -lt 60000000 ] || die "the agent holds $(of_agent VmRSS) kB, 60 MB are allowed on 64 KiB pages"
}
weigh "now"
minutes=$(cat /opt/story/minutes)
[ "$minutes" -gt 0 ] || exit 0
sleep $((minutes * 60))
[ "$(systemctl show -p MainPID --value npu-agent)" = "$agent" ] || die "it is another agent"
weigh "$minutes minutes later"
