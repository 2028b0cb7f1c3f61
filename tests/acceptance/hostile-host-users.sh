# What the engine and the agent's user try in hostile-host.sh; sourced by it.

# Code that runs as the engine: that of a model, or whoever found a hole in vLLM.
engine_user() {
    local engine_id; engine_id=$(inside stat -c %u "/proc/$(main_pid)")
    check "the engine is neither root nor the agent" not grep -qx "$(engine_user_name)" <<< $'root\nnpu-agent'
    install -m 755 /dev/stdin "$tree/opt/hostile/hook" <<'HOOK'
#!/bin/sh
read -r agent < /opt/hostile/agent-pid
attempt() { name=$1; shift; said=$("$@" 2>&1); code=$?; echo "ATTACK $name: $([ $code = 0 ] && echo done || echo refused) ($code) $(echo "$said" | head -c 100 | tr '\n\r' '  ')"; }
# What is allowed may fail later, for example for a unit without a file.
unit() { said=$(timeout 10 systemctl --no-ask-password "$@" 2>&1) && return 0; echo "$said"; ! echo "$said" | grep -Eqi 'access denied|authentication required|permission denied|not permitted|failed to connect'; }
launch=/run/npu-agent/engines
[ ! -d /run/npu-engine ] || launch=/run/npu-engine
attempt launch-file-read-other sh -c "cat $launch/other.json"
attempt launch-file-changed sh -c "echo >> $launch/deepseek.json"
attempt launch-file-new sh -c "echo '{}' > $launch/evil.json"
attempt launch-folder mv $launch $launch.old
attempt start-other unit start npu-engine@evil.service
attempt stop-itself unit kill --kill-who=main --signal=CONT npu-engine@deepseek.service
attempt restart-driver unit restart devdrv
attempt reset-chip unit start npu-agent-reset@7-0
attempt collect unit start npu-agent-collect
attempt stop-agent unit kill --signal=CONT npu-agent
attempt transient systemd-run --no-ask-password /bin/true
attempt read-hook-secret cat /etc/npu-agent/hook.secret
attempt read-configuration cat /etc/npu-agent/agent.yaml
attempt read-database sh -c 'head -c 16 /var/lib/npu-agent/npu-agent.db | od -c | grep -q S'
attempt write-state touch /var/lib/npu-agent/by-the-engine
attempt write-run sh -c 'echo >> /var/lib/npu-agent/engines/deepseek/run.json'
attempt replace-run sh -c 'f=/var/lib/npu-agent/engines/deepseek/run.json; cp $f $f.mine && mv $f.mine $f'
attempt list-bundles ls /var/lib/npu-agent/bundles
attempt write-agent-log sh -c 'echo x >> /var/log/npu-agent/npu-agent.log'
attempt read-agent-log cat /var/log/npu-agent/npu-agent.log
attempt control-socket curl -sf -m 5 --unix-socket /run/npu-agent/agent.sock http://npu-agent/status
attempt journal sh -c 'journalctl -q --no-pager -o cat -n 1 _PID=1 | grep .'
attempt kernel-log sh -c 'dmesg | grep . || journalctl -k -q --no-pager -n 1 | grep .'
attempt roots-rights sh -c '[ "$(/usr/local/bin/with-roots-rights whoami)" = 0 ]'
attempt setuid-file sh -c 'cp /opt/hostile/hostile-user /dev/shm/s && chmod 4755 /dev/shm/s && [ -u /dev/shm/s ]; code=$?; rm -f /dev/shm/s; exit $code'
attempt write-usr touch /usr/local/open/by-the-engine
attempt write-etc touch /etc/by-the-engine
attempt signal-agent kill -0 $agent
attempt agents-environment sh -c "head -c 1 /proc/$agent/environ | grep -q ."
attempt agents-memory sh -c "exec 3< /proc/$agent/mem"
attempt trace-agent /opt/hostile/hostile-user trace $agent
attempt crontab sh -c 'mkdir -p /var/spool/cron/crontabs && echo > /var/spool/cron/crontabs/root'
echo "ATTACK end: done"
HOOK
    agent_pid > "$tree/opt/hostile/agent-pid"
    check "the engine, with the hook, is started again" inside timeout 60 npu-agent engine restart deepseek
    rm "$tree/opt/hostile/hook"
    check "the hook ran as the engine" hook_said end done
    for name in $(grep -oP '^attempt \K\S+' "$here/hostile-host-users.sh"); do
        check "the engine may not: ${name//-/ }" hook_said "$name" refused
    done
    check "nothing lies there of it" none_there /var/lib/npu-agent/by-the-engine /usr/local/open/by-the-engine /etc/by-the-engine /run/npu-agent/engines/evil.json /run/npu-engine/evil.json
    check "the agent itself starts no engine that the configuration has not" not_started_by_agent evil
    check "the engine's log is its own, and the agent still reads it" serving

    # The agent may read what the engine may not: a link in the place of the log makes it a messenger.
    local log; log=$(engine_log_file)
    watched messenger /etc/npu-agent/private.log
    log_exchanged "$log" "ln -s /etc/npu-agent/private.log"
    sleep 4
    check "a link in the place of the log is not followed" untouched messenger
    log_exchanged "$log" mkfifo
    sleep 4
    check "a FIFO in the place of the log stops nothing" timeout 10 nsenter -t "$leader" -a npu-agent status
    check "an engine with a log again" inside timeout 60 npu-agent engine restart deepseek
    check "it serves" serving
    check "what an engine leaves in shared memory is removed when it ends" leftovers_removed "$engine_id"
}
hook_said() { { grep -rhs "^ATTACK $1: " "$tree"/var/lib/npu-* "$tree"/var/log/npu-*; engine_log | grep -o "ATTACK $1: .*"; } | tail -1 > "$work/hook"; cat "$work/hook"; grep -q "^ATTACK $1: $2" "$work/hook"; }
# Where the engine's log is, as the host sees it: its output may be a pipe.
engine_log_file() { inside sh -c 'ls -t /var/lib/npu-agent/engines/deepseek/*.log /var/log/npu-engine/deepseek/*.log 2> /dev/null | head -1'; }
# As the agent would have an engine of this name started.
not_started_by_agent() {
    local launch=/run/npu-agent/engines
    ! inside test -d /run/npu-engine || launch=/run/npu-engine
    inside sh -c "sed 's#\"program\": *\"[^\"]*\"#\"program\": \"/srv/witness/started\"#' $launch/deepseek.json" | as_agent sh -c "cat > $launch/$1.json"
    printf '#!/bin/sh\ntouch /srv/open/started-%s\n' "$1" > "$srv/witness/started"
    chmod 755 "$srv/witness/started"
    as_agent systemctl --no-ask-password start "npu-engine@$1.service" || true
    sleep 1
    as_agent rm -f "$launch/$1.json"
    not test -e "$srv/open/started-$1"
}
log_exchanged() { as_user "$(engine_user_name)" sh -c "$2 '$1.mine' && mv -f '$1.mine' '$1'" > /dev/null 2>&1 || true; } # LOG COMMAND-THAT-MAKES-A-NAME
engine_user_name() { inside stat -c %U "/proc/$(main_pid)"; }
none_there() { local name; for name in "$@"; do ! inside test -e "$name" || { echo "$name"; return 1; }; done; }
leftovers_removed() {
    inside timeout 60 npu-agent engine stop deepseek
    as_user "$1" sh -c 'echo > /dev/shm/psm_hostile_host'
    inside timeout 60 npu-agent engine start deepseek
    [ ! -e "$tree/dev/shm/psm_hostile_host" ] && ! inside test -e /dev/shm/psm_hostile_host
}

