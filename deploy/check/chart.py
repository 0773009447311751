"""Lints the chart, renders it with every file of values, and holds what comes out against what it has to be.

    chart.py COMITY

COMITY is the program: it writes the policies that are passed in, and reads the estate that a replica would read.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import helm_python as helm
import yaml

import manifests

HERE = Path(__file__).parent
CHART = HERE.parent / "helm" / "comity"
COMITY = sys.argv[1]
# The pods of the release, as the chart calls them.
RELEASE = "border"
POD = "border-comity"


def main() -> None:
    with helm.Chart.load(str(CHART)) as chart:
        for filter in ["cilium", "kubernetes"]:
            for values in sorted((HERE / "values").glob("*.yaml")):
                rendered(chart, values, filter)
        refused(chart)
    print(f"The chart holds, by Helm {helm.helm_sdk_version()} and the schemas of Kubernetes {', '.join(manifests.RELEASES)}.")


def rendered(chart: helm.Chart, file: Path, filter: str) -> None:
    values = complete(yaml.safe_load(file.read_text()), filter)
    lint(values, file.name)
    templates = chart.render(values, name=RELEASE, namespace="ai")
    notes = [text for name, text in templates.items() if name.endswith("NOTES.txt")]
    demand(len(notes) == 1 and "office.example/gateway/border-comity-0" in notes[0], file, "notes")
    documents = [
        document
        for name, text in templates.items()
        if not name.endswith("NOTES.txt")
        for document in manifests.check(text, f"{file.name}: {name}")
    ]
    merged = chart.merge_values(values)
    pods(documents, merged, file)
    selectors(documents, file)
    replicas(documents, merged, file)
    policies = [d for d in documents if d["kind"] in ("NetworkPolicy", "CiliumNetworkPolicy")]
    demand(len(policies) == int(merged["networkPolicy"]["enabled"]), file, "number of policies")


def complete(values: dict, filter: str) -> dict:
    """The values with an estate and its policy, as a user passes them by --set-file."""
    if "estate" not in values:
        texts = {name: (HERE / "estate" / name).read_text() for name in ["estate.toml", "endpoints.toml"]}
        values["estate"] = {"files": texts}
    if values.get("networkPolicy", {}).get("enabled", True):
        values["networkPolicy"] = {"manifest": policy(filter)}
    return values


def policy(filter: str) -> str:
    command = [COMITY, "export", "egress", "-C", str(HERE / "estate"), "--for", filter]
    command += ["--resolved", str(HERE / "addresses.txt"), "--listen", "0.0.0.0:8080"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def lint(values: dict, where: str) -> None:
    found = helm.lint(str(CHART), values, strict=True, kube_version="v1.30.0")
    bad = [message["error"] for message in found["messages"] if message["severity"] >= 2] + found["errors"]
    if bad:
        raise SystemExit(f"{where}: " + "; ".join(bad))


def pods(documents: list[dict], values: dict, file: Path) -> None:
    """What the pods may do, and that they are given the time to end."""
    [one] = [document for document in documents if document["kind"] == "StatefulSet"]
    pod = one["spec"]["template"]["spec"]
    [container] = pod["containers"]
    everybody, own = pod["securityContext"], container["securityContext"]
    demand(everybody["runAsNonRoot"] and everybody["runAsUser"] > 0, file, "root")
    demand(everybody["seccompProfile"] == {"type": "RuntimeDefault"}, file, "seccomp")
    demand(own["readOnlyRootFilesystem"] and not own["allowPrivilegeEscalation"], file, "privileges")
    demand(own["capabilities"] == {"drop": ["ALL"]}, file, "capabilities")
    demand(pod["automountServiceAccountToken"] is False, file, "token")
    # Paths that docs/http.md has.
    demand(container["livenessProbe"]["httpGet"]["path"] == "/healthz", file, "liveness")
    demand(container["readinessProbe"]["httpGet"]["path"] == "/readyz", file, "readiness")
    drain = values["gateway"]["drainDeadlineSeconds"] + values["preStopSeconds"]
    demand(pod["terminationGracePeriodSeconds"] > drain, file, "grace period")
    [claim] = one["spec"]["volumeClaimTemplates"]
    demand(claim["metadata"]["name"] == "state", file, "volume of the ledger")
    named = {volume["name"] for volume in pod["volumes"]} | {"state"}
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    demand(mounted == named, file, f"volumes {named ^ mounted}")


def selectors(documents: list[dict], file: Path) -> None:
    """Services, budgets and policies choose the pods."""
    [one] = [document for document in documents if document["kind"] == "StatefulSet"]
    labels = one["spec"]["template"]["metadata"]["labels"].items()
    chosen = {
        "Service": lambda spec: spec["selector"],
        "PodDisruptionBudget": lambda spec: spec["selector"]["matchLabels"],
        "NetworkPolicy": lambda spec: spec["podSelector"]["matchLabels"],
        "CiliumNetworkPolicy": lambda spec: spec["endpointSelector"]["matchLabels"],
        "StatefulSet": lambda spec: spec["selector"]["matchLabels"],
    }
    for document in documents:
        if document["kind"] in chosen:
            wanted = chosen[document["kind"]](document["spec"]).items()
            demand(wanted <= labels, file, f"{document['kind']} chooses other pods")
    headless = [d["metadata"] for d in documents if d["kind"] == "Service" and d["spec"].get("clusterIP") == "None"]
    demand([d["name"] for d in headless] == [one["spec"]["serviceName"]], file, "headless service")
    for monitor in (document for document in documents if document["kind"] == "ServiceMonitor"):
        wanted = monitor["spec"]["selector"]["matchLabels"].items()
        demand(wanted <= headless[0]["labels"].items(), file, "ServiceMonitor chooses another service")


def replicas(documents: list[dict], values: dict, file: Path) -> None:
    """Each replica finds an estate that the program takes, with a ledger of its own name."""
    maps = {d["metadata"]["name"]: d["data"] for d in documents if d["kind"] == "ConfigMap"}
    gateways = maps[f"{POD}-replicas"]
    demand(list(gateways) == [f"{POD}-{n}.toml" for n in range(values["replicas"])], file, "replicas")
    demand(len(set(gateways.values())) == values["replicas"], file, "two ledgers of one name")
    shared = maps.get(f"{POD}-estate") or {
        name: (HERE / "estate" / name).read_text() for name in values["estate"]["keys"]
    }
    for text in gateways.values():
        with tempfile.TemporaryDirectory() as folder:
            for name, content in {**shared, "gateway.toml": text}.items():
                (Path(folder) / name).write_text(content)
            command = [COMITY, "export", "egress", "-C", folder, "--format", "json"]
            done = subprocess.run(command, capture_output=True, text=True)
            demand(done.returncode == 0, file, f"the estate of a replica: {done.stderr}")
            port = values["gateway"]["port"]
            demand(json.loads(done.stdout)["ingress"][0].endswith(f":{port}"), file, "another port than the service's")


def refused(chart: helm.Chart) -> None:
    """A value that is missing or wrong stops the rendering, with a word on what to do."""
    smallest = yaml.safe_load((HERE / "values" / "smallest.yaml").read_text())
    cases = [
        ({"image": {"repository": ""}}, "image.repository is required"),
        ({"image": {"tag": ""}}, "image.tag or image.digest is required"),
        ({"gateway": {"ledgerOrigin": ""}}, "gateway.ledgerOrigin is required"),
        ({"networkPolicy": {"manifest": ""}}, "networkPolicy.manifest is required"),
        ({"estate": {"files": {}}}, "the estate is required once"),
        ({"estate": {"existingSecret": "twice"}}, "the estate is required once"),
        ({"estate": {"files": {"gateway.toml": ""}}}, "gateway.toml is written by the chart"),
        ({"estate": {"files": {}, "existingSecret": "estate"}}, "estate.keys is required"),
        ({"estate": {"files": {"../estate.toml": ""}}}, "invalid propertyName"),
        ({"gateway": {"port": 80}}, "port"),
        ({"gatway": {}}, "gatway"),
    ]
    for change, expected in cases:
        values = changed(complete(dict(smallest), "cilium"), change)
        try:
            chart.validate_schema(values)
            chart.render(values, name=RELEASE, namespace="ai")
        except helm.HelmError as error:
            demand(expected in str(error), "refusals", f"{change}: {error}")
        else:
            raise SystemExit(f"{change} was taken")


def changed(values: dict, change: dict) -> dict:
    """Values with others in their place; an empty mapping empties."""
    out = dict(values)
    for key, value in change.items():
        out[key] = changed(out.get(key, {}), value) if isinstance(value, dict) and value else value
    return out


def demand(holds: bool, where, what: str) -> None:
    if not holds:
        raise SystemExit(f"{getattr(where, 'name', where)}: {what}")


main()
