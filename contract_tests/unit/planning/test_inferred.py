"""A check takes identifiers from where the behaviour of a contract says that records are shown."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import contract

from greenroom.contract.model import Contract
from greenroom_contracts.planning.identifiers import sources
from greenroom_contracts.planning.inferred import with_inferred

TEXT = {"type": "string"}
PART = {"type": "object", "required": ["id"], "properties": {"id": TEXT, "name": TEXT}}
THING = {"type": "object", "required": ["id"], "properties": {"id": TEXT, "size": TEXT}}
SOURCES: dict[str, Any] = {"title": "Things", "version": "1", "x-sources": {}}


def shown(schema: Any, **more: Any) -> dict[str, Any]:
    """A success with a value of a schema."""
    return {
        "200": {"description": "It.", "content": {"application/json": {"schema": schema}}, **more}
    }


def here(name: str) -> dict[str, Any]:
    """A parameter of a path."""
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


def api(links: Any = None, cursor: str = "cursor", **more: Any) -> Contract:
    """Things in a list with a cursor, each with parts, which are an array."""
    thing, part = ({"$ref": f"#/components/schemas/{name}"} for name in ("Thing", "Part"))
    parts = {"type": "array", "items": part}
    page = {"data": {"type": "array", "items": thing}, "next_cursor": TEXT}
    asked = {"name": cursor, "in": "query", "schema": TEXT}
    body = {"content": {"application/json": {"schema": THING}}}
    paths: dict[str, Any] = {
        "/things": {
            "get": {
                "operationId": "listThings", "parameters": [asked],
                "responses": shown({"type": "object", "properties": page}, links=links or {}),
            },
            "post": {
                "operationId": "createThing", "requestBody": body, "responses": shown(thing),
                "x-effect": ["create"],
            },
        },
        "/things/{id}": {
            "parameters": [here("id")],
            "get": {"operationId": "getThing", "responses": shown(thing)},
            "delete": {
                "operationId": "deleteThing", "x-effect": ["delete"],
                "responses": {"204": {"description": "Gone."}},
            },
        },
        "/things/{thing_id}/parts": {
            "parameters": [here("thing_id")],
            "get": {"operationId": "listParts", "responses": shown(parts)},
        },
        "/things/{thing_id}/parts/{id}": {
            "parameters": [here("thing_id"), here("id")],
            "get": {"operationId": "getPart", "responses": shown(part)},
        },
    }  # fmt: skip
    return contract(paths, components={"schemas": {"Thing": THING, "Part": PART}}, **more)


def given(made: Contract, target: str) -> dict[str, dict[str, Any]]:
    """What supplies the identifiers of an operation: the values of links, by their operation."""
    (found,) = (operation for operation in made.operations if operation.id == target)
    return {source.id: dict(link.parameters) for source, link in sources(made, found)}


def test_lists_and_creations_supply_identifiers() -> None:
    """Of a record, and of those that are around it, from one response."""
    made = with_inferred(api())
    assert given(made, "getThing") == {
        "listThings": {"path.id": "$response.body#/data/0/id"},
        "createThing": {"path.id": "$response.body#/id"},
    }
    assert given(made, "listParts") == {
        "listThings": {"path.thing_id": "$response.body#/data/0/id"},
        "createThing": {"path.thing_id": "$response.body#/id"},
    }
    assert given(made, "getPart") == {
        "listParts": {"path.thing_id": "$request.path.thing_id", "path.id": "$response.body#/0/id"}
    }


def test_what_acts_only_on_things_of_the_run_has_no_identifier_by_inference() -> None:
    """No document says that a creation tells what it made."""
    assert given(with_inferred(api()), "deleteThing") == {}


def test_the_links_of_a_contract_come_first() -> None:
    """Where they give a value, nothing is inferred."""
    link = {"operationId": "getThing", "parameters": {"id": "$response.body#/data/0/id"}}
    made = with_inferred(api({"Get": link}))
    assert given(made, "getThing") == {"listThings": {"id": "$response.body#/data/0/id"}}
    assert "createThing" in given(made, "listParts")


@pytest.mark.parametrize("name", ["cursor", "limit"])
def test_cursors_are_identifiers_unless_the_contract_has_sources(name: str) -> None:
    """Then names are no evidence; what is no cursor is made up."""
    (asked,) = with_inferred(api(cursor=name)).operations[0].parameters
    assert asked.identifier is (name == "cursor")
    (asked,) = with_inferred(api(cursor=name, info=SOURCES)).operations[0].parameters
    assert not asked.identifier


def test_weak_evidence_supplies_nothing_in_a_contract_with_sources() -> None:
    """The items of a list have an identifier, and only its name says of what."""
    items = {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}
    paths: dict[str, Any] = {
        "/all": {"get": {"operationId": "listThings", "responses": shown(items)}},
        "/one/{id}": {
            "parameters": [here("id")],
            "get": {
                "operationId": "getThing",
                "responses": shown({"$ref": "#/components/schemas/Thing"}),
            },
        },
    }
    found = [
        given(
            with_inferred(contract(paths, components={"schemas": {"Thing": THING}}, **more)),
            "getThing",
        )
        for more in ({}, {"info": SOURCES})
    ]
    assert found == [{"listThings": {"path.id": "$response.body#/0/id"}}, {}]
