#!/usr/bin/env bash
# Makes the root of a small ARM64 host with systemd for arm64-host.sh, on an x64 Debian 12. Run as root. The second half of
# the installation runs the root's own programs under qemu-user, so it takes some minutes. What is there already is left.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
packages=(qemu-system-arm qemu-user-static debootstrap cpio)
missing=()
for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    apt-get update -q
    apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

host=${NPU_AGENT_ARM64_ROOT:-/var/tmp/npu-agent-acceptance/arm64-root}
[ ! -e "$host/complete" ] || exit 0
# Debian's package registers it where systemd runs; the flag F keeps the interpreter open, so that the root needs no copy of it.
binfmt=/proc/sys/fs/binfmt_misc
[ -e "$binfmt/register" ] || mount -t binfmt_misc binfmt_misc "$binfmt"
[ -e "$binfmt/qemu-aarch64" ] || cat /usr/lib/binfmt.d/qemu-aarch64.conf > "$binfmt/register"
rm -rf "$host"
mkdir -p "$host"
debootstrap --arch=arm64 --foreign --variant=minbase --include=systemd,systemd-sysv,dbus,libpam-systemd,polkitd,ca-certificates,curl bookworm "$host"
chroot "$host" /debootstrap/debootstrap --second-stage
rm -rf "$host"/var/cache/apt "$host"/var/lib/apt/lists
touch "$host/complete"
