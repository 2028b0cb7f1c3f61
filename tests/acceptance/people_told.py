"""The story of people-told.sh."""
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
ALERTMANAGER = """
route: { receiver: none }
receivers: [ { name: none } ]
inhibit_rules:
  - source_matchers: [ 'severity="critical"', 'source="npu-agent"' ]
    target_matchers: [ 'severity="warning"' ]
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
        self.box.mkdir()
        self.children = []
        self.am, self.syslog = free_port(), free_port()
        self.start([sys.executable, "-B", str(HERE / "receivers.py"), str(self.box)])
        self.until("the stand-ins listen", lambda: (self.box / "ports").exists())
        ports = dict(line.split() for line in (self.box / "ports").read_text().splitlines())
        (self.work / "robot.secret").write_text("SEC0123456789abcdef\n")
        (self.work / "routing.key").write_text("0123456789abcdef0123456789abcdef\n")
        for secret in ("robot.secret", "routing.key"):
            (self.work / secret).chmod(0o600)
        config = self.work / "agent.yaml"
        text = re.sub(r"notifications:.*", "", config.read_text(), flags=re.S)
        config.write_text(text.replace("listen: off", f"listen: 127.0.0.1:{free_port()}") + NOTIFICATIONS.format(
            am=self.am, syslog=self.syslog, http=f"http://127.0.0.1:{ports['http']}", smtp=ports["smtp"], work=self.work))
        (self.work / "rsyslog.conf").write_text(RSYSLOG.format(port=self.syslog, file=self.work / "syslog.out"))
        (self.work / "am.yml").write_text(ALERTMANAGER)
        self.start_alertmanager()
        self.start(["rsyslogd", "-n", "-f", str(self.work / "rsyslog.conf"), "-i", str(self.work / "rsyslog.pid")])

    def start(self, words):
        with open(self.work / "others.out", "a") as out:
            self.children.append(subprocess.Popen(words, stdout=out, stderr=out, stdin=subprocess.DEVNULL))
        return self.children[-1]

    def start_alertmanager(self):
        self.alertmanager = self.start(["prometheus-alertmanager", f"--config.file={self.work / 'am.yml'}", f"--storage.path={self.work / 'am'}",
                                        f"--web.listen-address=127.0.0.1:{self.am}", "--cluster.listen-address="])
        self.until("the Alertmanager is ready", lambda: self.get("/-/ready") is not None)

    def close(self):
        for child in self.children:
            child.terminate()
            child.wait()
        self.host.down()

    # --- what there is ---

    def until(self, what, holds, seconds=90):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            found = holds()
            if found:
                return found
            time.sleep(0.2)
        raise Failed(f"not in {seconds} s: {what}")

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.am}{path}", timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            return None

    def alerts(self):
        return json.loads(self.get("/api/v2/alerts") or "[]")

    def got(self, name):
        """What the receiver took, in order."""
        try:
            lines = (self.box / f"{name}.jsonl").read_text().splitlines()
        except OSError:
            return []
        return [entry for entry in map(json.loads, lines) if entry["taken"]]

    def tries(self, name):
        try:
            return len((self.box / f"{name}.jsonl").read_text().splitlines())
        except OSError:
            return 0

    def titles(self, name):
        return [title_of(name, entry) for entry in self.got(name)]

    def syslog_lines(self):
        try:
            return [line for line in (self.work / "syslog.out").read_text().splitlines() if "npu-agent" in line]
        except OSError:
            return []

    def mode(self, name, how):
        (self.box / f"{name}.mode").write_text(how)

    def incident(self, count):
        """The newest incident, once so many ended."""
        found = self.until(f"{count} incidents ended", lambda: self.ended(count))
        return found[0]["id"]

    def ended(self, count):
        found = [i for i in self.host.incidents() if i["confirmed_at"]]
        return found if len(found) >= count and all(not i["open"] for i in found) else None

    def status(self):
        return {channel["name"]: channel for channel in self.host.ask("status")["channels"]}

    def failing(self, names):
        last = {}

        def all_fail():
            last.update(self.status())
            return all(last[name]["failing_since"] for name in names)

        try:
            self.until(f"the status says that nothing reaches {', '.join(names)}", all_fail)
        except Failed as failed:
            raise Failed(f"{failed}; found {last}") from failed
        return last

    def command(self, *words):
        answer = subprocess.run([self.agent, *words, "--config", str(self.work / "agent.yaml")], capture_output=True, text=True)
        return answer.returncode, answer.stdout + answer.stderr


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


def recovered(story):
    print("--- an engine fails and is recovered: everybody is told once, in order")
    story.host.simulate("fault", "engine-exit")
    story.incident(1)
    for name in CHATS + ["mail"]:
        story.until(f"{name} has both", lambda name=name: len(story.got(name)) >= 2)
    time.sleep(5)
    for name in CHATS + ["mail"]:
        titles = story.titles(name)
        words = ("引擎", "已恢复") if name == "feishu" else ("ended unasked", "Over after")
        check(f"{name}: two messages, the alarm and its end", len(titles) == 2 and words[0] in titles[0] and words[1] in titles[1], titles)
    check("pagerduty: trigger and resolve of one key", [b["body"]["event_action"] for b in story.got("pagerduty")] == ["trigger", "resolve"]
          and len({b["body"]["dedup_key"] for b in story.got("pagerduty")}) == 1, story.got("pagerduty"))
    check("webhook: confirmed, then resolved", story.titles("webhook") == ["incident.confirmed", "incident.resolved"], story.titles("webhook"))
    lines = story.until("syslog has both", lambda: len(story.syslog_lines()) >= 2 and story.syslog_lines())
    check("syslog: two records of RFC 5424", len(lines) == 2 and all(re.match(r"<\d+>1 \d{4}-\d\d-\d\dT", line) for line in lines), lines)
    mails = story.got("mail")
    check("mail: one thread, text and HTML", mails[1]["headers"].get("in-reply-to") == mails[0]["headers"]["message-id"]
          and {"text/plain", "text/html"} <= set(mails[0]["types"]) and mails[0]["headers"].get("auto-submitted") == "auto-generated", mails)
    names = {a["labels"]["alertname"]: a for a in story.alerts()}
    check("Alertmanager: the alert has the name of its fault, its engine and the label of one's own; the heartbeat fires",
          "NpuAgentHeartbeat" in names and all(a["labels"].get("cluster") == "test" for a in names.values()), names)


def all_away(story):
    print("--- every receiver fails in its own way, the engine fails, the agent is killed in the middle")
    before = {name: len(story.got(name)) for name in CHATS + ["pagerduty", "webhook", "mail"]}
    story.mode("dingtalk", "code -1")
    story.mode("wecom", "code 45009")
    story.mode("feishu", "code 19021")
    story.mode("slack", "throttle 5")
    story.mode("pagerduty", "away")
    story.mode("webhook", "away")
    story.mode("mail", "later")
    story.alertmanager.terminate()
    story.alertmanager.wait()
    story.host.simulate("fault", "engine-exit")
    story.until("the alarm is tried", lambda: story.tries("webhook") > before["webhook"])
    story.host.kill_agent()
    story.host.start_agent()
    story.incident(2)
    channels = story.failing(["am", "dingtalk", "feishu", "pagerduty", "webhook"])
    check("status says for each what is wrong, and no secret", "sign" in channels["feishu"]["problem"].lower()
          and "0123456789abcdef" not in json.dumps(channels), channels)
    log = (story.work / "agent.out").read_text()
    check("the log says it", "Nothing reaches 'am'" in log or story.until("the log says it", lambda: "Nothing reaches 'am'" in
                                                                         (story.work / "agent.out").read_text()), log[-2000:])
    for name in CHATS + ["pagerduty", "webhook", "mail"]:
        check(f"{name}: nothing counts as sent", len(story.got(name)) == before[name], story.titles(name)[before[name]:])
    code, text = story.command("notify", "test", "feishu")
    check("notify test says what the vendor answered", code == 2 and "19021" in text and "0123456789abcdef" not in text, text)
    code, text = story.command("notify", "list")
    check("notify list shows what waits", code == 0 and text.count("waiting") >= 7, text)
    for name in CHATS + ["pagerduty", "webhook", "mail"]:
        story.mode(name, "ok")
    story.start_alertmanager()
    # Whoever throttled is left alone for as long as it asked: a restart of the agent asks at once.
    story.host.kill_agent()
    story.host.start_agent()
    for name in CHATS + ["pagerduty", "webhook", "mail"]:
        story.until(f"{name} has what waited", lambda name=name: len(story.got(name)) >= before[name] + 2, 180)
    time.sleep(5)
    for name in CHATS + ["pagerduty", "webhook", "mail"]:
        titles = story.titles(name)[before[name]:]
        check(f"{name}: the alarm and its end, in order, once", len(titles) == 2, titles)
    story.until("the Alertmanager has the end of it, or nothing that fires",
                lambda: [a for a in story.alerts() if a["labels"]["alertname"] == "NpuAgentHeartbeat"])


def broken_answer(story):
    print("--- an answer that breaks off is no success")
    before = len(story.got("slack"))
    story.mode("slack", "cut")
    story.host.simulate("fault", "engine-exit")
    story.incident(3)
    story.failing(["slack"])
    story.mode("slack", "ok")
    story.until("slack takes both", lambda: len([e for e in story.got("slack")[before:] if e["mode"] == "ok"]) >= 2, 180)
    check("slack: told again, and then no more", True)


def alertmanager_rules(story):
    print("--- silences and inhibition of the real Alertmanager")
    url = f"--alertmanager.url=http://127.0.0.1:{story.am}"
    silenced = subprocess.run(["amtool", url, "silence", "add", "alertname=~Npu.*", "source=npu-agent", "--comment=test", "--author=test", "--duration=1h"],
                              capture_output=True, text=True)
    check("a silence is made", silenced.returncode == 0, silenced.stderr)
    story.host.simulate("fault", "chip-alarm")
    alarm = story.until("the alert is there", lambda: [a for a in story.alerts() if a["labels"].get("chip")])[0]
    check("it has the chip as a label, and no placeholder in its texts", re.fullmatch(r"\d+/\d+", alarm["labels"]["chip"])
          and not re.search(r"\b(NAME|CARD|CHIP)\b", json.dumps(alarm["annotations"])), alarm)
    story.until("it is silenced", lambda: any(a["status"]["state"] == "suppressed" and a["status"]["silencedBy"] for a in story.alerts()))
    check("it is silenced by its labels", True)


def rejected(story):
    print("--- a receiver rejects: the notice is kept, shown, and sent again on demand")
    before = len(story.got("webhook"))
    story.mode("webhook", "status 400")
    story.host.simulate("fault", "engine-exit")
    story.incident(4)
    story.until("both were given up", lambda: story.status()["webhook"]["dead"] >= 2)
    code, text = story.command("notify", "list")
    check("notify list says that they were rejected, and why", code == 0 and text.count("rejected") >= 2 and "400" in text, text)
    story.mode("webhook", "ok")
    code, text = story.command("notify", "retry", "--channel", "webhook")
    check("notify retry sends them again", code == 0 and "2 notices" in text, text)
    story.until("the webhook has both", lambda: len(story.got("webhook")) == before + 2)
    check("in order", story.titles("webhook")[before:] == ["incident.confirmed", "incident.resolved"], story.titles("webhook"))


def main():
    story = Story(sys.argv[1], sys.argv[2])
    try:
        story.host.start_agent()
        story.until("the engine serves", story.host.serves)
        recovered(story)
        all_away(story)
        broken_answer(story)
        rejected(story)
        alertmanager_rules(story)
        print("OK")
        return 0
    except Failed as failed:
        print(f"FAILED: {failed}")
        print((story.work / "agent.out").read_text()[-4000:])
        return 1
    finally:
        story.close()


sys.exit(main())
