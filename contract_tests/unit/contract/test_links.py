"""Links are read, lead to operations, and mark the parameters that are identifiers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contracts import OK, contract, document

from greenroom.contract.links import target_parameter, with_link_body
from greenroom.contract.loading.upgrade_30 import upgrade
from greenroom.contract.model import Contract, Link
from greenroom.contract.reader import read_contract

ID = {"in": "path", "name": "id", "required": True, "schema": {"type": "string"}}
OWNER = {"in": "query", "name": "owner", "schema": {"type": "string"}}
SORT = {"in": "query", "name": "sort", "schema": {"type": "string"}}
GET = {"operationId": "getThing", "parameters": [ID, OWNER, SORT], "responses": OK}
LINKS = "/paths/~1things/get/responses/200/links"


def linked(links: Any, get: Any = None, **parts: Any) -> Contract:
    """A contract with an operation whose response has links, and one that reads a thing."""
    response = {"description": "Fine.", "links": links}
    listing = {"operationId": "listThings", "responses": {"200": response}}
    return contract({"/things": {"get": listing}, "/things/{id}": {"get": get or GET}}, **parts)


def links_of(found: Contract) -> tuple[Link, ...]:
    """The links of the first operation's response."""
    return found.operations[0].responses[0].links


def test_a_link_is_read_with_its_pointer_and_its_values() -> None:
    """Parameters and body are kept as they are written."""
    node = {
        "operationId": "getThing",
        "parameters": {"path.id": "$response.body#/0/id"},
        "requestBody": {"ids": ["$response.body#/0/id"]},
        "x-provenance": {"basis": "inferred", "note": "No document says so."},
    }

    (link,) = links_of(linked({"GetThing": node}))

    assert link == Link(
        name="GetThing",
        pointer=f"{LINKS}/GetThing",
        operation_id="getThing",
        parameters={"path.id": "$response.body#/0/id"},
        body={"ids": ["$response.body#/0/id"]},
        basis="inferred",
    )


def test_a_link_has_the_basis_of_its_response() -> None:
    """Where it has no `x-provenance` of its own."""
    statement = {"basis": "documented", "source": "guide", "at": "Things"}
    shared = {
        "description": "Fine.",
        "x-provenance": statement,
        "links": {"GetThing": {"operationId": "getThing"}},
    }
    paths = {
        "/things": {"get": {"responses": {"200": {"$ref": "#/components/responses/Things"}}}},
        "/things/{id}": {"get": GET},
    }

    found = contract(paths, components={"responses": {"Things": shared}})

    (link,) = links_of(found)
    assert (link.basis, link.pointer) == (
        "documented",
        "/components/responses/Things/links/GetThing",
    )


def test_a_link_may_be_a_component() -> None:
    """Its name is the one in the response, its pointer that of the component."""
    shared = {"ThingById": {"operationId": "getThing", "parameters": {"id": "$statusCode"}}}

    found = linked(
        {"GetThing": {"$ref": "#/components/links/ThingById"}}, components={"links": shared}
    )

    (link,) = links_of(found)
    assert (link.name, link.pointer) == ("GetThing", "/components/links/ThingById")


# an operation without operationId is named by its method and path
REFERENCES: list[tuple[str, str]] = [
    ("#/paths/~1things~1{id}/get", "getThing"),
    ("#/paths/~1things~1%7Bid%7D/get", "getThing"),
    ("#/paths/~1unnamed/delete", "DELETE /unnamed"),
    ("#/paths/~1elsewhere/get", "GET /elsewhere"),
]


@pytest.mark.parametrize(("reference", "target"), REFERENCES)
def test_a_link_may_name_its_operation_by_reference(reference: str, target: str) -> None:
    """A path item may be a reference itself."""
    paths = {
        "/things": {
            "get": {
                "responses": {
                    "200": {"description": "Fine.", "links": {"Next": {"operationRef": reference}}}
                }
            }
        },
        "/things/{id}": {"get": GET},
        "/unnamed": {"delete": {"responses": OK}},
        "/elsewhere": {"$ref": "#/components/pathItems/Elsewhere"},
    }
    items = {"Elsewhere": {"get": {"responses": OK}}}

    found = contract(paths, components={"pathItems": items})

    assert [link.operation_id for link in links_of(found)] == [target]


