#!/usr/bin/env bash
# people-told.sh [PART]...: what arrives at each kind of receiver when a simulated host breaks. Real: prometheus-alertmanager with silences and
# inhibition, rsyslog, an SMTP server (aiosmtpd). Stand-ins that answer as the vendors do: DingTalk, WeCom, Feishu, Slack, PagerDuty, a webhook
# (receivers.py). Each part has a host of its own, and after each exactly the messages that are due have to have arrived, in order:
#   recovered  an engine fails and is recovered
#   away       every receiver is away or refuses in its own way, HTTP 200 with an error among them; the agent is killed with SIGKILL twice
#   cut        answers break off in the middle
#   silent     a mail server takes the connection and never answers
#   rejected   a receiver rejects, and `notify retry`
#   silences   what the Alertmanager sends on, what a silence and what an inhibition holds back
#   throttled  429 with Retry-After, and a robot that is silenced for ten minutes, which are waited for
# Prints each check; about twenty minutes, ten of them for `throttled`. Needs no root; setup.sh installs what it starts.
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
exec /usr/bin/python3 -B "$here/people_told.py" "$agent" "$simulator" "$@"
