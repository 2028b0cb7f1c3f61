# The parts of systemd-host.sh, in its order; sourced by it and by upgrade-from.sh.
units=(npu-agent.service npu-engine@deepseek.service npu-agent-reset@0-0.service npu-agent-collect.service)
# Directives that systemd 243 does not know. It names them and goes on, but none may matter for what the unit does.
newer='^(ProtectClock|ProtectProc|ProcSubset|LoadCredential|PrivateIPC|ExitType|RestartSteps|RestartMaxDelaySec|FileDescriptorStorePreserve|MemoryPressureWatch|ExecCondition|TimeoutAbortSec|CoredumpFilter|SystemCallLog|ManagedOOM[A-Za-z]*|RestrictFileSystems|Type=notify-reload)'

installed() {
    check "the .deb installs" installs "$package"
    check "the service is off until somebody configures it" is "$(inside systemctl is-enabled npu-agent 2>/dev/null || true)" disabled
    check "systemd-analyze verify finds nothing" verified
    for bound in npu-agent.service:20 npu-engine@deepseek.service:22 npu-agent-reset@0-0.service:40 npu-agent-collect.service:41; do
        check "systemd-analyze security: $(exposure "${bound%:*}")" inside systemd-analyze security --threshold="${bound#*:}" "${bound%:*}"
    done
    check "no directive that systemd 243 would miss" none_newer
    check "no file of the package is for logrotate" not test -e "$tree/etc/logrotate.d/npu-agent"
    check "the user is in the group of the journal" in_group systemd-journal
    world_made --profile guide --chips 2 --pace 10
    host_configured
    check "the configuration is valid" inside npu-agent config validate
}
# The programs of the simulated hardware, and the one file that an operator edits.
host_configured() {
    for program in "$tree$world"/bin/*; do
        # Root's own, as root runs no program that somebody else may write.
        [[ $program == */systemctl || $program == */npu-smi ]] || install -m 755 "$program" "$tree/usr/local/bin/"
    done
    # What a probe's program finds in its environment is kept. A reset asks for root.
    cat > "$tree/usr/local/bin/npu-smi" <<PROGRAM
#!/bin/sh
env > $world/npu-smi.\$(id -u).env
case "\$(id -u) \$*" in
    [1-9]*" set -t reset "*) echo "Operation not permitted"; exit 1 ;;
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
}
verified() { local said; said=$(inside systemd-analyze verify --man=no "${units[@]}" 2>&1); echo "$said"; [ -z "$said" ]; }
exposure() { inside systemd-analyze security "$1" | tail -1 | tr -cd '[:print:]' | sed 's/.*level for //; s/ [A-Z]* *$//'; }
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
# Not grep -q: it leaves at the first match, and what still writes to it fails the pipe.
journal_line() { inside journalctl -q --no-pager -o cat -u npu-agent | grep -E "$1" > /dev/null; }
journal_has() { inside journalctl -q --no-pager -o cat -u npu-agent "PRIORITY=$1" | grep "$2" > /dev/null; }

