#!/usr/bin/env bash
# The agent for Windows with an engine of kind process, under Wine, which is no Windows: it starts the engine, leaves it running
# when it is ended, adopts it, clears and restarts it when it dies, and says what it cannot do there.
# Run as root after setup-windows.sh. NPU_AGENT_WINDOWS names the folder of npu-agent.exe, which is published if it is not given.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
wine=${NPU_AGENT_WINE_ROOT:-/var/tmp/npu-agent-acceptance/wine-root}
[ "$(id -u)" = 0 ] || { echo "needs root"; exit 2; }
[ -e "$wine/complete" ] || { echo "no root with Wine in $wine; run setup-windows.sh"; exit 2; }
work=$(mktemp -d /var/tmp/npu-agent-windows-XXXXXX)
trap 'rm -rf "$work"' EXIT

agent=${NPU_AGENT_WINDOWS:-$work/agent}
[ -e "$agent/npu-agent.exe" ] ||
    dotnet publish "$root/src/Agent" -c Release -r win-x64 -o "$agent" -p:PublishAot=false -p:PublishTrimmed=true -p:PublishSingleFile=true --self-contained > "$work/publish.log" 2>&1 ||
    { tail -20 "$work/publish.log"; exit 1; }

mkdir -p "$work/story" "$work/dev"
cp "$agent"/npu-agent.exe "$agent"/*.dll "$here/windows-engine.c" "$here/windows-story.sh" "$work/story/"
# Wine takes /dev/shm and its like for the host's own: the story has devices and no more. What it starts ends with its namespace.
export wine work
unshare --mount --pid --fork --kill-child bash -euo pipefail -c '
    mount -t tmpfs tmpfs "$wine/dev"
    mknod -m 666 "$wine/dev/null" c 1 3
    mknod -m 666 "$wine/dev/zero" c 1 5
    mknod -m 666 "$wine/dev/random" c 1 8
    mknod -m 666 "$wine/dev/urandom" c 1 9
    mount -t proc proc "$wine/proc"
    mount -t tmpfs tmpfs "$wine/tmp"
    cp -r "$work/story" "$wine/tmp/story"
    chroot "$wine" env -i PATH=/usr/bin:/bin HOME=/tmp bash /tmp/story/windows-story.sh'
