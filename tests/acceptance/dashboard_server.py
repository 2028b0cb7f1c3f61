"""A real Prometheus with the rules of packaging/prometheus, and the panels of packaging/grafana as questions to it."""
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(address, timeout=60):
    with urllib.request.urlopen(address, timeout=timeout) as answer:
        return answer.read()


class Prometheus:
    def __init__(self, work, rules, scrape, interval, every=None, further=()):
        """every: all groups of rules are evaluated so often; None: as the files say. further: scrape jobs beside that of the agents."""
        self.work, self.port = work, free_port()
        os.makedirs(work, exist_ok=True)
        for path in rules:
            with open(path) as file:
                text = file.read()
            with open(os.path.join(work, os.path.basename(path)), "w") as file:
                file.write(re.sub(r"(?m)^    interval: \S+$", f"    interval: {every}", text) if every else text)
        configuration = {
            "global": {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": every or "15s"},
            "rule_files": [os.path.basename(path) for path in rules],
            "scrape_configs": [{"job_name": "npu-agent", **scrape}, *further],
        }
        config = os.path.join(work, "prometheus.yml")
        with open(config, "w") as file:
            json.dump(configuration, file)
        with open(os.path.join(work, "prometheus.log"), "w") as log:
            self._process = subprocess.Popen(
                ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={work}/data", f"--web.listen-address=127.0.0.1:{self.port}"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        until(self._ready, 60, "Prometheus is ready")

    def _ready(self):
        try:
            return fetch(f"http://127.0.0.1:{self.port}/-/ready", 2) is not None
        except OSError:
            if self._process.poll() is not None:
                with open(os.path.join(self.work, "prometheus.log")) as log:
                    raise SystemExit(f"Prometheus ended: {log.read()[-2000:]}")
            return False

    def ask(self, path, **words):
        return json.loads(fetch(f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(words)}", 300))["data"]

    def value(self, expression):
        """The first value; None: nothing."""
        result = self.ask("query", query=expression)["result"]
        return float(result[0]["value"][1]) if result else None

    def points(self, expression, begin, step):
        """How many values that are numbers it had since then."""
        result = self.ask("query_range", query=expression, start=begin, end=time.time(), step=step)["result"]
        return sum(1 for series in result for _, value in series["values"] if value != "NaN")

    def resident(self):
        with open(f"/proc/{self._process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) * 1024

    def close(self):
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()


def until(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"FAILED: not within {seconds} s: {what}")
        time.sleep(0.5)


class Panel:
    def __init__(self, board, panel):
        self.board, self.title, self.kind = board, panel["title"], panel["type"]
        self.expressions = [target["expr"] for target in panel["targets"]]

    def queries(self, instance, rate):
        """As Grafana fills them in with every engine and chip chosen."""
        for expression in self.expressions:
            for word, value in (("$instance", instance), ("$engine", ".*"), ("$chip", ".*"), ("$__rate_interval", rate)):
                expression = expression.replace(word, value)
            if "$" in expression:
                raise SystemExit(f"FAILED: {self.board}, {self.title}: a variable that is none: {expression}")
            yield expression


def panels(path):
    with open(path) as file:
        board = json.load(file)
    return [Panel(board["title"], panel) for panel in board["panels"] if panel["type"] != "row"]
