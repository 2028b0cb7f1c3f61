"""The parts of kubernetes.sh."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

import yaml

import kubernetes_manifests
from dashboard_host import Host, check, failures
from dashboard_server import Prometheus, free_port, until

ROOT, AGENT, SIMULATOR = sys.argv[1:4]
MANIFESTS = kubernetes_manifests.Manifests(ROOT)
# The scrape of an engine's pods, as engine-monitor.yaml and prometheus-operator label it: two replicas, of which one engine here plays both.
NAMESPACE, PODS = "llm", ("deepseek-5d9c-a", "deepseek-5d9c-b")
# Labels that prometheus-operator gives to a target by itself.
OPERATOR = {"namespace": "npu-agent", "pod": "npu-agent-x7k2p", "container": "npu-agent", "endpoint": "metrics"}


def schema():
    found = kubernetes_manifests.disagreements(MANIFESTS)
    check(not found, f"{len(MANIFESTS.values)} manifests fit together {'; '.join(found)}")
    with open(f"{ROOT}/Directory.Build.props") as file:
        version = re.search("<Version>(.*)</Version>", file.read())[1]
    image = MANIFESTS.one("DaemonSet")["spec"]["template"]["spec"]["containers"][0]["image"]
    check(image == f"localhost/npu-agent:{version}-arm64", f"the DaemonSet's image is the one that packaging/container/build.sh makes: {image}")
    for what, manifests in kubernetes_manifests.planted_together(MANIFESTS).items():
        found = kubernetes_manifests.disagreements(manifests)
        check(found, f"found: {what}: {'; '.join(found) or 'nothing was said'}")
    if not kubernetes_manifests.schemas_are_there():
        print("left out: no kubernetes-models on this machine, and npm serves none", flush=True)
        return
    for name, problems in kubernetes_manifests.problems(MANIFESTS.values).items():
        check(not problems, f"{name} is as published {'; '.join(problems)}")
    for what, problems in kubernetes_manifests.problems(kubernetes_manifests.planted(MANIFESTS)).items():
        check(problems, f"found: {what}: {problems[0][:90] if problems else 'nothing was said'}")


def rights():
    found = kubernetes_manifests.excessive_rights(MANIFESTS)
    check(not found, f"the DaemonSet has no right that the agent does not need {', '.join(found)}")
    if os.geteuid() != 0:
        print("left out: only root can run the agent as root without a capability", flush=True)
        return
    work, port = tempfile.mkdtemp(prefix="npu-agent-pod-", dir="/tmp"), free_port()
    os.chmod(work, 0o755)
    subprocess.run([SIMULATOR, "up", "--profile", "ascend", "--chips", "2", "--world", f"{work}/host"], check=True, stdout=subprocess.DEVNULL)
    # The kubelet makes the folder so.
    os.mkdir(f"{work}/state", 0o755)
    # The pod's configuration, with this machine's places.
    configuration = yaml.safe_load(MANIFESTS.one("ConfigMap")["data"]["agent.yaml"].replace("/var/lib/npu-agent", f"{work}/state").replace("9470", str(port)))
    configuration["vendor"] |= {"modules_file": f"{work}/host/proc/modules", "device_folder": f"{work}/host/dev"}
    with open(f"{work}/agent.yaml", "w") as file:
        yaml.safe_dump(configuration, file)
    with open(f"{work}/agent.out", "w") as out:
        agent = subprocess.Popen(
            ["setpriv", "--groups", "1000", "--bounding-set", "-all", "--inh-caps", "-all", "--no-new-privs", AGENT, "run", "--config", f"{work}/agent.yaml"],
            stdout=out, stderr=out, stdin=subprocess.DEVNULL, env={**os.environ, "PATH": f"{work}/host/bin:{os.environ['PATH']}", "container": "oci"})

    def answer(path, name):
        try:
            return urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": name}), timeout=10).read().decode()
        except OSError as error:
            return str(error)

    try:
        until(lambda: answer("/healthz", "10.244.3.17:9470").startswith("ok"), 120, "the kubelet's request, which has the pod's address, is answered")
        until(lambda: 'ascend_device_utilization{device_type="aicore",chip="1/0"}' in answer("/metrics", "10.244.3.17:9470"), 120, "the chips are seen")
        check(True, "without a capability the agent starts, keeps its state and sees the chips; probes and scrapes by the pod's address are answered")
        check("421" in answer("/metrics", "pages.example"), "a name that is none of the pod's is not answered")
        with open(f"/proc/{agent.pid}/status") as status:
            check("CapBnd:\t0000000000000000" in status.read(), "it had no capability")
    finally:
        agent.terminate()
        agent.wait()
        subprocess.run([SIMULATOR, "down", "--world", f"{work}/host"], check=True, stdout=subprocess.DEVNULL)
        if not failures:
            shutil.rmtree(work)


def as_the_adapter_asks(rule, labels, group=""):
    """The query of a rule, as prometheus-adapter fills it in."""
    matchers = ",".join(f'{label}=~"{"|".join(values)}"' for label, values in labels.items())
    series = rule["seriesQuery"].split('"')[1]
    query = rule["metricsQuery"].replace("<<.Series>>", series).replace("<<.LabelMatchers>>", matchers).replace("<<.GroupBy>>", group)
    if "<<" in query:
        raise SystemExit(f"FAILED: a place that the adapter does not fill in: {query}")
    return query


def ask(prometheus, begin, query, high, what, answers=1):
    result = prometheus.ask("query", query=query)["result"]
    values = [float(series["value"][1]) for series in result]
    check(len(values) == answers and all(0 < value <= high for value in values) and prometheus.points(query, begin, 5) > 0,
          f"{what}: {len(values)} of {answers} answers, {', '.join(f'{value:g}' for value in values)}: {query}")


def relabelled(rules, port):
    """As prometheus-operator spells them for Prometheus."""
    spelled = {"sourceLabels": "source_labels", "targetLabel": "target_label"}
    return [{spelled.get(key, key): value.replace("9470", str(port)) if key == "replacement" else value for key, value in rule.items()} for rule in rules]


def agents(port):
    """The agent as a target of each way to find it."""
    pods, service, nodes = (MANIFESTS.one(kind, file)["spec"] for kind, file in (
        ("PodMonitor", "pod-monitor.yaml"), ("ServiceMonitor", "service-monitor.yaml"), ("ScrapeConfig", "node-scrape.yaml")))
    here = f"127.0.0.1:{port}"
    found = {
        "pod-monitor": (pods["podMetricsEndpoints"][0]["relabelings"], here, {**OPERATOR, "__meta_kubernetes_pod_node_name": "node-a"}),
        "service-monitor": (service["endpoints"][0]["relabelings"], here, {**OPERATOR, "service": "npu-agent", "__meta_kubernetes_pod_node_name": "node-b"}),
        "node-scrape": (nodes["relabelings"], "node-c:10250",
                        {"__meta_kubernetes_node_name": "node-c", "__meta_kubernetes_node_address_InternalIP": "127.0.0.1"}),
    }
    return {way: {"static_configs": [{"targets": [target], "labels": {**labels, "job": "npu-agent"} if way != "node-scrape" else labels}],
                  "relabel_configs": relabelled(rules, port)} for way, (rules, target, labels) in found.items()}


def queries():
    # Three ask at once and two are served: an engine that is full, in which one request waits.
    simulated, prometheus = Host(AGENT, SIMULATOR, chips=2, sequences=2), None
    try:
        until(lambda: os.path.exists(f"{simulated.work}/agent.sock"), 60, "the agent is there")
        engine = {"job_name": f"{NAMESPACE}/deepseek", "static_configs": [
            {"targets": [f"127.0.0.1:{simulated.port}"], "labels": {"namespace": NAMESPACE, "pod": pod}} for pod in PODS]}
        ways = agents(simulated.listen)
        prometheus = Prometheus(f"{simulated.work}/prometheus", [], ways["pod-monitor"], "2s", further=[
            engine, *({"job_name": way, **ways[way]} for way in ("service-monitor", "node-scrape"))])
        begin = time.time()
        until(lambda: prometheus.value('vllm:kv_cache_usage_perc > 0'), 240, "the engine serves, and its cache is in use")
        until(lambda: prometheus.value('vllm:num_requests_waiting > 0'), 120, "a request waits")
        until(lambda: prometheus.value("sum(ascend_device_utilization) > 0"), 240, "the chips are busy")
        for node in ("node-a", "node-b", "node-c"):
            until(lambda: prometheus.value(f'up{{instance="{node}"}} == 1'), 60, f"the agent on {node} is scraped")
            labels = prometheus.ask("query", query=f'up{{instance="{node}"}}')["result"][0]["metric"]
            check(labels["job"] == "npu-agent" and labels.keys() <= {"__name__", "job", "instance", "namespace"}, f"the series of {node} have {labels}")
        for kind in ("external", "custom"):
            for rule in MANIFESTS.adapter[kind]:
                check(prometheus.ask("series", **{"match[]": rule["seriesQuery"]}), f"the adapter finds series: {rule['seriesQuery']}")
        served = {rule["name"]["as"]: rule for kind in ("external", "custom") for rule in MANIFESTS.adapter[kind]}
        for name, hpa in MANIFESTS.of("HorizontalPodAutoscaler").items():
            for metric in hpa["spec"]["metrics"]:
                asked = metric[metric["type"].lower()]["metric"]
                if metric["type"] == "External":
                    query = as_the_adapter_asks(served[asked["name"]], {key: [value] for key, value in asked["selector"]["matchLabels"].items()})
                    ask(prometheus, begin, query, 100, name)
                else:
                    query = as_the_adapter_asks(served[asked["name"]], {"namespace": [NAMESPACE], "pod": PODS}, "pod")
                    ask(prometheus, begin, query, 1 if "cache" in asked["name"] else 1000, name, answers=len(PODS))
        for name, scaled in MANIFESTS.of("ScaledObject").items():
            for trigger in scaled["spec"]["triggers"]:
                query = trigger["metadata"]["query"]
                # KEDA takes one number and says an error to more.
                high = 100 if "utilization" in query else len(PODS) if "cache" in query else 1000
                ask(prometheus, begin, query, high, name)
        gone = prometheus.ask("query", query='avg(ascend_device_utilization{device_type="aicpu"})')["result"]
        check(not gone, "a device type that no chip has is no number, not 0")
        renamed = prometheus.ask("query", query="sum(vllm:gpu_cache_usage_perc)")["result"]
        check(not renamed, "the engine here is one of V1: the cache has the name that the manifests use")
    finally:
        if prometheus:
            prometheus.close()
        simulated.close()


PARTS = {"schema": schema, "rights": rights, "queries": queries}
wanted = sys.argv[4:] or list(PARTS)
if not set(wanted) <= set(PARTS):
    raise SystemExit(f"one of: {' '.join(PARTS)}")
for part in wanted:
    print(f"-- {part}", flush=True)
    PARTS[part]()
print("OK" if not failures else f"{len(failures)} failed")
sys.exit(1 if failures else 0)
