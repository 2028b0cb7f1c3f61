"""The parts of dashboards.sh."""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import dashboard_fleet
from dashboard_server import Prometheus, fetch, free_port, panels, until

ROOT, AGENT, SIMULATOR = sys.argv[1:4]
RULES = sorted(glob.glob(f"{ROOT}/packaging/prometheus/npu-agent.*.yaml"))
BOARDS = sorted(glob.glob(f"{ROOT}/packaging/grafana/*.json"))
HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.environ.get("NPU_AGENT_GRAFANA_SCHEMA", "/var/tmp/npu-agent-acceptance/grafana-schema")

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


def rules():
    for words in (["check", "rules", *RULES], ["check", "config", f"{ROOT}/packaging/prometheus/prometheus.yaml"],
                  ["test", "rules", f"{HERE}/prometheus/rules.test.yaml"]):
        done = run("promtool", *words)
        check(done.returncode == 0, f"promtool {' '.join(words[:2])}{'' if done.returncode == 0 else ': ' + done.stdout + done.stderr}")
    codes = {row["code"] for row in json.loads(run(AGENT, "faults", "--output", "json").stdout)}
    pages = {code for path in RULES for code in re.findall(r"/faults/([a-z-]+)", open(path).read())}
    check(pages and pages <= codes, f"runbook links lead to faults of the catalogue: {', '.join(sorted(pages - codes)) or len(pages)}")


def schema():
    for path in BOARDS:
        board = json.load(open(path))
        ids = [panel["id"] for panel in board["panels"]]
        taken = [(x, y) for panel in board["panels"] for grid in [panel["gridPos"]]
                 for x in range(grid["x"], grid["x"] + grid["w"]) for y in range(grid["y"], grid["y"] + grid["h"])]
        sources = re.findall(r'"type": "prometheus",\s+"uid": "([^"]+)"', open(path).read())
        name = os.path.basename(path)
        check(board["id"] is None and 0 < len(board["uid"]) <= 40 and len(ids) == len(set(ids)),
              f"{name}: a uid of its own, no id of a server, each panel once")
        check(len(taken) == len(set(taken)) and all(x < 24 for x, _ in taken), f"{name}: no panel lies over another")
        check(set(sources) == {"${datasource}"}, f"{name}: every query goes to the data source that is chosen")
        check(all(panel.get("description") for panel in board["panels"] if panel["type"] != "row"), f"{name}: every panel says what it shows")
    if not os.path.isdir(f"{SCHEMA}/node_modules/@grafana/schema") and shutil.which("npm"):
        os.makedirs(SCHEMA, exist_ok=True)
        run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", SCHEMA, "@grafana/schema@13.2.3", "typescript@5")
    if not os.path.isdir(f"{SCHEMA}/node_modules/@grafana/schema"):
        print("left out: no @grafana/schema on this machine, and npm serves none", flush=True)
        return
    done = run("node", f"{HERE}/dashboard-schema.mjs", SCHEMA, *BOARDS)
    check(done.returncode == 0, f"the dashboards are of the model that @grafana/schema publishes {done.stdout + done.stderr}")


class Host:
    """A simulated host with its agent, and somebody who asks the engine."""

    def __init__(self, chips):
        self.work = tempfile.mkdtemp(prefix="npu-agent-dashboards-", dir="/tmp")
        self.listen, self.port = free_port(), free_port()
        self._asks = True
        self.simulate("up", "--chips", str(chips), "--pace", "5")
        self._config = f"{self.work}/agent.yaml"
        with open(self._config, "w") as file:
            file.write(CONFIGURATION.format(work=self.work, listen=self.listen, port=self.port, away=free_port()))
        with open(f"{self.work}/agent.out", "w") as out:
            self._agent = subprocess.Popen([AGENT, "run", "--config", self._config], stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                           env={**os.environ, "PATH": f"{self.work}/host/bin:{os.environ['PATH']}", "NO_COLOR": "1"})
        self._askers = [threading.Thread(target=self._ask, daemon=True) for _ in range(8)]
        for asker in self._askers:
            asker.start()

    def simulate(self, *words):
        subprocess.run([SIMULATOR, *words, "--world", f"{self.work}/host"], check=True, stdout=subprocess.DEVNULL)

    def text(self):
        return fetch(f"http://127.0.0.1:{self.listen}/metrics").decode()

    def _ask(self):
        body = json.dumps({"model": "m", "prompt": "a story", "max_tokens": 16, "ignore_eos": True}).encode()
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
        if not failures:
            shutil.rmtree(self.work)


