"""GitHub's contract, to see whether the size of a file slows its responses down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .exchange import Exchange, exactly
from .workloads import NUMBER, template

_PACKAGE = "@octokit/openapi"
_FOLDER = Path(__file__).resolve().parents[2] / ".node" / "files"
CONTRACT = _FOLDER / "node_modules" / _PACKAGE / "generated" / "api.github.com.json"
TITLE = "greenroom serve, GitHub's file"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# One parameter in the path, and an example about as long as that of the small contract.
_PATH = "/user/codespaces/secrets/{secret_name}"


class MissingError(Exception):
    """Why the contract is not there."""


def exchange() -> tuple[Exchange, str]:
    """One GET of the contract, served at the root, with notes about it.

    Raises MissingError where the file is not there.
    """
    if not CONTRACT.is_file():
        hint = f"npm install --ignore-scripts --prefix .node/files {_PACKAGE}"
        raise MissingError(f"it is installed with `{hint}`")
    raw = json.loads(CONTRACT.read_bytes())
    value = _example(raw)
    count = sum(method in item for item in raw["paths"].values() for method in _METHODS)
    size = len(json.dumps(value, separators=(",", ":")))
    request = template("GET", _PATH.replace("{secret_name}", f"SECRET_{NUMBER}"))
    note = f"GET {_PATH} among {count:,} operations, {size} bytes, no credential required"
    return Exchange((request,), 200, exactly(value)), note


def _example(document: dict[str, Any]) -> Any:
    media = document["paths"][_PATH]["get"]["responses"]["200"]["content"]["application/json"]
    example = next(iter(media["examples"].values()))
    while "$ref" in example:
        where: Any = document
        for token in example["$ref"].removeprefix("#/").split("/"):
            where = where[token.replace("~1", "/")]
        example = where
    return example["value"]
