"""The parts of people-told.sh, and what each has to find."""
import datetime
import json
import re
import sys

from told_host import CHATS, EVERYBODY, HTTP, Failed, Story, check, kind_of


def is_same_time(one, other):
    """An agent tells times by the host's clock, from when it began."""
    return one and other and abs((datetime.datetime.fromisoformat(one) - datetime.datetime.fromisoformat(other)).total_seconds()) < 1


def recovered(story):
    """an engine fails and is recovered: everybody is told once, in order"""
    story.host.simulate("fault", "engine-exit")
    story.ended(1)
    for name in EVERYBODY:
        story.until(f"{name} has both", lambda name=name: len(story.got(name)) >= 2)
    story.settle()
    story.told_once()
    triggered = story.got("pagerduty")
    check("pagerduty: trigger and resolve of one key", len({b["body"]["dedup_key"] for b in triggered}) == 1, triggered)
    lost = [entry["body"]["incident"]["lost_service"] for entry in story.got("webhook")]
    check("webhook: what the engine lost is told with its end", any(l["subject"] == "engine:deepseek" and l["seconds"] > 0 for l in lost[1] or []), lost)
    lines = story.until("syslog has both", lambda: len(story.syslog_lines()) >= 2 and story.syslog_lines())
    check("syslog: two records of RFC 5424", len(lines) == 2 and all(re.match(r"<\d+>1 \d{4}-\d\d-\d\dT", line) for line in lines), lines)
    mails = story.got("mail")
    check("mail: one thread, text and HTML", mails[1]["headers"].get("in-reply-to") == mails[0]["headers"]["message-id"]
          and {"text/plain", "text/html"} <= set(mails[0]["types"]) and mails[0]["headers"].get("auto-submitted") == "auto-generated", mails)
    names = {a["labels"]["alertname"]: a for a in story.alerts()}
    check("Alertmanager: the heartbeat fires, and every alert has the label of one's own",
          "NpuAgentHeartbeat" in names and all(a["labels"].get("cluster") == "test" for a in names.values()), names)
    sent = story.until("the Alertmanager sent both on", lambda: len(story.sent_on("NpuEngineExited")) >= 2 and story.sent_on("NpuEngineExited"))
    check("Alertmanager: the alert has the name of its fault and its engine; it was sent on, and so was its end",
          [a["status"] for a in sent] == ["firing", "resolved"] and sent[0]["labels"]["engine"] == "deepseek", sent)


def away(story):
    """every receiver fails in its own way, the engine fails, the agent is killed in the middle and again before they are back"""
    story.mode("dingtalk", "code -1")
    story.mode("wecom", "code 45009")
    story.mode("feishu", "code 19021")
    story.mode("slack", "status 503")
    story.mode("pagerduty", "away")
    story.mode("webhook", "away")
    story.mode("mail", "later")
    story.stop_alertmanager()
    story.stop_syslog()
    story.host.simulate("fault", "engine-exit")
    story.until("the alarm is tried", lambda: story.tries("webhook"))
    story.host.kill_agent()
    story.host.start_agent()
    story.ended(1)
    failing = ["am", *EVERYBODY, "syslog"]
    before = story.failing(failing)
    check("status says for each what is wrong, and no secret", "sign" in before["feishu"]["problem"].lower()
          and "0123456789abcdef" not in json.dumps(before), before)
    story.until("the log says it", lambda: "Nothing reaches 'am'" in story.host.log())
    for name in EVERYBODY:
        check(f"{name}: nothing counts as sent", not story.got(name), story.titles(name))
    code, text = story.command("notify", "test", "feishu")
    check("notify test says what the vendor answered", code == 2 and "19021" in text and "0123456789abcdef" not in text, text)
    code, text = story.command("notify", "list")
    check("notify list shows what waits", code == 0 and text.count("waiting") >= 2 * len(EVERYBODY), text)

    story.host.kill_agent()
    story.host.start_agent()
    after = story.until("the next agent answers", story.status)
    check("it knows at once since when nothing reaches whom, and why", all(is_same_time(after[name]["failing_since"], before[name]["failing_since"])
          and after[name]["problem"] for name in EVERYBODY), (before, after))
    for name in EVERYBODY:
        story.mode(name, "ok")
    story.start_alertmanager()
    story.start_syslog()
    for name in EVERYBODY:
        story.until(f"{name} has what waited", lambda name=name: len(story.got(name)) >= 2, 400)
    story.until("syslog has what waited", lambda: len(story.syslog_lines()) >= 2, 400)
    story.settle()
    story.told_once()
    check("syslog: the alarm and its end, once", len(story.syslog_lines()) == 2, story.syslog_lines())
    story.until("the Alertmanager has the heartbeat again", lambda: any(a["labels"]["alertname"] == "NpuAgentHeartbeat" for a in story.alerts()))
    story.until("status says that everybody is reached", lambda: not any(c["failing_since"] for c in story.status().values()))