def host():
    simulated = Host(chips=3)
    prometheus = None
    try:
        until(lambda: os.path.exists(f"{simulated.work}/agent.sock"), 60, "the agent is there")
        # The faults of the agents' own are shown as alerts, too: nothing here has an Alertmanager.
        prometheus = Prometheus(f"{simulated.work}/prometheus", RULES, {"static_configs": [{"targets": [f"127.0.0.1:{simulated.listen}"]}]}, "2s", "3s")
        begin, instance = time.time(), f"127.0.0.1:{simulated.listen}"
        until(lambda: prometheus.value("npu_engine_usual_generation_tokens_per_second") and prometheus.value("p99_latency"), 400,
              "the engine serves, and its usual speed is known")
        simulated.simulate("fault", "engine-exit")
        until(lambda: (prometheus.value("npu_engine_time_to_recover_seconds_count") or 0) >= 1, 240, "an outage is over")
        simulated.simulate("fault", "chip-hot", "--npu", "2")
        until(lambda: prometheus.value('npu_agent_open_incidents{fault="chip-too-hot"}'), 300, "a hot chip is told")
        until(lambda: prometheus.value('engine:npu_engine_lost_service:ratio_rate5m > 0'), 120, "lost service is a rate")
        text = simulated.text()
        done = run("promtool", "check", "metrics", input=text)
        check(done.returncode == 0 and not done.stdout + done.stderr, f"promtool check metrics finds nothing {done.stdout + done.stderr}")
        for name in ("ascend_device_utilization{device_type=\"aicore\",chip=\"0/0\"}", "memory_copy_throughput{chip=\"0/0\"}"):
            check(name in text, f"the agent has {name}")
        # A 99th percentile is told of a hundred requests or more.
        check(prometheus.points("p99_latency", begin, 2) > 0, "the agent has p99_latency")
        simulated.simulate("fault", "driver-restart-fails")
        simulated.simulate("fault", "chips-unavailable", "--npu", "1")
        until(lambda: (prometheus.value("instance:npu_chips_missing:count") or 0) > 0, 120, "a chip is missing")
        until(lambda: prometheus.value('ALERTS{alertname="NpuFault",fault="chips-lost",alertstate="firing"}'), 120, "chips-lost is an alert")
        time.sleep(10)
        for path in BOARDS:
            empty = [f"{panel.title}: {query}" for panel in panels(path) for query in panel.queries(instance, "20s")
                     if prometheus.points(query, begin, 2) == 0]
            queries = sum(len(panel.expressions) for panel in panels(path))
            check(not empty, f"{os.path.basename(path)}: {queries} queries of {len(panels(path))} panels, empty are {len(empty)} {'; '.join(empty)}")
        broken = [f"{rule['name']}: {rule['lastError']}" for group in prometheus.ask("rules")["groups"] for rule in group["rules"] if rule.get("lastError")]
        check(not broken, f"every rule is evaluated {'; '.join(broken)}")
        silent = [rule["name"] for group in prometheus.ask("rules")["groups"] for rule in group["rules"]
                  if rule["type"] == "recording" and prometheus.points(rule["name"], begin, 2) == 0]
        check(not silent, f"every recording rule has recorded {', '.join(silent)}")
    finally:
        if prometheus:
            prometheus.close()
        simulated.close()


def fleet():
    simulated = Host(chips=3)
    try:
        until(lambda: os.path.exists(f"{simulated.work}/agent.sock"), 60, "the agent is there")
        until(lambda: "npu_engine_generation_tokens_per_second{" in simulated.text()
              and "npu_chip_memory_bandwidth_utilization_ratio{" in simulated.text(), 900, "every probe has looked")
        text = simulated.text()
    finally:
        simulated.close()
    dashboard_fleet.measure(text, RULES, BOARDS, int(os.environ.get("FLEET_HOSTS", "1000")), check)


PARTS = {"rules": rules, "schema": schema, "host": host, "fleet": fleet}
wanted = sys.argv[4:] or list(PARTS)
if not set(wanted) <= set(PARTS):
    raise SystemExit(f"one of: {' '.join(PARTS)}")
for part in wanted:
    print(f"-- {part}", flush=True)
    PARTS[part]()
print("OK" if not failures else f"{len(failures)} failed")
sys.exit(1 if failures else 0)
