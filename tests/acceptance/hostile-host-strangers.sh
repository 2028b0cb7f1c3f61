# What strangers and web pages try in hostile-host.sh; sourced by it.

# A stranger leaves programs of his own where root works, or where PATH leads.
programs() {
    local name words usual=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    for name in systemctl npu-smi journalctl dmesg hccn_tool ascend-dlog msnpureport vllm isula docker podman npu-agent setpriv sh env cat tail gzip tar rm; do
        impostor "$srv/open/$name"
    done
    while read -r words; do
        check "not run by root in an open folder: $words" no_impostor in_folder /srv/open "$usual" /usr/bin/npu-agent $words
    done <<'COMMANDS'
config validate
config show
check
status
incidents list
incidents show last
bundle create
bundle create --fast
bundle list
report
engine explain deepseek
engine explain deepseek --command
engine reference deepseek
engine accept deepseek
engine compare deepseek deepseek
engine bench deepseek --requests 2 --answer-tokens 2 --force
maintenance status
maintenance on --for 1m
maintenance off
faults
as-root reset 7-0
as-root collect
as-root admit deepseek
engine exec deepseek
engine clear deepseek
demo
COMMANDS
    sed "s#^listen:.*#listen: off\nmode: observe\nstate_folder: /var/lib/npu-agent-elsewhere\ncontrol_socket: /run/elsewhere.sock\nlog: { folder: /var/log/elsewhere }#" "$tree/etc/npu-agent/agent.yaml" > "$tree/root/elsewhere.yaml"
    check "not run by root in an open folder: run" no_impostor in_folder /srv/open "$usual" /usr/bin/timeout 4 /usr/bin/npu-agent run --config /root/elsewhere.yaml

    # The programs that root would find first, where PATH names folders in other hands.
    mkdir -p "$srv"/{theirs/folder,mixed,loose,linked}
    for name in theirs/folder mixed loose; do impostor "$srv/$name/npu-smi"; done
    ln -s /srv/theirs/folder/npu-smi "$srv/linked/npu-smi"
    inside chown -R stranger /srv/theirs /srv/mixed/npu-smi /srv/open
    chmod 777 "$srv/loose/npu-smi"
    check "PATH begins with a relative folder" no_impostor in_folder /srv "open:$usual" /usr/bin/npu-agent check
    check "PATH begins with ." no_impostor in_folder /srv/open ".:$usual" /usr/bin/npu-agent check
    check "PATH begins with nothing" no_impostor in_folder /srv/open ":$usual" /usr/bin/npu-agent check
    for name in open:"a folder that everybody may write" theirs/folder:"a folder of a stranger" mixed:"a program of a stranger" loose:"a program that everybody may write" linked:"a link to a program of a stranger"; do
        check "PATH begins with ${name#*:}" no_impostor in_folder / "/srv/${name%%:*}:$usual" /usr/bin/npu-agent check
        check "and the reason is told" grep -F "/srv/${name%%:*}" "$work/said"
    done
    # npu-smi is a script here, as reset scripts of vendors are: it calls id by its bare name.
    mkdir -m 777 "$srv/helpers"
    for name in id cat sed sh env; do impostor "$srv/helpers/$name"; done
    check "PATH begins with a folder that everybody may write, with programs that root's own tools call" no_impostor in_folder / "/srv/helpers:$usual" /usr/bin/npu-agent check
    check "and the reason is told" grep -F "/srv/helpers may be written by others" "$work/said"
    check "root's check works with the usual PATH" root_may check
}
impostor() { printf '#!/bin/sh\necho "%s $(/usr/bin/id -u)" >> /srv/witness/impostors\n' "$(basename "$1")" > "$1"; chmod 755 "$1"; }
no_impostor() {
    : > "$srv/witness/impostors"; chmod 666 "$srv/witness/impostors"
    "$@" > "$work/said" 2>&1 < /dev/null || true
    sort "$srv/witness/impostors" | uniq -c
    [ ! -s "$srv/witness/impostors" ]
}

