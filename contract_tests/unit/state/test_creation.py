"""The identifiers of what is created are the client's where they can be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contracts import Client, body, contract

BOXES = "/~here/acme/boxes"
TEXT = {"type": "string"}
SCHEMAS = {
    "Box": {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {**TEXT, "minLength": 1}, "label": TEXT, "meta": {"type": "object"}},
    },
    "Given": {"type": "object", "properties": {"id": {}, "label": TEXT, "meta": {}}},
    "Lid": {"type": "object", "properties": {"lid_id": TEXT, "box_id": TEXT}},
}
ALL = {"resource": "Box", "kind": "create", "from": ""}
PACKED = {**ALL, "from": "/boxes", "set": {"/label": "$request.body#/all"}}


def operation(id: str, shown: Any, given: Any = None, **more: Any) -> dict[str, Any]:
    """An operation that takes and shows values of a schema."""
    success = {"description": "done", "content": {"application/json": {"schema": shown}}}
    sent = {"requestBody": body(given)} if given else {}
    return {"operationId": id, "responses": {"200": success}, **sent, **more}


def of(name: str) -> dict[str, str]:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def path(*names: str) -> dict[str, Any]:
    """The parameters of a path."""
    return {
        "parameters": [{"name": n, "in": "path", "required": True, "schema": TEXT} for n in names]
    }


def array(name: str) -> dict[str, Any]:
    """An array of what a schema describes."""
    return {"type": "array", "items": of(name)}


PATHS = {
    "/boxes": {
        "get": operation("listBoxes", array("Box")),
        "post": operation("createBox", of("Box"), of("Given")),
    },
    "/boxes/bulk": {
        "post": operation(
            "createBoxes", array("Box"), array("Given"), **{"x-resource-operation": ALL}
        )
    },
    "/boxes/packed": {
        "post": operation(
            "packBoxes",
            array("Box"),
            {"type": "object", "properties": {"boxes": array("Given"), "all": TEXT}},
            **{"x-resource-operation": PACKED},
        )
    },
    "/boxes/{box_id}": {**path("box_id"), "get": operation("getBox", of("Box"))},
    "/boxes/{box_id}/lids": {
        **path("box_id"),
        "get": operation("listLids", array("Lid")),
        "post": operation("addLid", of("Lid"), of("Lid")),
    },
    "/boxes/{box_id}/lids/{lid_id}": {
        **path("box_id", "lid_id"),
        "get": operation("getLid", of("Lid")),
    },
}


@pytest.fixture
def client() -> Client:
    """A client of an API that takes any `id` for a box, and whose responses have texts there."""
    return Client(contract(PATHS, components={"schemas": SCHEMAS}))


def test_an_identifier_that_is_taken_is_refused_as_a_conflict(client: Client) -> None:
    """Nothing changes, and the record that has it stays."""
    assert client.post(BOXES, {"id": "a/b %", "label": "first"}).status == 200
    reply = client.post(BOXES, {"id": "a/b %", "label": "second"})
    assert (reply.status, reply.kind) == (409, "conflict")
    assert "there is a Box a/b % already" in reply.body.decode()
    assert client.get(BOXES).json == [{"id": "a/b %", "label": "first"}]


def test_things_of_one_request_cannot_share_an_identifier(client: Client) -> None:
    """None of them is made."""
    reply = client.post(f"{BOXES}/bulk", [{"id": "one"}, {"id": "two"}, {"id": "one"}])
    assert reply.status == 409
    assert client.get(BOXES).json == []


def test_a_request_without_its_array_is_about_one_thing(client: Client) -> None:
    """Which it tells of elsewhere; an empty array is about none."""
    made = client.post(f"{BOXES}/packed", {"all": "only"}).json
    assert [each["label"] for each in made] == ["only"]
    assert client.post(f"{BOXES}/packed", {"boxes": [], "all": "no"}).json == []
    assert client.get(BOXES).json == made


@pytest.mark.parametrize("sent", [5, True, None, "", ["a"], {"a": 1}], ids=repr)
def test_what_can_be_no_identifier_gives_way_to_a_new_one(client: Client, sent: Any) -> None:
    """Else no response could show the record, and no path name it."""
    made = client.post(BOXES, {"id": sent, "label": "x"}).json
    assert made["label"] == "x"
    assert client.get(f"{BOXES}/{made['id']}").json == made
    assert client.get(BOXES).json == [made]


@pytest.mark.parametrize("values", [{"x": {"0": "a", "1": "b"}}, {"0": {"0": {}}}, {"l": {"0": 1}}])
def test_a_member_with_the_name_of_a_number_stays_one(client: Client, values: Any) -> None:
    """It is no place in an array."""
    made = client.post(BOXES, {"meta": values}).json
    assert made["meta"] == values
    assert client.get(f"{BOXES}/{made['id']}").json == made


def test_a_child_belongs_to_the_parent_in_the_path(client: Client) -> None:
    """Whatever its body says."""
    client.post(BOXES, {"id": "one"})
    client.post(BOXES, {"id": "two"})
    made = client.post(f"{BOXES}/one/lids", {"box_id": "two"}).json
    assert made["box_id"] == "one"
    assert client.get(f"{BOXES}/one/lids").json == [made]
    assert client.get(f"{BOXES}/two/lids").json == []


def test_a_time_in_the_place_of_the_identifier_is_a_conflict_at_the_second_one() -> None:
    """A contract that says so is odd, but no reason to fail."""
    box = {**SCHEMAS["Box"], "x-resource": {"created": "/id"}}
    client = Client(contract(PATHS, components={"schemas": {**SCHEMAS, "Box": box}}))
    sent = json.dumps({"now": "2026-01-05T09:00:00Z"}).encode()
    fields = {"content-type": "application/json", "content-length": str(len(sent))}
    assert client.send("PUT", "/_greenroom/spaces/here", fields, [sent]).status == 201
    replies = [client.post(BOXES, {"label": "x"}) for _ in range(2)]
    assert [reply.status for reply in replies] == [200, 409]


def test_two_generated_properties_of_a_record_are_different() -> None:
    """Even where both have the same form."""
    uuid = {**TEXT, "format": "uuid"}
    box = {
        "type": "object",
        "required": ["id", "key"],
        "properties": {"id": uuid, "key": uuid, "label": TEXT},
        "x-resource": {"generated": ["/key"]},
    }
    client = Client(contract(PATHS, components={"schemas": {**SCHEMAS, "Box": box}}))
    made = client.post(BOXES, {"label": "x"}).json
    assert made["id"] != made["key"]
