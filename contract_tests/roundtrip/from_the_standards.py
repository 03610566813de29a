"""Readers of parameters, forms and XML that were written from the text of the standards alone.

They know nothing of the codec, and read the rows that no library can. The sections are those of
RFC 6570 (templates), RFC 6265 (cookies), RFC 7578 (multipart forms), the URL Standard of WHATWG and
OpenAPI 3.1.1. A value is found by its schema, since a wire form does not say what is a number. How
the text of a number, a boolean or null looks is left to implementations (OpenAPI 3.1.1, appendix
B); these readers take that of JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import unquote, unquote_plus
from xml.etree import ElementTree

Schema = Mapping[str, Any]
# The percent-encoded delimiters of OpenAPI 3.1.1, 4.8.12.4; those of RFC 6570 stand for themselves.
_DELIMITERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def read_parameter(location: str, style: str, explode: bool, schema: Schema, wire: str) -> Any:
    """The value of a parameter `p` in its segment, query, header field or Cookie field.

    OpenAPI 3.1.1, 4.8.12.3 says which section of RFC 6570 a style has.
    """
    if style == "simple":
        return _joined(wire, ",", explode, schema)
    if style == "label":
        return _label(wire, explode, schema)
    if style == "matrix":
        return _named(_after(";", wire).split(";"), style, explode, schema)
    # RFC 6265, 4.2.1; the URL Standard, 5.1.
    pairs = wire.split("; " if location == "cookie" else "&")
    return _named(pairs, style, explode, schema)


def _after(prefix: str, text: str) -> str:
    assert text.startswith(prefix), f"{text!r} does not start with {prefix!r}"
    return text.removeprefix(prefix)


def _label(wire: str, explode: bool, schema: Schema) -> Any:
    """RFC 6570, 3.2.5: each label follows a dot, and an exploded value has one for each item."""
    return _joined(_after(".", wire), "." if explode else ",", explode, schema)


def _joined(text: str, delimiter: str, explode: bool, schema: Schema) -> Any:
    """RFC 6570, 3.2.2: a value, its items, its names and values in turn, or exploded pairs."""
    kind = schema["type"]
    if kind not in ("array", "object"):
        return _typed(unquote(text, errors="strict"), schema)
    if kind == "array":
        # OpenAPI 3.1.1, 4.8.12.4, column `undefined`: what RFC 6570, 2.3 says of no items.
        texts = text.split(delimiter) if text else []
        return [_typed(unquote(each, errors="strict"), schema["items"]) for each in texts]
    if explode:
        pairs = [each.partition("=")[::2] for each in text.split(delimiter)]
    else:
        flat = text.split(delimiter)
        assert len(flat) % 2 == 0, f"a name without a value in {text!r}"
        pairs = list(zip(flat[::2], flat[1::2], strict=True))
    return _properties(((unquote(n), unquote(v)) for n, v in pairs), schema)


def _named(pairs: list[str], style: str, explode: bool, schema: Schema) -> Any:
    """RFC 6570, 3.2.7 and 3.2.8: `name=value`, where matrix leaves out the `=` before nothing."""
    decoded = [
        (unquote(name, errors="strict"), value)
        for name, _, value in (pair.partition("=") for pair in pairs)
    ]
    if style == "deepObject":
        return _deep([(name.removeprefix("p"), unquote(value)) for name, value in decoded], schema)
    if explode and schema["type"] == "object":
        return _properties(((name, unquote(value)) for name, value in decoded), schema)
    assert {name for name, _ in decoded} == {"p"}, f"not all of {pairs} are named p"
    if explode and schema["type"] == "array":
        return [_typed(unquote(value), schema["items"]) for _, value in decoded]
    ((_, text),) = decoded
    return _joined(text, _DELIMITERS.get(style, ","), False, schema)


def _deep(pairs: list[tuple[str, str]], schema: Schema) -> Any:
    """OpenAPI 3.1.1, 4.8.12.3: `p[name]`. It leaves open what is within: `[name]`, `[0]`, `[]`."""
    if schema["type"] not in ("object", "array"):
        ((_, text),) = pairs
        return _typed(text, schema)
    below: dict[str, list[tuple[str, str]]] = {}
    for number, (name, text) in enumerate(pairs):
        key, _, rest = _after("[", name).partition("]")
        below.setdefault(key or f"{number}", []).append((rest, text))
    if schema["type"] == "array":
        return [_deep(each, schema["items"]) for each in below.values()]
    return {name: _deep(each, schema["properties"][name]) for name, each in below.items()}


def _properties(pairs: Iterable[tuple[str, str]], schema: Schema) -> dict[str, Any]:
    return {name: _typed(text, schema["properties"][name]) for name, text in pairs}


def _typed(text: str, schema: Schema) -> Any:
    """The value of a type that a text has."""
    if schema["type"] == "string":
        return text
    value = json.loads(text)
    kinds = {"boolean": bool, "integer": int, "number": (int, float), "null": type(None)}
    assert isinstance(value, kinds[schema["type"]]), f"{text!r} is not a {schema['type']}"
    return value


def read_form(schema: Schema, encoding: Mapping[str, Any], body: str) -> dict[str, Any]:
    """The value of an `application/x-www-form-urlencoded` body: the URL Standard, 5.1.

    Encoding Objects: OpenAPI 3.1.1, 4.8.15.1.2 for a style, else 4.8.15.1.1 for a media type.
    """
    pairs = [pair.partition("=")[::2] for pair in body.split("&")]
    fields = [(unquote_plus(name), value, "") for name, value in pairs]
    return _form(schema, encoding, fields, unquote_plus)


def read_multipart(
    schema: Schema, encoding: Mapping[str, Any], content_type: str, body: bytes
) -> dict[str, Any]:
    """The value of a `multipart/form-data` body: RFC 7578, 4.2 to 4.4, split by Python's `email`.

    A part is neither percent-encoded nor trimmed.
    """
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    fields = []
    for part in message_from_bytes(head + body, policy=HTTP).iter_parts():
        name = part.get_param("name", header="Content-Disposition")
        declared = part.get_content_type() if "Content-Type" in part else ""
        payload = part.get_payload(decode=True)
        assert isinstance(name, str)
        assert isinstance(payload, bytes)
        fields.append((name, payload.decode(), declared))
    return _form(schema, encoding, fields, str)


def _form(
    schema: Schema, encoding: Mapping[str, Any], fields: list[tuple[str, str, str]], decode: Any
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, described in schema["properties"].items():
        way = encoding.get(name, {})
        if "style" in way:
            found[name] = _styled(name, described, way, fields, decode)
            continue
        values = [(decode(text), declared) for field, text, declared in fields if field == name]
        if described.get("type") == "array" and values:
            items = described["items"]
            found[name] = [_of_type(text, declared, items, way) for text, declared in values]
        elif values:
            ((text, declared),) = values
            found[name] = _of_type(text, declared, described, way)
    return found


def _styled(
    name: str, schema: Schema, way: Schema, fields: list[tuple[str, str, str]], decode: Any
) -> Any:
    if way["style"] == "deepObject":
        inside = [field for field in fields if field[0].startswith(f"{name}[")]
        return _deep([(n.removeprefix(name), decode(text)) for n, text, _ in inside], schema)
    if way.get("explode") and schema["type"] == "object":
        named = [(field, decode(text)) for field, text, _ in fields]
        return _properties((pair for pair in named if pair[0] in schema["properties"]), schema)
    (text,) = (text for field, text, _ in fields if field == name)
    delimiter = _DELIMITERS.get(way["style"], ",")
    return [_typed(decode(each), schema["items"]) for each in text.split(delimiter)]


def _of_type(text: str, declared: str, schema: Schema, way: Schema) -> Any:
    """By the media type of a part or of its Encoding Object, else by OpenAPI 3.1.1, 4.8.15.1.1."""
    kind = declared or way.get("contentType", "")
    if "type" not in schema:
        return text
    if kind.endswith("xml"):
        return read_xml(text, schema)
    if kind.endswith("json") or schema["type"] in ("object", "array"):
        return json.loads(text)
    return _typed(text, schema)


def read_xml(text: str, schema: Schema) -> Any:
    """The value of an XML document: OpenAPI 3.1.1, 4.8.26."""
    root = ElementTree.fromstring(text.encode())
    if schema["type"] == "array":
        return [_element(child, schema["items"]) for child in root]
    named = schema.get("xml", {})
    if "name" in named:
        space = named.get("namespace")
        assert root.tag == (f"{{{space}}}" if space else "") + named["name"]
    return _element(root, schema)


def _element(element: ElementTree.Element, schema: Schema) -> Any:
    if element.get(_NIL) == "true":
        return None
    if schema["type"] != "object":
        return _typed(element.text or "", schema)
    return {
        name: _child(element, name, described) for name, described in schema["properties"].items()
    }


def _child(element: ElementTree.Element, name: str, schema: Schema) -> Any:
    if schema.get("xml", {}).get("attribute"):
        return _typed(element.attrib[name], schema)
    if schema["type"] != "array":
        (child,) = element.findall(name)
        return _element(child, schema)
    items, parent = schema["items"], element
    if schema.get("xml", {}).get("wrapped"):
        # A wrapper has the name of the array, and its items their own or the same.
        (parent,) = element.findall(name)
    inside = items.get("xml", {}).get("name", name)
    return [_element(child, items) for child in parent.findall(inside)]
