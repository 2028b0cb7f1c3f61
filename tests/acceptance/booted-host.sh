# A Debian 12 that systemd-nspawn boots from a copy of what setup.sh made, with the amd64 .deb and the simulator in it, and how
# checks are printed; sourced by the scripts that play on it. They give $here, then call host_made, host_boots and, last, told_all.
. "$here/next-version.sh"
. "$here/engine-story.sh"
# NPU_AGENT_PACKAGE names the package to be played on, where it is not the one that was just built.
package=${NPU_AGENT_PACKAGE:-$packages/npu-agent_${version}_amd64.deb}
simulator=${NPU_AGENT_SIMULATOR:-$root/artifacts/simulator/simulator}
host=${NPU_AGENT_SYSTEMD_ROOT:-/var/tmp/npu-agent-acceptance/systemd-root}
[ -e "$package" ] || { echo "no $package: run packaging/build.sh amd64 first"; exit 2; }
[ -x "$simulator" ] || { echo "no $simulator: dotnet publish src/Agent.Simulator -c Release -r linux-x64 -o artifacts/simulator"; exit 2; }
[ -x "$host/usr/lib/polkit-1/polkitd" ] || { echo "no systemd host with polkit in $host; run setup.sh"; exit 2; }

work=$(mktemp -d /var/tmp/npu-agent-host-XXXXXX)
tree=$work/root
agent_log=$tree/var/log/npu-agent/npu-agent.log
unit=npu-engine@deepseek.service
port=$(free_port)
world=/var/lib/simulated-host
nspawn_pid=; leader=; failed=0; checks=0
inside() { nsenter -t "$leader" -a "$@"; }
as_user() { local user=$1; shift; inside setpriv --reuid="$user" --regid="$(inside id -g "$user")" --init-groups "$@"; }
as_agent() { as_user npu-agent "$@"; }
agent_tell() { as_agent /usr/bin/npu-agent "$@"; }
engine_log() { inside journalctl --no-pager -u "$unit"; }
main_pid() { inside systemctl show -p MainPID --value "$unit"; }
agent_pid() { inside systemctl show -p MainPID --value npu-agent; }
clean_up() {
    rm -f "$work/flow"
    [ -z "$leader" ] || inside systemctl poweroff >/dev/null 2>&1 || true
    for _ in $(seq 60); do [ -n "$nspawn_pid" ] && kill -0 "$nspawn_pid" 2>/dev/null || break; sleep 0.25; done
    [ -z "$nspawn_pid" ] || kill "$nspawn_pid" 2>/dev/null || true
    find /sys/fs/cgroup -depth -type d -path "*/$(basename "$work")*" -exec rmdir {} + 2> /dev/null || true
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
not() { ! "$@"; }
installs() { inside env DEBIAN_FRONTEND=noninteractive dpkg --force-confold --install "/root/$(basename "$1")" < /dev/null; }

# The host's own: its driver's unit, a service that is none of the agent's business, and where the simulated hardware keeps its state.
host_made() {
    cp -a --reflink=auto "$host" "$tree"
    install -D -m 755 "$simulator" "$tree/opt/simulator/simulator"
    cp "$package" "$tree/root/"
    cat > "$tree/etc/systemd/system/devdrv.service" <<UNIT
[Service]
Type=oneshot
RemainAfterExit=yes
User=npu-agent
UMask=0
ExecStart=$world/bin/systemctl restart devdrv
UNIT
    printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' > "$tree/etc/systemd/system/other.service"
}
# Its cgroup is its own: two of these hosts in one would take each other's processes for theirs, and end them.
own_cgroup() {
    local tree
    for tree in /sys/fs/cgroup{,/systemd,/unified}; do
        [ ! -e "$tree/cgroup.procs" ] || { mkdir "$tree/$1" && echo "$BASHPID" > "$tree/$1/cgroup.procs"; }
    done
}
host_boots() {
    (own_cgroup "$(basename "$work")" && exec systemd-nspawn -D "$tree" -b --register=no --keep-unit) < /dev/null > "$work/boot.log" 2>&1 & nspawn_pid=$!
    booted() { leader=$(pgrep -P "$nspawn_pid" | head -1) && [ -n "$leader" ] && inside systemctl is-system-running 2>/dev/null | grep -Eq 'running|degraded'; }
    await "the systemd host is up" 60 booted
    say "$(inside systemctl --version | head -1)"
}
# What the simulated hardware keeps is of the driver's group, as the devices of a real one are; the agent and its engines are in it.
world_made() { # UP-OPTIONS...
    inside install -d -m 2770 -o npu-agent -g npu-engine "$world"
    as_agent /opt/simulator/simulator up "$@" --world "$world" > /dev/null
}
# The package's units may not write there by themselves.
world_writable() {
    for name in npu-agent npu-engine@ npu-agent-reset@ npu-agent-collect; do
        mkdir -p "$tree/etc/systemd/system/$name.service.d"
        printf '[Service]\nReadWritePaths=%s\n' "$world" > "$tree/etc/systemd/system/$name.service.d/simulated-host.conf"
    done
}
told_all() {
    echo
    if [ "$failed" = 0 ]; then echo "OK: $checks checks"; else tail -n 20 "$agent_log" 2>/dev/null || true; echo "FAILED: $failed of $checks checks"; exit 1; fi
}
