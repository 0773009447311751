"""Cases of a script that drives a vendor's client: each is a function, and tells in one line of JSON how it went."""

import argparse
import json
import traceback

WORDS = "".join(f"word{n} " for n in range(1, 9))
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
# One red pixel.
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def arguments():
    """Where the service is, the key, the model for plain questions, and which cases to leave out."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--model", default="assistant")
    parser.add_argument("--text", default=WORDS, help="what the model answers to a plain question")
    parser.add_argument("--only", default="", help="the cases to run, with commas between")
    parser.add_argument("--skip", default="", help="cases to leave out, with commas between")
    return parser.parse_args()


class Cases:
    """Collects functions and runs them in order. What a case returns is told as its detail."""

    def __init__(self):
        self.all = []

    def __call__(self, case):
        self.all.append(case)
        return case

    def run(self, options, *with_these):
        only, skip = set(filter(None, options.only.split(","))), set(options.skip.split(","))
        unknown = (only | skip) - {case.__name__ for case in self.all} - {""}
        assert not unknown, f"no such cases: {unknown}"
        failed = False
        for case in self.all:
            name = case.__name__
            if name in skip or (only and name not in only):
                continue
            try:
                detail, ok = case(*with_these) or "", True
            except Exception:
                detail, ok, failed = traceback.format_exc(limit=-3), False, True
            print(json.dumps({"case": name, "ok": ok, "detail": str(detail)}), flush=True)
        raise SystemExit(failed)


def equal(left, right):
    assert left == right, f"{left!r} is not {right!r}"


def raised(kind, act):
    """The error of exactly this kind that the act ends in."""
    try:
        act()
    except kind as error:
        assert type(error) is kind, f"{type(error)} is not {kind}"
        return error
    raise AssertionError(f"no {kind.__name__}")
