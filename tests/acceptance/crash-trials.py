"""The trials of crash-trials.sh: AGENT SIMULATOR N."""
import collections
import os
import random
import signal
import sys
import time

from crash_checks import problems_of
from crash_host import Host, Receiver

agent, simulator, count = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), int(sys.argv[3])
seed = int(os.environ.get("CRASH_TRIALS_SEED") or random.SystemRandom().randrange(1_000_000))
chance = random.Random(seed)

ENGINE = ["collect-evidence", "stop-engine", "wait-for-chip-memory", "start-engine", "complete-evidence", "verify-engine"]
WIDE = ["collect-all-evidence", "stop-engine", "wait-for-chips", "wait-for-chip-memory", "start-engine", "complete-evidence", "verify-engine"]
SOURCES = ["processes", "chip-table", "npu-smi", "hccn_tool", "dlog", "engine-log", "kernel-log", "configuration"]
ENDS = ["done  collect-all-evidence", "evidence secured", "done  complete-evidence", "recovery ended"]

# What is broken, whom the kill is for, and what the agent says a moment before.
AIMS = [
    *[("engine-exit", "agent", f"begin {s}") for s in ENGINE],
    *[("api-killed", "agent", f"begin {s}") for s in ["clear-orphans", "clear-orphans", "stop-engine", "collect-evidence"]],
    *[("chip-alarm", "agent", f"begin {s}") for s in ["reset-chip", "reset-chip", *WIDE]],
    *[("chips-unavailable", "agent", f"begin {s}") for s in ["restart-driver", "restart-driver", *WIDE]],
    *[("chip-alarm", "agent", f"collecting {s}") for s in SOURCES],
    *[("chip-alarm", "agent", said) for said in ENDS],
    *[("chips-unavailable", "agent", said) for said in ENDS],
    *[(fault, "agent", None) for fault in ("engine-exit", "chip-alarm", "chips-unavailable", "api-killed")],
    *[("chip-alarm", "npu-smi", f"begin {s}") for s in ["collect-all-evidence", "reset-chip", "wait-for-chips"]],
    ("engine-exit", "npu-smi", "begin wait-for-chip-memory"),
    ("chip-alarm", "ascend-dlog", "collecting dlog"),
    ("chips-unavailable", "ascend-dlog", "collecting dlog"),
    ("chips-unavailable", "systemctl", "begin restart-driver"),
    ("engine-exit", "engine", "begin start-engine"),
    ("engine-exit", "engine", "begin verify-engine"),
]


def strike(host, whom, said):
    """Kills once; tells whom it hit, or None when the trial had ended before."""
    if said is None:
        time.sleep(chance.uniform(0, 9))
    elif not host.hears(said, 30):
        return None
    time.sleep(chance.choice([0, 0, chance.uniform(0, 0.05), chance.uniform(0, 0.5)]))
    if whom != "agent":
        return host.kill_tool(whom, 3)
    host.kill_agent()
    time.sleep(chance.choice([0, chance.uniform(0, 1.5)]))
    host.start_agent()
    return "agent"


def trial(aim):
    fault, whom, said = aim
    landed = []
    receiver = Receiver()
    host = Host(agent, simulator, receiver.port)
    try:
        host.start_agent()
        if not host.until(host.serves, 60):
            return landed, ["the engine does not serve at the start"], host.log()
        host.simulate("fault", fault)
        for again in range(chance.choice([1, 1, 1, 2, 3]) if whom == "agent" else 1):
            hit = strike(host, whom, said if again == 0 else None)
            if hit:
                landed.append(hit)
        ended = host.until(host.has_ended, 90)
        # Where a kill of the agent landed is what the next agent found in its journal.
        agents = sum(hit == "agent" for hit in landed)
        found = host.interruptions()
        landed = [hit for hit in landed if hit != "agent"] + [f"agent in {step}" for step in found] + ["agent outside of a recovery"] * (agents - len(found))
        if ended:
            return landed, problems_of(host, receiver, whom), host.log()
        there = ", ".join(f"{i['fault']} {i['state']}" for i in host.incidents())
        return landed, [f"stranded after 90 s: {there or 'no incident'}"], host.log()
    finally:
        host.down()
        receiver.close()


def main():
    print(f"seed {seed}, {count} trials", flush=True)
    hits, failed = collections.Counter(), []
    order = []
    while len(order) < count:
        order += chance.sample(AIMS, len(AIMS))
    begun, done = time.monotonic(), 0
    try:
        for number, aim in enumerate(order[:count], 1):
            landed, problems, log = trial(aim)
            done = number
            hits.update(landed)
            name = f"trial {number}: {aim[0]}, {aim[1]} after '{aim[2] or 'a random time'}'"
            print(f"{time.strftime('%T')} {name}: {', '.join(landed) or 'ended before the kill'}{': ' if problems else ''}{'; '.join(problems)}", flush=True)
            if problems:
                failed.append(f"{name}: {'; '.join(problems)}")
                print(log, flush=True)
    except KeyboardInterrupt:
        print(f"ended after {done} trials", flush=True)
    print("kills by where they landed:")
    for where, times in sorted(hits.items()):
        print(f"  {times:4} {where}")
    each = (time.monotonic() - begun) / max(done, 1)
    print(f"{done} trials, {sum(hits.values())} kills, {len(failed)} trials with something lost, doubled, stranded or missing, {each:.1f} s a trial")
    if sum(hits.values()) < done / 2:
        failed.append("too few kills landed: does the agent still say what the aims wait for?")
    print("OK" if not failed else "FAILED: " + "\n".join(failed))
    return 1 if failed else 0


signal.signal(signal.SIGTERM, signal.default_int_handler)
sys.exit(main())
