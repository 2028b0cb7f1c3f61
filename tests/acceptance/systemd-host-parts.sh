# The parts of systemd-host.sh, in its order; sourced by it.
units=(npu-agent.service npu-engine@deepseek.service npu-agent-reset@0-0.service npu-agent-collect.service)
# Directives that systemd 243 does not know. It names them and goes on, but none may matter for what the unit does.
newer='^(ProtectClock|ProtectProc|ProcSubset|LoadCredential|PrivateIPC|ExitType|RestartSteps|RestartMaxDelaySec|FileDescriptorStorePreserve|MemoryPressureWatch|ExecCondition|TimeoutAbortSec|CoredumpFilter|SystemCallLog|ManagedOOM[A-Za-z]*|RestrictFileSystems|Type=notify-reload)'

installed() {
    check "the .deb installs" installs "$package"
    check "the service is off until somebody configures it" is "$(inside systemctl is-enabled npu-agent 2>/dev/null || true)" disabled
    check "systemd-analyze verify finds nothing" verified
    check "systemd-analyze security: $(exposure)" inside systemd-analyze security --threshold=20 npu-agent.service
    check "no directive that systemd 243 would miss" none_newer
    check "no file of the package is for logrotate" not test -e "$tree/etc/logrotate.d/npu-agent"
    check "the user is in the group of the journal" in_group systemd-journal
    install -d -o "$(inside id -u npu-agent)" -g "$(inside id -g npu-agent)" "$tree$world"
    as_agent /opt/simulator/simulator up --profile guide --chips 2 --pace 10 --world "$world" > /dev/null
    for program in "$tree$world"/bin/*; do
        [[ $program == */systemctl || $program == */npu-smi ]] || ln -s "$world/bin/$(basename "$program")" "$tree/usr/local/bin/"
    done
    # What a probe's program finds in its environment is kept. A reset asks for root; the simulated hardware itself is the user's.
    cat > "$tree/usr/local/bin/npu-smi" <<PROGRAM
#!/bin/sh
env > $world/npu-smi.\$(id -u).env
case "\$(id -u) \$*" in
    0*) exec setpriv --reuid=npu-agent --regid=npu-agent --init-groups $world/bin/npu-smi "\$@" ;;
    *" set -t reset "*) echo "Operation not permitted"; exit 1 ;;
    *) exec $world/bin/npu-smi "\$@" ;;
esac
PROGRAM
    chmod 755 "$tree/usr/local/bin/npu-smi"
    inside systemctl start devdrv other
    cat > "$tree/etc/npu-agent/agent.yaml" <<YAML
listen: off
engines:
  - name: deepseek
    kind: systemd
    model: /models/DeepSeek-R1
    served_model_name: deepseek-r1
    port: $port
    chips: [0/0, 1/0]
    stop: { drain: 2s, term_wait: 5s, kill_wait: 5s, chip_memory_wait: 10s }
    canary: { expected_text: Paris, max_tokens: 4, timeout: 4s }
vendor: { version_file: $world/driver/version.info, device_folder: $world/dev }
probes:
  engine-canary: { interval: 2s, deadline: 20s }
disk: { min_free: 1MiB }
YAML
    check "the configuration is valid" inside npu-agent config validate
}
not() { ! "$@"; }
verified() { local said; said=$(inside systemd-analyze verify --man=no "${units[@]}" 2>&1); echo "$said"; [ -z "$said" ]; }
exposure() { inside systemd-analyze security npu-agent.service | tail -1 | tr -cd '[:print:]' | sed 's/.*level for //'; }
none_newer() { ! (cd "$tree/usr/lib/systemd/system" && grep -HE "$newer" npu-*.service); }
in_group() { inside id -nG npu-agent | tr ' ' '\n' | grep -qx "$1"; }

