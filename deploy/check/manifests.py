"""Holds documents of Kubernetes against its own schemas, strictly, in the oldest and the newest release that is supported.

Two kinds belong to others and have no schema in a package: what we write of them is held against a narrow schema of ours.
"""

import json
from pathlib import Path

import jsonschema
import kubernetes_validate
import yaml

# The chart's `kubeVersion`, and the newest that the package knows.
RELEASES = ["1.30", kubernetes_validate.latest_version()]
SCHEMAS = Path(__file__).parent / "schemas"


def check(text: str, where: str) -> list[dict]:
    """The documents in a text, each valid; anything else ends the program."""
    documents = [document for document in yaml.safe_load_all(text) if document]
    for document in documents:
        ours = SCHEMAS / f"{document['kind'].lower()}.json"
        try:
            if ours.exists():
                jsonschema.validate(document, json.loads(ours.read_text()))
            else:
                for release in RELEASES:
                    kubernetes_validate.validate(document, release, strict=True)
        except jsonschema.ValidationError as error:
            path = "/".join(str(part) for part in error.absolute_path)
            raise SystemExit(f"{where}: {document['kind']}: {path}: {error.message}")
    return documents