# A page in somebody's browser, whose name leads to this host.
listener() {
    for name in evil.example evil.example:$web 127.0.0.1.evil.example localhost.evil.example 127.0.0.1.:$web 2130706433 "127.0.0.1@evil.example" "localhost:$web.evil.example" ""; do
        check "not answered: Host: '$name'" not_answered "GET /status HTTP/1.1" "Host: $name"
    done
    check "not answered: no Host" not_answered "GET /status HTTP/1.1" "Accept: */*"
    check "not answered: two of them" not_answered "GET /status HTTP/1.1" "Host: 127.0.0.1:$web" "Host: evil.example"
    check "not answered: a form with another name" not_answered "GET http://evil.example/status HTTP/1.1" "Host: evil.example"
    check "not answered: such a form behind a right Host" not_answered "GET http://evil.example/status HTTP/1.1" "Host: 127.0.0.1:$web"
    for path in / /metrics /healthz /engines/deepseek; do
        check "not answered: $path" not_answered "GET $path HTTP/1.1" "Host: evil.example"
    done
    check "not answered: Origin" not_answered "GET /status HTTP/1.1" "Host: 127.0.0.1:$web" "Origin: http://evil.example"
    check "not answered: Origin of this host" not_answered "GET /status HTTP/1.1" "Host: 127.0.0.1:$web" "Origin: http://127.0.0.1:1"
    check "not answered: a change" not_answered "POST /engines/deepseek HTTP/1.1" "Host: 127.0.0.1:$web" "Content-Length: 0"
    for name in "127.0.0.1:$web" "localhost:$web" localhost LOCALHOST "[::1]:$web"; do
        check "answered: Host: $name" answered "GET /status HTTP/1.1" "Host: $name"
    done
}
asked() { as_user stranger bash -c 'exec 3<> "/dev/tcp/127.0.0.1/$0"; printf "%s\r\n" "$@" "Connection: close" "" >&3; timeout 5 cat <&3' "$web" "$@"; }
answered() { local said; said=$(asked "$@" | tr -d '\0'); head -c 300 <<< "$said" | tr -d "\r"; echo; grep -q '^HTTP/1.1 200' <<< "$said"; }
not_answered() { local said; said=$(asked "$@" | tr -d '\0'); head -c 300 <<< "$said" | tr -d "\r"; echo; grep -q '^HTTP/1.1 4' <<< "$said" && ! grep -q '"engines"\|npu_agent_\|^ok' <<< "$said"; }

