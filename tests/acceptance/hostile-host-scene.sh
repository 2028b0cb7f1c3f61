# Where hostile-host.sh plays: the users, the simulated hardware for all of them, what root keeps to itself; sourced by it.
web=$(free_port)
secret=SECRET-OF-ROOT-8f14e45f
hook_secret=SECRET-OF-HOOK-c9f0f895
key=KEY-OF-ENGINE-45c48cce
# Everybody may write here. The witnesses lie in it, so that whoever is made to do something can leave its mark.
srv=$tree/srv
user_program=/opt/hostile/hostile-user

scene_set() {
    install -D -m 755 "$work/hostile-user" "$tree$user_program"
    mkdir -p "$srv/open" "$srv/witness" "$tree/root/private/debug/plog" "$tree/root/archives"
    chmod 1777 "$srv/open" "$srv/witness"
    echo "ERROR $secret NPU out of memory. Tried to allocate" | tee "$tree/root/rootonly.log" > "$tree/root/private/debug/plog/plog-1.log"
    chmod 700 "$tree/root"
    # As the host's people made them: a folder for all below /usr, and a program with the rights of root.
    mkdir -m 1777 "$tree/usr/local/open"
    install -m 4755 "$work/hostile-user" "$tree/usr/local/bin/with-roots-rights"
    world_writable
}

installed() {
    check "the .deb installs" installs "$package"
    inside useradd --create-home stranger
    inside install -d -m 777 "$world"
    inside sh -c "umask 0; /opt/simulator/simulator up --profile guide --chips 2 --pace 10 --world $world" > /dev/null
    inside chmod -R a+rwX "$world"
    local program
    for program in npu-smi hccn_tool ascend-dlog; do simulated "$program" < /dev/null; done
    # The hook is code of the model: it runs in the engine's unit, before the engine.
    simulated vllm <<'PROGRAM'
[ ! -e /opt/hostile/starts-slowly ] || sleep 8
[ ! -x /opt/hostile/hook ] || /opt/hostile/hook
if [ -e /opt/hostile/keeps-requests ]; then
    echo "INFO:     Application startup complete."
    exec /opt/hostile/hostile-user listen "$(echo "$*" | sed 's/.*--port \([0-9]*\).*/\1/')" -
fi
PROGRAM
    inside systemctl start devdrv other
    local group=root
    getent -s files group npu-agent > /dev/null || group=$(inside getent group npu-agent | cut -d: -f3)
    printf '%s\n' "$hook_secret" > "$tree/etc/npu-agent/hook.secret"
    printf '%s\n' "$key" > "$tree/etc/npu-agent/engine.key"
    # For the agent and not for the engine; it reads like a fatal line of a log.
    echo "ERROR $hook_secret NPU out of memory. Tried to allocate" > "$tree/etc/npu-agent/private.log"
    chgrp "$group" "$tree"/etc/npu-agent/{hook.secret,engine.key,private.log}
    chmod 640 "$tree"/etc/npu-agent/{hook.secret,engine.key,private.log}
    configuration > "$tree/etc/npu-agent/agent.yaml"
    # Before the engine: whoever looks for processes of an engine meets this one first.
    attack marked stranger env "NPU_AGENT_ENGINE=deepseek@/var/lib/npu-agent" ASCEND_PROCESS_LOG_PATH=/root/private $user_program hold
    check "the configuration is valid" inside npu-agent config validate
    for words in "kill --signal=CONT $unit" "reset-failed $unit" "restart devdrv" "start npu-agent-collect" "stop npu-agent-collect" "start npu-agent-reset@7-0"; do
        check "the agent may: systemctl $words" not denied_to_agent $words
    done
    inside systemctl start npu-agent
    check "the engine serves and its canary is right" within 90 canary_is_right
    check "root writes a bundle" root_writes_a_bundle
    check "the answers of the engine are accepted" inside npu-agent engine accept deepseek
    check "the engine is measured" inside npu-agent engine bench deepseek --requests 2 --answer-tokens 2 --force
    for words in "check" "status" "incidents list" "report" "bundle list" "engine explain deepseek" "engine reference deepseek" "config show"; do
        check "root runs $words" root_may "$words"
    done
    within 60 settled || true
    within 60 canary_is_right || true
}