# What the engine prints is shown to people: in terminals, where it could write anywhere.
escapes() {
    local words engine; engine=$(main_pid)
    as_user "$(engine_user_name)" sh -c "printf '%b' 'ERROR NPU out of memory. Tried to allocate \\033]0;pwned\\007 \\033[2J \\0342\\0200\\0256 txt.exe \\0302\\023331m \\0177 \\0342\\0201\\0246 \\0342\\0200\\0217 end\n' >> /proc/$engine/fd/1"
    # A line alone ends nothing, and work that the engine completes after it clears it.
    inside bash -c "kill -9 $engine" 2> /dev/null || true
    within 90 told_oom || true
    as_agent npu-agent maintenance on --for 5m --reason $'why \033]0;pwned\007 \u202e \u009b' > /dev/null 2>&1 || true
    attack titled stranger $user_program hold $'\033]0;pwned\007 \u202e' "$port"
    check "the line is in an incident" told_oom
    while read -r words; do
        check "printable: $words" printable inside npu-agent $words
    done <<'COMMANDS'
status
status --output json
incidents list
incidents show last
incidents show last --output json
report
report --format markdown
report --incident last --format markdown
report --incident last --language zh
report --output json
engine explain deepseek
engine explain deepseek --output json
check
check --output json
maintenance status
maintenance status --output json
COMMANDS
    check "printable: /status" printable curl -s "http://127.0.0.1:$web/status"
    check "printable: /metrics" printable curl -s "http://127.0.0.1:$web/metrics"
    check "printable: the agent's log" printable cat "$agent_log"
    check "printable: the journal" printable inside journalctl -q --no-pager -a -o cat -u npu-agent
    attack_over titled
    inside npu-agent maintenance off > /dev/null || true
    within 60 settled || true
    check "the engine serves again" serving
}
told_oom() { inside npu-agent incidents list | grep -q 'engine-out-of-memory'; }
# C0 but tab and end of line, C1, and what turns the direction of writing.
printable() { "$@" > "$work/shown" 2>&1 || true; [ -s "$work/shown" ] && ! grep -aP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]' "$work/shown"; }

