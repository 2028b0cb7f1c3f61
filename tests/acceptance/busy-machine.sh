#!/usr/bin/env bash
# busy-machine.sh [FILTER]...: the end-to-end tests on a machine that has other work: stress-ng with four busy processes beside them, at the
# same priority. No test may fail because of it. FILTER is handed to the tests (--filter-class '*EngineFaultTests'); all run unless told otherwise.
# Takes three times as long as on an idle machine. NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR name the published programs, else those of
# `.ci/run` are taken. Needs stress-ng; no root.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
export NPU_AGENT_BINARY=${NPU_AGENT_BINARY:-$root/artifacts/agent/npu-agent}
export NPU_AGENT_SIMULATOR=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
for program in "$NPU_AGENT_BINARY" "$NPU_AGENT_SIMULATOR"; do
    [ -x "$program" ] || { echo "$program is not there: publish it (.ci/run does), or name it in NPU_AGENT_BINARY and NPU_AGENT_SIMULATOR"; exit 2; }
done
command -v stress-ng > /dev/null || { echo "needs stress-ng (Debian package; setup.sh installs it)"; exit 2; }

dotnet build -v q "$root/tests/Agent.EndToEndTests"
stress-ng --cpu 4 --quiet &
stress=$!
trap 'kill "$stress" 2>/dev/null || true' EXIT
dotnet test --no-build --project "$root/tests/Agent.EndToEndTests" -- "$@"
kill -0 "$stress" || { echo "stress-ng ended before the tests did: nothing is shown"; exit 1; }
echo OK