# Nobody is there to type a password: what is not allowed is refused at once.
told() { as_agent "$@" 2>&1 || true; }
denied='Access denied|authentication required|Permission denied'
allowed() { local said; said=$(told "$@"); echo "$said"; ! grep -Eqi "$denied" <<< "$said"; }
refused() { local said; said=$(told "$@"); echo "$said"; grep -Eqi "$denied" <<< "$said"; }
rights() {
    local other ask=--no-ask-password
    other=$(inside systemctl show -p InvocationID --value other)
    for words in "start $unit" "restart $unit" "kill --signal=TERM $unit" "stop $unit" "reset-failed $unit" "restart devdrv" \
        "start npu-agent-collect" "stop npu-agent-collect" "start npu-agent-reset@0-0" "stop npu-agent-reset@0-0"; do
        check "may: systemctl $words" allowed systemctl $ask $words
    done
    for words in "restart other" "stop other" "kill other" "start other" "stop devdrv" "start devdrv" "kill devdrv" "restart npu-agent" "stop npu-agent" \
        "stop systemd-journald" "restart dbus" "start npu-agent-reset@0-0-0" "start npu-agent-reset@0" "restart npu-agent-collect" "start emergency.target" \
        "set-property --runtime $unit CPUQuota=1%" "enable other" "mask --runtime other" "daemon-reload" "daemon-reexec"; do
        check "may not: systemctl $words" refused systemctl $ask $words
    done
    check "may not: a transient unit" refused systemd-run $ask /bin/touch /root/by-the-agent
    check "may not: a transient unit of an allowed name" not_started npu-engine@evil.service
    check "may not: a transient unit of the driver's name" not_started devdrv.service
    check "the other service has noticed nothing" is "$(inside systemctl show -p InvocationID --value other)" "$other"
    check "root's commands refuse another user" is "$(told /usr/bin/npu-agent as-root reset 0-0)" "needs root; the unit of the agent runs this"
    check "root's commands refuse a configuration that is not root's" refuses_others_file
}
not_started() { told systemd-run --no-ask-password --unit="$1" /bin/touch /root/by-the-agent; [ ! -e "$tree/root/by-the-agent" ]; }
refuses_others_file() {
    local code=0
    inside sh -c 'cp /etc/npu-agent/agent.yaml /tmp/agent.yaml && chown npu-agent /tmp/agent.yaml'
    inside npu-agent as-root reset 0-0 --config /tmp/agent.yaml || code=$?
    is "$code" 6
}

property() { inside systemctl show -p "$1" --value npu-agent; }
to_ready() { echo "$((($(property ActiveEnterTimestampMonotonic) - $(property ExecMainStartTimestampMonotonic)) / 1000))"; }
started() {
    local first again
    inside systemctl start npu-agent
    first=$(to_ready)
    check "it runs as npu-agent" is "$(inside stat -c %U "/proc/$(agent_pid)")" npu-agent
    check "STATUS tells how the host is" within 10 status_told
    check "the engine serves and its canary is right" within 90 canary_is_right
    inside systemctl restart npu-agent
    again=$(to_ready)
    check "from exec to READY: $first ms the first time, $again ms the second; 300 are allowed" [ "$again" -lt 300 ]
    check "systemd watches it: $(property WatchdogUSec)" not is "$(property WatchdogUSec)" 0
    check "the agent adopted the engine" within 20 adopted "$(main_pid)" 0
    check "the engine has nothing of the agent's environment" clean_environment "/proc/$(main_pid)/environ"
    for worker in $(inside sh -c "cat /proc/$(main_pid)/task/*/children"); do
        check "nor has its child $worker" clean_environment "/proc/$worker/environ"
    done
    check "nor has npu-smi" clean_environment "$world/npu-smi.$(inside id -u npu-agent).env"
    check "the journal has the log, with priorities" journal_has 6 "adopted process"
    check "and no second time in its lines" not journal_line '^[0-9]{4}-'
}
status_told() { property StatusText | grep -q .; }
clean_environment() { ! inside cat "$1" | tr '\0' '\n' | grep -E '^(NOTIFY_SOCKET|WATCHDOG_|CREDENTIALS_DIRECTORY|LISTEN_|INVOCATION_ID=.*agent|SYSTEMD_EXEC_PID|[A-Z]+_DIRECTORY)'; }
journal_line() { inside journalctl -q --no-pager -o cat -u npu-agent | grep -Eq "$1"; }
journal_has() { inside journalctl -q --no-pager -o cat -u npu-agent "PRIORITY=$1" | grep -q "$2"; }

