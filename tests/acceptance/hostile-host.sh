#!/usr/bin/env bash
# The installed .deb on a systemd host among four users: root, npu-agent, the engine's user, and a stranger with an account and no
# rights. Each check is an attack that worked once, with a witness that tells whether it still does: a program that notes who runs
# it, a file of root that somebody opened or changed, a listener that keeps what it was sent. Beside each attack stands the use that
# has to go on. Every check is printed; the exit code is 0 when all hold. `hostile-host.sh programs state_folder` plays these parts
# alone. Run as root after setup.sh and packaging/build.sh amd64. NPU_AGENT_PACKAGE names another package, for example an older one.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
here=$(cd "$(dirname "$0")" && pwd)
. "$here/booted-host.sh"
parts=("$@")
[ $# -gt 0 ] || parts=(programs listener control_socket engine_user escapes adoption key as_root state_folder)

host_made
gcc -O2 -Wall -Wextra -static -o "$work/hostile-user" "$here/hostile-user.c"
. "$here/hostile-host-scene.sh"
. "$here/hostile-host-strangers.sh"
. "$here/hostile-host-users.sh"
scene_set
host_boots

part "installed"; installed
for name in "${parts[@]}"; do
    part "${name//_/ }"
    "$name"
done
told_all