# what leads to no operation of the same file, or is not a link at all
ELSEWHERE: list[Any] = [
    {"operationId": "getNobody"},
    {"operationId": "onThing"},
    {"operationId": 7},
    {"operationRef": "https://api.example.com/openapi.json#/paths/~1things/get"},
    {"operationRef": "other.yaml#/paths/~1things/get"},
    {"operationRef": "#/paths/~1nothing/get"},
    {"operationRef": "#/paths/~1things/put"},
    {"operationRef": "#/paths/~1things"},
    {"operationRef": "#/paths/~1things/get/responses"},
    {"operationRef": "#/components/pathItems/Things/get"},
    {"operationRef": "#/webhooks/thing/post"},
    {"operationRef": "#things"},
    {"operationRef": ""},
    {"operationRef": None},
    {},
    {"$ref": "#/components/links/Nothing"},
    {"$ref": "other.yaml#/Link"},
    None,
    "getThing",
    ["getThing"],
]


@pytest.mark.parametrize("node", ELSEWHERE)
def test_a_link_that_leads_nowhere_is_left_out(node: Any) -> None:
    """The rest of the file is served."""
    response = {
        "description": "Fine.",
        "links": {"Lost": node, "GetThing": {"operationId": "getThing"}},
    }
    raw = document(
        {"/things": {"get": {"responses": {"200": response}}}, "/things/{id}": {"get": GET}},
        webhooks={"thing": {"post": {"operationId": "onThing", "responses": OK}}},
    )

    found = read_contract("acme", "acme.yaml", raw)

    assert [link.name for link in links_of(found)] == ["GetThing"]


@pytest.mark.parametrize("links", [None, [], "GetThing", 7])
def test_a_response_whose_links_are_not_a_map_has_no_links(links: Any) -> None:
    """The rest of it is read."""
    response = {"description": "Fine.", "links": links}
    raw = document({"/things": {"get": {"responses": {"200": response}}}})

    (operation,) = read_contract("acme", "acme.yaml", raw).operations

    assert (operation.responses[0].links, operation.responses[0].description) == ((), "Fine.")


def test_links_of_a_30_file_are_read() -> None:
    """There a constant need not be a string."""
    links = {"GetThing": {"operationId": "getThing", "parameters": {"id": 7}}}
    raw = document(
        {
            "/things": {"get": {"responses": {"200": {"description": "Fine.", "links": links}}}},
            "/things/{id}": {"get": GET},
        }
    )
    raw["openapi"] = "3.0.3"

    (link,) = links_of(read_contract("acme", "acme.yaml", upgrade(raw)))

    assert link.parameters == {"id": 7}


# a key of a link's parameters, the parameter that it means
NAMES: list[tuple[str, tuple[str, str] | None]] = [
    ("id", ("path", "id")),
    ("path.id", ("path", "id")),
    ("query.id", ("query", "id")),
    ("header.id", None),
    ("owner", ("query", "owner")),
    ("path.owner", None),
    ("a.b", ("query", "a.b")),
    ("query.a.b", ("query", "a.b")),
    ("path.dotted", ("header", "path.dotted")),
    ("nothing", None),
]


@pytest.mark.parametrize(("key", "place"), NAMES)
def test_a_key_means_exactly_one_parameter(key: str, place: tuple[str, str] | None) -> None:
    """A location in front of the name chooses among parameters of one name."""
    same = {**OWNER, "name": "id"}
    dotted = {**OWNER, "name": "a.b"}
    header = {"in": "header", "name": "path.dotted", "schema": {"type": "string"}}
    get = {**GET, "parameters": [ID, same, OWNER, dotted, header]}

    meant = target_parameter(linked({}, get).operations[1], key)

    assert (meant and (meant.location, meant.name)) == place