incident() { agent_tell incidents list | awk -v fault="$1" '$0 ~ fault && / resolved / {print $1; exit}'; }
resolved() { [ -n "$(incident "$1")" ]; }
first_trouble() {
    local engine driver began=$SECONDS
    engine=$(main_pid) driver=$(inside systemctl show -p InvocationID --value devdrv)
    as_agent /opt/simulator/simulator fault chips-unavailable --world "$world" > /dev/null
    check "the incident is resolved" within 120 resolved ' (device-not-available|chips-lost) '
    say "recovered in $((SECONDS - began)) s"
    check "devdrv was started again" not is "$(inside systemctl show -p InvocationID --value devdrv)" "$driver"
    check "by a step of the agent, which is no root" restarted_by_step
    check "the engine was started again" not is "$(main_pid)" "$engine"
    check "it answers right" within 30 answers
    check "the bundle has the device logs that root collected" bundle_has device_log/
    check "what root collected for it is deleted" not test -e "$tree/var/lib/npu-agent-collect/logs"
}
restarted_by_step() { agent_tell incidents show "$(incident ' (device-not-available|chips-lost) ')" | grep 'done  restart-driver driver: systemctl --no-ask-password restart devdrv'; }
bundle_has() { local file; file=$(ls -t "$tree"/var/lib/npu-agent/bundles/*full*.tar.gz | head -1); tar tzf "$file" | grep "$1"; }

chip_reset() {
    local engine; engine=$(main_pid)
    as_agent /opt/simulator/simulator fault chip-alarm --world "$world" > /dev/null
    check "the incident is resolved" within 150 resolved ' chip-alarm '
    check "root's unit did it" unit_ran 'npu-agent-reset@0-0.service'
    check "the engine was started again" not is "$(main_pid)" "$engine"
    check "it answers right" within 30 answers
}
unit_ran() { inside journalctl -q --no-pager -o cat "_SYSTEMD_UNIT=$1" | grep .; }

engine_stays() {
    local engine agent
    within 60 settled || true
    within 30 canary_is_right || true
    engine=$(main_pid) agent=$(agent_pid)
    tree_of_engine() { inside sh -c "echo $(main_pid) \$(cat /proc/$(main_pid)/task/*/children)"; }
    local processes; processes=$(tree_of_engine)
    flow_begin
    inside systemctl restart npu-agent
    another_agent "systemctl restart"
    inside systemctl kill --kill-who=main --signal=SIGKILL npu-agent
    another_agent "SIGKILL"
    inside groupadd --system HwHiAiUser
    check "upgraded to $next" installs "npu-agent_${next}_amd64.deb"
    another_agent "upgrade"
    check "the driver's group, which came later, has the user now" in_group HwHiAiUser
    check "downgraded to $version" installs "$package"
    another_agent "downgrade"
    inside bash -c "kill -STOP $agent"
    another_agent "SIGSTOP, which the watchdog of systemd ends" 100
    check "the watchdog did it" host_journal 'npu-agent.service: Watchdog timeout'
    rm -f "$work/flow"; wait "${flows[@]}" 2>/dev/null || true
    check "requests all the while: $(grep -c right "$work/requests"), none failed" not grep wrong "$work/requests"
    check "the engine's processes are the same: $processes" is "$(tree_of_engine)" "$processes"
}
another_agent() { # HOW [SECONDS]
    changed() { local now; now=$(agent_pid); [ "$now" != 0 ] && [ "$now" != "$agent" ] && is "$(property ActiveState)" active; }
    check "another agent after $1" within "${2:-20}" changed
    agent=$(agent_pid)
    check "it adopted the engine" within 20 adopted_by "$agent"
}
adopted_by() { inside journalctl -q --no-pager -o cat "_PID=$1" | grep -q "adopted process $(main_pid),"; }
settled() { [ "$(incidents_open)" = 0 ]; }
host_journal() { inside journalctl -q --no-pager -o cat | grep -q "$1"; }

purged() {
    local engine; engine=$(main_pid)
    check "removed while the engine serves" inside dpkg --remove npu-agent
    check "the engine goes on" is "$(main_pid)" "$engine"
    check "and answers" answers
    check "configuration and state stay" test -e "$tree/etc/npu-agent/agent.yaml" -a -d "$tree/var/lib/npu-agent"
    inside systemctl stop "$unit"
    check "purged" inside dpkg --purge npu-agent
    for link in "$tree"/usr/local/bin/*; do [[ -L $link || $link == */npu-smi ]] && rm "$link"; done
    check "state is gone, and nothing else" left_nothing
}
# The account stays on purpose.
left_nothing() { files | diff "$work/before" - | grep '^[<>]' | grep -v ' \./etc/npu-agent$' > "$work/left" || true; cat "$work/left"; [ ! -s "$work/left" ]; }
