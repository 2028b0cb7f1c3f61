#!/usr/bin/env bash
# crash-trials.sh [N]: kill -9 of the agent, and of the tools that it runs, in the middle of recoveries; 40 trials unless told
# otherwise, some 15 s each. A trial is a simulated host of its own: its engine serves, it is broken, the agent is killed at a random
# moment or when it says that it has begun a step or a source of evidence (some trials up to three times) and started again, or a
# tool (npu-smi, the collector of device logs, systemctl) is killed under it. Then one incident has to have ended, with its evidence
# whole and from before what destroys it, nothing may have been done or told twice, and the engine has to serve.
# Every kind of step is aimed at in turn. Prints how many kills landed where; CRASH_TRIALS_SEED plays the same again. Needs python3.
# NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR name the published programs, else those of `.ci/run` are taken.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
agent=${NPU_AGENT_BINARY:-$root/artifacts/agent/npu-agent}
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
[[ ${1:-40} =~ ^[1-9][0-9]*$ ]] || { echo "usage: $0 [N]"; exit 2; }
for program in "$agent" "$simulator"; do
    [ -x "$program" ] || { echo "$program is not there: publish it (.ci/run does), or name it in NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR"; exit 2; }
done
exec python3 -B "$here/crash-trials.py" "$agent" "$simulator" "${1:-40}"
