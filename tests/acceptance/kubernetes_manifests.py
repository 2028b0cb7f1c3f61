"""The manifests of packaging/kubernetes: read, held against each other, and with mistakes that have to be found."""
import copy
import glob
import json
import os
import shutil
import subprocess

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMAS = os.environ.get("NPU_AGENT_KUBERNETES_SCHEMAS", "/var/tmp/npu-agent-acceptance/kubernetes-schemas")
PACKAGES = {"kubernetes-models": "5.1.0", "@kubernetes-models/prometheus-operator": "6.0.0", "@kubernetes-models/keda": "2.0.0", "typescript": "5"}


class Manifests:
    def __init__(self, root):
        self.values, self.adapter = {}, {}
        for path in sorted(glob.glob(f"{root}/packaging/kubernetes/*.yaml")):
            name = os.path.basename(path)
            with open(path) as file:
                documents = list(yaml.safe_load_all(file))
            if name == "adapter.yaml":
                self.adapter = documents[0]["rules"]
            else:
                self.values.update({f"{name} {document['kind']}": document for document in documents})

    def of(self, kind):
        return {name: value for name, value in self.values.items() if value["kind"] == kind}

    def one(self, kind, file="agent.yaml"):
        return self.values[f"{file} {kind}"]


def schemas_are_there():
    if not os.path.isdir(f"{SCHEMAS}/node_modules/kubernetes-models") and shutil.which("npm"):
        os.makedirs(SCHEMAS, exist_ok=True)
        subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", SCHEMAS,
                        *(f"{name}@{version}" for name, version in PACKAGES.items())], capture_output=True)
    return all(os.path.isdir(f"{SCHEMAS}/node_modules/{name}") for name in PACKAGES)


def wrong_target(manifest):
    """Kinds of targets are free text in the schemas: the API server and KEDA refuse these."""
    spec, found = manifest.get("spec", {}), []
    if manifest["kind"] == "HorizontalPodAutoscaler":
        for metric in spec["metrics"]:
            target = metric[metric["type"].lower()]["target"]
            field = {"Value": "value", "AverageValue": "averageValue"}.get(target["type"])
            found += [] if target.keys() == {"type", field} else [f"{target} is no target"]
    elif manifest["kind"] == "ScaledObject":
        found += [f"{trigger['metricType']} is no metricType" for trigger in spec["triggers"] if trigger["metricType"] not in ("Value", "AverageValue")]
    return found


def problems(manifests):
    """By name, what the published schemas say against each, and what they leave open."""
    done = subprocess.run(["node", f"{HERE}/kubernetes-schema.mjs", SCHEMAS], input=json.dumps(list(manifests.items())), capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"FAILED: kubernetes-schema.mjs: {done.stdout}{done.stderr}")
    return {name: found + wrong_target(manifests[name]) for name, found in json.loads(done.stdout).items()}


def planted(manifests):
    """Manifests with one mistake each, by what it is."""
    def put(name, value, *way):
        wrong = copy.deepcopy(manifests.values[name])
        place = wrong
        for step in way[:-1]:
            place = place[step]
        place[way[-1]] = value
        return wrong

    pod, hpa = ("spec", "template", "spec"), "hpa-utilization.yaml HorizontalPodAutoscaler"
    return {
        "70% as the guide has it": put(hpa, "70%", "spec", "metrics", 0, "external", "target", "value"),
        "a selector that is text": put(hpa, "device_type: aicore", "spec", "metrics", 0, "external", "metric", "selector"),
        "a target of no kind": put(hpa, "Percent", "spec", "metrics", 0, "external", "target", "type"),
        "80% of the KV cache": put("hpa-kv-cache.yaml HorizontalPodAutoscaler", "80%", "spec", "metrics", 0, "pods", "target", "averageValue"),
        "a field that autoscaling/v2 does not have": put(hpa, 70, "spec", "targetCPUUtilizationPercentage"),
        "readOnly spelled wrong": put("agent.yaml DaemonSet", True, *pod, "containers", 0, "volumeMounts", 0, "readonly"),
        "a capability that is no list": put("agent.yaml DaemonSet", "ALL", *pod, "containers", 0, "securityContext", "capabilities", "drop"),
        "a port that is text in numbers": put("agent.yaml DaemonSet", "9470", *pod, "containers", 0, "ports", 0, "containerPort"),
        "an interval that is none": put("pod-monitor.yaml PodMonitor", "15 seconds", "spec", "podMetricsEndpoints", 0, "interval"),
        "a PodMonitor with endpoints of a ServiceMonitor": put("pod-monitor.yaml PodMonitor", [{"port": "metrics"}], "spec", "endpoints"),
        "a relabelling that is none": put("node-scrape.yaml ScrapeConfig", "rename", "spec", "relabelings", 0, "action"),
        "a threshold that is a number": put("keda-utilization.yaml ScaledObject", 70, "spec", "triggers", 0, "metadata", "threshold"),
        "a metricType of no kind": put("keda-utilization.yaml ScaledObject", "Average", "spec", "triggers", 0, "metricType"),
    }


