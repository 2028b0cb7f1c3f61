"""The parts of dashboards.sh."""
import glob
import json
import os
import re
import shutil
import sys
import time

import dashboard_fleet
from dashboard_host import Host, check, failures, run
from dashboard_server import Prometheus, panels, until

ROOT, AGENT, SIMULATOR = sys.argv[1:4]
RULES = sorted(glob.glob(f"{ROOT}/packaging/prometheus/npu-agent.*.yaml"))
BOARDS = sorted(glob.glob(f"{ROOT}/packaging/grafana/*.json"))
HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.environ.get("NPU_AGENT_GRAFANA_SCHEMA", "/var/tmp/npu-agent-acceptance/grafana-schema")


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


def host():
    simulated = Host(AGENT, SIMULATOR, chips=3)
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
    simulated = Host(AGENT, SIMULATOR, chips=3)
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