# As the engine's user: on the host, and as a process of the running unit, which sees less of it.
as_engine() { as_user npu-engine "$@"; }
as_unit() { inside nsenter -t "$(main_pid)" -m -- setpriv --reuid=npu-engine --regid=npu-engine --init-groups --no-new-privs "$@"; }
engine_user() {
    local ask=--no-ask-password words path log
    check "the engine runs as npu-engine" is "$(inside stat -c %U "/proc/$(main_pid)")" npu-engine
    check "which is in no group of the agent's: $(inside id -nG npu-engine)" not_in 'npu-agent|systemd-journal'
    for words in "start $unit" "restart $unit" "stop $unit" "kill $unit" "start npu-engine@other" "restart devdrv" "start npu-agent-reset@0-0" \
        "start npu-agent-collect" "stop npu-agent" "restart npu-agent" "restart other" "daemon-reload"; do
        check "an engine may not: systemctl $words" denied_to as_engine systemctl $ask $words
    done
    check "an engine may not: a transient unit" denied_to as_engine systemd-run $ask /bin/touch /root/by-an-engine
    echo secret > "$tree/etc/npu-agent/webhook.secret"
    chmod 644 "$tree/etc/npu-agent/webhook.secret"
    for path in /etc/npu-agent/agent.yaml /etc/npu-agent/webhook.secret /run/npu-agent/agent.sock /var/lib/npu-agent/agent.db /var/log/npu-agent/npu-agent.log; do
        check "no engine's user reads $path" not as_engine test -r "$path"
        check "nor does the engine itself" not as_unit test -e "$path"
    done
    rm "$tree/etc/npu-agent/webhook.secret"
    check "nor the journal" not as_engine sh -c 'journalctl -q -n 1 | grep -q .'
    check "what it runs it reads" as_engine grep -q NPU_AGENT_ENGINE /run/npu-engine/deepseek.json
    check "and does not write" not as_engine sh -c 'echo {} > /run/npu-engine/deepseek.json'
    check "nor anything beside it" not as_engine touch /run/npu-engine/other.json
    log=$(engine_log_file)
    check "its log is its to write to: ${log#"$tree"}" as_unit sh -c "printf '' >> '${log#"$tree"}'"
    check "and no file beside it" not as_engine touch "$(dirname "${log#"$tree"}")/another.log"
    check "an engine that the configuration has not is refused, and told why" not_admitted npu-engine@evil.service
    for path in /run/lock /var/lib /usr/local /root /home; do
        check "it may not write to $path" not as_unit touch "$path/by-an-engine"
    done
    for path in /tmp /var/tmp /dev/shm /var/lib/npu-engine; do
        check "but to $path" as_unit touch "$path/by-an-engine"
    done

    as_engine sh -c 'echo left > /dev/shm/psm_left; echo left > /dev/shm/sem.mp-left'
    as_agent sh -c 'echo mine > /dev/shm/psm_of_the_agent'
    # prctl(PR_SET_DUMPABLE, 0), by its number on x86-64.
    as_engine touch /dev/shm/closed
    as_engine perl -e '$0 = "closed"; syscall(157, 4, 0); sleep 1 while -e "/dev/shm/closed"' & local closed=$!
    within 5 inside sh -c 'grep -qx closed /proc/[0-9]*/comm'
    check "nothing is removed while a process of that user may not be looked into" as_engine sh -c 'npu-agent engine clear deepseek && test -e /dev/shm/psm_left'
    as_engine rm /dev/shm/closed
    wait "$closed"
    check "the engine is stopped" agent_tell engine stop deepseek
    check "what a killed one left in /dev/shm is gone" not inside test -e /dev/shm/psm_left
    check "the semaphore too" not inside test -e /dev/shm/sem.mp-left
    check "and nobody else's" inside test -e /dev/shm/psm_of_the_agent
    check "it is started again" agent_tell engine start deepseek
    log=$(engine_log_file)
    # Not at once: the driver gives the memory of the engine before back a moment after its end.
    check "stopped by hand" inside systemctl stop "$unit"
    check "its chips are free" within 10 chips_free
    check "started again by hand" inside systemctl start "$unit"
    check "it is taken over" within 30 taken_over
    check "its log goes on in the same file" is "$(engine_log_file)" "$log"
    check "and what an earlier run told is not this one's" begins_behind_mark
    within 60 canary_is_right || true
}
chips_free() { ! as_agent npu-smi info | grep -E '[0-9]{5} */ *[0-9]{5} ' > /dev/null; }
not_in() { ! inside id -nG npu-engine | tr ' ' '\n' | grep -Ex "$1"; }
denied_to() { local said; said=$("$@" 2>&1 || true); echo "$said"; grep -Eqi "$denied" <<< "$said"; }
engine_log_file() { ls "$tree"/var/log/npu-engine/deepseek/*.log | tail -1; }
not_admitted() {
    ! as_agent systemctl --no-ask-password start "$1" || return 1
    inside systemctl show -p ExecMainStartTimestamp --value "$1" | grep . && return 1
    within 5 journal_of "$1" "is no engine of kind systemd in /etc/npu-agent/agent.yaml, so it is not started; there are: deepseek"
}
journal_of() { inside journalctl -q --no-pager -o cat "_SYSTEMD_UNIT=$1" | grep "$2" > /dev/null; }
taken_over() { grep -q "\"process_id\": $(main_pid)," "$tree/var/lib/npu-agent/engines/deepseek/run.json"; }
begins_behind_mark() {
    local begin; begin=$(sed -n 's/.*"log_begin": \([0-9]*\).*/\1/p' "$tree/var/lib/npu-agent/engines/deepseek/run.json")
    echo "log_begin $begin"
    head -c "$begin" "$(engine_log_file)" | tail -1 | grep "npu-agent: process $(main_pid), started [0-9]* ticks after boot, begins here"
}

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
adopted_by() { inside journalctl -q --no-pager -o cat "_PID=$1" | grep "adopted process $(main_pid)," > /dev/null; }
settled() { [ "$(incidents_open)" = 0 ]; }
host_journal() { inside journalctl -q --no-pager -o cat | grep "$1" > /dev/null; }

purged() {
    local engine; engine=$(main_pid)
    check "removed while the engine serves" inside dpkg --remove npu-agent
    check "the engine goes on" is "$(main_pid)" "$engine"
    check "and answers" answers
    check "configuration and state stay" test -e "$tree/etc/npu-agent/agent.yaml" -a -d "$tree/var/lib/npu-agent"
    inside systemctl stop "$unit"
    check "purged" inside dpkg --purge npu-agent
    rm "$tree"/usr/local/bin/*
    check "state is gone, and nothing else" left_nothing
}
# The account stays on purpose.
left_nothing() { files | diff "$work/before" - | grep '^[<>]' | grep -v ' \./etc/npu-agent$' > "$work/left" || true; cat "$work/left"; [ ! -s "$work/left" ]; }