# Bodies that the command line would never send.
control_socket() {
    local user path body engine; engine=$(main_pid)
    for user in root npu-agent; do
        while read -r path body; do
            check "refused as $user: $path $body" refused_body "$user" "$path" "$body"
        done <<'BODIES'
engines/deepseek {"verb":"99","reason":"","by":"x"}
engines/deepseek {"verb":"1","reason":""}
engines/deepseek {"verb":"-1","reason":""}
engines/deepseek {"verb":"stop,start","reason":""}
engines/deepseek {"verb":null}
engines/deepseek {"verb":["stop"]}
engines/deepseek {"verb":"","reason":""}
engines/deepseek {}
engines/deepseek []
engines/deepseek null
engines/deepseek "stop"
engines/deepseek {"verb":"stop","reason":"","force":true}
engines/deepseek {"verb":"restart","verb":"stop","reason":""}
engines/deepseek {"verb":"stop","reason":
engines/nobody {"verb":"stop","reason":""}
maintenance {}
maintenance null
maintenance {"subject":"host","minutes":1e300,"reason":"x"}
maintenance {"subject":"host","minutes":1e400,"reason":"x"}
maintenance {"subject":"host","minutes":"NaN","reason":"x"}
maintenance {"subject":"host","minutes":-1e300,"reason":"x"}
maintenance {"subject":"host","minutes":525601000,"reason":"x"}
maintenance {"subject":null,"minutes":5,"reason":"x"}
maintenance {"subject":{"kind":"host"},"minutes":5,"reason":"x"}
maintenance {"subject":"chip:0/0","minutes":5,"reason":"x"}
maintenance {"subject":"engine:nobody","minutes":5,"reason":"x"}
maintenance {"subject":"host","minutes":5,"reason":"x","until":"ever"}
BODIES
        check "refused as $user: 10 MB" refused_large "$user" maintenance
        check "refused as $user: a reason of 60 kB" refused_body "$user" maintenance "{\"subject\":\"host\",\"minutes\":5,\"reason\":\"$(printf '%060000d' 0)\"}"
        check "refused as $user: brackets, 30000 deep" refused_body "$user" engines/deepseek "$(printf '[%.0s' $(seq 30000))"
    done
    check "the engine has noticed nothing" is "$(main_pid)" "${engine/#0/none}"
    check "no maintenance is left" not maintained .
    check "the log has no stack trace" not grep -E '^   at |Unhandled|Exception:' "$agent_log"
    # Who asks is who the kernel says.
    as_agent env USER=alice LOGNAME=alice SUDO_USER=alice npu-agent maintenance on --for 5m --reason who > /dev/null 2>&1 || true
    check "npu-agent is npu-agent, whatever its environment says" maintained npu-agent
    check "and nobody else" not maintained alice
    told_the_socket npu-agent maintenance '{"subject":"host","minutes":5,"reason":"who","by":"alice"}' > /dev/null || true
    check "nor by what the body says" not maintained alice
    inside env SUDO_USER=alice npu-agent maintenance on --for 5m --reason who > /dev/null 2>&1 || true
    check "root is root" maintained root
    check "root ends it" inside npu-agent maintenance off
    check "a stranger cannot connect" not told_the_socket stranger maintenance '{"subject":"host","minutes":5,"reason":"x"}'
    check "nor read" not as_user stranger curl -sf -m 5 --unix-socket /run/npu-agent/agent.sock http://npu-agent/status
    check "nor by the command" not as_user stranger npu-agent engine stop deepseek
    check "the engine serves all the while" answers
}
told_the_socket() { # USER PATH BODY: prints the status
    as_user "$1" curl -s -m 20 -o "/srv/witness/answer-$1" -w '%{http_code}' --unix-socket /run/npu-agent/agent.sock -H 'Content-Type: application/json' -d @- "http://npu-agent/$2" <<< "$3"
}
refused_body() { local code; code=$(told_the_socket "$@"); echo "answered $code: $(head -c 200 "$srv/witness/answer-$1")"; [[ $code == 4?? ]]; }
refused_large() { local code; code=$(head -c 10000000 /dev/zero | tr '\0' ' ' | as_user "$1" curl -s -m 20 -o /dev/null -w '%{http_code}' --unix-socket /run/npu-agent/agent.sock --data-binary @- "http://npu-agent/$2" || true); echo "$code"; [[ $code == 4?? || $code == 000 ]]; }
maintained() { inside npu-agent maintenance status | grep 'until' | grep -q "by $1"; }

# A process of a stranger that says it is the engine.
adoption() {
    local pid elsewhere=$tree/root/elsewhere-process.yaml
    sed -e "s#^listen:.*#listen: off\nmode: observe\nstate_folder: /var/lib/npu-agent-elsewhere\ncontrol_socket: /run/elsewhere.sock\nlog: { folder: /var/log/elsewhere }#" -e "s/kind: systemd/kind: process/" -e "s/port: .*/port: $(free_port)/" "$tree/etc/npu-agent/agent.yaml" > "$elsewhere"
    attack claims stranger env "NPU_AGENT_ENGINE=deepseek@/var/lib/npu-agent-elsewhere" ASCEND_PROCESS_LOG_PATH=/root/private $user_program hold
    sleep 0.5
    pid=$(inside sh -c 'for p in /proc/[0-9]*; do tr "\0" "\n" < $p/environ 2>/dev/null | grep -qx NPU_AGENT_ENGINE=deepseek@/var/lib/npu-agent-elsewhere && basename $p; done' | head -1) || true
    check "the stranger's process is there: $pid" [ -n "$pid" ]
    check "root's check does not take it for the engine" not_named "$pid" check --config /root/elsewhere-process.yaml --output json
    watched private /root/private/debug/plog/plog-1.log
    root_runs bundle create --fast --config /root/elsewhere-process.yaml
    check "root's bundle has no files that the stranger named" untouched private
    watched private /root/private/debug/plog/plog-1.log
    root_runs bundle create --fast
    root_runs engine explain deepseek --command
    check "nor that of the agent's own engine" untouched private
    attack root-agent root npu-agent run --config /root/elsewhere-process.yaml
    within 10 test -S "$tree/run/elsewhere.sock" || within 10 inside test -S /run/elsewhere.sock || true
    sleep 1
    check "an agent of root does not adopt it" not grep -rqs "adopted process $pid" "$tree/var/log/elsewhere"
    root_runs engine stop deepseek --config /root/elsewhere-process.yaml
    check "and does not end it" inside test -e "/proc/$pid"
    attack_over root-agent
    attack_over claims
}
not_named() { local pid=$1; shift; root_runs "$@"; cat "$work/said"; ! grep -qE "\b$pid\b" "$work/said"; }

# Whoever listens on the engine's port is asked, and must not be told the key.
key() {
    local words
    inside timeout 60 npu-agent engine stop deepseek > /dev/null || true
    rm -f "$srv/witness/requests"
    attack listens stranger $user_program listen "$port" /srv/witness/requests
    within 10 grep -qs listening "$srv/witness/requests" || true
    while read -r words; do
        root_runs $words
    done <<'COMMANDS'
check
bundle create --fast
engine accept deepseek
engine bench deepseek --requests 2
engine compare deepseek deepseek
engine explain deepseek
COMMANDS
    check "somebody listens where the engine did" grep -q listening "$srv/witness/requests"
    check "he gets no key from root's commands" keeps_key
    attack_over listens

    # An engine that starts says nothing and has not bound its port for as long as it loads its libraries.
    rm -f "$srv/witness/requests"
    touch "$tree/opt/hostile/starts-slowly"
    inside timeout 30 npu-agent engine start deepseek > "$work/said" 2>&1 & local starting=$!
    within 15 engine_runs || true
    attack listens stranger $user_program listen "$port" /srv/witness/requests
    wait "$starting" || true
    sleep 3
    check "a stranger took the port of an engine that starts" grep -qs listening "$srv/witness/requests"
    check "he gets no key from the agent" keeps_key
    check "and is not taken for an engine that serves" not grep "serves after" "$work/said"
    attack_over listens
    rm "$tree/opt/hostile/starts-slowly"

    # An engine that keeps what it is asked.
    inside timeout 60 npu-agent engine stop deepseek > /dev/null 2>&1 || true
    touch "$tree/opt/hostile/keeps-requests"
    inside timeout 60 npu-agent engine start deepseek > "$work/said" 2>&1 || true
    within 20 asked_with_key "POST /v1/" || true
    within 20 requested "GET /health" "GET /metrics" || true
    check "the engine was asked for /health and /metrics" requested "GET /health" "GET /metrics"
    check "the engine gets its key with completions" asked_with_key "POST /v1/"
    check "not with /health and /metrics, which answer everybody" not asked_with_key "GET /(health|metrics)"
    rm "$tree/opt/hostile/keeps-requests"
    inside timeout 60 npu-agent engine restart deepseek > /dev/null 2>&1 || true
    check "the engine serves again" serving
}
keeps_key() { grep -aE '^(GET|POST|Authorization)' "$srv/witness/requests" | sort | uniq -c; ! grep -aqi "authorization\|$key" "$srv/witness/requests"; }
engine_runs() { local now; now=$(main_pid); [ -n "$now" ] && [ "$now" != 0 ]; }
requested() { local line; for line in "$@"; do grep -qa "^$line" "$tree$(engine_log_file)" || return 1; done; }
asked_with_key() { tr -d '\r' < "$tree$(engine_log_file)" | awk -v line="^$1" '$0 ~ line {seen = 1; print} /^[Aa]uthorization: Bearer/ && seen {found = 1} /^$/ {seen = 0} END {exit !found}'; }
