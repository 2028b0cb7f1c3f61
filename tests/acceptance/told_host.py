"""A simulated host of people-told.sh with its agent, and all the receivers around it."""
import datetime
import json
import pathlib
import re
import subprocess
import sys
import time
import urllib.request

from crash_host import Host, free_port

HERE = pathlib.Path(__file__).parent
CHATS = ["dingtalk", "wecom", "feishu", "slack"]
HTTP = [*CHATS, "pagerduty", "webhook"]
EVERYBODY = [*HTTP, "mail"]
NOTIFICATIONS = """
notifications:
  alertmanagers:
    - {{ name: am, url: "http://127.0.0.1:{am}", resend_interval: 2s, labels: {{ cluster: test }}, heartbeat: 5s }}
  webhooks:
    - {{ name: webhook, url: "{http}/webhook" }}
  dingtalk:
    - {{ name: dingtalk, url: "{http}/dingtalk?access_token=0123456789abcdef0123", secret_file: {work}/robot.secret }}
  wecom:
    - {{ name: wecom, url: "{http}/wecom?key=01234567-89ab-cdef-0123-456789abcdef" }}
  feishu:
    - {{ name: feishu, url: "{http}/feishu/open-apis/bot/v2/hook/01234567-89ab-cdef-0123-456789abcdef", secret_file: {work}/robot.secret, language: zh }}
  slack:
    - {{ name: slack, url: "{http}/slack/services/T000/B000/0123456789abcdef0123" }}
  pagerduty:
    - {{ name: pagerduty, url: "{http}/pagerduty", routing_key_file: {work}/routing.key }}
  mail:
    - {{ name: mail, server: 127.0.0.1, port: {smtp}, security: none, from: npu-agent@npu-host-1.example, to: [oncall@example.com] }}
  syslog:
    - {{ name: syslog, address: "tcp://127.0.0.1:{syslog}" }}
"""
RSYSLOG = """
module(load="imtcp")
input(type="imtcp" port="{port}" address="127.0.0.1")
template(name="raw" type="string" string="%rawmsg%\\n")
*.* action(type="omfile" file="{file}" template="raw")
"""
# Each alert is sent on by itself, so that what was sent on can be counted.
ALERTMANAGER = """
route: {{ receiver: next, group_by: ['...'], group_wait: 1s, group_interval: 1s, repeat_interval: 4h }}
receivers: [ {{ name: next, webhook_configs: [ {{ url: "{http}/next", send_resolved: true }} ] }} ]
inhibit_rules:
  - source_matchers: [ 'severity="critical"', 'source="npu-agent"' ]
    target_matchers: [ 'severity="warning"', 'source="npu-agent"' ]
    equal: [ instance ]
"""


class Failed(Exception):
    pass


def check(text, holds, found=""):
    print(f"{'ok    ' if holds else 'FAILED'} {text}", flush=True)
    if not holds:
        raise Failed(f"{text}: {found}")


