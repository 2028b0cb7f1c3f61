#!/usr/bin/env bash
# people-told.sh: what arrives at each kind of receiver when a simulated host breaks. Real: prometheus-alertmanager with silences and inhibition,
# rsyslog, an SMTP server (aiosmtpd). Stand-ins that answer as the vendors do: DingTalk, WeCom, Feishu, Slack, PagerDuty, a webhook (receivers.py).
# In turn: an engine that fails and is recovered; every receiver away or refusing in its own way while the engine fails again and the agent is killed
# with SIGKILL; answers of HTTP 200 with an error, throttling, 429 with Retry-After, an answer that breaks off; many faults at once; a receiver that
# rejects, and `notify retry`. After each part exactly the messages that are due have to have arrived, in order. Prints each check; about five
# minutes. Needs no root; setup.sh installs what it starts.
# NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR name the published programs, else those of `.ci/run` are taken.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
agent=${NPU_AGENT_BINARY:-$root/artifacts/agent/npu-agent}
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
for program in "$agent" "$simulator"; do
    [ -x "$program" ] || { echo "$program is not there: publish it (.ci/run does), or name it in NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR"; exit 2; }
done
for program in prometheus-alertmanager amtool rsyslogd /usr/bin/python3; do
    command -v "$program" > /dev/null || { echo "$program is not there: run tests/acceptance/setup.sh"; exit 2; }
done
exec /usr/bin/python3 -B "$here/people_told.py" "$agent" "$simulator"
