#!/usr/bin/env bash
# dashboards.sh [rules|schema|host|fleet]...: rules and dashboards of packaging/prometheus and packaging/grafana, with a real Prometheus.
# rules: promtool checks and tests them. schema: the dashboards against the classic model that @grafana/schema publishes (npm; said and left out where
# there is none), and each against itself. host: an agent on a simulated host, faults struck, every query of every panel: none may be empty, and the
# agent's text passes promtool. fleet: a stand-in for a thousand hosts (FLEET_HOSTS): series, time of each group of rules, time of each panel.
# Prints each check; about ten minutes. Needs no root; needs prometheus, promtool and python3 with yaml.
# NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR name the published programs, else those of `.ci/run` are taken.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
agent=${NPU_AGENT_BINARY:-$root/artifacts/agent/npu-agent}
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
for program in "$agent" "$simulator"; do
    [ -x "$program" ] || { echo "$program is not there: publish it (.ci/run does), or name it in NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR"; exit 2; }
done
for program in prometheus promtool /usr/bin/python3; do
    command -v "$program" > /dev/null || { echo "$program is not there: run tests/acceptance/setup.sh"; exit 2; }
done
exec /usr/bin/python3 -B "$here/dashboards.py" "$root" "$agent" "$simulator" "$@"
