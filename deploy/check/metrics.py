"""Holds the dashboard and the alerts against what the program counts.

    metrics.py COMITY

What is counted is a scrape with every family, label and value in it, which a test of the gateway keeps true
(`every_family_is_scraped_with_its_labels`). Codes of errors are those of docs/http.md.
"""

import json
import re
from pathlib import Path

import promql_parser as promql
import yaml

ROOT = Path(__file__).parents[2]
SCRAPE = ROOT / "crates/gateway/src/metrics/snapshots/gateway__metrics__tests__every_family_is_scraped_with_its_labels.snap"
# Labels that Prometheus itself adds to what it scrapes.
TARGET = {"instance", "job"}
# The second column of the table of errors, which begins with a status.
ERRORS = re.findall(r"^\| [0-9x, ]+ \| (.+?) \|", (ROOT / "docs/http.md").read_text(), re.MULTILINE)
CODES = set(re.findall(r"`([a-z_]+)`", " ".join(ERRORS)))


def scraped() -> dict[str, dict[str, set[str]]]:
    """Each metric with its labels and their values."""
    text = SCRAPE.read_text().split("---\n", 2)[2]
    metrics: dict[str, dict[str, set[str]]] = {}
    for line in text.splitlines():
        sample = re.fullmatch(r"(comity_\w+)(?:\{(.*)\})? \S+", line)
        if sample:
            labels = metrics.setdefault(sample[1], {})
            for name, value in re.findall(r'(\w+)="([^"]*)"', sample[2] or ""):
                labels.setdefault(name, set()).add(value)
    return metrics


class Names:
    """Collects what is wrong in one expression."""

    def __init__(self, known: dict[str, dict[str, set[str]]]) -> None:
        self.known = known
        self.faults: list[str] = []

    def check(self, expr: promql.Expr) -> set[str]:
        """Gives the metrics in it."""
        if isinstance(expr, promql.MatrixSelector):
            return self.selector(expr.vector_selector)
        if isinstance(expr, promql.VectorSelector):
            return self.selector(expr)
        if isinstance(expr, promql.AggregateExpr):
            metrics = self.check(expr.expr)
            for label in expr.modifier.labels if expr.modifier else []:
                for metric in metrics:
                    self.label(metric, label)
            return metrics
        if isinstance(expr, promql.BinaryExpr):
            return self.check(expr.lhs) | self.check(expr.rhs)
        if isinstance(expr, promql.Call):
            return set().union(*(self.check(part) for part in expr.args))
        if isinstance(expr, (promql.ParenExpr, promql.UnaryExpr, promql.SubqueryExpr)):
            return self.check(expr.expr)
        if isinstance(expr, (promql.NumberLiteral, promql.StringLiteral)):
            return set()
        raise SystemExit(f"a kind of expression that nobody checks: {expr!r}")

    def selector(self, selector: promql.VectorSelector) -> set[str]:
        metric = selector.name
        if metric not in self.known:
            self.faults.append(f"nothing counts `{metric}`")
            return set()
        for matcher in selector.matchers.matchers:
            self.label(metric, matcher.name)
            # A variable of the dashboard stands for any value.
            if not matcher.value.startswith("$"):
                self.values(metric, matcher.name, matcher.value.split("|"))
        return {metric}

    def label(self, metric: str, label: str) -> None:
        if label not in TARGET and label not in self.known[metric]:
            self.faults.append(f"`{metric}` has no label `{label}`")

    def values(self, metric: str, label: str, values: list[str]) -> None:
        known = CODES if label == "code" else self.known[metric].get(label, set())
        for value in values:
            if value not in known:
                self.faults.append(f"`{label}` of `{metric}` is never `{value}`")


def faults(known: dict, expr: str) -> list[str]:
    try:
        parsed = promql.parse(expr.replace("$__rate_interval", "5m"))
    except ValueError as error:
        return [str(error)]
    names = Names(known)
    names.check(parsed)
    return names.faults


def dashboard(known: dict) -> list[str]:
    board = json.loads((ROOT / "deploy/grafana/comity.json").read_text())
    wrong = []
    ids = [panel["id"] for panel in board["panels"]]
    if len(set(ids)) != len(ids):
        wrong.append("two panels have the same id")
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        if cells & taken or at["x"] + at["w"] > 24:
            wrong.append(f"{panel['title']}: lies over another panel or beside the page")
        taken |= cells
        if not panel["description"]:
            wrong.append(f"{panel['title']}: says nothing of what it shows")
        for target in panel["targets"]:
            wrong += [f"{panel['title']}: {fault}" for fault in faults(known, target["expr"])]
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", variable["query"]["query"]).groups()
            wrong += faults(known, f"sum by ({label}) ({metric})")
    return wrong


def alerts(known: dict) -> list[str]:
    wrong = []
    for group in yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text())["groups"]:
        for rule in group["rules"]:
            wrong += [f"{rule['alert']}: {fault}" for fault in faults(known, rule["expr"])]
    return wrong


def main() -> None:
    known = scraped()
    # A check that sees nothing would pass everything.
    for expr, expected in [("sum(comity_nothing)", 1), ("sum by (color) (comity_stale)", 1), ('comity_reloads_total{taken="x"}', 1)]:
        assert len(faults(known, expr)) == expected, (expr, known)
    wrong = dashboard(known) + alerts(known)
    if wrong:
        raise SystemExit("\n".join(wrong))
    print(f"Dashboard and alerts name what is counted: {len(known)} metrics.")


main()
