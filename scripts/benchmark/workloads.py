"""The requests that every server is measured with, and the documented responses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .exchange import Exchange, Expected, Template, exactly, like

CONTRACT = Path(__file__).with_name("api.yaml")
# Ours serves a contract below its name, which for this one is that of its folder.
BASE_PATH = f"/{CONTRACT.parent.name}"
KEY = "test-key"
GET, POST, REFUSED = "get", "post", "refused"

_EXAMPLES = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["components"]["examples"]
ORDER: Mapping[str, Any] = _EXAMPLES["OrderPlaced"]["value"]
ERROR: Mapping[str, Any] = _EXAMPLES["ErrorRefused"]["value"]

# Empties the space of the benchmark, which may have so many records and no more.
RESET = (
    b"POST /_greenroom/spaces/bench/reset HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
)

# Placeholder for the number of a request; in JSON the digits of a string or of a number. It is as
# long as the number, so that lengths are right.
NUMBER = "<number>"
_ITEM, *_OTHERS = ORDER["items"]
_NEW_ORDER = {name: ORDER[name] for name in ("customer", "email", "express", "items")}
_NAMELESS = {name: value for name, value in _NEW_ORDER.items() if name != "customer"}
# Valid in several ways, and invalid in as many: no server may settle on one path through its code.
_ACCEPTED = (
    {**_NEW_ORDER, "customer": f"Ada {NUMBER}"},
    {name: value for name, value in _NAMELESS.items() if name != "express"}
    | {"customer": "Ada Lovelace", "email": f"ada{NUMBER}@example.com"},
    {**_NEW_ORDER, "express": False, "email": f"ada.{NUMBER}@example.com"},
    {**_NEW_ORDER, "customer": f"A. {NUMBER}", "items": [_OTHERS[0], {**_ITEM, "quantity": 7}]},
)
# One violation each, of a kind that every validating server finds: a missing field or a wrong type.
# The message about all but the first quotes the number, so that it is never the same.
_INVALID = (
    {**_NAMELESS, "email": f"ada{NUMBER}@example.com"},
    {**_NEW_ORDER, "customer": f"1{NUMBER}"},
    {**_NEW_ORDER, "express": f"at {NUMBER}"},
    {**_NEW_ORDER, "items": [{**_ITEM, "quantity": f"{NUMBER} of them"}, *_OTHERS]},
)


@dataclass(frozen=True, slots=True)
class Workload:
    """One kind of request."""

    name: str
    title: str


WORKLOADS = (
    Workload(GET, "Authorised GET with a path parameter"),
    Workload(POST, "Validated POST"),
    Workload(REFUSED, "Refused POST (a field missing, or one of three of the wrong type)"),
)


def exchanges(
    prefix: str,
    order: Expected | None = None,
    refused: int | None = 400,
    error: Expected | None = None,
) -> Mapping[str, Exchange]:
    """The exchanges with a server that has the contract below a prefix, by name of the workload.

    `order` and `error` are the bodies where they are not those of the contract, whose error may say
    what is wrong in its own words. `refused` is the
    status of a refusal, None for a server that refuses nothing.
    """
    order = order or exactly(ORDER)
    get = template("GET", f"{prefix}/orders/ord_{NUMBER}")
    accepted = tuple(template("POST", f"{prefix}/orders", body) for body in _ACCEPTED)
    found = {GET: Exchange((get,), 200, order), POST: Exchange(accepted, 201, order)}
    if refused is not None:
        invalid = tuple(template("POST", f"{prefix}/orders", body) for body in _INVALID)
        found[REFUSED] = Exchange(invalid, refused, error or like(ERROR))
    return found


def in_space() -> Mapping[str, Exchange]:
    """The exchanges with ours in a space, in which what is read has to be there."""
    prefix = f"/~bench{BASE_PATH}"
    get = template("GET", f"{prefix}/orders/{ORDER['id']}", agent=f"bench {NUMBER}")
    accepted = tuple(template("POST", f"{prefix}/orders", body) for body in _ACCEPTED)
    return {
        GET: Exchange((get,), 200, exactly(ORDER)),
        POST: Exchange(accepted, 201, like(ORDER)),
    }


def template(
    method: str, target: str, body: Mapping[str, Any] | None = None, agent: str = "bench"
) -> Template:
    """A request with the key of the contract; its target, agent or body has room for a number."""
    headers = [
        f"{method} {target} HTTP/1.1",
        "Host: 127.0.0.1",
        f"User-Agent: {agent}",
        "Accept: application/json",
        f"X-API-Key: {KEY}",
    ]
    # The number alone in quotes stands for a JSON number.
    content = "" if body is None else json.dumps(body).replace(f'"1{NUMBER}"', f"1{NUMBER}")
    if body is not None:
        headers += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return Template(*"\r\n".join([*headers, "", content]).encode().split(NUMBER.encode()))
