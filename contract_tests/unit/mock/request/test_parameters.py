"""Parameters of a request are validated by their schemas, whatever they look like as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from contracts import KEY, OK, compiled, contract, respond

from greenroom.mock.mock import Mock

COMPONENTS = {
    "schemas": {
        "Text": {"type": "string"},
        "Number": {"type": "integer"},
        "Small": {"maximum": 5},
        "Color": {"type": "string", "enum": ["red", "blue"]},
        "Alias": {"$ref": "#/components/schemas/Number"},
        "Point": {
            "type": "object",
            "required": ["x"],
            "properties": {"x": {"$ref": "#/components/schemas/Number"}, "y": {"type": "boolean"}},
            "additionalProperties": False,
        },
        "Holder": {"properties": {"a/b~ %25é": {"type": "integer"}}},
    }
}


def parameter(schema: Any, place: str = "query", name: str = "p", **more: Any) -> dict[str, Any]:
    """A parameter of the location, required where it has to be."""
    required = {"required": True} if place == "path" else {}
    return {"name": name, "in": place, "schema": schema, **required, **more}


def judged(
    parameters: Sequence[Mapping[str, Any]],
    query: str = "",
    headers: Mapping[str, str] | None = None,
    path: str = "",
    **parts: Any,
) -> list[tuple[str, str]]:
    """Where and at which pointer a request breaks its contract, [] for nothing."""
    where = "/things/{p}" if path else "/things"
    described: dict[str, Any] = {"parameters": parameters, **parts.pop("operation", {})}
    operation = compiled(described, path=where, components=COMPONENTS, **parts)
    sent = {k.lower().encode(): v.encode("latin-1") for k, v in (headers or {}).items()}
    answer = respond(operation, sent, query.encode(), {"p": path} if path else {})
    found = dict(answer.headers)
    assert answer.status == (400 if b"x-greenroom-violations" in found else 200)
    violations = json.loads(found.get(b"x-greenroom-violations", b"[]"))
    return [(violation["location"], violation["pointer"]) for violation in violations]


def is_good(schema: Any, query: str, **more: Any) -> bool:
    """Whether a query is valid by the schema of its parameter `p`."""
    found = judged([parameter(schema, **more)], query)
    assert all(location == "query" for location, _ in found)
    return not found


NUMBER, INTEGER, BOOLEAN = {"type": "number"}, {"type": "integer"}, {"type": "boolean"}
STRING, NULL = {"type": "string"}, {"type": "null"}
# Schema, valid texts, invalid texts.
COERCIONS: list[tuple[Any, list[str], list[str]]] = [
    (
        INTEGER,
        ["5", "-5", "0", "-0", "007", "9" * 200],
        ["", "5.0", "5.5", "1e3", "0x10", "+5", "%205", "5%20", "abc", "5,6", "1_0", "\u0665", "-"],
    ),
    (INTEGER, [], ["9" * 201, "true", "null", "--1", "5%0A"]),
    (
        NUMBER,
        ["5", "-5.5", "0.1", "1e3", "1E-3", "1.5e%2B2", "9" * 200, "9" * 200 + "e99"],
        ["", ".5", "5.", "1e", "1e100", "nan", "inf", "Infinity", "1,5", "0x1", "1.5.1", "1_0"],
    ),
    (BOOLEAN, ["true", "false"], ["", "True", "FALSE", "1", "0", "yes", "null", "true%20"]),
    (NULL, ["", "null"], ["Null", "none", "0"]),
    (STRING, ["", "5", "true", "null", "a,b", "%00", "%ff", "%F0%9F%98%80"], []),
    ({"type": ["integer", "null"]}, ["5", "", "null"], ["abc", "5.5"]),
    ({"type": ["integer", "string"]}, ["5", "abc", ""], []),
    ({"type": ["boolean", "integer"]}, ["true", "5"], ["abc", "5.5"]),
    ({"type": ["string", "null"], "minLength": 1}, ["", "a"], []),
    # Text is text where the schema says so.
    ({"type": "string", "pattern": "^[0-9]+$"}, ["5", "007"], ["abc", ""]),
    ({"type": "string", "maxLength": 2}, ["12", "%E2%82%AC%E2%82%AC"], ["123"]),
    ({"type": "string", "enum": ["1", "2"]}, ["1"], ["3", "01"]),
    ({"type": "string", "format": "date"}, ["2026-01-31"], ["2026-02-31", "x"]),
    ({"type": "string", "format": "uuid"}, ["00000000-0000-4000-8000-000000000000"], ["x"]),
    ({"type": "string", "const": "true"}, ["true"], ["false"]),
    # Bounds are those of the value.
    ({"type": "integer", "minimum": 1, "maximum": 10}, ["1", "10", "010"], ["0", "11", "9" * 200]),
    ({"type": "number", "exclusiveMinimum": 0}, ["0.1"], ["0", "-0.0"]),
    ({"type": "integer", "multipleOf": 5}, ["0", "15"], ["7"]),
    # Without `type` the values determine it.
    ({"enum": [1, 2, "three", True, None]}, ["1", "three", "true", ""], ["3", "false"]),
    ({"const": 5}, ["5"], ["6", "five"]),
    ({"const": False}, ["false"], ["true", "0"]),
    ({"enum": [1.5]}, ["1.5"], ["1"]),
    # Composed schemas.
    ({"anyOf": [INTEGER, BOOLEAN]}, ["5", "true"], ["abc", "5.5"]),
    ({"oneOf": [INTEGER, STRING]}, ["5", "abc"], []),
    ({"oneOf": [{**INTEGER, "minimum": 5}, {**INTEGER, "maximum": 7}]}, ["3", "9"], ["6", "x"]),
    ({"anyOf": [{**INTEGER, "maximum": 5}, {**STRING, "minLength": 3}]}, ["3", "999"], ["9", "ab"]),
    ({"allOf": [INTEGER, {"minimum": 5}]}, ["5"], ["4", "abc"]),
    ({"allOf": [{"minimum": 5}], "type": "integer"}, ["5"], ["4"]),
    ({"allOf": [{"anyOf": [INTEGER, NULL]}]}, ["5", ""], ["abc"]),
    ({"not": {"const": "no"}}, ["yes"], ["no"]),
    ({"not": {"enum": [5]}, "type": "integer"}, ["4"], ["5"]),
    ({"type": "string", "if": {"const": "a"}, "then": False}, ["b"], ["a"]),
    # References, with siblings too (JSON Schema 2020-12).
    ({"$ref": "#/components/schemas/Number"}, ["5"], ["abc"]),
    ({"$ref": "#/components/schemas/Alias"}, ["5"], ["abc"]),
    ({"$ref": "#/components/schemas/Alias", "maximum": 5}, ["5"], ["6", "abc"]),
    ({"$ref": "#/components/schemas/Small", "type": "integer"}, ["5"], ["6", "abc"]),
    ({"$ref": "#/components/schemas/Text", "maxLength": 2}, ["ab"], ["abc"]),
    ({"$ref": "#/components/schemas/Text"}, ["", "abc"], []),
    ({"$ref": "#/components/schemas/Holder/properties/a~1b~0%20%2525%C3%A9"}, ["5"], ["abc"]),
    # Schemas that accept everything, or nothing.
    ({}, ["", "5", "abc"], []),
    (True, ["", "abc"], []),
    (False, [], ["", "5"]),
    ({"description": "Any.", "default": 5, "x-note": 1}, ["", "abc"], []),
    ({"not": {}}, [], ["", "5"]),
]


@pytest.mark.parametrize(
    ("schema", "text", "expected"),
    [
        (schema, text, expected)
        for schema, good, bad in COERCIONS
        for texts, expected in ((good, True), (bad, False))
        for text in texts
    ],
)
def test_a_primitive_is_validated_as_a_type_of_its_schema(
    schema: Any, text: str, expected: bool
) -> None:
    """Text becomes the integer, number, boolean or null that the schema allows, else stays text."""
    assert is_good(schema, f"p={text}") == expected


INTEGERS = {"type": "array", "items": INTEGER}
ARRAYS: list[tuple[Any, dict[str, Any], str, bool]] = [
    (INTEGERS, {}, "p=1&p=2", True),
    (INTEGERS, {}, "p=1&p=x", False),
    (INTEGERS, {}, "p=1,2", False),
    (INTEGERS, {"explode": False}, "p=1,2", True),
    (INTEGERS, {"explode": False}, "p=1,x", False),
    (INTEGERS, {"explode": False}, "p=", True),
    (INTEGERS, {"style": "pipeDelimited"}, "p=1%7C2", True),
    (INTEGERS, {"style": "spaceDelimited"}, "p=1%202", True),
    ({**INTEGERS, "maxItems": 2}, {}, "p=1&p=2&p=3", False),
    ({**INTEGERS, "uniqueItems": True}, {}, "p=1&p=01", False),
    ({"type": "array"}, {}, "p=1&p=x", True),
    ({"type": "array", "items": {}}, {}, "p=1&p=x", True),
    ({"type": "array", "items": STRING}, {}, "p=1&p=x", True),
    ({"type": "array", "items": {"$ref": "#/components/schemas/Color"}}, {}, "p=red&p=red", True),
    ({"type": "array", "items": {"$ref": "#/components/schemas/Color"}}, {}, "p=red&p=5", False),
    ({"type": "array", "items": {"type": ["integer", "string"]}}, {}, "p=1&p=x", True),
    ({"type": "array", "items": {"enum": ["1", "2"]}}, {}, "p=1", True),
    ({"items": INTEGER}, {"explode": False}, "p=1,2", True),
    ({"items": INTEGER}, {"explode": False}, "p=1,x", False),
    # Tuples.
    ({"type": "array", "prefixItems": [INTEGER, STRING]}, {"explode": False}, "p=1,2", True),
    ({"type": "array", "prefixItems": [INTEGER, STRING]}, {"explode": False}, "p=x,2", False),
    (
        {"type": "array", "prefixItems": [STRING], "items": INTEGER},
        {"explode": False},
        "p=1,2,3",
        True,
    ),
    (
        {"type": "array", "prefixItems": [STRING], "items": False},
        {"explode": False},
        "p=1,2",
        False,
    ),
    # One value or several.
    ({"anyOf": [INTEGER, INTEGERS]}, {"explode": False}, "p=5", True),
    ({"anyOf": [INTEGER, INTEGERS]}, {"explode": False}, "p=5,6", True),
    ({"anyOf": [INTEGER, INTEGERS]}, {"explode": False}, "p=x", False),
    ({"oneOf": [{**STRING, "enum": ["all"]}, INTEGERS]}, {}, "p=all", True),
    ({"oneOf": [{**STRING, "enum": ["all"]}, INTEGERS]}, {}, "p=1&p=2", True),
    ({"oneOf": [{**STRING, "enum": ["all"]}, INTEGERS]}, {}, "p=some", False),
    ({"type": ["array", "null"], "items": INTEGER}, {}, "p=", True),
]


@pytest.mark.parametrize(("schema", "more", "query", "expected"), ARRAYS)
def test_an_array_is_validated_item_by_item(
    schema: Any, more: dict[str, Any], query: str, expected: bool
) -> None:
    """Items, tuples, and values that may be an array."""
    assert is_good(schema, query, **more) == expected


POINT = {"$ref": "#/components/schemas/Point"}
FREE = {"type": "object", "additionalProperties": INTEGER}
DEEP, FLAT = {"style": "deepObject", "explode": True}, {"explode": False}
OBJECTS: list[tuple[Any, dict[str, Any], str, bool]] = [
    (POINT, {}, "x=1&y=true", True),
    (POINT, {}, "x=1", True),
    (POINT, {}, "x=1&unrelated=2", True),
    (POINT, {}, "y=true", False),
    (POINT, {}, "x=a", False),
    (POINT, {}, "x=1&y=2", False),
    (POINT, {}, "unrelated=2", True),
    (POINT, FLAT, "p=x,1,y,true", True),
    (POINT, FLAT, "p=x,1,z,2", False),
    (POINT, FLAT, "p=x", False),
    (POINT, DEEP, "p[x]=1&p[y]=true", True),
    (POINT, DEEP, "p[x]=a", False),
    (POINT, DEEP, "p[y]=true", False),
    (POINT, DEEP, "p[x]=1&p[z]=1", False),
    (POINT, {"style": "pipeDelimited"}, "p=x%7C1", True),
    (POINT, {"style": "spaceDelimited"}, "p=x%20a", False),
    (FREE, DEEP, "p[any]=1", True),
    (FREE, DEEP, "p[any]=a", False),
    (FREE, {}, "any=1&other=2", True),
    (FREE, {}, "any=1&other=b", False),
    (FREE, FLAT, "p=a,1,b,2", True),
    (FREE, FLAT, "p=a,1,b,c", False),
    ({"properties": {"x": INTEGER}}, DEEP, "p[x]=1", True),
    ({"properties": {"x": INTEGER}}, DEEP, "p[x]=a", False),
    ({"properties": {"x": INTEGER}}, {}, "x=a", False),
    ({"allOf": [POINT, {"type": "object"}]}, DEEP, "p[x]=1", True),
    ({"anyOf": [POINT, STRING]}, DEEP, "p[x]=1", True),
    ({"anyOf": [POINT, INTEGER]}, FLAT, "p=5", True),
    ({"anyOf": [POINT, INTEGER]}, FLAT, "p=x,5", True),
    ({"anyOf": [POINT, INTEGER]}, FLAT, "p=x,a", False),
    (
        {"anyOf": [{"properties": {"x": INTEGER}}, {"properties": {"x": BOOLEAN}}]},
        DEEP,
        "p[x]=true",
        True,
    ),
]


@pytest.mark.parametrize(("schema", "more", "query", "expected"), OBJECTS)
def test_an_object_is_validated_property_by_property(
    schema: Any, more: dict[str, Any], query: str, expected: bool
) -> None:
    """Known properties, and others where the schema describes them."""
    assert is_good(schema, query, **more) == expected


def test_a_free_form_object_has_all_fields_of_no_other_parameter() -> None:
    """OpenAPI 3.1, 4.8.12.3; neither another parameter nor a key is one of its properties."""
    parameters = [parameter(FREE, name="free"), parameter(STRING, name="q")]
    keyed = {"Keyed": {"type": "apiKey", "in": "query", "name": "key"}}
    operation: dict[str, Any] = {"security": [{"Keyed": []}]}
    for n, expected in (("1", []), ("c", [("query", "/free/n")])):
        query = f"q=a&key=test-key&n={n}"
        assert judged(parameters, query, operation=operation, schemes=keyed) == expected


PLACES: list[tuple[str, dict[str, Any], dict[str, Any], list[tuple[str, str]]]] = [
    ("path", {}, {"path": "5"}, []),
    ("path", {}, {"path": "abc"}, [("path", "/p")]),
    ("path", {"style": "label"}, {"path": ".5"}, []),
    ("path", {"style": "label"}, {"path": "5"}, [("path", "/p")]),
    ("path", {"style": "matrix"}, {"path": ";p=5"}, []),
    ("path", {"style": "matrix"}, {"path": ";q=5"}, [("path", "/p")]),
    ("header", {}, {"headers": {"P": "5"}}, []),
    ("header", {}, {"headers": {"p": " 5 "}}, []),
    ("header", {}, {"headers": {"p": "abc"}}, [("header", "/p")]),
    ("header", {"required": True}, {"headers": {"q": "5"}}, [("header", "/p")]),
    ("cookie", {}, {"headers": {"Cookie": "q=1; p=5"}}, []),
    ("cookie", {}, {"headers": {"Cookie": "p=abc"}}, [("cookie", "/p")]),
    ("cookie", {"required": True}, {"headers": {"Cookie": "P=5"}}, [("cookie", "/p")]),
    ("cookie", {"required": True}, {}, [("cookie", "/p")]),
    ("query", {}, {"query": "p=abc"}, [("query", "/p")]),
    ("query", {}, {"headers": {"p": "abc", "Cookie": "p=abc"}}, []),
    ("header", {}, {"query": "p=abc"}, []),
]


@pytest.mark.parametrize(("place", "more", "request_", "expected"), PLACES)
def test_a_parameter_is_read_from_its_location(
    place: str, more: dict[str, Any], request_: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """Path, query, header and cookie; nowhere else."""
    assert judged([parameter(INTEGER, place, **more)], **request_) == expected


@pytest.mark.parametrize(
    ("place", "schema", "request_", "pointer"),
    [
        ("path", INTEGERS, {"path": "1,x"}, "/p/1"),
        ("path", POINT, {"path": "x,1,y,2"}, "/p/y"),
        ("header", INTEGERS, {"headers": {"p": "1, 2, x"}}, "/p/2"),
        ("header", POINT, {"headers": {"p": "x,a"}}, "/p/x"),
        ("cookie", POINT, {"headers": {"Cookie": "x=a; other=1"}}, "/p/x"),
        ("query", INTEGERS, {"query": "p=x&p=1"}, "/p/0"),
        ("query", POINT, {"query": "y=true"}, "/p"),
    ],
)
def test_a_violation_points_into_the_parameter(
    place: str, schema: Any, request_: dict[str, Any], pointer: str
) -> None:
    """The name of the parameter, then the place in its value."""
    assert judged([parameter(schema, place)], **request_) == [(place, pointer)]


def test_a_pointer_escapes_the_name() -> None:
    """RFC 6901 section 3."""
    odd = parameter(INTEGER, name="a/b~c")
    assert judged([odd], "a/b~c=x") == [("query", "/a~1b~0c")]


@pytest.mark.parametrize("schema", [STRING, INTEGER, INTEGERS, POINT, FREE, {}, True])
@pytest.mark.parametrize("required", [True, False])
def test_only_a_required_parameter_may_not_be_absent(schema: Any, required: bool) -> None:
    """Whatever its schema."""
    expected = [("query", "/p")] if required else []
    assert judged([parameter(schema, required=required)]) == expected


@pytest.mark.parametrize(("query", "expected"), [("p=", []), ("p", []), ("", [("query", "/p")])])
def test_an_empty_text_is_present(query: str, expected: list[Any]) -> None:
    """Empty is not absent."""
    assert judged([parameter(STRING, required=True)], query) == expected


@pytest.mark.parametrize("schema", [INTEGER, INTEGERS, {**STRING, "minLength": 1}])
@pytest.mark.parametrize("allowed", [True, False])
def test_an_empty_value_is_valid_where_it_is_allowed(schema: Any, allowed: bool) -> None:
    """`allowEmptyValue` (OpenAPI 3.1, 4.8.12.2)."""
    assert is_good(schema, "p=", allowEmptyValue=allowed) == allowed
    assert is_good(schema, "p", allowEmptyValue=allowed) == allowed


def test_all_violations_are_listed_at_once() -> None:
    """In the order of the contract."""
    parameters = [
        parameter(INTEGER, "path"),
        parameter(INTEGERS, name="list"),
        parameter(STRING, name="needed", required=True),
        parameter(BOOLEAN, "header", name="Flag"),
        parameter(INTEGER, "cookie", name="c"),
        parameter(INTEGER, name="fine"),
    ]
    headers = {"flag": "maybe", "cookie": "c=x"}
    assert judged(parameters, "list=x&list=y&fine=1", headers, "abc") == [
        ("path", "/p"),
        ("query", "/list/0"),
        ("query", "/list/1"),
        ("query", "/needed"),
        ("header", "/Flag"),
        ("cookie", "/c"),
    ]


def test_undocumented_parameters_are_ignored() -> None:
    """Clients add their own: trace ids, cache busters."""
    assert judged([parameter(INTEGER)], "q=x&p=1&utm=y", {"X-Trace": "1", "Cookie": "a=b"}) == []


@pytest.mark.parametrize("name", ["Accept", "Content-Type", "Authorization", "accept"])
def test_a_header_with_a_meaning_of_its_own_is_not_a_parameter(name: str) -> None:
    """OpenAPI 3.1, 4.8.12.1: such a definition is ignored."""
    assert judged([parameter(INTEGER, "header", name, required=True)]) == []


@pytest.mark.parametrize("name", ["X \u00fc", "\u4e2d", "a:b"])
def test_a_header_that_cannot_be_sent_is_absent(name: str) -> None:
    """An invalid field name (RFC 9110 section 5.1) is not an error."""
    assert judged([parameter(INTEGER, "header", name)]) == []


def test_an_operation_overrides_a_parameter_of_its_path() -> None:
    """OpenAPI 3.1, 4.8.9: by name and location."""
    item = {"parameters": [parameter(INTEGER), parameter(INTEGER, "header")]}
    paths = {"/things": {**item, "get": {"parameters": [parameter(STRING)], "responses": OK}}}
    (both,) = Mock(contract(paths)).operations
    assert respond(both, {}, b"p=abc").status == 200
    assert respond(both, {b"p": b"abc"}).status == 400


def content(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    """A parameter with `content`."""
    media = {} if schema is None else {"schema": schema}
    return {"name": "p", "in": "query", "content": {media_type: media}}


CONTENTS: list[tuple[Any, str, list[str]]] = [
    (POINT, 'p={"x":1,"y":true}', []),
    (POINT, "p=%7B%22x%22%3A1%7D", []),
    (POINT, 'p={"x":"1"}', ["/p/x"]),
    (POINT, 'p={"x":1,"y":2}', ["/p/y"]),
    (POINT, 'p={"x":', ["/p"]),
    (POINT, "p=", ["/p"]),
    (POINT, "p=%ff", ["/p"]),
    (POINT, "", []),
    (INTEGER, "p=5", []),
    (INTEGER, 'p="5"', ["/p"]),
    (INTEGER, "p=5&p=x", ["/p"]),
    (INTEGER, "p=5&p=6", []),
    (NUMBER, "p=NaN", ["/p"]),
    (NUMBER, "p=1e999", ["/p"]),
    (NUMBER, "p=" + "9" * 5000, ["/p"]),
    (STRING, 'p="\\ud800"', ["/p"]),
    ({}, "p=" + "[" * 5000 + "]" * 5000, ["/p"]),
    ({}, 'p={"\\ud800":1}', ["/p"]),
    (None, 'p={"a":1}', []),
    (None, "p={", ["/p"]),
]


@pytest.mark.parametrize(("schema", "query", "expected"), CONTENTS)
def test_a_json_parameter_is_validated_as_json(
    schema: Any, query: str, expected: list[str]
) -> None:
    """`content` instead of a style: malformed JSON, and values that are not valid."""
    assert [pointer for _, pointer in judged([content(schema)], query)] == expected


@pytest.mark.parametrize(
    ("schema", "query", "expected"),
    [
        (INTEGER, "p=5", []),
        (INTEGER, "p=x", ["/p"]),
        (STRING, 'p={"a"', []),
        (None, "p=x", []),
        ({"enum": ["a,b"]}, "p=a,b", []),
    ],
)
def test_a_parameter_of_another_media_type_is_text(
    schema: Any, query: str, expected: list[str]
) -> None:
    """Validated as a primitive is."""
    found = judged([content(schema, "text/plain")], query)
    assert [pointer for _, pointer in found] == expected


def test_a_required_json_parameter_may_not_be_absent() -> None:
    """As any other."""
    assert judged([{**content({}), "required": True}]) == [("query", "/p")]


@pytest.mark.parametrize(
    ("place", "send"),
    [
        ("header", lambda text: {"headers": {"p": text}}),
        ("cookie", lambda text: {"headers": {"Cookie": f"p={text}"}}),
        ("path", lambda text: {"path": text}),
    ],
)
def test_a_json_parameter_can_be_anywhere(
    place: str, send: Callable[[str], dict[str, Any]]
) -> None:
    """With the text of its location."""
    described = {**content(POINT), "in": place, "required": True}
    assert judged([described], **send('{"x":1}')) == []
    assert judged([described], **send('{"x":"1"}')) == [(place, "/p/x")]


def test_credentials_are_checked_before_parameters() -> None:
    """A caller without permission does not learn what a call needs."""
    operation = compiled(
        {"parameters": [parameter(INTEGER, required=True)], "security": [{"Keyed": []}]},
        schemes=KEY,
    )
    assert respond(operation, {}, b"p=x").status == 401


LISTED = {"type": "array", "items": {"enum": ["candidate", "job"]}}
PAIR = {"type": "array", "items": STRING, "minItems": 2}
CLOSED = {"type": "object", "properties": {"x": INTEGER}, "additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "style", "valid", "invalid"),
    [
        (INTEGER, {}, ["p=1&p=2"], ["p=1&p=x", "p=x&p=1"]),
        (STRING, {}, ["p=a&p=b"], []),
        ({"enum": ["a", "b"]}, {}, ["p=a&p=b"], ["p=a&p=c"]),
        (LISTED, {"explode": False}, ["p=job&p=candidate"], ["p=job&p=BAD"]),
        (LISTED, {"explode": False, "style": "pipeDelimited"}, [], ["p=job&p=BAD"]),
        (CLOSED, {"explode": True}, ["x=1"], ["x=1&x=y", "x=1&x=2"]),
        (CLOSED, {"explode": False}, ["p=x,1"], ["p=x,1&p=x,y"]),
    ],
)
def test_each_value_of_a_parameter_sent_several_times_is_validated(
    schema: Any, style: dict[str, Any], valid: list[str], invalid: list[str]
) -> None:
    """Servers differ in which of them they read."""
    for query in valid:
        assert is_good(schema, query, **style), query
    for query in invalid:
        assert not is_good(schema, query, **style), query


@pytest.mark.parametrize(
    ("schema", "text", "is_split"),
    [
        (LISTED, "candidate%2Cjob", True),
        (LISTED, "candidate%2cjob", True),
        (LISTED, "candidate%2CBAD", False),
        ({"type": "array", "items": INTEGER}, "1%2C2,3", True),
        ({"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": 1},
         "00000000-0000-4000-8000-000000000000%2C00000000-0000-4000-8000-000000000001", False),
        (CLOSED, "x%2C1", True),
        # An item, or a name, may contain a comma.
        (PAIR, "a%2Cb", False),
        ({"type": "object", "additionalProperties": STRING, "required": ["x"]}, "x%2C1", False),
    ],
)  # fmt: skip
def test_an_encoded_comma_is_a_delimiter_where_it_cannot_be_anything_else(
    schema: Any, text: str, is_split: bool
) -> None:
    """Ordinary clients encode the whole value; RFC 6570 decides everywhere else."""
    assert is_good(schema, f"p={text}", explode=False) == is_split
    place = {"place": "path", "explode": False}
    assert (judged([parameter(schema, **place)], path=text) == []) == is_split
