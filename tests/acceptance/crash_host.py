"""A simulated host of crash-trials.sh with its agent, and what stands at the other end of its notifications."""
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

# Longer calls are easier to hit: a moment before a tool does its work, and one after it.
TOOL = """#!/bin/sh
case "$*" in info*) sleep 0.05; exec '{real}' "$@" ;; esac
[ "$1" = show ] && exec '{real}' "$@"
sleep 0.2; '{real}' "$@"; code=$?; sleep 0.2; exit $code
"""

CONFIGURATION = """
profile: guide
state_folder: {work}/state
control_socket: {work}/agent.sock
listen: off
log: {{ folder: {work}/log }}
engines:
  - name: deepseek
    command: {work}/host/bin/vllm
    model: /models/m
    served_model_name: m
    port: {port}
    chips: [0/0, 1/0]
    start: {{ stage_timeout: 15s, shared_memory: 1MiB }}
    stop: {{ drain: 300ms, term_wait: 2s, kill_wait: 5s, chip_memory_wait: 5s }}
    canary: {{ expected_text: Paris, max_tokens: 4, timeout: 4s, max_seconds_per_token: 2 }}
    stall: {{ grace: 10s }}
vendor: {{ npu_smi_limit: 8s, chip_reset_limit: 20s, driver_restart_limit: 30s, chips_ready_limit: 8s }}
probes:
  chip-health: {{ interval: 1s, deadline: 10s }}
  chip-usage: {{ interval: 5s, deadline: 10s }}
  chip-heat: {{ enabled: false, interval: 1s, deadline: 20s }}
  chip-bandwidth: {{ enabled: false, interval: 1s, deadline: 20s }}
  chip-memory: {{ enabled: false, interval: 1s, deadline: 20s }}
  link-health: {{ enabled: false, interval: 1s, deadline: 20s }}
  driver-unit: {{ interval: 1s, deadline: 8s }}
  engine-verdict: {{ interval: 500ms, deadline: 5s }}
  engine-process: {{ interval: 500ms, deadline: 5s }}
  engine-health: {{ interval: 1s, deadline: 5s }}
  engine-progress: {{ interval: 1s, deadline: 5s }}
  engine-canary: {{ interval: 2s, deadline: 20s }}
  engine-log: {{ interval: 500ms, deadline: 5s }}
faults:
  chip-alarm: {{ confirm_after: 1s }}
  chips-lost: {{ confirm_after: 1s }}
  # Notes of what lasts while a recovery is on its way.
  npu-smi-unusable: {{ confirm_after: 5m }}
back_off: {{ waits: [0s] }}
disk: {{ min_free: 1MiB }}
notifications:
  webhooks: [ {{ name: hook, url: "http://127.0.0.1:{receiver}/hook" }} ]
"""


class Receiver:
    """Keeps the ids of what it is told, in order."""

    def __init__(self):
        told = self.told = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                told.append(self.headers.get("webhook-id"))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def free_port():
    """Below the range from which the system gives ports to connections."""
    while True:
        port = 20000 + int.from_bytes(os.urandom(2), "big") % 12000
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