# NAME; what stands before the program itself is read from standard input. Root's, as programs of a driver package are.
simulated() {
    { printf '#!/bin/sh\numask 0\n'; cat
      # A reset asks for root.
      [ "$1" != npu-smi ] || printf 'case "$(id -u) $*" in 0*) ;; *" set -t reset "*) echo "Operation not permitted"; exit 1 ;; esac\n'
      sed 1d "$tree$world/bin/$1"; } > "$tree/usr/local/bin/$1"
    chmod 755 "$tree/usr/local/bin/$1"
    chmod 755 "$tree$world/bin/$1"
}

configuration() {
    cat <<YAML
listen: 127.0.0.1:$web
engines:
  - name: deepseek
    kind: systemd
    model: /models/DeepSeek-R1
    served_model_name: deepseek-r1
    port: $port
    chips: [0/0, 1/0]
    api_key_file: /etc/npu-agent/engine.key
    stop: { drain: 2s, term_wait: 5s, kill_wait: 5s, chip_memory_wait: 10s }
    canary: { expected_text: Paris, max_tokens: 4, timeout: 4s }
vendor: { version_file: $world/driver/version.info, device_folder: $world/dev }
probes:
  engine-canary: { interval: 2s, deadline: 20s }
bundles: { max_count: 3, fast_limit: 5s, full_limit: 30s, host_logs: [/srv/logs] }
notifications:
  webhooks: [{ name: hook, url: "http://127.0.0.1:9/", secret_file: /etc/npu-agent/hook.secret }]
disk: { min_free: 1MiB }
back_off: { waits: [0s] }
YAML
}

# NAME USER COMMAND...: runs until attack_over NAME. By systemd, so that a user's processes end with it.
attack() { local name=$1 user=$2; shift 2; inside systemd-run --quiet --collect --unit="hostile-$name" --uid="$user" "$@"; }
attack_over() { inside systemctl stop "hostile-$1" 2> /dev/null || true; }
# NAME FILE...: $srv/witness/NAME tells who opened or changed one of root's files. What root itself does before it is seen is not counted.
watched() {
    local name=$1; shift
    rm -f "$srv/witness/$name"
    attack "$name" root $user_program watch "/srv/witness/$name" "$@"
    within 5 grep -qs watching "$srv/witness/$name"
}
untouched() { # NAME
    attack_over "$1"
    sort "$srv/witness/$1" | uniq -c
    is "$(sort -u "$srv/witness/$1")" watching
}
# In a folder, with a PATH.
in_folder() { local folder=$1 path=$2; shift 2; inside /usr/bin/env PATH="$path" /bin/sh -c 'cd "$0" && exec "$@"' "$folder" /usr/bin/timeout 60 "$@"; }
root_may() { local code=0; inside npu-agent $1 || code=$?; case $code in 0 | 3 | 5) ;; *) echo "exit code $code"; return 1 ;; esac; }
root_runs() { inside timeout 60 npu-agent "$@" > "$work/said" 2>&1 < /dev/null || true; }
root_writes_a_bundle() {
    local before after=
    before=$(bundles)
    inside npu-agent bundle create --fast || return 1
    after=$(bundles)
    [ "$before" != "$after" ]
}
bundles() { ls "$tree/var/lib/npu-agent/bundles" 2> /dev/null | md5sum || true; }
denied_to_agent() { local said; said=$(as_agent systemctl --no-ask-password "$@" 2>&1) || true; echo "$said"; grep -Eqi 'access denied|authentication required|permission denied|not permitted' <<< "$said"; }
settled() { [ "$(incidents_open)" = 0 ]; }
serving() { within 60 canary_is_right; }
agent_stops() { inside systemctl stop npu-agent; }
agent_starts() { inside systemctl start npu-agent; }
