"""Bodies in XML, read by the `xml` objects of their schemas and validated as JSON values."""

from __future__ import annotations

from typing import Any

from .bodies import MALFORMED, UNSUPPORTED
from .case import OK, Case, Verdict, broken, posted, with_body

XML = "application/xml"
NAMESPACE = "https://example.com/schema/sample"
INTEGER: dict[str, Any] = {"type": "integer"}
STRING: dict[str, Any] = {"type": "string"}


def animals(items: dict[str, Any] | None = None, xml: dict[str, Any] | None = None) -> Any:
    """A schema of an object with an array `animals`, with `xml` objects for the array and items."""
    schema: dict[str, Any] = {"type": "array", "items": {**STRING}}
    if items is not None:
        schema["items"]["xml"] = items
    if xml is not None:
        schema["xml"] = xml
    return {"type": "object", "properties": {"animals": schema}, "additionalProperties": False}


def only(schema: Any, value: Any) -> Any:
    """A schema that allows one value only."""
    return {**schema, "const": value}


AB = {"animals": ["a", "b"]}
PERSON: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {**INTEGER, "xml": {"attribute": True}},
        "name": {**STRING, "xml": {"namespace": NAMESPACE, "prefix": "sample"}},
    },
    "additionalProperties": False,
}
PET: dict[str, Any] = {
    "type": "object",
    "required": ["name", "photoUrls"],
    "properties": {
        "id": {**INTEGER, "format": "int64"},
        "name": STRING,
        "category": {"$ref": "#/components/schemas/Category"},
        "photoUrls": {"type": "array", "xml": {"wrapped": True},
                      "items": {**STRING, "xml": {"name": "photoUrl"}}},
        "tags": {"type": "array", "xml": {"wrapped": True},
                 "items": {"$ref": "#/components/schemas/Tag"}},
        "status": {**STRING, "enum": ["available", "sold"]},
    },
    "xml": {"name": "pet"},
}  # fmt: skip
NAMED = {"type": "object", "properties": {"id": INTEGER, "name": STRING}}
SCHEMAS = {
    "Category": {**NAMED, "xml": {"name": "category"}},
    "Tag": {**NAMED, "xml": {"name": "tag"}},
    "Pet": PET,
    "Tree": {
        "type": "object",
        "required": ["n"],
        "properties": {"n": INTEGER,
                       "tree": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    },
}  # fmt: skip
EITHER = {
    "oneOf": [
        {"type": "object", "required": ["kind"], "additionalProperties": False,
         "properties": {"kind": {"const": "cat"}, "id": INTEGER, "age": INTEGER}},
        {"type": "object", "required": ["kind"], "additionalProperties": False,
         "properties": {"kind": {"const": "dog"}, "id": STRING, "age": INTEGER}},
    ]
}  # fmt: skip
TYPES: dict[str, Any] = {
    "type": "object",
    "properties": {
        "i": INTEGER,
        "n": {"type": "number"},
        "b": {"type": "boolean"},
        "s": STRING,
        "o": {"type": ["integer", "null"]},
        "any": {},
        "code": {**STRING, "pattern": "^[0-9]+$"},
    },
    "required": [],
}
OPEN = {"type": "object", "additionalProperties": INTEGER}
PATTERNED = {"type": "object", "patternProperties": {"^n_": INTEGER}, "additionalProperties": False}
ANIMALS = "OAS 3.1.1, 4.8.26.2.1"
NAMES = "OAS 3.1.1, 4.8.26.2.2"
SPACES = "OAS 3.1.1, 4.8.26.2.3"
ARRAYS = "OAS 3.1.1, 4.8.26.2.4"
FIELDS = "OAS 3.1.1, 4.8.26.1"
TEXT = "OAS 3.1.1, Appendix B"
WELL_FORMED = "XML 1.0, 2.1"
ENTITIES = "XML 1.0, 4.1"
ONE = {"type": "object", "properties": {"animals": STRING}, "additionalProperties": False}
RENAMED = {"type": "object", "properties": {"animals": {**STRING, "xml": {"name": "animal"}}},
           "additionalProperties": False}  # fmt: skip
WRAPPED = {"wrapped": True}
PETS = {"type": "array", "items": {"$ref": "#/components/schemas/Tag"},
        "xml": {"name": "pets", "wrapped": True}}  # fmt: skip
LAUGHS = b"""<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>"""

# Section, schema, body, verdict.
ROWS: list[tuple[str, Any, str | bytes, Verdict]] = [
    # The examples of the section.
    (ANIMALS, only(ONE, {"animals": "a"}), "<x><animals>a</animals></x>", OK),
    (ANIMALS, only(animals(), AB), "<x><animals>a</animals><animals>b</animals></x>", OK),
    (NAMES, only(RENAMED, {"animals": "a"}), "<x><animal>a</animal></x>", OK),
    (NAMES, RENAMED, "<x><animals>a</animals></x>", broken("body /animals")),
    (SPACES, only(PERSON, {"id": 123, "name": "example"}),
     f'<Person id="123"><sample:name xmlns:sample="{NAMESPACE}">example</sample:name></Person>',
     OK),
    (ARRAYS, only(animals({"name": "animal"}), AB), "<x><animal>a</animal><animal>b</animal></x>",
     OK),
    (ARRAYS, only(animals({"name": "animal"}, {"name": "aliens"}), AB),
     "<x><animal>a</animal><animal>b</animal></x>", OK),
    (ARRAYS, only(animals(None, WRAPPED), AB),
     "<x><animals><animals>a</animals><animals>b</animals></animals></x>", OK),
    (ARRAYS, only(animals({"name": "animal"}, WRAPPED), AB),
     "<x><animals><animal>a</animal><animal>b</animal></animals></x>", OK),
    (ARRAYS, only(animals({"name": "animal"}, {"name": "aliens", "wrapped": True}), AB),
     "<x><aliens><animal>a</animal><animal>b</animal></aliens></x>", OK),
    (ARRAYS, only(animals(None, {"name": "aliens", "wrapped": True}), AB),
     "<x><aliens><aliens>a</aliens><aliens>b</aliens></aliens></x>", OK),
    # Elements with other names are not part of the value.
    (ARRAYS, animals({"name": "animal"}, WRAPPED), "<x><animals><beast>a</beast></animals></x>",
     broken("body /animals")),
    (ARRAYS, animals(None, WRAPPED), "<x><animals><animal>a</animal></animals></x>",
     broken("body /animals")),
    (ARRAYS, animals({"name": "animal"}), "<x><animals>a</animals></x>", broken("body /animals")),
    (ARRAYS, only(animals({"name": "animal"}, WRAPPED), {"animals": []}), "<x><animals/></x>", OK),
    (ARRAYS, only({**animals(), "required": ["animals"]}, {"animals": []}), "<x/>", OK),
    (ARRAYS, only(animals(), {}), "<x/>", OK),
    (ARRAYS, only(animals(), {"animals": ["a"]}), "<x><animals>a</animals></x>", OK),
    (ARRAYS, only(PETS, [{"id": 1}, {"name": "a"}]),
     "<pets><tag><id>1</id></tag><tag><name>a</name></tag></pets>", OK),
    (ARRAYS, PETS, "<pets><tag><id>one</id></tag></pets>", broken("body /0/id")),
    (ARRAYS, PETS, "<pets><pet/></pets>", broken("body ")),
    # Namespaces, whatever their prefixes.
    (SPACES, PERSON, f'<Person id="1"><name xmlns="{NAMESPACE}">a</name></Person>', OK),
    (SPACES, PERSON, f'<Person xmlns:s="{NAMESPACE}" id="1"><s:name>a</s:name></Person>', OK),
    (SPACES, PERSON, '<Person id="1"><name>a</name></Person>', broken("body /name")),
    (SPACES, PERSON, '<Person id="1"><sample:name>a</sample:name></Person>', broken("body /name")),
    (SPACES, PERSON, '<Person id="1"><s:name xmlns:s="urn:other">a</s:name></Person>',
     broken("body /name")),
    (SPACES, ONE, '<x xmlns="urn:other"><animals>a</animals></x>', OK),
    (SPACES, ONE, '<p:x xmlns:p="urn:other"><p:animals>a</p:animals></p:x>', OK),
    (SPACES, ONE, "<p:x><p:animals>a</p:animals></p:x>", OK),
    # Attributes.
    (FIELDS, PERSON, '<Person id="one"/>', broken("body /id")),
    (FIELDS, PERSON, "<Person/>", broken("body ")),
    (FIELDS, PERSON, "<Person><id>1</id></Person>", broken("body ", "body /id")),
    (FIELDS, PERSON, '<Person id="1" other="2"/>', broken("body ")),
    (FIELDS, PERSON, '<Person id=" 1 "/>', OK),
    (FIELDS, ONE, '<x animals="a"/>', broken("body /animals")),
    (FIELDS, ONE, '<x xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x"'
     ' xml:lang="en"/>', OK),
    # The name of the root, if the schema has one.
    (FIELDS, {"$ref": "#/components/schemas/Category"}, "<category><id>1</id></category>", OK),
    (FIELDS, {"$ref": "#/components/schemas/Category"}, "<kind><id>1</id></kind>", broken("body ")),
    (FIELDS, {"$ref": "#/components/schemas/Tree"}, "<anything><n>1</n></anything>", OK),
    # Alternatives of a whole object.
    (FIELDS, {"$ref": "#/components/schemas/Pet"},
     "<pet><id>10</id><name>doggie</name><category><id>1</id><name>Dogs</name></category>"
     "<photoUrls><photoUrl>a</photoUrl></photoUrls><tags><tag><id>0</id></tag></tags>"
     "<status>available</status></pet>", OK),
    (FIELDS, {"$ref": "#/components/schemas/Pet"},
     "<pet><id>ten</id><name>doggie</name><category><id>x</id></category>"
     "<photoUrls/><tags><tag><id>x</id></tag></tags><status>lost</status></pet>",
     broken("body /id", "body /category/id", "body /tags/0/id", "body /status")),
    (FIELDS, {"$ref": "#/components/schemas/Pet"}, "<pet/>", broken("body ", "body ")),
    (FIELDS, {"$ref": "#/components/schemas/Tree"},
     "<t><n>1</n><tree><n>2</n><tree><n>3</n></tree></tree><tree><n>4</n></tree></t>", OK),
    (FIELDS, {"$ref": "#/components/schemas/Tree"},
     "<t><n>1</n><tree><n>2</n><tree><n>x</n></tree></tree></t>", broken("body /tree/0/tree/0/n")),
    # Text as a value of the types that a schema allows.
    (TEXT, only(TYPES, {"i": 5, "n": 1.5, "b": True, "s": " a ", "code": "007"}),
     "<x><i> 5 </i><n>1.5</n><b>\ntrue\n</b><s> a </s><code>007</code></x>", OK),
    (TEXT, TYPES, "<x><i>x</i><n>x</n><b>1</b></x>", broken("body /i", "body /n", "body /b")),
    (TEXT, only(TYPES, {"s": ""}), "<x><s/></x>", OK),
    (TEXT, TYPES, "<x><i/></x>", broken("body /i")),
    (TEXT, only(TYPES, {"o": None}), "<x><o/></x>", OK),
    (TEXT, only(TYPES, {"o": None}),
     '<x xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><o xsi:nil="true"/></x>', OK),
    (TEXT, only(TYPES, {"s": "a&<b"}), "<x><s>a&amp;<![CDATA[<b]]></s></x>", OK),
    (TEXT, only(TYPES, {"s": "\u20ac\u20ac"}), "<x><s>&#x20AC;&#8364;</s></x>", OK),
    (TEXT, only(TYPES, {"s": "ab"}), "<x><s>a<!-- no -->b</s><?php ?></x>", OK),
    (TEXT, only(TYPES, {"any": {"a": ["1", "2"], "b": "3"}}),
     '<x><any b="3"><a>1</a><a>2</a></any></x>', OK),
    (TEXT, TYPES, "<x><i>1</i><i>2</i></x>", broken("body /i")),
    (TEXT, only(OPEN, {"a": 1, "b": 2}), '<x a="1"><b>2</b></x>', OK),
    (TEXT, OPEN, "<x><b>y</b></x>", broken("body /b")),
    (TEXT, PATTERNED, "<x><n_a>1</n_a></x>", OK),
    (TEXT, PATTERNED, "<x><other>1</other></x>", broken("body ")),
    (TEXT, INTEGER, "<x>5</x>", OK),
    (TEXT, INTEGER, "<x>five</x>", broken("body ")),
    (TEXT, {**STRING, "const": "a"}, "<x>a</x>", OK),
    (TEXT, {**STRING, "pattern": "^<x>"}, "<x>a</x>", OK),
    ("OAS 3.1.1, 4.8.24.4.1", EITHER, "<x><kind>dog</kind><id>5</id><age>2</age></x>", OK),
    ("OAS 3.1.1, 4.8.24.4.1", EITHER, "<x><kind>cat</kind><id>5</id></x>", OK),
    ("OAS 3.1.1, 4.8.24.4.1", EITHER, "<x><kind>cat</kind><id>five</id></x>", broken("body ")),
    # Malformed XML.
    (WELL_FORMED, ONE, "<x>", MALFORMED),
    (WELL_FORMED, ONE, "<x></y>", MALFORMED),
    (WELL_FORMED, ONE, "<x/><y/>", MALFORMED),
    (WELL_FORMED, ONE, "<x a='1' a='2'/>", MALFORMED),
    (WELL_FORMED, ONE, "<x a=1/>", MALFORMED),
    (WELL_FORMED, ONE, "text", MALFORMED),
    (WELL_FORMED, ONE, " ", MALFORMED),
    (WELL_FORMED, ONE, "<x>\x00</x>", MALFORMED),
    (WELL_FORMED, ONE, "<x>&#0;</x>", MALFORMED),
    (WELL_FORMED, ONE, '{"animals":"a"}', MALFORMED),
    (WELL_FORMED, None, "<x>", MALFORMED),
    (WELL_FORMED, None, "<x/>", OK),
    # Document type declarations, with entities and the like.
    (ENTITIES, None, LAUGHS, MALFORMED),
    (ENTITIES, None, b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x>&f;</x>',
     MALFORMED),
    (ENTITIES, None, b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/">%p;]><x/>',
     MALFORMED),
    (ENTITIES, None, b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x/>', MALFORMED),
    (ENTITIES, None, b"<!DOCTYPE x><x/>", MALFORMED),
    (ENTITIES, None, "<x>&nbsp;</x>", MALFORMED),
    # Limits of depth and size.
    ("XML 1.0, 3.1", None, "<a>" * 100 + "</a>" * 100, OK),
    ("XML 1.0, 3.1", None, "<a>" * 101 + "</a>" * 101, MALFORMED),
    ("XML 1.0, 3.1", None, "<a>" * 100_000, MALFORMED),
    ("XML 1.0, 3.1", None, f"<a>{'<b/>' * 20_001}</a>", MALFORMED),
    # Encodings.
    ("XML 1.0, 4.3.3", only(ONE, {"animals": "\u20ac"}),
     '<?xml version="1.0" encoding="UTF-8"?><x><animals>\u20ac</animals></x>', OK),
    ("XML 1.0, 4.3.3", only(ONE, {"animals": "\xe4"}),
     '<?xml version="1.0" encoding="ISO-8859-1"?><x><animals>\xe4</animals></x>'.encode("latin-1"),
     OK),
    ("XML 1.0, 4.3.3", only(ONE, {"animals": "\xe4"}),
     '<?xml version="1.0" encoding="UTF-16"?><x><animals>\xe4</animals></x>'.encode("utf-16"), OK),
    ("XML 1.0, 4.3.3", ONE, '<?xml version="1.0" encoding="zip"?><x/>', MALFORMED),
    ("XML 1.0, 4.3.3", ONE, b"<x>\xe4</x>", MALFORMED),
    ("XML 1.0, F", ONE, b"\xef\xbb\xbf<x/>", OK),
]  # fmt: skip

# Documented media type, sent media type, body, verdict.
KINDS: list[tuple[str, str, bytes, Verdict]] = [
    ("text/xml", "text/xml", b"<x><i>x</i></x>", broken("body /i")),
    ("application/vnd.acme+xml", "application/vnd.acme+xml", b"<x><i>x</i></x>", broken("body /i")),
    (XML, "application/xml; charset=utf-8", b"<x><i>x</i></x>", broken("body /i")),
    (XML, "application/xml; charset=iso-8859-1", b"<x><s>\xe4</s></x>", OK),
    (XML, "application/xml; charset=nobodys", b"<x/>", MALFORMED),
    (XML, "text/xml", b"<x/>", UNSUPPORTED),
    (XML, "application/json", b"{}", UNSUPPORTED),
    ("application/*", "application/soap+xml", b"<x><i>x</i></x>", broken("body /i")),
    ("*/*", "text/xml", b"<x>", MALFORMED),
]


def _case(section: str, schema: Any, body: str | bytes, verdict: Verdict) -> Case:
    raw = body.encode() if isinstance(body, str) else body
    content = {XML: {} if schema is None else {"schema": schema}}
    excerpt = raw if len(raw) < 200 else raw[:30] + b"... of %d" % len(raw)
    document = with_body(content, schemas=SCHEMAS)
    return Case(section, f"{excerpt!r}", document, posted(raw, XML), verdict)


def _kind(documented: str, sent: str, body: bytes, verdict: Verdict) -> Case:
    document = with_body({documented: {"schema": TYPES}})
    name = f"{documented} {sent} {body!r}"
    return Case("RFC 7303, 9", name, document, posted(body, sent), verdict)


def _file() -> Case:
    """SVG is XML, but a file if its schema is that of bytes."""
    schema = {"type": "string", "format": "binary"}
    document = with_body({"image/svg+xml": {"schema": schema}})
    request = posted(b"\xff<svg", "image/svg+xml")
    return Case("OAS 3.0.4, 4.7.14.3", "a file of a +xml type", document, request, OK)


CASES = [*(_case(*row) for row in ROWS), *(_kind(*row) for row in KINDS), _file()]
