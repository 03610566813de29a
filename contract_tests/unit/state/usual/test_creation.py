"""What a compiled creation does is what would be decided step by step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from contracts import contract
from state_contract import API

from greenroom.codec.credentials import GOOD_KEY, credentials_of
from greenroom.contract.behaviour.reading import behaviour_of
from greenroom.contract.catalog import load, vendors
from greenroom.contract.model import Contract
from greenroom.server.app import build_app, space_access
from greenroom.server.middleware import ServerSettings
from greenroom.state import responder
from greenroom.state.usual.creation import Creation
from wire import send

NOW = datetime(2026, 1, 5, 9, 30, 0, 123456, tzinfo=UTC)
ODD = (None, {}, [], 5, 1.5, True, "", "é", "x" * 300, {"a": {"b": 1}}, ["a"])
TEXT: dict[str, Any] = {"type": "string"}
# More may be sent than is shown, and there is no room for the tenth identifier.
JAR = {
    "required": ["id", "label"],
    "properties": {
        "id": {**TEXT, "maxLength": 5}, "label": {**TEXT, "maxLength": 5},
        "tags": {"type": "array", "items": {"enum": ["a", "b"]}}, "made": TEXT,
        "shelf": {"type": "integer"},
    },
}  # fmt: skip
NEW = {**TEXT, "maxLength": 9}
NEW_JAR = {"type": "object", "properties": {"label": NEW, "tags": {"type": "array"}, "shelf": {}}}
FIRST = {"id": "jar-1", "label": "first", "shelf": 1, "tags": ["a"], "made": "2026-01-01"}
SENT = {"value": {"label": "first", "shelf": 1, "tags": ["a"]}}
_CONTENT = {"schema": JAR, "examples": {"One": {"value": FIRST}}}
_DONE = {"description": "Done.", "content": {"application/json": _CONTENT}}
_SENT = {"content": {"application/json": {"schema": NEW_JAR, "examples": {"One": SENT}}}}
_ID = {"name": "id", "in": "path", "required": True, "schema": TEXT}
_GET = {"operationId": "getJar", "parameters": [_ID], "responses": {"200": _DONE}}
_POST = {"operationId": "createJar", "requestBody": _SENT, "responses": {"201": _DONE}}
JARS = contract({"/jars": {"post": _POST}, "/jars/{id}": {"get": _GET}}, name="jars")
CONTRACTS = [API, JARS, *map(load, vendors())]


def bodies(example: Any) -> Iterator[Any]:
    """A documented body, then with other texts, without each member, and with odd ones."""
    yield example
    for number, name in enumerate(example):
        yield {**example, name: f"{example[name]}~"}
        yield {key: value for key, value in example.items() if key != name}
        for odd in (ODD[number % len(ODD)], ODD[(number + 5) % len(ODD)]):
            yield {**example, name: odd}
    yield {**example, "unknown": 1}
    yield example


def creations(api: Contract) -> Iterator[tuple[str, list[tuple[bytes, bytes]], bytes]]:
    """Targets, header fields and bodies that create something, or are refused."""
    bindings = behaviour_of(api).bindings
    for operation in api.operations:
        binding = bindings.get(operation.id)
        if binding is None or binding.kind != "create" or operation.body is None:
            continue
        signed = credentials_of(operation, GOOD_KEY) if operation.secured else ()
        headers = [(each.name.lower().encode(), each.value.encode()) for each in signed]
        headers.append((b"content-type", b"application/json"))
        examples = [e.value for m in operation.body.content if m.is_json for e in m.examples]
        path = f"/~mine/{api.name}{next(iter(operation.base_paths), '')}{operation.path}"
        for example in examples or [{"name": "Ada"}]:
            for value in bodies(example) if isinstance(example, dict) else ():
                yield path, headers, json.dumps(value).encode()


def told(api: Contract) -> list[Any]:
    """All that is seen of the creations of a contract, in a space whose clock stands."""
    settings = ServerSettings()
    spaces = space_access([api], settings)
    space, _ = spaces.spaces.put("mine", seed=7, now=NOW)
    app, found = build_app([api], settings, spaces=spaces), list[Any]()
    for path, headers, body in creations(api):
        length = (b"content-length", b"%d" % len(body))
        reply = send(app, "POST", path.encode(), [*headers, length], [body])
        found.append((body, reply.status, reply.headers, reply.body))
    for entry in space.journal.after():
        found.append((entry.number, entry.response.head, entry.trace, entry.response.decision))
    return [*found, space.records, json.dumps(space.document())]


@pytest.mark.parametrize("api", CONTRACTS, ids=lambda api: api.name)
def test_a_compiled_creation_is_what_is_decided_step_by_step(
    api: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same responses, records, identifiers and journal, whatever is sent."""
    drawn: list[bool] = []
    draw = Creation.draw

    def watched(self: Creation, *arguments: Any) -> Any:
        found = draw(self, *arguments)
        drawn.append(found is not None)
        return found

    monkeypatch.setattr(Creation, "draw", watched)
    compiled = told(api)
    assert sum(drawn) > 3, "hardly anything was compiled"
    monkeypatch.setattr(responder, "is_usual", lambda *_: False)
    number = len(drawn)
    assert told(api) == compiled
    assert len(drawn) == number


def test_no_client_fills_the_memory_with_values_of_accept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of which may select another way to show what is created."""
    recipes: list[Any] = []
    shown = Creation.shown

    def watched(self: Creation, recipe: Any, form: Any) -> Any:
        recipes.append(recipe)
        return shown(self, recipe, form)

    monkeypatch.setattr(Creation, "shown", watched)
    app = build_app([JARS])
    for number in range(100):
        accept = (b"accept", b"application/json;q=0.%d" % (number + 1))
        headers = [accept, (b"content-type", b"application/json")]
        assert send(app, "POST", b"/~s/jars/jars", headers, [b'{"shelf":2}']).status == 201
    assert len(recipes) == 100
    assert len(recipes[0].shown) < 100
