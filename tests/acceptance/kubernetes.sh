#!/usr/bin/env bash
# kubernetes.sh [schema|rights|queries]...: the manifests of packaging/kubernetes. No cluster is needed.
# schema: each against the schemas that are published for Kubernetes, prometheus-operator and KEDA (kubernetes-models of npm; said and left out where
# there is none), and against each other; planted mistakes have to be found, `70%` of the guide among them. rights: what the DaemonSet may do, and the
# agent with its configuration as that user without a capability (root only). queries: each query of adapter and KEDA, as they send it, to a real
# Prometheus that scraped an agent and an engine: the answers are what the targets are held against.
# Prints each check; about three minutes. Needs prometheus and python3 with yaml, for schema node and npm.
# NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR name the published programs, else those of `.ci/run` are taken.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
agent=${NPU_AGENT_BINARY:-$root/artifacts/agent/npu-agent}
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
for program in "$agent" "$simulator"; do
    [ -x "$program" ] || { echo "$program is not there: publish it (.ci/run does), or name it in NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR"; exit 2; }
done
for program in prometheus /usr/bin/python3; do
    command -v "$program" > /dev/null || { echo "$program is not there: run tests/acceptance/setup.sh"; exit 2; }
done
/usr/bin/python3 -c 'import yaml' 2> /dev/null || { echo "python3 has no yaml: run tests/acceptance/setup.sh"; exit 2; }
exec /usr/bin/python3 -B "$here/kubernetes.py" "$root" "$agent" "$simulator" "$@"
