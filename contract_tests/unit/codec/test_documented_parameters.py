"""The parameters in the curl line of an operation, in their styles and with suggested values."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from contracts import Client, one
from curl_lines import RESPONSES, URL, line, parameter, run, target, words

# The style, the example, and the address that RFC 6570 gives for it.
STYLES: dict[str, tuple[dict[str, Any], Any, str]] = {
    "form": ({}, "a b", "/things?p=a%20b"),
    "form true": ({}, True, "/things?p=true"),
    "form number": ({}, 1.5, "/things?p=1.5"),
    "form list": ({}, ["a", "b,"], "/things?p=a&p=b%2C"),
    "form list joined": ({"explode": False}, ["a", "b,"], "/things?p=a,b%2C"),
    "form object": ({}, {"x": 1, "y": 2}, "/things?x=1&y=2"),
    "form object joined": ({"explode": False}, {"x": 1, "y": 2}, "/things?p=x,1,y,2"),
    "space": ({"style": "spaceDelimited", "explode": False}, ["a", "b"], "/things?p=a%20b"),
    "pipe": ({"style": "pipeDelimited", "explode": False}, ["a", "b"], "/things?p=a%7Cb"),
    "deep": ({"style": "deepObject", "explode": True}, {"x": 1}, "/things?p%5Bx%5D=1"),
    "simple": ({"in": "path"}, "a/b", "/things/a%2Fb"),
    "simple list": ({"in": "path"}, ["a", "b"], "/things/a,b"),
    "simple object": ({"in": "path"}, {"x": 1, "y": 2}, "/things/x,1,y,2"),
    "simple object exploded": ({"in": "path", "explode": True}, {"x": 1}, "/things/x=1"),
    "label": ({"in": "path", "style": "label"}, "a", "/things/.a"),
    "label list": ({"in": "path", "style": "label"}, ["a", "b"], "/things/.a,b"),
    "label list exploded": (
        {"in": "path", "style": "label", "explode": True},
        ["a", "b"],
        "/things/.a.b",
    ),
    "matrix": ({"in": "path", "style": "matrix"}, "a", "/things/;p=a"),
    "matrix list": ({"in": "path", "style": "matrix"}, ["a", "b"], "/things/;p=a,b"),
    "matrix list exploded": (
        {"in": "path", "style": "matrix", "explode": True},
        ["a", "b"],
        "/things/;p=a;p=b",
    ),
    "matrix object exploded": (
        {"in": "path", "style": "matrix", "explode": True},
        {"x": 1, "y": 2},
        "/things/;x=1;y=2",
    ),
}


@pytest.mark.parametrize("name", STYLES)
def test_a_parameter_is_written_in_its_style(name: str) -> None:
    """OpenAPI 3.1, 4.8.12.2."""
    parts, value, address = STYLES[name]
    path = "/things/{p}" if parts.get("in") == "path" else "/things"

    assert target(parameter(value, **{"location": "query", **parts}), path) == address


@pytest.mark.parametrize("name", STYLES)
def test_the_mock_reads_what_the_line_writes(name: str) -> None:
    """Line and mock agree on every style."""
    parts, value, _ = STYLES[name]
    kinds = {list: "array", dict: "object", bool: "boolean", float: "number", str: "string"}
    schema: dict[str, Any] = {"type": kinds[type(value)], "const": value}
    if isinstance(value, dict):
        schema["properties"] = {key: {"type": "integer"} for key in value}
    path = "/things/{p}" if parts.get("in") == "path" else "/things"
    found = one(parameter(value, **{"location": "query", **parts, "schema": schema}), path)

    assert run(Client(found), line(found)).status == 200


def test_an_optional_parameter_is_left_out() -> None:
    """The line is the least that works."""
    assert target(parameter("x", required=False)) == "/things"


def test_a_parameter_with_a_media_type_is_written_as_such() -> None:
    """Its example is in the content."""
    content = {"application/json": {"example": {"a": [1]}}}
    given = {"name": "p", "in": "query", "required": True, "content": content}

    assert target({"parameters": [given]}) == "/things?p=%7B%22a%22%3A%5B1%5D%7D"


# A schema without example, and the value written for it.
SUGGESTED: dict[str, tuple[Any, str]] = {
    "const": ({"const": "c"}, "c"),
    "default": ({"type": "integer", "default": 7}, "7"),
    "enum": ({"enum": ["x", "y"]}, "x"),
    "integer": ({"type": "integer"}, "1"),
    "minimum": ({"type": "integer", "minimum": 5}, "5"),
    "above": ({"type": "integer", "exclusiveMinimum": 5}, "6"),
    "maximum": ({"type": "integer", "maximum": -5}, "-5"),
    "boolean": ({"type": "boolean"}, "true"),
    "null too": ({"type": ["null", "integer"]}, "1"),
    "format": ({"type": "string", "format": "date"}, "2026-01-31"),
    "length": ({"type": "string", "minLength": 6, "maxLength": 6}, "textxx"),
    "alternatives": ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, "1"),
    "array": ({"type": "array", "items": {"type": "integer"}}, "1"),
    "reference": ({"$ref": "#/components/schemas/Id"}, "id-1"),
    "any": ({}, "text"),
}


@pytest.mark.parametrize("name", SUGGESTED)
def test_without_example_the_schema_gives_a_value(name: str) -> None:
    """Contracts of other authors often have no examples."""
    schema, text = SUGGESTED[name]
    given = {"name": "p", "in": "query", "required": True, "schema": schema}
    ids = {"schemas": {"Id": {"type": "string", "const": "id-1"}}}
    found = one({"parameters": [given], "responses": RESPONSES}, components=ids)

    assert shlex.split(line(found))[2] == f"{URL}/things?p={text}"
    assert run(Client(found), line(found)).status == 200


def test_a_schema_that_contains_itself_ends() -> None:
    """No finite value is valid, so no value is sent."""
    node = {"type": "object", "required": ["next"], "properties": {}}
    node["properties"] = {"next": {"$ref": "#/components/schemas/Node"}}
    schema = {"$ref": "#/components/schemas/Node"}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}

    *_, data = words({"requestBody": body}, components={"schemas": {"Node": node}})

    assert data == "null"
