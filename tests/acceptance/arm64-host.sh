#!/usr/bin/env bash
# arm64-host.sh [MINUTES]: a whole ARM64 host with 64 KiB pages and systemd, emulated by QEMU: the arm64 .deb is installed on it
# by dpkg, one file is edited, the agent started, unprivileged, and the guide's first trouble played: the driver fails, evidence is
# secured, `systemctl restart devdrv` mends it, the engine is started again and proven by a completion. What it cost is printed at
# the end, and once more when the host was left alone for MINUTES.
# Run as root after setup-arm64.sh and packaging/build.sh arm64. NPU_AGENT_ARM64_KERNEL names a gzipped kernel with 64 KiB pages,
# NPU_AGENT_SIMULATOR_ARM64 the folder of the simulator published for linux-arm64, which is published if it is not given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
kernel=${NPU_AGENT_ARM64_KERNEL:-$root/../shared/arm64-host/Image-6.1-64k.gz}
host=${NPU_AGENT_ARM64_ROOT:-/var/tmp/npu-agent-acceptance/arm64-root}
native=${NPU_AGENT_NATIVE:-$root/artifacts/native}
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props")
package=${NPU_AGENT_PACKAGES:-$root/artifacts/packages}/npu-agent_${version}_arm64.deb
minutes=${1:-0}
[[ $minutes =~ ^[0-9]+$ ]] || { echo "usage: $0 [MINUTES]"; exit 2; }
[ "$(id -u)" = 0 ] || { echo "needs root"; exit 2; }
[ -e "$kernel" ] || { echo "no kernel with 64 KiB pages in $kernel; NPU_AGENT_ARM64_KERNEL names one"; exit 2; }
[ -e "$host/complete" ] || { echo "no ARM64 root in $host; run setup-arm64.sh"; exit 2; }
[ -e "$package" ] || { echo "no $package; run packaging/build.sh arm64"; exit 2; }
work=$(mktemp -d /var/tmp/npu-agent-arm64-XXXXXX)
machine=
trap '[ -z "$machine" ] || kill "$machine" 2>/dev/null || true; rm -rf "$work"' EXIT

simulator=${NPU_AGENT_SIMULATOR_ARM64:-$root/artifacts/simulator-arm64}
[ -x "$simulator/simulator" ] ||
    dotnet publish "$root/src/Agent.Simulator" -c Release -r linux-arm64 -o "$simulator" \
        -p:SysRoot="$native/root-arm64" -p:LinkerFlavor=lld -p:ObjCopyName=llvm-objcopy -p:StripSymbols=true > "$work/publish.log" 2>&1 ||
    { tail -20 "$work/publish.log"; echo "the simulator was not published; packaging/build.sh arm64 makes the root that it is linked against"; exit 1; }

# The root is packed once; what belongs to this run is a second archive behind it, which the kernel unpacks over the first.
pack() { (cd "$1" && find . -xdev \( -path ./boot -o -path ./usr/share/doc -o -path ./usr/share/locale -o -path ./usr/lib/modules \) -prune -o -print | cpio --quiet -o -H newc | gzip -1); }
[ "$host.cpio.gz" -nt "$host/complete" ] || { pack "$host" > "$host.part"; mv "$host.part" "$host.cpio.gz"; }
umask 022
over=$work/over
mkdir -p "$over/etc/systemd/system/multi-user.target.wants" "$over/opt/simulator" "$over/opt/story"
install -m 755 "$simulator/simulator" "$over/opt/simulator/"
install -m 644 "$package" "$over/opt/story/npu-agent.deb"
install -m 755 "$here/arm64-story.sh" "$here/engine-story.sh" "$over/opt/story/"
echo "$minutes" > "$over/opt/story/minutes"
cat > "$over/etc/systemd/system/story.service" <<'UNIT'
[Unit]
After=multi-user.target dbus.service
[Service]
Type=oneshot
ExecStart=/opt/story/arm64-story.sh
ExecStopPost=/bin/systemctl --no-block poweroff
StandardOutput=tty
StandardError=tty
TTYPath=/dev/console
TimeoutStartSec=infinity
UNIT
ln -s ../story.service "$over/etc/systemd/system/multi-user.target.wants/story.service"
pack "$over" > "$work/over.cpio.gz"
cat "$host.cpio.gz" "$work/over.cpio.gz" > "$work/initrd"
gzip -dc "$kernel" > "$work/Image"

console=${NPU_AGENT_ARM64_CONSOLE:-$work/console}
timeout $((600 + minutes * 60)) qemu-system-aarch64 -M virt -cpu cortex-a72 -smp 2 -m 6144 -kernel "$work/Image" -initrd "$work/initrd" \
    -append "console=ttyAMA0 rdinit=/lib/systemd/systemd systemd.show_status=0 quiet panic=1" \
    -nographic -no-reboot -nic none < /dev/null > "$console" 2>&1 & machine=$!
wait "$machine" || echo "the emulated host ended with $?"
machine=
sed -n '/^STORY BEGINS/,/^STORY ENDS/p' "$console" | tr -d '\r' | grep . || tail -40 "$console"
grep -q '^STORY ENDS: OK' "$console" || exit 1
echo "OK"
