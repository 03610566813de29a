"""A name that the contract does not know is named in a warning, or refused where that is wanted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contracts import body, compiled, one, respond

from greenroom.mock.mock import Mock

STRING = {"type": "string"}
PERSON = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": STRING,
        "phone_number": STRING,
        "skills": {"type": "array", "items": {"$ref": "#/components/schemas/Skill"}},
        "free": {"type": "object"},
        "map": {"type": "object", "properties": {"a": STRING}, "additionalProperties": STRING},
    },
}
SKILL = {"type": "object", "properties": {"level": {"type": "integer"}}}
COMPONENTS = {"schemas": {"Skill": SKILL, "Person": PERSON}}
PAGE = {"name": "page", "in": "query", "schema": {"type": "integer"}}
DEEP = {"name": "filter", "in": "query", "style": "deepObject", "schema": SKILL}
SPREAD = {"name": "sort", "in": "query", "schema": SKILL}
FREE = {"name": "any", "in": "query", "schema": {"type": "object"}}
FORM = "application/x-www-form-urlencoded"


def warnings(
    schema: Any, sent: Any, media_type: str = "application/json", strict: bool = False
) -> tuple[int, str]:
    """The status of the response to a body, and its warnings or violations."""
    described = {"requestBody": body(schema, media_type)}
    mock = Mock(one(described, components=COMPONENTS), strict_requests=strict)
    content = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    reply = respond(mock.operations[0], {b"content-type": media_type.encode()}, body=content)
    found = dict(reply.headers)
    name = b"x-greenroom-violations" if strict else b"x-greenroom-warning"
    assert reply.decision.warnings or strict or name not in found
    return reply.status, found.get(name, b"").decode()


BODIES: list[tuple[Any, Any, str]] = [
    (PERSON, {"name": "a"}, ""),
    (PERSON, {"name": "a", "phoneNumber": "1"}, "body /phoneNumber: is not a documented property; "
     "is 'phone_number' meant?"),
    (PERSON, {"name": "a", "zzz": 1}, "body /zzz: is not a documented property"),
    (PERSON, {"name": "a", "skills": [{"level": 1}, {"levle": 2}]},
     "body /skills/1/levle: is not a documented property; is 'level' meant?"),
    (PERSON, {"name": "a", "free": {"b": 1}, "map": {"c": "d"}}, ""),
    ({}, {"b": 1}, ""),
    ({"type": "object"}, {"b": 1}, ""),
    ({**PERSON, "additionalProperties": True}, {"name": "a", "b": 1}, ""),
    ({**PERSON, "patternProperties": {"^x-": {}}}, {"name": "a", "x-b": 1}, ""),
    ({"allOf": [{"$ref": "#/components/schemas/Person"}, SKILL]}, {"name": "a", "level": 1}, ""),
    ({"oneOf": [{"$ref": "#/components/schemas/Person"}, {**SKILL, "required": ["level"]}]},
     {"name": "a", "lvl": 1}, "body /lvl: is not a documented property; is 'level' meant?"),
    ({"type": "array", "items": SKILL}, [{"levels": 1}],
     "body /0/levels: is not a documented property; is 'level' meant?"),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "sent", "expected"), BODIES)
def test_an_unknown_property_is_accepted_with_a_warning(
    schema: Any, sent: Any, expected: str
) -> None:
    """As the vendor would accept it, which leaves a misspelt name unnoticed."""
    assert warnings(schema, sent) == (200, expected)


@pytest.mark.parametrize(("schema", "sent", "expected"), BODIES)
def test_an_unknown_property_is_refused_where_that_is_wanted(
    schema: Any, sent: Any, expected: str
) -> None:
    """By `serve --strict-requests`."""
    status, found = warnings(schema, sent, strict=True)
    assert (status, bool(found)) == ((400, True) if expected else (200, False))


def test_a_misspelt_name_is_told_with_what_is_missing() -> None:
    """Both are one mistake."""
    status, found = warnings(PERSON, {"nmae": "a"})
    assert (status, found) == (400, "body /nmae: is not a documented property; is 'name' meant?")


@pytest.mark.parametrize(
    ("media_type", "sent", "expected"),
    [
        (FORM, b"name=a&phone_number=1", ""),
        (FORM, b"name=a&phonenumber=1", "/phonenumber"),
        ("application/xml", b"<a><name>a</name></a>", ""),
        ("application/*", b'{"name":"a"}', ""),
    ],
)
def test_forms_and_other_types_have_names_too(media_type: str, sent: bytes, expected: str) -> None:
    """As far as they are read by a schema."""
    operation = compiled({"requestBody": body(PERSON, media_type)}, components=COMPONENTS)
    kind = media_type.replace("*", "json").encode()
    reply = respond(operation, {b"content-type": kind}, body=sent)
    found = dict(reply.headers).get(b"x-greenroom-warning", b"").decode()
    assert (reply.status, bool(found)) == (200, bool(expected))
    assert expected in found


def test_unknown_fields_of_a_form_are_told_in_the_order_they_were_sent() -> None:
    """And in the same order by every process."""
    names = [f"{letter}{letter}" for letter in "qhzkbxdm"]
    sent = "&".join(["name=a", *(f"{name}=1" for name in names)]).encode()
    _, found = warnings(PERSON, sent, FORM)
    assert [told.split()[1] for told in found.split("; ")] == [f"/{name}:" for name in names]


def test_a_file_of_no_known_type_is_told() -> None:
    """A part may say that its type is not known (RFC 2046 section 4.5.1)."""
    media = {
        "schema": {"type": "object", "properties": {"f": {"type": "string", "format": "binary"}}},
        "encoding": {"f": {"contentType": "application/pdf, image/png"}},
    }
    operation = compiled({"requestBody": {"content": {"multipart/form-data": media}}})
    head = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n'
    sent = head + b"Content-Type: application/octet-stream\r\n\r\nx\r\n--b--\r\n"
    reply = respond(operation, {b"content-type": b"multipart/form-data; boundary=b"}, body=sent)
    assert reply.status == 200
    assert b"application/pdf, image/png" in dict(reply.headers)[b"x-greenroom-warning"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"page=1", ""),
        (b"page=1&pagee=2", "query /pagee: is not a documented parameter; is 'page' meant?"),
        (b"filter[level]=1&level=2&key=test-key", ""),
        (b"other[level]=1", "query /other[level]: is not a documented parameter"),
        (b"a%2Fb", "query /a~1b: is not a documented parameter"),
        (b"&&=", ""),
    ],
)
def test_an_unknown_query_parameter_is_named(query: bytes, expected: str) -> None:
    """Neither a property of an object nor a key is one."""
    schemes = {"Keyed": {"type": "apiKey", "in": "query", "name": "key"}}
    described = {"parameters": [PAGE, DEEP, SPREAD], "security": [{}, {"Keyed": []}]}
    contract = one(described, schemes=schemes, components=COMPONENTS)
    reply = respond(Mock(contract).operations[0], query=query)
    found = dict(reply.headers).get(b"x-greenroom-warning", b"").decode()
    assert (reply.status, found) == (200, expected)
    strict = respond(Mock(contract, strict_requests=True).operations[0], query=query)
    assert strict.status == (400 if expected else 200)


def test_a_free_form_object_takes_any_name() -> None:
    """So no name is unknown."""
    found = respond(compiled({"parameters": [PAGE, FREE]}), query=b"anything=1")
    assert b"x-greenroom-warning" not in dict(found.headers)


def test_an_operation_without_parameters_knows_no_name() -> None:
    """Not even one."""
    assert b"x-greenroom-warning" in dict(respond(compiled({}), query=b"page=1").headers)


def test_warnings_are_bounded() -> None:
    """Whatever a client sends."""
    sent = {"name": "a", **{f"n{i}": {"x": i} for i in range(100_000)}}
    status, found = warnings(PERSON, sent)
    assert status == 200
    assert len(found) <= 1000