# A folder of a stranger on the way to what root is told to run.
as_root() {
    inside sh -c 'cd /srv && mkdir -p conf/evil && chown -R stranger conf'
    cat > "$srv/witness/evil" <<'EVIL'
#!/bin/sh
echo "evil $(id -u)" >> /srv/witness/impostors
EVIL
    chmod 755 "$srv/witness/evil"
    { configuration | sed '/^vendor:/d'; printf 'vendor: { chip_reset: [/srv/witness/evil], collect_dlog: [/srv/witness/evil] }\n'; } | inside sh -c 'cat > /srv/conf/evil/agent.yaml; chown stranger /srv/conf/evil/agent.yaml; ln -s /etc/npu-agent /srv/conf/good; ln -s /srv/conf/evil /etc/linked; chown -h stranger /srv/conf/good'
    check "refused: a configuration of a stranger" no_impostor inside npu-agent as-root reset 7-0 --config /srv/conf/evil/agent.yaml
    attack exchange stranger $user_program exchange /srv/conf/evil /srv/conf/good
    check "a linked folder that is exchanged: reset" no_impostor thirty_times npu-agent as-root reset 7-0 --config /etc/linked/agent.yaml
    check "a linked folder that is exchanged: collect" no_impostor thirty_times npu-agent as-root collect --config /etc/linked/agent.yaml
    attack_over exchange
    inside sh -c 'cd /srv/conf && ls -l && cp /etc/npu-agent/agent.yaml /root/agent.yaml; mkdir -p /srv/conf/files && cp $(readlink -f evil/agent.yaml good/agent.yaml | grep srv | head -1) /srv/conf/files/a && ln -s /etc/npu-agent/agent.yaml /srv/conf/files/b && chown -h stranger /srv/conf/files /srv/conf/files/*; ln -s /srv/conf/files/a /etc/npu-agent-linked.yaml' > /dev/null
    attack exchange stranger $user_program exchange /srv/conf/files/a /srv/conf/files/b
    check "a linked file that is exchanged" no_impostor thirty_times npu-agent as-root reset 7-0 --config /etc/npu-agent-linked.yaml
    attack_over exchange
    rm -f "$tree/etc/linked" "$tree/etc/npu-agent-linked.yaml"
    check "root's own configuration behind a link of root is read" linked_configuration

    # The collector of root goes through folders that others may write.
    inside sh -c 'mkdir -p /srv/logs/sub /srv/logs/.mine && cd /srv/logs && echo a line > app.log && echo a line > sub/plog-1.log && ln -s /root/rootonly.log .mine/file && ln -s /root/private/debug/plog .mine/folder && ln -s /root/rootonly.log linked.log && mkfifo fifo.log; ln /root/rootonly.log hard.log 2> /dev/null; chown -hR npu-agent /srv/logs'
    watched collector /root/rootonly.log /root/private/debug/plog/plog-1.log
    attack exchange npu-agent $user_program exchange /srv/logs/app.log /srv/logs/.mine/file /srv/logs/sub /srv/logs/.mine/folder
    for _ in 1 2 3 4 5 6 7 8; do
        as_agent systemctl --no-ask-password start npu-agent-collect > /dev/null 2>&1 || true
        inside cp -a /var/lib/npu-agent-collect "/root/collected-$_-$RANDOM" 2> /dev/null || true
        as_agent systemctl --no-ask-password stop npu-agent-collect > /dev/null 2>&1 || true
    done
    attack_over exchange
    check "root's collector opens no file of root" untouched collector
    check "and has no word of one" not grep -rl "$secret" "$tree"/root/collected-*
    check "a plain file is collected" collects_plain
}
thirty_times() { for _ in $(seq 30); do inside timeout 20 "$@" || true; done; }
linked_configuration() { local code=0; inside ln -sfn /etc/npu-agent /etc/by-root; inside npu-agent as-root reset 7-0 --config /etc/by-root/agent.yaml || code=$?; [ "$code" != 6 ]; }
collects_plain() {
    inside sh -c 'rm -rf /srv/logs && mkdir /srv/logs && echo plain words > /srv/logs/app.log && chown -R npu-agent /srv/logs'
    as_agent systemctl --no-ask-password start npu-agent-collect
    grep -r "plain words" "$tree/var/lib/npu-agent-collect/logs"
}