def cut(story):
    """an answer that breaks off is no success where the answer tells it: the message is told again, and nothing overtakes it"""
    by_answer = [*CHATS, "pagerduty"]
    for name in HTTP:
        story.mode(name, "cut")
    story.host.simulate("fault", "engine-exit")
    story.ended(1)
    for name in by_answer:
        story.until(f"{name} was asked twice", lambda name=name: story.tries(name) >= 2)
    story.failing(by_answer)
    story.host.kill_agent()
    for name in HTTP:
        story.mode(name, "ok")
    story.host.start_agent()
    for name in by_answer:
        story.until(f"{name} has both", lambda name=name: len([e for e in story.got(name) if e["mode"] == "ok"]) >= 2, 400)
    story.settle()
    for name in by_answer:
        broken = {kind_of(name, e) for e in story.got(name) if e["mode"] == "cut"}
        whole = [kind_of(name, e) for e in story.got(name) if e["mode"] == "ok"]
        check(f"{name}: the alarm alone until its answer came whole, then its end, each once", broken == {"alarm"} and whole == ["alarm", "end"],
              (broken, story.titles(name)))
    check("webhook: its status is its verdict, so both are told once", story.titles("webhook") == ["incident.confirmed", "incident.resolved"],
          story.titles("webhook"))


def throttled(story):
    """429 with Retry-After, and a robot that is silenced for ten minutes: nobody is asked too early, also by the next agent"""
    story.mode("slack", "throttle 45")
    story.mode("pagerduty", "throttle 45")
    story.mode("webhook", "throttle 45")
    story.mode("dingtalk", "silenced")
    story.host.simulate("fault", "engine-exit")
    story.ended(1)
    for name in ("slack", "pagerduty", "webhook", "dingtalk"):
        story.until(f"{name} was asked", lambda name=name: story.tries(name))
        story.mode(name, "ok")
    story.host.kill_agent()
    story.host.start_agent()
    for name in ("slack", "pagerduty", "webhook"):
        story.until(f"{name} has both", lambda name=name: len(story.got(name)) >= 2)
        first, second = story.times(name)[:2]
        check(f"{name}: nothing came before the time that it asked for", second - first >= 45, second - first)
    story.until("dingtalk has both", lambda: len(story.got("dingtalk")) >= 2, 720)
    first, second = story.times("dingtalk")[:2]
    check("dingtalk: nothing came in the ten minutes of its silence", second - first >= 600, second - first)
    story.settle()
    story.told_once()


def silent(story):
    """a mail server that takes the connection and never answers holds up nobody"""
    story.mode("mail", "silent")
    story.host.simulate("fault", "engine-exit")
    story.until("mail is being sent", lambda: story.tries("mail"))
    ended = story.ended(1)
    others = [name for name in EVERYBODY if name != "mail"]
    for name in others:
        story.until(f"{name} has both", lambda name=name: len(story.got(name)) >= 2)
    late = {name: story.got(name)[1]["at"] - ended for name in others}
    check("everybody else was told of the end at once, and not when the mail was given up", max(late.values()) < 10, late)
    story.mode("mail", "ok")
    story.until("mail has both", lambda: len(story.got("mail")) >= 2, 180)
    story.settle()
    story.told_once()


