"""
What a fleet costs its Prometheus: a stand-in shows the text of a real agent under the names of many hosts, with values that move. Times are printed and
not judged: they say as much about the machine, which also plays the thousand hosts.
"""
import http.server
import os
import re
import shutil
import statistics
import tempfile
import threading
import time

from dashboard_server import Prometheus, panels, until

# A machine with little to spare still answers a thousand scrapes in a minute.
SCRAPE = "60s"
# Two evaluations of the slowest group, whose interval is five minutes, would take longer than all else here.
SECONDS = 300


def with_chips(text, count):
    """Simulated chips take their time to be looked at, so the last of three stands for all that a board has more."""
    lines = []
    for line in text.split("\n"):
        lines.append(line)
        if '"2/0"' in line or '"chip:2/0"' in line:
            lines += [line.replace("2/0", f"{i}/0") for i in range(3, count)]
    return "\n".join(lines)


class Hosts:
    """Each host has the text of the agent. Of the values those move that a rate or a limit is made of."""

    def __init__(self, text):
        begun = time.time()
        moving = r'npu_engine_service_seconds_total\{[^}]*state="up"\}|npu_chip_temperature_celsius\{[^}]*\}|npu_engine_requests_waiting\{[^}]*\}'
        parts = re.split(rf"(?m)^({moving}) .*$", text)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                number = int(self.path.rsplit("/", 1)[1])
                lines = []
                for i in range(1, len(parts), 2):
                    name = parts[i]
                    value = time.time() - begun if "seconds_total" in name else number % 40 + 30 if "celsius" in name else number % 17
                    lines.append(f"{name} {value}{parts[i + 1]}")
                body = (parts[0] + "".join(lines)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 1024

            def handle_error(self, *_):
                """Prometheus that hangs up counts as a host that did not answer, which is checked."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def measure(text, rules, boards, count, check):
    text = with_chips(text, 8)
    work = tempfile.mkdtemp(prefix="npu-agent-fleet-", dir="/tmp")
    hosts = Hosts(text)
    ofhost = sum(1 for line in text.split("\n") if line and line[0] != "#")
    prometheus = Prometheus(work, rules, {"static_configs": [
        {"targets": [f"127.0.0.1:{hosts.port}"], "labels": {"instance": f"host-{i}:9470", "__metrics_path__": f"/metrics/{i}"}} for i in range(count)
    ]}, SCRAPE)
    try:
        begin = time.time()
        until(lambda: (prometheus.value('sum(up{job="npu-agent"})') or 0) == count, 240, f"all {count} hosts are scraped")
        until(lambda: time.time() - begin >= SECONDS and all(g["evaluationTime"] > 0 for g in prometheus.ask("rules")["groups"]), SECONDS + 400,
              "every group of rules was evaluated")
        series = prometheus.value("prometheus_tsdb_head_series") or int(prometheus.ask("status/tsdb")["headStats"]["numSeries"])
        print(f"{count} hosts of {ofhost} series each, scraped each {SCRAPE}: {series:,.0f} series in Prometheus, "
              f"{prometheus.resident() / 1e6:,.0f} MB resident")
        recorded = prometheus.value('count({__name__=~"(instance|engine|fleet):.*"})')
        print(f"recorded by rules: {recorded:,.0f} series")
        down = count - (prometheus.value('sum(up{job="npu-agent"})') or 0)
        check(down == 0, f"every host answers its scrape: {down:.0f} do not")
        for group in prometheus.ask("rules")["groups"]:
            took, every = group["evaluationTime"], group["interval"]
            print(f"rules {group['name']}: {len(group['rules'])} rules in {took * 1000:,.0f} ms, each {every} s")
            for rule in sorted(group["rules"], key=lambda r: -r["evaluationTime"])[:2]:
                print(f"            {rule['evaluationTime'] * 1000:8,.0f} ms  {rule['name']}")
        for path in boards:
            times = []
            for panel in panels(path):
                begun, instant = time.monotonic(), panel.kind in ("stat", "table", "bargauge")
                for query in panel.queries("host-7:9470", "4m"):
                    if instant:
                        prometheus.ask("query", query=query)
                    else:
                        prometheus.ask("query_range", query=query, start=begin, end=time.time(), step=15)
                times.append((time.monotonic() - begun, panel.title))
            slow = max(times)
            print(f"{os.path.basename(path)}: {len(times)} panels in {sum(t for t, _ in times):.2f} s one after the other, median "
                  f"{statistics.median(t for t, _ in times) * 1000:.0f} ms, slowest {slow[0] * 1000:.0f} ms ({slow[1]})")
            for took, title in sorted(times, reverse=True):
                print(f"            {took * 1000:8.0f} ms  {title}")
    finally:
        prometheus.close()
        hosts.close()
        shutil.rmtree(work, ignore_errors=True)