# The agent's user owns the folder that root's commands work in.
state_folder() {
    local state=/var/lib/npu-agent words i
    within 60 canary_is_right || true
    inside npu-agent bundle create --fast > "$work/said" 2>&1 || true
    local like; like=$(ls -t "$tree$state"/bundles/*.tar.gz | head -1)
    agent_stops
    inside chown -R npu-agent:npu-agent "$state"
    inside cp -a "$state" /var/lib/as-it-was

    # Every name that a bundle has, as a link to a file of root, in a folder that changes places with the one that is collected into.
    local targets=()
    mkdir -p "$tree/root/targets" "$tree/root/precious/deep"
    inside install -d -o npu-agent -g npu-agent "$state/bundles/.mine" "$state/bundles/.collecting-manual-fast"
    for i in $(tar tzf "$like"); do
        echo "$secret" > "$tree/root/targets/${#targets[@]}"
        as_agent sh -c "mkdir -p '$state/bundles/.mine/$(dirname "$i")' && ln -s /root/targets/${#targets[@]} '$state/bundles/.mine/$i'"
        targets+=("/root/targets/${#targets[@]}")
    done
    for i in $(seq 40); do echo "$secret" > "$tree/root/precious/$i"; done
    watched staging "${targets[@]}"
    attack exchange npu-agent $user_program exchange "$state/bundles/.collecting-manual-fast" "$state/bundles/.mine"
    for i in 1 2 3 4 5; do root_runs bundle create --fast; done
    attack_over exchange
    check "a folder that is exchanged while root collects into it" untouched staging
    back

    # What is deleted recursively, with a link in the place of a folder.
    local pairs=()
    for i in $(seq 20); do pairs+=("$state/bundles/.collecting-manual-fast/$i" "$state/bundles/.mine/$i"); done
    for i in 1 2; do
        as_agent sh -c "cd $state/bundles && rm -rf .mine .collecting-manual-fast && mkdir .mine .collecting-manual-fast && for i in \$(seq 20); do mkdir -p .collecting-manual-fast/\$i/deep; ln -s /root/precious .mine/\$i; done"
        attack exchange npu-agent $user_program exchange "${pairs[@]}"
        root_runs bundle create --fast
        attack_over exchange
    done
    check "a folder that is exchanged while root deletes it" is "$(ls "$tree/root/precious" | wc -l)" 41
    back

    # The record of a run says where its log is.
    as_agent sh -c "sed -i -e 's#\"log_file\": *\"[^\"]*\"#\"log_file\": \"/root/rootonly.log\"#' -e \"s#\\\"boot_id\\\": *\\\"[^\\\"]*\\\"#\\\"boot_id\\\": \\\"\$(cat /proc/sys/kernel/random/boot_id)\\\"#\" $state/engines/deepseek/run.json; cd $state/bundles && for i in \$(seq 30); do : > manual-fast-\$i.tar.gz.new; : > manual-full-\$i.tar.gz.new; done"
    watched record /root/rootonly.log
    for words in "bundle create --fast" "check" "engine explain deepseek" "report"; do root_runs $words; done
    check "a record that names a log of root" untouched record
    check "no archive has a word of it" not in_archives "$secret"
    back

    # Archives of root behind a linked folder.
    for i in 1 2 3 4 5 6; do echo "$i" > "$tree/root/archives/$i.tar.gz"; touch -d "$i days ago" "$tree/root/archives/$i.tar.gz"; done
    as_agent sh -c "mv $state/bundles $state/old && ln -s /root/archives $state/bundles"
    root_runs bundle create --fast
    root_runs bundle create
    check "a linked folder of bundles: root's archives are all there, and no more" is "$(ls -A "$tree/root/archives" | tr '\n' ' ')" "1.tar.gz 2.tar.gz 3.tar.gz 4.tar.gz 5.tar.gz 6.tar.gz "
    back

    mkdir -p "$tree/root/benches"
    for i in $(seq 10 70); do : > "$tree/root/benches/deepseek-202501${i}T000000Z.json"; done
    as_agent sh -c "mkdir -p $state/quality; rm -rf $state/bench; ln -s /root/benches $state/bench; ln -sf /root/rootonly.log $state/quality/deepseek.json.new"
    watched reference /root/rootonly.log
    root_runs engine accept deepseek
    check "a link where the reference is written" untouched reference
    root_runs engine bench deepseek --requests 2 --answer-tokens 2 --force
    check "a linked folder of measurements: nothing new, nothing gone" is "$(ls "$tree/root/benches" | wc -l)" 61
    back

    # Whatever is there, and whatever would be written: links to a file of root.
    as_agent sh -c "cd $state && find . -type f | while read -r f; do ln -sf /root/rootonly.log \"\$f\"; ln -sf /root/rootonly.log \"\$f.new\"; done; for f in npu-agent.db-wal npu-agent.db-shm npu-agent.db-journal lock pid chips.json; do ln -sf /root/rootonly.log \$f; done"
    while read -r words; do
        watched links /root/rootonly.log
        root_runs $words
        check "every file is a link: $words" untouched links
    done <<'COMMANDS'
check
status
incidents list
incidents show last
report
bundle list
bundle create --fast
engine explain deepseek
engine explain deepseek --command
engine reference deepseek
engine accept deepseek
engine bench deepseek --requests 2 --answer-tokens 2 --force
COMMANDS
    watched links /root/rootonly.log
    inside timeout 5 npu-agent run > "$work/said" 2>&1 || true
    check "every file is a link: run" untouched links
    check "the file of root says what it said" is "$(cat "$tree/root/rootonly.log")" "ERROR $secret NPU out of memory. Tried to allocate"
    back

    check "without an agent root still writes a bundle" root_writes_a_bundle
    check "it is the agent's" is "$(inside sh -c "ls -t $state/bundles/*.tar.gz | head -1 | xargs stat -c %U")" npu-agent
    agent_starts
    check "the agent starts on its folder" serving
    check "and root writes a bundle" root_writes_a_bundle
}
back() { inside sh -c 'rm -rf /var/lib/npu-agent && cp -a /var/lib/as-it-was /var/lib/npu-agent'; }
in_archives() { as_agent sh -c 'for f in /var/lib/npu-agent/bundles/*; do [ -r "$f" ] && tar xzOf "$f" 2> /dev/null; done; true' | grep -a "$1"; }
