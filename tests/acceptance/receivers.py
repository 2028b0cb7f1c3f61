#!/usr/bin/python3
"""receivers.py FOLDER: stand-ins for the receivers of messages that a test cannot start for itself, and a real SMTP server (aiosmtpd).

Chats and pagers answer as their vendors do, on one HTTP port: /dingtalk /wecom /feishu /slack /pagerduty /webhook; /next is what an Alertmanager
sends on to. Each request is a line of JSON in FOLDER/NAME.jsonl: what came, what was answered. FOLDER/NAME.mode says how NAME answers; without
the file it takes everything:
  ok | code CODE (the vendor's own code, with HTTP 200) | status STATUS | throttle SECONDS (429 with Retry-After) | silenced (too many messages:
  DingTalk and WeCom answer so for ten minutes, and to each request in that time) | cut (taken, and the answer breaks off) | away (no answer)
Mail: FOLDER/mail.jsonl; mode `refuse` answers 550 to the recipient, `later` 451, `silent` nothing.
Ports are in FOLDER/ports once it listens: `http PORT`, `smtp PORT`.
"""
import asyncio
import base64
import hashlib
import hmac
import json
import pathlib
import socket
import sys
import threading
import time
import urllib.parse
from email import policy
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller

FOLDER = pathlib.Path(sys.argv[1])
WRITING = threading.Lock()
SECRET = "SEC0123456789abcdef"
LIMITS = {"dingtalk": 20, "wecom": 20, "feishu": 100, "slack": 60, "pagerduty": 120, "webhook": 1000}
SENT = {name: [] for name in LIMITS}
MUTED = {}
SILENCE = 600


def mode(name):
    try:
        return (FOLDER / f"{name}.mode").read_text().split()
    except OSError:
        return ["ok"]


def keep(name, entry):
    with WRITING, open(FOLDER / f"{name}.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps({"at": time.time(), **entry}, ensure_ascii=False) + "\n")


def refusal(name, query, body):
    """What the vendor objects to; None: nothing."""
    if name == "dingtalk":
        stamp = query.get("timestamp", [""])[0]
        sign = base64.b64encode(hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()).decode()
        if query.get("sign", [""])[0] != sign or abs(time.time() * 1000 - int(stamp or 0)) > 3600_000:
            return 310000, "sign not match"
    if name == "feishu":
        sign = base64.b64encode(hmac.new(f"{body.get('timestamp')}\n{SECRET}".encode(), b"", hashlib.sha256).digest()).decode()
        if body.get("sign") != sign:
            return 19021, "sign match fail or timestamp is not within one hour from current time"
    if name == "wecom" and len(json.dumps(body.get("markdown", {}).get("content", ""), ensure_ascii=False).encode()) > 4098:
        return 40058, "markdown.content exceed max length 4096"
    if name == "pagerduty" and (len(body.get("routing_key", "")) != 32 or len(body.get("payload", {}).get("summary", "")) > 1024):
        return 400, "invalid event"
    now = time.time()
    if name in ("dingtalk", "wecom"):
        SENT[name] = [at for at in SENT[name] if now - at < 60] + [now]
        if len(SENT[name]) > LIMITS[name] or (mode(name)[0] == "silenced" and name not in MUTED):
            MUTED[name] = now + SILENCE
        if MUTED.get(name, 0) > now:
            return (130101, "send too fast, exceed 20 times per minute") if name == "dingtalk" else (45009, "api freq out of limit")
    return None


def answer(name, code, text):
    if name == "dingtalk" or name == "wecom":
        return 200, json.dumps({"errcode": code, "errmsg": text})
    if name == "feishu":
        return 200, json.dumps({"code": code, "msg": text, "data": {}})
    if name == "slack":
        return (200, "ok") if code == 0 else (200, text)
    if name == "pagerduty":
        return (202, json.dumps({"status": "success", "dedup_key": "k"})) if code == 0 else (400, json.dumps({"status": text}))
    return (204, "") if code == 0 else (200, text)


class Vendor(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        address = urllib.parse.urlparse(self.path)
        name = address.path.strip("/").split("/")[0]
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = json.loads(raw)
        how = mode(name)
        entry = {"mode": " ".join(how), "body": body, "headers": dict(self.headers), "bytes": len(raw), "taken": False}
        if how[0] == "away":
            self.close_connection = True
            keep(name, entry)
            return
        if how[0] == "throttle":
            keep(name, entry)
            self.reply(429, "rate_limited", {"Retry-After": how[1]})
            return
        objection = (int(how[1]), "refused by the test") if how[0] == "code" else refusal(name, urllib.parse.parse_qs(address.query), body)
        if how[0] == "status":
            keep(name, entry)
            self.reply(int(how[1]), "refused by the test", {})
            return
        status, text = answer(name, *(objection or (0, "ok" if name != "feishu" else "success")))
        # An answer that breaks off: the vendor took it, and the sender cannot know.
        if how[0] == "cut" and status == 204:
            status = 200
        entry["taken"] = objection is None
        entry["objection"] = objection
        keep(name, entry)
        if how[0] == "cut":
            self.send_response(status)
            self.send_header("Content-Length", "500")
            self.end_headers()
            self.wfile.write(text.encode()[:3])
            self.close_connection = True
            return
        self.reply(status, text, {})

    def reply(self, status, text, headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


class Mail:
    async def handle_RCPT(self, server, session, envelope, address, options):
        how = mode("mail")[0]
        if how == "silent":
            keep("mail", {"taken": False})
            await asyncio.Event().wait()
        if how in ("refuse", "later"):
            keep("mail", {"taken": False})
            return "550 no such mailbox" if how == "refuse" else "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = BytesParser(policy=policy.default).parsebytes(envelope.content)
        part = message.get_body(("plain",))
        keep("mail", {"taken": True, "to": envelope.rcpt_tos, "headers": {k.lower(): str(v) for k, v in message.items()},
                      "text": part.get_content() if part else "", "types": [p.get_content_type() for p in message.walk()]})
        return "250 OK"


http = ThreadingHTTPServer(("127.0.0.1", 0), Vendor)
threading.Thread(target=http.serve_forever, daemon=True).start()
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
smtp = Controller(Mail(), hostname="127.0.0.1", port=port)
smtp.start()
(FOLDER / "ports.new").write_text(f"http {http.server_address[1]}\nsmtp {port}\n")
(FOLDER / "ports.new").rename(FOLDER / "ports")
threading.Event().wait()
