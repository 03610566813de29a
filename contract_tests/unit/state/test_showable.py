"""What no response may show is refused when it is written, and not found out by readers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contracts import Client, body, contract

HERE = "/~here/acme/jars"
TEXT: dict[str, Any] = {"type": "string"}
JAR = {
    "type": "object",
    "required": ["id", "label"],
    "properties": {
        "id": {**TEXT, "pattern": "^jar-[0-9]$"},
        "label": {**TEXT, "maxLength": 5},
        "owner": {**TEXT, "format": "uuid"},
        "tags": {"type": "array", "items": {"enum": ["a", "b"]}},
        "lid": {"type": "object", "properties": {"colour": {"enum": ["red"]}}},
        "shelf": {"type": "integer"},
    },
}
# Looser than what is shown: anything may be sent.
NEW = {"type": "object", "properties": {name: {} for name in (*JAR["properties"], "place")}}
FIRST = {"id": "jar-1", "label": "first", "shelf": 1}
SET = {"resource": "Jar", "kind": "create", "set": {"/shelf": "$request.body#/place"}}


def _operation(id: str, **more: Any) -> dict[str, Any]:
    jar = {"$ref": "#/components/schemas/Jar"}
    shown = jar if id != "listJars" else {"type": "array", "items": jar}
    value = FIRST if id != "listJars" else [FIRST]
    content = {"application/json": {"schema": shown, "examples": {"One": {"value": value}}}}
    wrong = {"400": {"description": "Wrong."}, "404": {"description": "None."}}
    found = {"200": {"description": "Done.", "content": content}, **wrong}
    return {"operationId": id, "responses": found, **more}


PATHS = {
    "/jars": {
        "get": _operation("listJars"),
        "post": _operation("createJar", requestBody=body(NEW), **{"x-resource-operation": SET}),
    },
    "/jars/{id}": {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
        "get": _operation("getJar"),
        "patch": _operation("changeJar", requestBody=body(NEW)),
    },
}
WRONG = [
    ({"label": "much longer"}, 'body /label: "much longer" is longer than 5 characters'),
    ({"label": 5}, 'body /label: 5 is not of type "string"'),
    ({"label": None}, "body /label: null, but required"),
    ({"owner": "me"}, 'body /owner: "me" is not a "uuid"'),
    ({"tags": ["a", "c"]}, 'body /tags: "c" is not one of "a" or "b"'),
    ({"lid": {"colour": "blue"}}, 'body /lid/colour: "blue" is not'),
    ({"lid": "red"}, 'body /lid: "red" is not of type "object"'),
]


@pytest.fixture
def client() -> Client:
    """A client of an API that takes more than it shows."""
    return Client(contract(PATHS, components={"schemas": {"Jar": JAR}}))


@pytest.mark.parametrize(("sent", "reason"), WRONG, ids=str)
def test_nothing_is_created_that_no_response_may_show(
    client: Client, sent: Any, reason: str
) -> None:
    """The refusal names the property, and the list shows all that there is."""
    reply = client.post(HERE, {"label": "new", **sent})
    assert (reply.status, reply.kind) == (400, "invalid-request")
    assert reply.headers["x-greenroom-reason"].startswith(reason)
    assert reply.headers["x-greenroom-reason"].endswith("no response may show it")
    listed = client.get(HERE)
    assert (listed.json, "x-greenroom-reason" in listed.headers) == ([FIRST], False)


@pytest.mark.parametrize(("sent", "reason"), WRONG, ids=str)
def test_nothing_is_changed_to_what_no_response_may_show(
    client: Client, sent: Any, reason: str
) -> None:
    """The record stays as it was."""
    client.get(HERE)
    fields = {"content-type": "application/json"}
    reply = client.send("PATCH", f"{HERE}/jar-1", fields, [json.dumps(sent).encode()])
    assert (reply.status, reply.kind) == (400, "invalid-request")
    assert reply.headers["x-greenroom-reason"].startswith(reason)
    assert client.get(f"{HERE}/jar-1").json == FIRST


def test_the_reason_names_the_place_in_the_request(client: Client) -> None:
    """Which may be another one than that in the record."""
    reply = client.post(HERE, {"label": "new", "place": "top"})
    assert reply.status == 400
    assert reply.headers["x-greenroom-reason"].startswith('body /place: "top" is not')


@pytest.mark.parametrize(
    "sent",
    [{"label": "new"}, {"label": "new", "owner": None}, {"label": "new", "lid": {"x": 1}}],
    ids=str,
)
def test_everything_else_is_created_as_it_was_sent(client: Client, sent: Any) -> None:
    """Null where a property may be left out leaves it out."""
    reply = client.post(HERE, sent)
    assert reply.status == 200
    kept = {name: value for name, value in sent.items() if value is not None}
    assert kept.items() <= reply.json.items()
    assert len(client.get(HERE).json) == 2
