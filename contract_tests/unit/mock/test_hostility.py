"""Whatever bytes a client sends, there is one well-formed response and no 5xx."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from contracts import Client, body, contract, response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HOSTILE = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=80,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+")

REFERENCE = {"$ref": "#/components/schemas/Tree"}
TREE = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "pattern": "^(a+)+$"},
        "when": {"type": "string", "format": "date-time"},
        "count": {"type": ["integer", "null"], "multipleOf": 0.01, "maximum": 1e10},
        "kids": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Tree"},
            "uniqueItems": True,
        },
    },
    "additionalProperties": {"anyOf": [{"type": "number"}, {"$ref": "#/components/schemas/Tree"}]},
}
SCHEMAS: list[Any] = [
    {"type": "integer", "maximum": 10},
    {"type": ["number", "null"], "multipleOf": 0.01},
    {"type": "boolean"},
    {"type": "array", "items": {"type": "number"}, "uniqueItems": True},
    REFERENCE,
    {"type": "string", "pattern": "^(a|aa)+$", "format": "uri"},
    {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "boolean"}}]},
]
STYLES = {
    "query": ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
    "header": ["simple"],
    "cookie": ["form"],
    "path": ["simple", "label", "matrix"],
}


def parameters() -> list[dict[str, Any]]:
    """A parameter of every location, style and explode, with every schema in turn."""
    found: list[dict[str, Any]] = []
    for place, styles in STYLES.items():
        for style in styles:
            for explode in (True, False):
                name = "p" if place == "path" else f"p{len(found)}"
                schema = SCHEMAS[len(found) % len(SCHEMAS)]
                found.append({"name": name, "in": place, "style": style, "explode": explode})
                found[-1] |= {"schema": schema, "required": place == "path"}
    media = {"application/json": {"schema": REFERENCE}}
    return [*found, {"name": "json", "in": "query", "content": media}]


ALL = parameters()
INNER = [p for p in ALL if p["in"] != "path"]
PATHS = {
    f"/s{i}/{{p}}": {
        "parameters": [segment, *INNER],
        "get": {"responses": {"200": response("got"), "4XX": response("bad")}},
        "post": {
            "requestBody": body(REFERENCE, required=False),
            "responses": {"200": response("got"), "default": response("bad")},
        },
    }
    for i, segment in enumerate(p for p in ALL if p["in"] == "path")
}
MIXED = {"name": "a", "in": "path", "required": True, "schema": {"type": "string"}}
PATHS["/m/{a}.{b}:{c}"] = {
    "get": {
        "parameters": [{**MIXED, "name": name} for name in "abc"],
        "responses": {"200": response("got")},
    }
}
FORMS = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "*/*"]
ENCODING = {"name": {"contentType": "text/plain, application/json"}, "kids": {"style": "form"}}
PATHS["/forms"] = {
    "post": {
        "requestBody": {
            "content": {
                form: {"schema": REFERENCE, **({"encoding": ENCODING} if "form" in form else {})}
                for form in FORMS
            }
        },
        "responses": {"200": response("got"), "400": response("bad")},
    }
}
SCHEMES = {
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "key"},
    "header": {"type": "apiKey", "in": "header", "name": "key"},
}
SECURED = {
    "/secured": {
        "post": {
            "security": [{name: []} for name in SCHEMES],
            "requestBody": body({}),
            "responses": {"200": response("got"), "401": response("who")},
        }
    }
}


@pytest.fixture(scope="module")
def client() -> Client:
    """A contract with every way to read a request."""
    return Client(
        contract(
            {**PATHS, **SECURED},
            schemes=SCHEMES,
            components={"schemas": {"Tree": TREE}},
            servers=[{"url": "https://a.test"}],
        ),
        max_body=5000,
    )


def check(reply: Any, allowed: range = range(200, 500)) -> None:
    """One whole response that no client or proxy can misread."""
    assert reply.status in allowed
    if reply.status != 204:
        assert reply.headers["content-length"] == str(len(reply.body))
        json.loads(reply.body)
    for name, value in reply.headers.items():
        assert _TOKEN.fullmatch(name.encode())
        assert value.isprintable()
        assert len(value) <= 5000


NAMES = st.sampled_from([p["name"] for p in INNER] + ["x", "R", "name", "key"])
# Bytes with a meaning in some syntax, and any others.
MEANT = b"% %2 %zz %ff %00 %2F %2C + & = ; , | [ ] . : / .. // { } true null NaN 1e999 1e99 - {}"
PIECES = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [
            *MEANT.split(),
            b"\xff",
            b'"',
            b"\\",
            b"\r\n",
            b" ",
            b"a" * 2000,
            b"9" * 500,
            b'{"kids":[{}]}',
            "\u0665\u2028\U0001f600".encode(),
            b"test-key",
            b"expired-key",
            b"forbidden-key",
        ]
    ),
)
TEXTS = st.lists(PIECES, max_size=6).map(b"".join)
PAIRS = st.lists(st.tuples(NAMES, st.sampled_from(["=", "", "[", "%5B"]), TEXTS), max_size=5)
QUERIES = PAIRS.map(lambda pairs: b"&".join(n.encode() + s.encode() + t for n, s, t in pairs))
READ = b"accept authorization content-length content-type cookie expect host te transfer-encoding"
FIELDS = st.tuples(
    st.one_of(
        NAMES.map(str.encode),
        st.sampled_from(READ.split()),
        st.binary(min_size=1, max_size=8).map(bytes.lower),
    ),
    st.one_of(
        TEXTS,
        TEXTS.map(lambda text: b"Basic " + text),
        TEXTS.map(lambda text: b"application/json;" + text),
        TEXTS.map(lambda text: b"a/b;q=" + text),
        QUERIES.map(lambda query: query.replace(b"&", b"; ")),
    ),
)
METHODS = st.sampled_from(["GET", "POST", "HEAD", "PUT", "OPTIONS", "TRACE", "get", "\r\n"])
BODIES = st.lists(TEXTS, min_size=1, max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "when", "count", "kids", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@HOSTILE
@given(METHODS, TEXTS)
def test_any_bytes_may_be_a_path(client: Client, method: str, text: bytes) -> None:
    """From the root, below a vendor, in place of a parameter."""
    for start in (b"", b"/", b"/acme/", b"/acme/s0/", b"/acme/m/", b"/_greenroom"):
        reply = client.send(method, start + text.replace(b"?", b""))
        if method == "HEAD" or reply.status == 204:
            assert reply.status < 500
        elif reply.headers["content-type"] == "text/html; charset=utf-8":
            assert reply.status == 200
        else:
            check(reply)


@HOSTILE
@given(st.integers(0, 5), QUERIES)
def test_any_bytes_may_be_a_query(client: Client, style: int, query: bytes) -> None:
    """Read by every style and schema."""
    check(client.get(f"/acme/s{style}/1?".encode() + query))


@HOSTILE
@given(st.integers(0, 5), TEXTS)
def test_any_bytes_may_be_a_segment(client: Client, style: int, text: bytes) -> None:
    """Read by every style of a path."""
    check(client.get(f"/acme/s{style}/".encode() + text.replace(b"?", b"%3F")))


@HOSTILE
@given(st.lists(FIELDS, max_size=6), BODIES)
def test_any_bytes_may_be_header_fields(
    client: Client, fields: list[tuple[bytes, bytes]], chunks: list[bytes]
) -> None:
    """For a public operation and for a secured one."""
    kept = [(name, value) for name, value in fields if name != b"prefer"]
    for path in ("/acme/s0/1", "/acme/secured"):
        check(client.send("POST", path, kept, chunks))


@HOSTILE
@given(BODIES, st.sampled_from([b"application/json", b"text/plain", b""]))
def test_any_bytes_may_be_a_body(client: Client, chunks: list[bytes], media_type: bytes) -> None:
    """In any chunks, of any media type."""
    headers = [(b"content-type", media_type), (b"authorization", b"Bearer test-key")]
    for path in ("/acme/s0/1", "/acme/secured"):
        check(client.send("POST", path, headers, chunks))


PARTS = st.lists(st.one_of(TEXTS, st.tuples(NAMES, TEXTS, TEXTS)), max_size=4)


def part(sent: bytes | tuple[str, bytes, bytes]) -> bytes:
    """A part of a form, or bytes where one should be."""
    if isinstance(sent, bytes):
        return sent
    name, kind, content = sent
    disposition = f'Content-Disposition: form-data; name="{name}"\r\n'.encode()
    return disposition + b"Content-Type: " + kind + b"\r\n\r\n" + content + b"\r\n"


@HOSTILE
@given(PARTS, TEXTS)
def test_any_bytes_may_be_parts_of_a_form(
    client: Client, parts: list[bytes | tuple[str, bytes, bytes]], parameter: bytes
) -> None:
    """With any boundary, and with invalid parts."""
    sent = b"--b\r\n" + b"--b\r\n".join(map(part, parts)) + b"--b--\r\n"
    for text in (b"boundary=b", b"boundary=" + parameter, b'boundary="' + parameter, parameter):
        headers = [(b"content-type", b"multipart/form-data; " + text)]
        check(client.send("POST", "/acme/forms", headers, [sent]))


@HOSTILE
@given(QUERIES, TEXTS)
def test_any_bytes_may_be_the_fields_of_a_form(
    client: Client, fields: bytes, parameter: bytes
) -> None:
    """As a form, as text in any charset, and under a media type of any name."""
    for kind in (FORMS[0].encode(), b"text/plain; charset=" + parameter, b"a/" + parameter):
        check(client.send("POST", "/acme/forms", [(b"content-type", kind)], [fields]))


@HOSTILE
@given(JSON)
def test_any_json_may_be_a_body(client: Client, value: Any) -> None:
    """Valid or not, with numbers and surrogates that JSON does not have."""
    check(client.post("/acme/s0/1", value))


@HOSTILE
@given(TEXTS, TEXTS)
def test_any_bytes_may_be_a_preference(client: Client, code: bytes, example: bytes) -> None:
    """An undocumented one gets 501, and there is no other 5xx."""
    for value in (code, b"code=" + code, b'example="' + example + b'", code=' + code):
        headers = [(b"prefer", value), (b"accept", example)]
        check(client.get("/acme/m/1.2:3", headers), range(200, 502))