class Story:
    def __init__(self, agent, simulator):
        self.agent = agent
        self.host = Host(agent, simulator, 9)
        self.work = pathlib.Path(self.host.work)
        self.box = self.work / "receivers"
        self.children = []
        self.alertmanager = self.rsyslog = None

    def begin(self):
        """Starts the receivers, then the agent; returns when its engine serves."""
        self.box.mkdir()
        self.am, self.syslog = free_port(), free_port()
        self.start([sys.executable, "-B", str(HERE / "receivers.py"), str(self.box)])
        self.until("the stand-ins listen", lambda: (self.box / "ports").exists())
        ports = dict(line.split() for line in (self.box / "ports").read_text().splitlines())
        http = f"http://127.0.0.1:{ports['http']}"
        (self.work / "robot.secret").write_text("SEC0123456789abcdef\n")
        (self.work / "routing.key").write_text("0123456789abcdef0123456789abcdef\n")
        for secret in ("robot.secret", "routing.key"):
            (self.work / secret).chmod(0o600)
        config = self.work / "agent.yaml"
        text = re.sub(r"notifications:.*", "", config.read_text(), flags=re.S)
        config.write_text(text.replace("listen: off", f"listen: 127.0.0.1:{free_port()}") + NOTIFICATIONS.format(
            am=self.am, syslog=self.syslog, http=http, smtp=ports["smtp"], work=self.work))
        (self.work / "rsyslog.conf").write_text(RSYSLOG.format(port=self.syslog, file=self.work / "syslog.out"))
        (self.work / "am.yml").write_text(ALERTMANAGER.format(http=http))
        self.start_alertmanager()
        self.start_syslog()
        self.host.start_agent()
        self.until("the engine serves", self.host.serves)

    def start(self, words):
        with open(self.work / "others.out", "a") as out:
            self.children.append(subprocess.Popen(words, stdout=out, stderr=out, stdin=subprocess.DEVNULL))
        return self.children[-1]

    def start_alertmanager(self):
        self.alertmanager = self.start(["prometheus-alertmanager", f"--config.file={self.work / 'am.yml'}", f"--storage.path={self.work / 'am'}",
                                        f"--web.listen-address=127.0.0.1:{self.am}", "--cluster.listen-address="])
        self.until("the Alertmanager is ready", lambda: self.get("/-/ready") is not None)

    def stop_alertmanager(self):
        self.alertmanager.terminate()
        self.alertmanager.wait()

    def start_syslog(self):
        self.rsyslog = self.start(["rsyslogd", "-n", "-f", str(self.work / "rsyslog.conf"), "-i", str(self.work / "rsyslog.pid")])

    def stop_syslog(self):
        self.rsyslog.terminate()
        self.rsyslog.wait()

    def close(self):
        for child in self.children:
            child.terminate()
            child.wait()
        self.host.down()

    def mode(self, name, how):
        """How a stand-in answers from now on."""
        (self.box / f"{name}.new").write_text(how)
        (self.box / f"{name}.new").rename(self.box / f"{name}.mode")

    def until(self, what, holds, seconds=120):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            found = holds()
            if found:
                return found
            time.sleep(0.2)
        raise Failed(f"not in {seconds} s: {what}")

    @staticmethod
    def settle(seconds=5):
        """Nothing tells that nothing more comes."""
        time.sleep(seconds)

    # --- the receivers ---

    def entries(self, name):
        try:
            return [json.loads(line) for line in (self.box / f"{name}.jsonl").read_text().splitlines()]
        except OSError:
            return []

    def got(self, name):
        """What the receiver took, in order."""
        return [entry for entry in self.entries(name) if entry["taken"]]

    def tries(self, name):
        return len(self.entries(name))

    def times(self, name):
        return [entry["at"] for entry in self.entries(name)]

    def titles(self, name):
        return [title_of(name, entry) for entry in self.got(name)]

    def told_once(self):
        """Everybody was told of the engine's end and of its recovery, in this order, once."""
        for name in [*CHATS, "mail"]:
            titles = self.titles(name)
            words = ("引擎", "已恢复") if name == "feishu" else ("ended unasked", "Over after")
            check(f"{name}: two messages, the alarm and its end", len(titles) == 2 and words[0] in titles[0] and words[1] in titles[1], titles)
        check("pagerduty: trigger, then resolve", self.titles("pagerduty") == ["trigger", "resolve"], self.titles("pagerduty"))
        check("webhook: confirmed, then resolved", self.titles("webhook") == ["incident.confirmed", "incident.resolved"], self.titles("webhook"))

    def syslog_lines(self):
        try:
            return [line for line in (self.work / "syslog.out").read_text().splitlines() if "npu-agent" in line]
        except OSError:
            return []

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.am}{path}", timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            return None

    def alerts(self):
        return json.loads(self.get("/api/v2/alerts") or "[]")

    def suppressed(self, name, why):
        """The alert of this name that the Alertmanager holds back for this reason."""
        held = [a for a in self.alerts() if a["labels"]["alertname"] == name and a["status"]["state"] == "suppressed" and a["status"][why]]
        return held[0] if held else None

    def sent_on(self, name):
        """What the Alertmanager sent on of the alerts of this name, in order."""
        return [alert for entry in self.got("next") for alert in entry["body"]["alerts"] if alert["labels"]["alertname"] == name]

    def amtool(self, *words):
        return subprocess.run(["amtool", f"--alertmanager.url=http://127.0.0.1:{self.am}", *words], capture_output=True, text=True)

    # --- the agent ---

    def ended(self, count):
        """Waits until so many incidents came and are over, and says when; what the receivers fail with is none of them."""
        def over():
            found = [i for i in self.host.incidents() if i["confirmed_at"] and i["fault"] != "notifier-failing"]
            return found if len(found) >= count and not any(i["open"] for i in found) else None
        return max(datetime.datetime.fromisoformat(i["ended_at"]).timestamp() for i in self.until(f"{count} incidents ended", over))

    def status(self):
        answer = self.host.ask("status")
        return answer and {channel["name"]: channel for channel in answer["channels"]}

    def failing(self, names):
        """Waits until the status says that nothing reaches these."""
        last = {}

        def all_fail():
            last.update(self.status() or {})
            return last and all(last[name]["failing_since"] for name in names)

        try:
            self.until(f"the status says that nothing reaches {', '.join(names)}", all_fail)
        except Failed as failed:
            raise Failed(f"{failed}; found {last}") from failed
        return last

    def command(self, *words):
        answer = subprocess.run([self.agent, *words, "--config", str(self.work / "agent.yaml")], capture_output=True, text=True)
        return answer.returncode, answer.stdout + answer.stderr


def kind_of(name, entry):
    """Each try says how the engine is at that moment, so titles of one message differ."""
    return "end" if re.search("Over after|已恢复|resolve", title_of(name, entry)) else "alarm"


def title_of(name, entry):
    body = entry.get("body", {})
    if name == "dingtalk":
        return body["markdown"]["title"]
    if name == "wecom":
        return (body.get("markdown") or body.get("markdown_v2") or body.get("text"))["content"].split("\n")[0]
    if name == "feishu":
        return body["card"]["header"]["title"]["content"]
    if name == "slack":
        return body.get("text") or json.dumps(body, ensure_ascii=False)
    if name == "pagerduty":
        return body["event_action"]
    if name == "mail":
        return entry["headers"]["subject"]
    return body["type"]