class Host:
    def __init__(self, agent, simulator, receiver):
        self._agent, self._simulator = agent, simulator
        self.work = tempfile.mkdtemp(prefix="npu-agent-crash-", dir="/tmp")
        self.port = free_port()
        self._out = os.path.join(self.work, "agent.out")
        self._heard = 0
        self._process = None
        self.simulate("up", "--chips", "2", "--pace", "20")
        for folder in ("tools", "tmp"):
            os.mkdir(os.path.join(self.work, folder))
        for tool in ("npu-smi", "ascend-dlog", "systemctl"):
            path = os.path.join(self.work, "tools", tool)
            with open(path, "w") as script:
                script.write(TOOL.format(real=os.path.join(self.work, "host", "bin", tool)))
            os.chmod(path, 0o755)
        self._config = os.path.join(self.work, "agent.yaml")
        with open(self._config, "w") as file:
            file.write(CONFIGURATION.format(work=self.work, port=self.port, receiver=receiver))

    def simulate(self, *words):
        subprocess.run([self._simulator, *words, "--world", os.path.join(self.work, "host")], check=True, stdout=subprocess.DEVNULL)

    def start_agent(self):
        path = f"{self.work}/tools:{self.work}/host/bin:{os.environ['PATH']}"
        with open(self._out, "a") as out:
            self._process = subprocess.Popen(
                [self._agent, "run", "--config", self._config], stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                env={**os.environ, "PATH": path, "TMPDIR": os.path.join(self.work, "tmp"), "NO_COLOR": "1"})

    def kill_agent(self):
        self._process.kill()
        self._process.wait()

    def ask(self, *words):
        answer = subprocess.run([self._agent, *words, "--output", "json", "--config", self._config], capture_output=True, text=True)
        try:
            return json.loads(answer.stdout)
        except json.JSONDecodeError:
            return None

    def incidents(self):
        return self.ask("incidents", "list") or []

    def serves(self):
        status = self.ask("status")
        return status and any(o["probe"] == "engine-canary" and o["verdict"] == "healthy" for o in status["observations"])

    def has_ended(self):
        """Something was confirmed, and nothing is under way any more."""
        # Asking starts a program.
        if not re.search(r": (resolved|handed over)\b", self.log()):
            return False
        confirmed = [i for i in self.incidents() if i["confirmed_at"]]
        # What was handed over waits for a person, and others wait for it.
        return any(i["state"] == "handed-over" for i in confirmed) or (confirmed and not any(i["open"] for i in confirmed))

    def until(self, condition, seconds):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            time.sleep(0.3)
        return True

    def log(self):
        with open(self._out, errors="replace") as out:
            return out.read()

    def hears(self, text, seconds):
        """Whether the agent says it, from where was listened last; not when its incident ends before."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            new = self.log()[self._heard:]
            if text in new:
                self._heard += new.index(text) + len(text)
                return True
            if re.search(r": (resolved|handed over)\b", new):
                return False
            time.sleep(0.005)
        return False

    def running_step(self):
        """The step under way as the agent says it, with the source in steps of evidence."""
        return self._steps()[0]

    def interruptions(self):
        """The steps in which the next agent found that the one before had ended."""
        return self._steps()[1]

    def _steps(self):
        step, source, interrupted = "no recovery", "", []
        for line in self.log().splitlines():
            if found := re.search(r": begin ([a-z-]+)", line):
                step, source = found[1], ""
            elif found := re.search(r": \.\.\. collecting (\S+)", line):
                source = f", source {found[1]}"
            elif found := re.search(r": interrupted: the agent ended (?:during ([a-z-]+)|between)", line):
                interrupted.append(f"{found[1]}{source if found[1] == step else ''}" if found[1] else "between two steps")
                step, source = "between two steps", ""
            elif re.search(r": done  |: FAILED ", line):
                step, source = "between two steps", ""
            elif ": recovery ended" in line or ": recovery failed" in line:
                step = "no recovery"
        return step + source, interrupted

    def kill_tool(self, name, seconds):
        """Kills the next one that runs; of an engine its main process."""
        end = time.monotonic() + seconds
        wanted = "vllm serve" if name == "engine" else f"/tools/{name} "
        while time.monotonic() < end:
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    with open(f"/proc/{pid}/cmdline", "rb") as file:
                        words = file.read().replace(b"\0", b" ").decode(errors="replace")
                    if self.work in words and wanted in words:
                        os.kill(int(pid), signal.SIGKILL)
                        return f"{name} in {self.running_step()}"
                except (OSError, ProcessLookupError):
                    pass
            time.sleep(0.01)
        return None

    def calls(self):
        with open(os.path.join(self.work, "host", "calls.log")) as file:
            return [line.split("\t", 1)[1].strip().replace("\t", " ") for line in file if "\t" in line]

    def down(self):
        if self._process and self._process.poll() is None:
            self.kill_agent()
        subprocess.run([self._simulator, "down", "--world", os.path.join(self.work, "host")], stdout=subprocess.DEVNULL)
        shutil.rmtree(self.work, ignore_errors=True)