def rejected(story):
    """a receiver rejects: the notices are kept, shown, and sent again on demand"""
    story.mode("webhook", "status 400")
    story.host.simulate("fault", "engine-exit")
    story.ended(1)
    story.until("both were given up", lambda: story.status()["webhook"]["dead"] >= 2)
    code, text = story.command("notify", "list")
    check("notify list says that they were rejected, and why", code == 0 and text.count("rejected") >= 2 and "400" in text, text)
    story.mode("webhook", "ok")
    story.host.kill_agent()
    story.host.start_agent()
    story.until("the next agent answers", story.status)
    code, text = story.command("notify", "retry", "--channel", "webhook")
    check("notify retry sends them again, also by the next agent", code == 0 and "2 notices" in text, text)
    story.until("the webhook has both", lambda: len(story.got("webhook")) >= 2)
    code, text = story.command("notify", "retry", "--channel", "webhook")
    check("and once", code == 0 and "nothing was given up" in text, text)
    story.settle()
    story.told_once()


def silences(story):
    """silences and inhibition of the real Alertmanager"""
    story.host.simulate("fault", "chip-warning", "--npu", "0")
    warned = story.until("the warning was sent on", lambda: story.sent_on("NpuChipWarning"))
    check("an alert is sent on; it has the chip as a label, and no placeholder in its texts", re.fullmatch(r"\d+/\d+", warned[0]["labels"]["chip"])
          and not re.search(r"\b(NAME|CARD|CHIP)\b", json.dumps(warned[0]["annotations"])), warned)
    story.host.simulate("heal", "chip-warning")
    story.until("its end was sent on", lambda: story.sent_on("NpuChipWarning")[-1]["status"] == "resolved")
    count = len(story.sent_on("NpuChipWarning"))

    story.host.simulate("fault", "config-error")
    story.until("a critical alert was sent on", lambda: story.sent_on("NpuEngineConfigError"))
    story.host.simulate("fault", "chip-warning", "--npu", "0")
    held = story.until("the warning is inhibited", lambda: story.suppressed("NpuChipWarning", "inhibitedBy"))
    check("by the labels of the agent alone", held["labels"]["severity"] == "warning" and held["labels"]["source"] == "npu-agent", held)
    story.settle(10)
    check("an inhibited alert was not sent on", len(story.sent_on("NpuChipWarning")) == count, story.sent_on("NpuChipWarning"))

    made = story.amtool("silence", "add", "alertname=NpuChipUnfit", "chip=1/0", "source=npu-agent", "--comment=test", "--author=test", "--duration=1h")
    check("a silence is made", made.returncode == 0, made.stderr)
    story.host.simulate("fault", "chip-worn-out", "--npu", "1")
    story.until("the alert is silenced by its labels", lambda: story.suppressed("NpuChipUnfit", "silencedBy"))
    for name in CHATS:
        story.until(f"{name} was told of the chip", lambda name=name: any("1/0" in json.dumps(e["body"]) for e in story.got(name)))
    story.settle(10)
    check("a silenced alert was not sent on", not story.sent_on("NpuChipUnfit"), story.sent_on("NpuChipUnfit"))


PARTS = [recovered, away, cut, silent, rejected, silences, throttled]


def main():
    agent, simulator, *names = sys.argv[1:]
    known = {part.__name__: part for part in PARTS}
    if wrong := [name for name in names if name not in known]:
        print(f"no part {', '.join(wrong)}; there are: {' '.join(known)}")
        return 2
    failed = []
    for part in [known[name] for name in names] or PARTS:
        print(f"--- {part.__name__}: {part.__doc__}", flush=True)
        # A fault that comes a third time within an hour is told as one that comes and goes, so each part has a host of its own.
        story = Story(agent, simulator)
        try:
            story.begin()
            part(story)
        except Failed as found:
            print(f"FAILED: {found}\n{story.host.log()[-4000:]}", flush=True)
            failed.append(part.__name__)
        finally:
            story.close()
    print(f"failed: {' '.join(failed)}" if failed else "OK")
    return 1 if failed else 0


sys.exit(main())
