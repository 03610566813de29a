"""A value is written as the XML that its schema describes, and read back as the same value."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.codec.xml import parsing
from greenroom.codec.xml.reading import XmlReader
from greenroom.codec.xml.serializing import to_xml
from greenroom.schema.generation.sampler import Sampler
from greenroom.schema.validators import SchemaSet

WHERE = "/components/schemas/Pet"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def written(schema: Any, value: Any, where: str | None = WHERE) -> str:
    """The document without its declaration."""
    text = to_xml({"components": {"schemas": {"Pet": schema}}}, where, value)
    assert text.startswith(HEAD)
    return text[len(HEAD) :]


def record(**properties: Any) -> dict[str, Any]:
    """An object schema."""
    return {"type": "object", "properties": properties}


TEXT = {"type": "string"}
COUNT = {"type": "integer"}
SPACE = "http://example.com/schema/sample"


def named(**xml: Any) -> dict[str, Any]:
    """A text with an XML object."""
    return {"type": "string", "xml": xml}


def listed(items: Any, **xml: Any) -> dict[str, Any]:
    """An array with an XML object."""
    return {"type": "array", "items": items, **({"xml": xml} if xml else {})}


# A schema, a value, and the document (the examples of OpenAPI 3.1, 4.8.26.2, among them).
WRITTEN: list[tuple[Any, Any, str]] = [
    (TEXT, "a", "<Pet>a</Pet>"),
    (record(a=TEXT, b=COUNT), {"a": "x", "b": 1}, "<Pet><a>x</a><b>1</b></Pet>"),
    (record(a=TEXT), {"a": "<&>", "b": True}, "<Pet><a>&lt;&amp;&gt;</a><b>true</b></Pet>"),
    ({**record(), "xml": {"name": "animal"}}, {}, "<animal></animal>"),
    (record(a=named(name="b")), {"a": "x"}, "<Pet><b>x</b></Pet>"),
    # Attributes.
    (record(id={**COUNT, "xml": {"attribute": True}}, n=TEXT), {"id": 5, "n": "x"},
     '<Pet id="5"><n>x</n></Pet>'),
    (record(id=named(attribute=True, name="key")), {"id": '"<'}, '<Pet key="&quot;&lt;"></Pet>'),
    # Namespaces and prefixes.
    (record(n=named(namespace=SPACE, prefix="s")), {"n": "x"},
     f'<Pet><s:n xmlns:s="{SPACE}">x</s:n></Pet>'),
    (record(n=named(namespace=SPACE)), {"n": "x"}, f'<Pet><n xmlns="{SPACE}">x</n></Pet>'),
    (record(n=named(namespace=SPACE, attribute=True)), {"n": "x"},
     f'<Pet xmlns:ns="{SPACE}" ns:n="x"></Pet>'),
    (record(n=named(prefix="s")), {"n": "x"}, "<Pet><n>x</n></Pet>"),
    # Arrays.
    (record(animals=listed(TEXT)), {"animals": ["a", "b"]},
     "<Pet><animals>a</animals><animals>b</animals></Pet>"),
    (record(animals=listed(named(name="animal"))), {"animals": ["a"]},
     "<Pet><animal>a</animal></Pet>"),
    (record(animals=listed(named(name="animal"), name="aliens")), {"animals": ["a"]},
     "<Pet><animal>a</animal></Pet>"),
    (record(animals=listed(TEXT, wrapped=True)), {"animals": ["a"]},
     "<Pet><animals><animals>a</animals></animals></Pet>"),
    (record(animals=listed(named(name="animal"), name="aliens", wrapped=True)), {"animals": ["a"]},
     "<Pet><aliens><animal>a</animal></aliens></Pet>"),
    (record(animals=listed(TEXT, name="aliens", wrapped=True)), {"animals": ["a"]},
     "<Pet><aliens><aliens>a</aliens></aliens></Pet>"),
    (record(animals=listed(TEXT)), {"animals": []}, "<Pet></Pet>"),
    (listed(named(name="item"), name="items", wrapped=True), ["a"],
     "<items><item>a</item></items>"),
    (record(a=record(b=record(c=TEXT))), {"a": {"b": {"c": "x"}}},
     "<Pet><a><b><c>x</c></b></a></Pet>"),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "value", "expected"), WRITTEN)
def test_a_value_is_written_by_the_xml_of_its_schema(
    schema: Any, value: Any, expected: str
) -> None:
    """Names, attributes, namespaces, wrapped arrays."""
    assert written(schema, value) == expected


@pytest.mark.parametrize("value", [{"a": "text"}, {"a": ["b", 1]}, [1], "x", 5, None, True])
def test_without_a_schema_elements_are_named_after_properties(value: Any) -> None:
    """The root element has a default name."""
    assert parsing.parse(HEAD + written({}, value, None)).name.local == "root"


def test_null_is_marked_as_nil() -> None:
    """XML Schema 1.1 part 1, 2.7.2."""
    root = parsing.parse(HEAD + written(record(a=TEXT), {"a": None}))
    assert root.children[0].is_nil


@pytest.mark.parametrize("name", ["a b", "1a", "-a", "a:b", "<a>", "", "xml tag"])
def test_any_property_name_becomes_a_valid_element_name(name: str) -> None:
    """Not every property name is valid in XML."""
    parsing.parse(HEAD + written({}, {name: "x"}, None))


@pytest.mark.parametrize("text", ["\x00", "\x0b", "\ud800", "\ufffe", "]]>", "é\U0001f600"])
def test_any_text_is_written_as_readable_xml(text: str) -> None:
    """Characters that XML cannot contain are left out (XML 1.0, section 2.2)."""
    document = (HEAD + written({}, {"a": text}, None)).encode()
    assert parsing.parse(document).children[0].text in text


@pytest.mark.parametrize("text", ["a\nb\tc", " a ", "\r\n", "<&>\"'"])
def test_an_attribute_keeps_its_text(text: str) -> None:
    """White space too, which a reader would turn into blanks (XML 1.0, section 3.3.3)."""
    schema = record(a=named(attribute=True), b=TEXT)
    root = parsing.parse(HEAD + written(schema, {"a": text, "b": text}))
    assert (root.attributes[0][1], root.children[0].text) == (text, text)


@pytest.mark.parametrize("seed", [None, 1, 2])
@pytest.mark.parametrize("schema", [schema for schema, *_ in WRITTEN[1:]], ids=str)
def test_a_generated_value_is_read_back(schema: Any, seed: int | None) -> None:
    """By the reader that the mock uses for requests."""
    raw = {"components": {"schemas": {"Pet": schema}}}
    value = Sampler(SchemaSet(raw)).value(WHERE, seed)
    root = parsing.parse(to_xml(raw, WHERE, value))
    reading = XmlReader(SchemaSet(raw)).document(root, (WHERE,))
    assert (reading.value, reading.misplaced) == (value, ())