def planted_together(manifests):
    """All manifests with one mistake in one of them that only the others show, by what it is."""
    def put(name, value, *way):
        wrong = copy.deepcopy(manifests)
        place = wrong.values[name]
        for step in way[:-1]:
            place = place[step]
        place[way[-1]] = value
        return wrong

    return {
        "a metric that the adapter does not have":
            put("hpa-utilization.yaml HorizontalPodAutoscaler", "npu_utilization", "spec", "metrics", 0, "external", "metric", "name"),
        "a port that no container names": put("pod-monitor.yaml PodMonitor", "http", "spec", "podMetricsEndpoints", 0, "port"),
        "a job of another name": put("pod-monitor.yaml PodMonitor", "app", "spec", "jobLabel"),
        "a Service for other pods": put("service-monitor.yaml Service", {"app": "npu-agent"}, "spec", "selector"),
    }


def disagreements(manifests):
    """What does not fit together, and what no schema knows."""
    daemon = manifests.one("DaemonSet")
    template = daemon["spec"]["template"]
    labels, container = template["metadata"]["labels"], template["spec"]["containers"][0]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    configuration = yaml.safe_load(manifests.one("ConfigMap")["data"]["agent.yaml"])
    service, monitor = manifests.one("Service", "service-monitor.yaml"), manifests.one("ServiceMonitor", "service-monitor.yaml")
    pods = manifests.one("PodMonitor", "pod-monitor.yaml")
    nodes = manifests.one("ScrapeConfig", "node-scrape.yaml")["spec"]["kubernetesSDConfigs"][0]["selectors"][0]["label"]

    def agree(holds, what):
        return [] if holds else [what]

    def picks(selector):
        return bool(selector) and selector.items() <= labels.items()

    found = agree(picks(daemon["spec"]["selector"]["matchLabels"]), "the DaemonSet does not pick its pods")
    found += agree(picks(manifests.one("NetworkPolicy")["spec"]["podSelector"]["matchLabels"]), "the NetworkPolicy picks other pods")
    found += agree(picks(pods["spec"]["selector"]["matchLabels"]), "the PodMonitor picks other pods")
    found += agree(picks(service["spec"]["selector"]), "the Service picks other pods")
    found += agree(monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items(), "the ServiceMonitor picks another Service")
    found += agree(configuration["listen"] == f"0.0.0.0:{ports['metrics']}", "the agent listens on another port than the container names")
    for probe in ("readinessProbe", "livenessProbe"):
        found += agree(container[probe]["httpGet"] == {"path": "/healthz", "port": "metrics"}, f"the {probe} asks something else")
    found += agree({p["port"] for p in manifests.one("NetworkPolicy")["spec"]["ingress"][0]["ports"]} == {"metrics"}, "the NetworkPolicy lets another port in")
    found += agree(pods["spec"]["podMetricsEndpoints"][0]["port"] in ports, "the PodMonitor scrapes a port that no container names")
    found += agree(service["spec"]["ports"][0]["targetPort"] in ports, "the Service leads to a port that no container names")
    found += agree(monitor["spec"]["endpoints"][0]["port"] == service["spec"]["ports"][0]["name"], "the ServiceMonitor scrapes a port that the Service has not")
    for name, job in (("PodMonitor", labels), ("ServiceMonitor", service["metadata"]["labels"])):
        spec = (pods if name == "PodMonitor" else monitor)["spec"]
        found += agree(job.get(spec["jobLabel"]) == "npu-agent", f"the job of the {name} is not npu-agent")
    found += agree(nodes == "=".join(*template["spec"]["nodeSelector"].items()), "the ScrapeConfig picks other nodes than the DaemonSet")
    volumes = {volume["name"] for volume in template["spec"]["volumes"]}
    found += agree(volumes == {mount["name"] for mount in container["volumeMounts"]}, "a volume is not mounted, or a mount has no volume")
    external, custom = ({rule["name"]["as"] for rule in manifests.adapter[kind]} for kind in ("external", "custom"))
    for name, hpa in manifests.of("HorizontalPodAutoscaler").items():
        for metric in hpa["spec"]["metrics"]:
            served = external if metric["type"] == "External" else custom
            found += agree(metric[metric["type"].lower()]["metric"]["name"] in served, f"{name} asks for a metric that adapter.yaml does not have")
    return found


def excessive_rights(manifests):
    """Rights of the DaemonSet that the agent does not need."""
    spec = manifests.one("DaemonSet")["spec"]["template"]["spec"]
    container = spec["containers"][0]
    rights, volumes = container["securityContext"], {volume["name"]: volume for volume in spec["volumes"]}
    found = [key for key in ("hostNetwork", "hostPID", "hostIPC", "automountServiceAccountToken") if spec.get(key) is not False]
    found += [key for key in ("privileged", "allowPrivilegeEscalation") if rights.get(key) is not False]
    found += [] if rights["capabilities"] == {"drop": ["ALL"]} else ["capabilities"]
    found += [] if rights["readOnlyRootFilesystem"] is True else ["a root file system that can be written"]
    found += [] if spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"} else ["seccomp"]
    found += [mount["mountPath"] for mount in container["volumeMounts"]
              if "hostPath" in volumes[mount["name"]] and not mount.get("readOnly") and mount["name"] != "state"]
    found += [volume["hostPath"]["path"] for volume in volumes.values()
              if "hostPath" in volume and not volume["hostPath"]["path"].startswith(("/usr/local/", "/var/lib/npu-agent-pod"))]
    return found
