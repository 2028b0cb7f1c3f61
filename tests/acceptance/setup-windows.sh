#!/usr/bin/env bash
# Makes the root for windows.sh, on an x64 Debian: Wine, which plays Windows, and a compiler for the engine that stands in. Run as
# root. It is of Debian 13, as Wine 8 of Debian 12 does not run the agent. What is there already is left as it is.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
if [ "$(dpkg-query -W -f '${db:Status-Status}' debootstrap 2>/dev/null)" != installed ]; then
    apt-get update -q
    apt-get install -q -y --no-install-recommends debootstrap
fi

root=${NPU_AGENT_WINE_ROOT:-/var/tmp/npu-agent-acceptance/wine-root}
[ ! -e "$root/complete" ] || exit 0
rm -rf "$root"
mkdir -p "$root"
debootstrap --variant=minbase --include=ca-certificates,curl,procps trixie "$root"
cp /etc/resolv.conf "$root/etc/resolv.conf"
chroot "$root" sh -c 'apt-get update -q && apt-get install -q -y --no-install-recommends wine64 wine gcc-mingw-w64-x86-64-win32'
rm -rf "$root"/var/cache/apt "$root"/var/lib/apt/lists
touch "$root/complete"
