"""Mocks implement the extensions of specs/README.md."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from contracts import LIMITED, NESTED, Client, compiled, contract, document, respond, response
from uploading import FORM, MULTIPART, accepting, judged, part, sent

from greenroom.schema.validators import SchemaSet

PARTS = {"components": {"schemas": {"Limited": LIMITED}}}

# Value, the pointers of its violations.
VALUES: list[tuple[Any, list[str]]] = [
    ({}, []),
    ({"a": ["1", "2", "3"]}, []),
    ({"a": ["1", "2", "3", "4"]}, [""]),
    ({"a": ["1", "2"], "b": ["3"]}, []),
    ({"a": ["1", "2"], "b": ["3", "4"]}, [""]),
    ({"a": ["1", "2"], "b": ["3"], "c": ["4", "5", "6", "7"]}, []),
    ({"a": [], "b": []}, []),
    ({"a": "1234", "b": ["1", "2", "3"]}, ["/a"]),
    ([], [""]),
]


@pytest.mark.parametrize(("value", "pointers"), VALUES)
def test_arrays_share_a_limit(value: Any, pointers: list[str]) -> None:
    """The items of all arrays are counted together; other values have none."""
    verdict = judged(accepting(LIMITED, "application/json"), "application/json", _json(value))

    assert verdict.pointers == pointers


@pytest.mark.parametrize(("value", "pointers"), VALUES[:7])
@pytest.mark.parametrize("place", ["inner", "many"])
def test_a_shared_limit_applies_wherever_its_schema_does(
    value: Any, pointers: list[str], place: str
) -> None:
    """Behind references, in properties and in items."""
    whole = {"inner": {}, place: value if place == "inner" else [{}, value]}
    operation = accepting(NESTED, "application/json", **PARTS)

    verdict = judged(operation, "application/json", _json(whole))

    where = "/inner" if place == "inner" else "/many/1"
    assert verdict.pointers == [where + pointer for pointer in pointers]


def test_a_message_about_a_shared_limit_names_arrays_and_numbers() -> None:
    """How many items there are, and how many there may be."""
    value = {"a": ["1", "2"], "b": ["3", "4"]}
    verdict = judged(accepting(LIMITED, "application/json"), "application/json", _json(value))

    assert verdict.violations == (("", "a, b have 4 items together, more than 3"),)


def test_a_shared_limit_applies_to_forms() -> None:
    """Form fields with the name of an array are its items."""
    assert judged(accepting(LIMITED, FORM), FORM, b"a=1&a=2&b=3").kind is None
    assert judged(accepting(LIMITED, FORM), FORM, b"a=1&a=2&b=3&b=4").pointers == [""]
    fields = [part("a", b"1"), part("a", b"2"), part("b", b"3"), part("b", b"4")]
    assert sent(accepting(LIMITED, MULTIPART), *fields).pointers == [""]


@pytest.mark.parametrize(
    "limit",
    [None, 3, [], {}, {"properties": "ab", "maximum": 0}, {"properties": [["a"], "a"]},
     {"properties": [1, "a"], "maximum": "0"}, {"properties": ["z"], "maximum": 0}],
)  # fmt: skip
def test_x_max_items_across_of_another_form_is_ignored(limit: Any) -> None:
    """Files of other authors may use the name for something else."""
    raw = document({}, components={"schemas": {"S": {"x-max-items-across": limit}}})

    assert list(SchemaSet(raw).errors("/components/schemas/S", {"a": ["1"], "1": ["2"]})) == []


EXPORTED = {
    "parameters": [
        {
            "name": "format",
            "in": "query",
            "schema": {"type": "string", "enum": ["json", "csv"], "default": "json"},
            "x-selects-media-type": {"json": "application/json", "csv": "text/csv"},
        }
    ],
    "responses": {
        "200": {
            "description": "The export.",
            "content": {
                "application/json": {"examples": {"rows": {"value": []}, "none": {"value": {}}}},
                "text/csv": {"examples": {"table": {"value": "a,b"}}},
            },
            "headers": {
                "Content-Disposition": {
                    "schema": {"type": "string"},
                    "examples": {"rows": {"value": "a.json"}, "table": {"value": "a.csv"}},
                }
            },
        },
        "400": response("wrong"),
    },
}
EXPORT = {
    "/things": {"get": {"operationId": "export", **EXPORTED}},
    "/plain": {"get": {"responses": EXPORTED["responses"]}},
}

# Query, further headers, status and example of the response.
SELECTED: list[tuple[str, dict[str, str], int, str]] = [
    ("", {}, 200, "rows"),
    ("?format=json", {}, 200, "rows"),
    ("?format=csv", {}, 200, "table"),
    ("?format=%63sv", {}, 200, "table"),
    ("?f%6Frmat=csv", {}, 200, "table"),
    ("?a=b&format=csv&format=json", {}, 200, "table"),
    # It takes precedence over Accept, which counts without it.
    ("?format=csv", {"accept": "application/json"}, 200, "table"),
    ("?format=json", {"accept": "text/csv"}, 200, "rows"),
    ("?format=csv", {"accept": "image/png"}, 200, "table"),
    ("?other=csv", {"accept": "text/csv"}, 200, "table"),
    ("", {"accept": "text/csv"}, 200, "table"),
    # Invalid values are refused, and errors have their own media type.
    ("?format=xml", {}, 400, "wrong"),
    ("?format=CSV", {}, 400, "wrong"),
    ("?format=", {}, 400, "wrong"),
    ("?format", {}, 400, "wrong"),
    ("?format=csv", {"prefer": "code=400"}, 400, "wrong"),
    ("?format=csv", {"prefer": "example=none"}, 200, "none"),
    ("?format=json", {"prefer": "example=table"}, 200, "table"),
]


@pytest.mark.parametrize(("query", "headers", "status", "example"), SELECTED)
def test_a_parameter_selects_the_media_type(
    query: str, headers: dict[str, str], status: int, example: str
) -> None:
    """By the mapping of its extension."""
    reply = Client(contract(EXPORT)).get(f"/acme/things{query}", headers)

    assert (reply.status, reply.headers["x-greenroom-example"]) == (status, example)


def test_a_selected_response_has_the_header_examples_of_its_name() -> None:
    """So that the file name of a download fits its content."""
    client = Client(contract(EXPORT))

    assert client.get("/acme/things").headers["content-disposition"] == "a.json"
    selected = client.get("/acme/things?format=csv").headers
    assert (selected["content-disposition"], selected["content-type"]) == ("a.csv", "text/csv")


def test_a_parameter_without_the_extension_selects_nothing() -> None:
    """Its name alone means nothing."""
    assert Client(contract(EXPORT)).get("/acme/plain?format=csv").json == []


@pytest.mark.parametrize("value", [None, [], "csv", {}, {"csv": 1}, {"csv": "te\u2028xt"}])
def test_x_selects_media_type_of_another_form_is_ignored(value: Any) -> None:
    """Files of other authors may use the name for something else."""
    described = deepcopy(EXPORTED)
    described["parameters"][0]["x-selects-media-type"] = value
    operation = compiled(described)

    assert respond(operation, {}, b"format=csv").status == 200


def test_only_a_query_parameter_selects() -> None:
    """For headers there is `Accept`."""
    described = deepcopy(EXPORTED)
    described["parameters"][0]["in"] = "header"

    reply = respond(compiled(described), {b"format": b"csv"}, b"format=csv")

    assert reply.body == b"[]"


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
