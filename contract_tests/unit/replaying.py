"""A small contract, recorded exchanges with it, and a server that replays them."""

from __future__ import annotations

import json
from typing import Any

from contracts import Client, contract

from greenroom.contract.model import Contract
from greenroom.http.exchange import Entry, Request, Response
from greenroom.replay.recording import Recording
from greenroom.replay.responder import Replay
from greenroom.server.app import App, build_app, space_access
from greenroom.server.middleware import ServerSettings

HOST = "https://api.acme.invalid"
KEY = {"X-Key": "a real credential"}
_JOB = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "link": {"type": "string", "format": "uri"},
        "token": {"type": "string", "pattern": "^[0-9a-f]{8}$"},
        "note": {"type": "string"},
    },
}


def _content(schema: Any, **more: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema, **more}}}


_EXAMPLES = {"One": {"value": {"id": "1", "link": "https://acme.invalid/1", "note": "an example"}}}
_FOUND = {"200": {"description": "A job.", **_content(_JOB, examples=_EXAMPLES)}}
_TIMES = {"At": {"value": {"at": "2026-01-01"}, "x-relative-time": {"/at": "P1D"}}}
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
ACME: Contract = contract(
    {
        "/jobs/{id}": {
            "parameters": [_ID],
            "get": {
                "operationId": "getJob",
                "parameters": [
                    {"name": name, "in": "query", "schema": {"type": "string"}}
                    for name in ("page", "size", "email")
                ],
                "responses": {**_FOUND, "404": {"description": "None."}},
            },
        },
        "/jobs": {
            "post": {
                "operationId": "addJob",
                "requestBody": _content({"type": "object"}, examples=_TIMES),
                "responses": _FOUND,
            }
        },
    },
    servers=[{"url": f"{HOST}/v1"}],
    security=[{"Keyed": []}],
    schemes={"Keyed": {"type": "apiKey", "in": "header", "name": "X-Key"}},
)


def got(
    value: Any,
    target: str = "/v1/jobs/1",
    status: int = 200,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Entry:
    """A recorded GET request, with a credential unless header fields are given."""
    sent = tuple((KEY if headers is None else headers).items())
    return Entry(Request("GET", HOST + target, sent), _response(value, status), **more)


def added(value: Any, sent: bytes, kind: str = "application/json", **more: Any) -> Entry:
    """A recorded POST request."""
    headers = (*KEY.items(), ("Content-Type", kind))
    request = Request("POST", f"{HOST}/v1/jobs", headers, sent)
    return Entry(request, _response(value, 200), **more)


def _response(value: Any, status: int) -> Response:
    fields = (("Content-Type", "application/json"), ("X-Trace", "t1"), ("Date", "yesterday"))
    return Response(status, fields, json.dumps(value).encode())


def replayed(entries: list[Entry], of: Contract = ACME, **settings: Any) -> App:
    """An application that replays exchanges."""
    chosen = ServerSettings(**settings)
    access = space_access([of], chosen)
    behaviour = Replay(Recording(of, entries), access.enter).behaviour
    return build_app([of], chosen, None, access, {of.name: behaviour})


class Replaying(Client):
    """Calls to a server that replays exchanges."""

    def __init__(self, *entries: Entry, **settings: Any) -> None:
        self.app = replayed(list(entries), **settings)

    def value(self, target: str = "/acme/v1/jobs/1", **headers: str) -> Any:
        """The JSON value that a GET request gets."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.get(target, {**KEY, **sent}).json
