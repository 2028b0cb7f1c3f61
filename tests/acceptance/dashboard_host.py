"""A simulated host with its agent, whose metrics a real Prometheus can scrape; and how the scripts with one tell what holds."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from dashboard_server import fetch, free_port

CONFIGURATION = """
profile: guide
state_folder: {work}/state
control_socket: {work}/agent.sock
listen: 127.0.0.1:{listen}
log: {{ folder: {work}/log }}
engines:
  - name: deepseek
    command: {work}/host/bin/vllm
    model: /models/m
    max_num_seqs: {sequences}
    served_model_name: m
    port: {port}
    chips: [0/0, 1/0]
    start: {{ stage_timeout: 30s, shared_memory: 1MiB }}
    stop: {{ drain: 300ms, term_wait: 2s, kill_wait: 5s, chip_memory_wait: 5s }}
    canary: {{ expected_text: Paris, max_tokens: 4, timeout: 10s, max_seconds_per_token: 5 }}
    throughput: {{ window: 40s, learn: 2, share: 0.1 }}
vendor: {{ npu_smi_limit: 20s, driver_restart_limit: 30s, chips_ready_limit: 8s }}
probes:
  chip-heat: {{ interval: 10s, deadline: 5m }}
  chip-bandwidth: {{ interval: 10s, deadline: 5m }}
  chip-memory: {{ interval: 10s, deadline: 5m }}
  link-health: {{ interval: 10s, deadline: 5m }}
  engine-canary: {{ interval: 5s, deadline: 20s }}
  engine-throughput: {{ interval: 3s, deadline: 10s }}
  disk-space: {{ interval: 10s, deadline: 5s }}
faults: {{ chip-too-hot: {{ confirm_after: 1s }} }}
back_off: {{ waits: [0s] }}
disk: {{ min_free: 1MiB }}
notifications:
  webhooks: [ {{ name: nobody, url: "http://127.0.0.1:{away}/" }} ]
"""

failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what, flush=True)
    if not holds:
        failures.append(what)


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, **more)


class Host:
    """A simulated host with its agent, and somebody who asks the engine."""

    def __init__(self, agent, simulator, chips, sequences=256):
        self.work = tempfile.mkdtemp(prefix="npu-agent-dashboards-", dir="/tmp")
        self._simulator, self.listen, self.port = simulator, free_port(), free_port()
        self._asks = True
        self.simulate("up", "--chips", str(chips), "--pace", "5")
        self._config = f"{self.work}/agent.yaml"
        with open(self._config, "w") as file:
            file.write(CONFIGURATION.format(work=self.work, sequences=sequences, listen=self.listen, port=self.port, away=free_port()))
        with open(f"{self.work}/agent.out", "w") as out:
            self._agent = subprocess.Popen([agent, "run", "--config", self._config], stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                           env={**os.environ, "PATH": f"{self.work}/host/bin:{os.environ['PATH']}", "NO_COLOR": "1"})
        self._askers = [threading.Thread(target=self._ask, daemon=True) for _ in range(3)]
        for asker in self._askers:
            asker.start()

    def simulate(self, *words):
        subprocess.run([self._simulator, *words, "--world", f"{self.work}/host"], check=True, stdout=subprocess.DEVNULL)

    def text(self):
        return fetch(f"http://127.0.0.1:{self.listen}/metrics").decode()

    def _ask(self):
        body = json.dumps({"model": "m", "prompt": "a story", "max_tokens": 40, "ignore_eos": True}).encode()
        while self._asks:
            try:
                urllib.request.urlopen(urllib.request.Request(
                    f"http://127.0.0.1:{self.port}/v1/completions", body, {"Content-Type": "application/json"}), timeout=60).read()
            except OSError:
                time.sleep(1)

    def close(self):
        self._asks = False
        self._agent.terminate()
        self._agent.wait()
        self.simulate("down")
        if not failures and sys.exc_info()[0] is None:
            shutil.rmtree(self.work)
