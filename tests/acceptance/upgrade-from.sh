#!/usr/bin/env bash
# upgrade-from.sh OLDER.deb: an older package with an engine that serves, then the one that was just built over it, then the older one
# again, with requests in flight: the engine goes on as it is, whoever its user was, and its next start is the newer unit's. Run as root
# after setup.sh and packaging/build.sh amd64.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/booted-host.sh"
older=${1:?usage: upgrade-from.sh OLDER.deb}
files() { :; }
host_made
install -m 644 "$older" "$tree/root/older.deb"
world_writable
host_boots
. "$here/systemd-host-parts.sh"
user_of_engine() { inside stat -c %U "/proc/$(main_pid)"; }
log_of_engine() { sed -n 's/.*"log_file": "\(.*\)".*/\1/p' "$tree/var/lib/npu-agent/engines/deepseek/run.json"; }
# As before, and as the driver's devices are: of the engines' group from the moment that there is one.
shared() { inside sh -c "chgrp -R npu-engine $world && chmod -R g+rwX $world && find $world -type d -exec chmod g+s {} +"; }
goes_on() { # WHAT
    another_agent "$1"
    check "the engine goes on" is "$(main_pid)" "$engine"
    check "its canary is right" within 30 canary_is_right
    check "no request failed" not grep wrong "$work/requests"
}

part "the older package"
check "it installs" installs older.deb
older_user=npu-agent
grep -q '^User=npu-engine' "$tree/usr/lib/systemd/system/npu-engine@.service" && older_user=npu-engine
inside install -d -o npu-agent -g npu-agent "$world"
as_agent /opt/simulator/simulator up --profile guide --chips 2 --pace 10 --world "$world" > /dev/null
[ "$older_user" = npu-agent ] || shared
host_configured
inside systemctl start npu-agent
check "the engine serves and its canary is right" within 90 canary_is_right
engine=$(main_pid) agent=$(agent_pid) log=$(log_of_engine)
say "it is process $engine of $(user_of_engine), log $log"

part "upgraded"
flow_begin
check "the newer one installs" installs "$package"
shared
goes_on "upgrade"
check "its log is where it was" is "$(log_of_engine)" "$log"
check "no incident is open" is "$(incidents_open)" 0
rm -f "$work/flow"; wait "${flows[@]}" 2>/dev/null || true; flows=()
check "the engine is started again" agent_tell engine restart deepseek
check "it is npu-engine's now" is "$(user_of_engine)" npu-engine
check "its log too: $(log_of_engine)" is "$(dirname "$(log_of_engine)")" /var/log/npu-engine/deepseek
check "its canary is right" within 30 canary_is_right

part "downgraded"
engine=$(main_pid) agent=$(agent_pid)
flow_begin
check "the older one installs" installs older.deb
goes_on "downgrade"
rm -f "$work/flow"; wait "${flows[@]}" 2>/dev/null || true; flows=()
check "the engine is started again" agent_tell engine restart deepseek
check "it is $older_user's" is "$(user_of_engine)" "$older_user"
told_all
