#!/usr/bin/env bash
# The amd64 .deb on a real systemd host (systemd-nspawn), as its operator meets it: installed, configured by one file, started
# unprivileged. What polkit allows and refuses; what an engine, a user of its own, cannot reach; the guide's first trouble, mended by a real `systemctl restart devdrv`; a chip reset
# by the unit of root; the agent restarted, killed, hung, upgraded and downgraded with requests in flight; removed and purged.
# The driver, npu-smi and vllm are the simulator's, everything else is the host's. Every check is printed; the exit code is 0
# when all hold. `systemd-host.sh started chip_reset` plays these parts alone. Run as root after setup.sh and packaging/build.sh amd64. NPU_AGENT_SIMULATOR names the published simulator.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/booted-host.sh"
parts=("$@")
[ $# -gt 0 ] || parts=(rights started engine_user first_trouble chip_reset engine_stays purged)
files() { (cd "$tree" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./var/tmp -o -path ./root -o -path ./var/log/journal -o -path ./var/lib/dpkg -o -path ./var/lib/systemd -o -path ./var/lib/simulated-host -o -path './etc/*-' \) -prune -o -print | sort); }

next_version deb amd64
host_made
cp "$work/npu-agent_${next}_amd64.deb" "$tree/root/"
world_writable
echo LoadCredential=hook:/etc/hostname >> "$tree/etc/systemd/system/npu-agent.service.d/simulated-host.conf"
files > "$work/before"

host_boots
. "$here/systemd-host-parts.sh"

part "installed"; installed
for name in "${parts[@]}"; do
    part "${name//_/ }"
    "$name"
done
told_all
