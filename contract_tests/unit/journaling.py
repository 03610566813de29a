"""A journal of requests to a small contract, for tests of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from contracts import body, contract, response

from greenroom.http.media_type import FORM
from greenroom.journal.entry import Entry, Trace
from greenroom.journal.journal import Journal
from greenroom.journal.masking import masking
from greenroom.mock.mock import Mock
from greenroom.mock.pipeline import RequestContext
from greenroom.mock.response.prepared import PreparedResponse

JSON = "application/json"
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
SHORT = {"type": "string", "maxLength": 40}
THING = {"type": "object", "properties": {
    "name": {"type": "string"},
    "secret": SHORT,
    "auth": {"type": "object", "properties": {"inner": SHORT}}}}  # fmt: skip
KEYED = {"type": "apiKey", "in": "header", "name": "X-Partner"}
SCHEMES = {
    "Keyed": KEYED,
    "Query": {**KEYED, "in": "query", "name": "partner"},
    "Cookie": {**KEYED, "in": "cookie", "name": "partner"},
    "Basic": {"type": "http", "scheme": "basic"},
    "Bearer": {"type": "http", "scheme": "bearer"},
}
WRONG = response(wrong={"message": "Free text."})
CONTRACT = contract(
    {
        "/things": {
            "get": {
                "operationId": "listThings",
                "parameters": [
                    {"name": "code", "in": "query", "schema": SHORT},
                    {"name": "X-Key", "in": "header", "schema": SHORT},
                    {"name": "tint", "in": "cookie", "schema": SHORT}],
                "responses": {"200": response("list"), "422": WRONG}},
            "post": {
                "operationId": "createThing",
                "requestBody": {"content": {
                    JSON: {"schema": THING}, FORM: {"schema": THING}, "text/plain": {}}},
                "responses": {"201": response("made"), "422": WRONG},
            },
        },
        "/things/{id}": {"get": {
            "operationId": "getThing",
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "responses": {"200": response("one")}}},
        "/locked": {"post": {
            "operationId": "lock",
            "security": [{name: []} for name in SCHEMES],
            "requestBody": body(THING),
            "responses": {"200": response("locked"), "401": response("stop")}}},
    },
    servers=[{"url": "https://api.acme.test/v1"}],
    schemes=SCHEMES,
)  # fmt: skip
MASK = masking(CONTRACT)
MOCK = Mock(CONTRACT)


def context(
    method: str = "GET", path: str = "/v1/things", sent: Any = None, **headers: str
) -> RequestContext:
    """A request; a query may be in the path, and a value that is no text is sent as JSON."""
    path, _, query = path.partition("?")
    raw = b"" if sent is None else sent.encode() if isinstance(sent, str) else _json(sent)
    fields = {"host": "127.0.0.1", **({"content-type": JSON} if raw else {})}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    encoded = {name.encode(): value.encode() for name, value in fields.items()}
    return RequestContext(method, path, encoded, query.encode(), raw)


def add(journal: Journal, *request: Any, trace: Trace | None = None, **headers: str) -> Entry:
    """Send a request to the mock and add it to a journal."""
    made = context(*request, **headers)
    found = MOCK.respond(made)
    assert isinstance(found, PreparedResponse)
    made.began, made.trace = AT.timestamp(), trace
    number = journal.append(made, found, AT)
    return next(journal.after(number - 1))


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
