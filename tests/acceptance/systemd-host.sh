#!/usr/bin/env bash
# The amd64 .deb on a real systemd host (systemd-nspawn), as its operator meets it: installed, configured by one file, started
# unprivileged. What polkit allows and refuses; the guide's first trouble, mended by a real `systemctl restart devdrv`; a chip reset
# by the unit of root; the agent restarted, killed, hung, upgraded and downgraded with requests in flight; removed and purged.
# The driver, npu-smi and vllm are the simulator's, everything else is the host's. Every check is printed; the exit code is 0
# when all hold. `systemd-host.sh started chip_reset` plays these parts alone. Run as root after setup.sh and packaging/build.sh amd64. NPU_AGENT_SIMULATOR names the published simulator.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/next-version.sh"
. "$here/engine-story.sh"
package=$packages/npu-agent_${version}_amd64.deb
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
host=${NPU_AGENT_SYSTEMD_ROOT:-/var/tmp/npu-agent-acceptance/systemd-root}
parts=("$@")
[ $# -gt 0 ] || parts=(rights started first_trouble chip_reset engine_stays purged)
[ -e "$package" ] || { echo "no $package: run packaging/build.sh amd64 first"; exit 2; }
[ -x "$simulator" ] || { echo "no $simulator: dotnet publish src/Agent.Simulator -c Release -r linux-x64 -o artifacts/simulator"; exit 2; }
[ -x "$host/usr/lib/polkit-1/polkitd" ] || { echo "no systemd host with polkit in $host; run setup.sh"; exit 2; }

work=$(mktemp -d /var/tmp/npu-agent-host-XXXXXX)
tree=$work/root
agent_log=$tree/var/log/npu-agent/npu-agent.log
unit=npu-engine@deepseek.service
port=$(free_port)
nspawn_pid=; leader=; failed=0; checks=0
inside() { nsenter -t "$leader" -a "$@"; }
as_agent() { inside setpriv --reuid=npu-agent --regid=npu-agent --init-groups "$@"; }
agent_tell() { as_agent /usr/bin/npu-agent "$@"; }
engine_log() { inside journalctl --no-pager -u "$unit"; }
main_pid() { inside systemctl show -p MainPID --value "$unit"; }
agent_pid() { inside systemctl show -p MainPID --value npu-agent; }
clean_up() {
    rm -f "$work/flow"
    [ -z "$leader" ] || inside systemctl poweroff >/dev/null 2>&1 || true
    for _ in $(seq 60); do [ -n "$nspawn_pid" ] && kill -0 "$nspawn_pid" 2>/dev/null || break; sleep 0.25; done
    [ -z "$nspawn_pid" ] || kill "$nspawn_pid" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

part() { echo; say "$*"; }
check() { # WHAT COMMAND...
    local what=$1 begin=$SECONDS; shift
    checks=$((checks + 1))
    if "$@" > "$work/check.log" 2>&1; then echo "ok       $what"; else failed=$((failed + 1)); echo "NOT OK   $what ($((SECONDS - begin)) s)"; sed 's/^/         | /' "$work/check.log" | tail -5; fi
}
within() { local end=$((SECONDS + $1)); shift; until "$@"; do [ "$SECONDS" -lt "$end" ] || return 1; sleep 0.25; done; }
is() { [ "$1" = "$2" ] || { echo "'$1', expected '$2'"; return 1; }; }
installs() { inside env DEBIAN_FRONTEND=noninteractive dpkg --force-confold --install "/root/$(basename "$1")" < /dev/null; }
files() { (cd "$tree" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./var/tmp -o -path ./root -o -path ./var/log/journal -o -path ./var/lib/dpkg -o -path ./var/lib/systemd -o -path ./var/lib/simulated-host -o -path './etc/*-' \) -prune -o -print | sort); }

next_version deb amd64
cp -a --reflink=auto "$host" "$tree"
install -D -m 755 "$simulator" "$tree/opt/simulator/simulator"
cp "$package" "$work/npu-agent_${next}_amd64.deb" "$tree/root/"
world=/var/lib/simulated-host
# The host's own: its driver's unit, a service that is none of the agent's business, and where the simulated hardware keeps its state.
cat > "$tree/etc/systemd/system/devdrv.service" <<UNIT
[Service]
Type=oneshot
RemainAfterExit=yes
User=npu-agent
ExecStart=$world/bin/systemctl restart devdrv
UNIT
printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' > "$tree/etc/systemd/system/other.service"
mkdir -p "$tree/etc/systemd/system/npu-agent.service.d"
printf '[Service]\nReadWritePaths=%s\nLoadCredential=hook:/etc/hostname\n' "$world" > "$tree/etc/systemd/system/npu-agent.service.d/simulated-host.conf"
files > "$work/before"

systemd-nspawn -D "$tree" -b --register=no --keep-unit < /dev/null > "$work/boot.log" 2>&1 & nspawn_pid=$!
booted() { leader=$(pgrep -P "$nspawn_pid" | head -1) && [ -n "$leader" ] && inside systemctl is-system-running 2>/dev/null | grep -Eq 'running|degraded'; }
await "the systemd host is up" 60 booted
say "$(inside systemctl --version | head -1)"
. "$here/systemd-host-parts.sh"

part "installed"; installed
for name in "${parts[@]}"; do
    part "${name//_/ }"
    "$name"
done

echo
if [ "$failed" = 0 ]; then echo "OK: $checks checks"; else tail -n 20 "$agent_log" 2>/dev/null || true; echo "FAILED: $failed of $checks checks"; exit 1; fi
