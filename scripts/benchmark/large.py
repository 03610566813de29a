"""GitHub's contract, to see whether the size of a file slows its responses down."""

from __future__ import annotations

import json
from pathlib import Path

from greenroom.contract.model import METHODS
from greenroom.schema import json_pointer as ptr

from .exchange import Exchange, exactly
from .workloads import NUMBER, template

_PACKAGE = "@octokit/openapi"
_FOLDER = Path(__file__).resolve().parents[2] / ".node" / "files"
CONTRACT = _FOLDER / "node_modules" / _PACKAGE / "generated" / "api.github.com.json"
TITLE = "greenroom serve, GitHub's file"
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
    media = raw["paths"][_PATH]["get"]["responses"]["200"]["content"]["application/json"]
    example, _ = ptr.resolve(raw, next(iter(media["examples"].values())), "")
    count = sum(method in item for item in raw["paths"].values() for method in METHODS)
    size = len(json.dumps(example["value"], separators=(",", ":")))
    request = template("GET", _PATH.replace("{secret_name}", f"SECRET_{NUMBER}"))
    note = f"GET {_PATH} among {count:,} operations, {size} bytes, no credential required"
    return Exchange((request,), 200, exactly(example["value"])), note