def flagged(found: Contract) -> set[str]:
    """The names of the identifiers of the second operation."""
    return {parameter.name for parameter in found.operations[1].parameters if parameter.identifier}


def test_a_path_parameter_is_an_identifier() -> None:
    """It identifies the resource that is requested."""
    assert flagged(linked({})) == {"id"}


# the parameters of a link, the identifiers that it makes
FILLED: list[tuple[dict[str, str], set[str]]] = [
    ({"owner": "$response.body#/0/owner"}, {"id", "owner"}),
    ({"query.owner": "u-{$response.body#/0/owner}"}, {"id", "owner"}),
    ({"id": "$response.body#/0/id", "owner": "$request.query.owner"}, {"id", "owner"}),
    ({"sort": "newest"}, {"id"}),
    ({"lost": "$response.body#/0/id"}, {"id"}),
]


@pytest.mark.parametrize(("parameters", "names"), FILLED)
def test_a_parameter_that_a_link_sets_from_an_exchange_is_an_identifier(
    parameters: dict[str, str], names: set[str]
) -> None:
    """Not what it sets to a constant."""
    found = linked({"GetThing": {"operationId": "getThing", "parameters": parameters}})

    assert flagged(found) == names


@pytest.mark.parametrize(("marked", "names"), [(True, {"id", "owner"}), (False, {"id"})])
def test_a_parameter_may_be_marked_as_an_identifier(marked: bool, names: set[str]) -> None:
    """Where no link sets it."""
    get = {**GET, "parameters": [ID, {**OWNER, "x-identifier": marked}]}

    assert flagged(linked({}, get)) == names


def test_a_link_makes_a_shared_parameter_an_identifier_of_its_target_alone() -> None:
    """Another operation may take any value for it."""
    owner = {"$ref": "#/components/parameters/Owner"}
    get = {**GET, "parameters": [ID, owner]}
    links = {"GetThing": {"operationId": "getThing", "parameters": {"owner": "$url"}}}
    response = {"description": "Fine.", "links": links}
    paths = {
        "/things": {"get": {"parameters": [owner], "responses": {"200": response}}},
        "/things/{id}": {"get": get},
    }

    found = contract(paths, components={"parameters": {"Owner": OWNER}})

    listing = found.operations[0].parameters[0]
    assert (listing.name, listing.identifier, flagged(found)) == ("owner", False, {"id", "owner"})


# an example of a body, the body of a link, the body that is sent
LAID: list[tuple[Any, Any, Any]] = [
    ({"id": "x", "name": "Ada"}, {"id": "1"}, {"id": "1", "name": "Ada"}),
    ({"name": "Ada"}, {"id": "1"}, {"name": "Ada"}),
    ({"a": {"id": "x", "b": 1}}, {"a": {"id": "1", "c": 2}}, {"a": {"id": "1", "b": 1}}),
    ({"a": 1}, {"a": {"id": "1"}}, {"a": {"id": "1"}}),
    ({"ids": ["x", "y"]}, {"ids": ["1"]}, {"ids": ["1"]}),
    ({"ids": ["x"]}, {"ids": ["1", "2"]}, {"ids": ["1"]}),
    ({"of": [{"id": "x", "n": 1}]}, {"of": [{"id": "1"}]}, {"of": [{"id": "1", "n": 1}]}),
    ({"id": None}, {"id": "1"}, {"id": "1"}),
    ({}, {"id": "1"}, {}),
    ("x", "1", "1"),
    ([{"id": "x"}], [{"id": "1"}], [{"id": "1"}]),
]


@pytest.mark.parametrize(("example", "body", "sent"), LAID)
def test_the_body_of_a_link_is_merged_into_an_example(example: Any, body: Any, sent: Any) -> None:
    """The result has the structure of the example, which is not changed."""
    before = json.dumps(example)

    assert with_link_body(example, body) == sent
    assert json.dumps(example) == before
