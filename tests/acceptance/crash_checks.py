"""What has to be true after a trial of crash-trials.sh."""
import collections
import glob
import hashlib
import json
import os
import tarfile
import urllib.request

NOTE = "collected-so-far.json"
LOG = "pymotor_vllm_log/vllm-engine-deepseek.log"
FILES = ["npu-agent/processes/ps.txt", "npu-agent/npu-smi-before.txt", "npu-agent/agent.yaml", "environment_check/npu_info_after.txt", LOG]


def problems_of(host, receiver, whom):
    confirmed = [i for i in host.incidents() if i["confirmed_at"]]
    recovered = [i for i in confirmed if i["attempts"]]
    if len(recovered) != 1:
        return [f"{len(recovered)} incidents were recovered: {', '.join(i['fault'] + ' ' + i['state'] for i in confirmed)}"]
    incident = recovered[0]
    found = []
    # A killed tool is a failed step, after which the ladder may end; a killed agent costs no attempt.
    if incident["state"] == "handed-over" and whom == "agent":
        found.append(f"handed over: {incident['reason']}")
    found += steps(host, incident)
    found += evidence(host, incident, whom)
    found += notices(host, receiver, confirmed)
    if incident["state"] == "resolved" and not answers(host):
        found.append("the engine does not serve")
    return found


def steps(host, incident):
    begun = collections.Counter(e["text"].split()[1] for e in incident["timeline"] if e["kind"] == "step-started")
    calls = host.calls()
    found = []
    for step, made in (
            ("reset-chip", sum("set -t reset" in c for c in calls)),
            ("restart-driver", sum(c.startswith("systemctl restart") for c in calls)),
            ("start-engine", sum(c.startswith("vllm serve") for c in calls) - 1)):
        if made > begun[step]:
            found.append(f"{step} was begun {begun[step]} times and done {made} times")
    return found


def evidence(host, incident, whom):
    found = []
    folder = os.path.join(host.work, "state", "bundles")
    named, there = incident["bundles"], sorted(glob.glob(f"{folder}/{incident['id']}-*.tar.gz"))
    if not named:
        return ["no bundle"]
    if sorted(set(named)) != there or len(named) != len(set(named)):
        found.append(f"bundles named: {short(named)}, there: {short(there)}")
    if len(there) > len(incident["attempts"]):
        found.append(f"{len(incident['attempts'])} recoveries, bundles: {short(there)}")
    # Killed after the step was written down, an agent leaves the note of where the bundle lies, or its empty folder; a later bundle takes it away.
    stray = [p for p in glob.glob(f"{folder}/.*") + glob.glob(f"{folder}/*.new") if not os.path.isdir(p) or os.listdir(p) not in ([NOTE], [])]
    left = [os.path.basename(p) for p in stray]
    left += [n for n in os.listdir(os.path.join(host.work, "tmp")) if n.startswith("npu-agent")]
    if left:
        found.append(f"left behind: {', '.join(left)}")
    for path in named:
        if os.path.exists(path):
            found += whole(path)
    destroyed = any(e["kind"] == "step-started" and e["text"].split()[1] in ("reset-chip", "restart-driver") for e in incident["timeline"])
    full = [p for p in named if "-full-" in p]
    if destroyed and not full:
        found.append(f"no full bundle: {short(named)}")
    elif destroyed and os.path.exists(full[0]):
        files, manifest = read(full[0])
        logs = sum(len(content) for name, content in files.items() if name.startswith("device_log/"))
        told = [p for s in manifest["sources"] if s["source"] == "dlog" for p in s["problems"]]
        if logs < 1000 and not (whom == "ascend-dlog" and told):
            found.append(f"{logs} bytes of device logs")
    first = sorted(glob.glob(f"{host.work}/state/engines/deepseek/*.log"))[:1]
    if first and os.path.exists(named[0]):
        with open(first[0], "rb") as file:
            begins = file.read(200)
        if not read(named[0])[0].get(LOG, b"").startswith(begins):
            found.append("the log is not that of the engine that failed")
    return found


def whole(path):
    files, manifest = read(path)
    found = [f"{os.path.basename(path)} lacks {name}" for name in FILES if name not in files]
    entries = {e["path"]: e["sha256"] for e in manifest["entries"]}
    if set(entries) != set(files) - {"npu-agent/manifest.json"} or any(hashlib.sha256(files[n]).hexdigest() != s for n, s in entries.items()):
        found.append(f"{os.path.basename(path)} is not what its manifest says")
    table = files.get("environment_check/npu_info_after.txt", b"").decode(errors="replace")
    for command in ("npu-smi info -m\n", "npu-smi info\n"):
        if table.count(f"/{command}") > 1:
            found.append(f"{os.path.basename(path)} has the answer to {command.strip()} twice")
    return found


def read(path):
    with tarfile.open(path) as tar:
        files = {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}
    return files, json.loads(files["npu-agent/manifest.json"])


def notices(host, receiver, confirmed):
    wanted = {f"{i['id']}/{kind}" for i in confirmed for kind in ("confirmed", i["state"])}
    host.until(lambda: wanted <= set(receiver.told), 20)
    times = collections.Counter(receiver.told)
    found = [f"never told: {n}" for n in wanted if n not in times]
    found += [f"told {t} times: {n}" for n, t in times.items() if t > 2]
    # Handed over first and mended later is told as both.
    found += [f"told, and not so: {n}" for n in times if n not in wanted and not n.endswith("/handed-over")]
    return found


def answers(host):
    body = json.dumps({"model": "m", "prompt": "The capital of France is", "max_tokens": 4, "temperature": 0}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{host.port}/v1/completions", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return b"Paris" in answer.read()
    except OSError:
        return False


def short(paths):
    return ", ".join(os.path.basename(p) for p in paths) or "none"
