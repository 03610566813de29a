"""What is asked, of whom, and what must come back."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .load import Answer, WrongAnswerError

CONTRACT = Path(__file__).with_name("api.yaml")
# Ours serves a contract below its name, which for this one is that of its folder.
BASE_PATH = f"/{CONTRACT.parent.name}"
KEY = "test-key"
OURS, YARDSTICK = "greenroom", "starlette"
ACCEPTED, REFUSED = "post", "refused"

_EXAMPLES = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["components"]["examples"]
ORDER: Mapping[str, Any] = _EXAMPLES["OrderPlaced"]["value"]
ERROR: Mapping[str, Any] = _EXAMPLES["ErrorRefused"]["value"]
_NEW_ORDER = {key: ORDER[key] for key in ("customer", "email", "express", "items")}


@dataclass(frozen=True, slots=True)
class Workload:
    """One request, repeated."""

    name: str
    title: str
    request: bytes


@dataclass(frozen=True, slots=True)
class Rival:
    """A server: how it is started ({port} is filled in) and the status it gives each workload.

    `documented` tells whether its refusals are the contract's own.
    """

    name: str
    title: str
    command: Sequence[str]
    statuses: Mapping[str, int]
    documented: bool = True

    def check(self, workload: Workload, answer: Answer) -> None:
        """Raise WrongAnswerError for an answer that is not the contract's."""
        status = self.statuses[workload.name]
        expected = ERROR if workload.name == REFUSED else ORDER
        known = workload.name != REFUSED or self.documented
        if answer.status != status or (known and json.loads(answer.body) != expected):
            raise WrongAnswerError(f"expected {status} and {expected if known else 'any error'}")


def _request(line: str, body: Mapping[str, Any] | None = None) -> bytes:
    headers = [
        f"{line} HTTP/1.1",
        "Host: 127.0.0.1",
        "User-Agent: bench",
        "Accept: application/json",
        f"X-API-Key: {KEY}",
    ]
    content = b"" if body is None else json.dumps(body).encode()
    if body is not None:
        headers += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*headers, "", ""]).encode() + content


def _app(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "benchmark.apps", name, "{port}")


WORKLOADS = (
    Workload(
        "get",
        "Authorised GET with a path parameter",
        _request(f"GET {BASE_PATH}/orders/{ORDER['id']}"),
    ),
    Workload(ACCEPTED, "Validated POST", _request(f"POST {BASE_PATH}/orders", _NEW_ORDER)),
    Workload(
        REFUSED,
        "Refused POST (a field is missing)",
        _request(
            f"POST {BASE_PATH}/orders",
            {key: value for key, value in _NEW_ORDER.items() if key != "customer"},
        ),
    ),
)

RIVALS = (
    Rival(
        OURS,
        "greenroom serve",
        (
            str(Path(sys.executable).with_name("greenroom")),
            *("serve", str(CONTRACT), "--port", "{port}", "--no-access-log"),
        ),
        {"get": 200, "post": 201, "refused": 400},
    ),
    Rival(
        YARDSTICK,
        "bare Starlette",
        _app(YARDSTICK),
        {"get": 200, "post": 201},
    ),
    Rival(
        "connexion",
        "stock connexion",
        _app("connexion"),
        {"get": 200, "post": 201, "refused": 400},
        documented=False,
    ),
    Rival("asgi", "raw ASGI hello", _app("asgi"), {"get": 200, "post": 201}),
)
