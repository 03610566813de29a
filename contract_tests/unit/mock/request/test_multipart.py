"""The parts of a multipart body are validated one by one and as one object."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest
from contracts import Client, body, one, response
from hypothesis import given, settings
from hypothesis import strategies as st
from uploading import BOUNDARY, MULTIPART, Part, accepting, judged, part, sent, written

PDF, DOCX = "application/pdf", "application/vnd.ms-word"
LIMIT = 1000
UPLOAD: dict[str, Any] = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {
            "contentMediaType": "application/octet-stream",
            "maxLength": LIMIT,
            "minLength": 1,
        },
        "name": {"type": "string", "maxLength": 5},
        "age": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
        "pages": {"type": "array", "items": {"contentMediaType": "image/png", "maxLength": 2}},
        "about": {"type": "object", "required": ["x"]},
        "notes": {"type": "array", "items": {"type": "object", "required": ["x"]}},
    },
}
CLOSED = {**UPLOAD, "additionalProperties": False}
TYPED = {
    "file": {"contentType": f"{PDF}, {DOCX}"},
    "pages": {"contentType": "image/*"},
    "about": {"contentType": "application/json"},
}
FILE = part("file", b"%PDF", PDF)
ANSWERED = {"200": response("done"), "400": response("no")}

# Parts, the pointers of what is wrong with them.
BODIES: list[tuple[list[Part], list[str]]] = [
    ([FILE], []),
    ([], [""]),
    ([part("name", b"Ada")], [""]),
    ([part("file", b"x")], []),
    (
        [part("file", b"x", **{"Content-Disposition": 'form-data; name="file"; filename="a.pdf"'})],
        [],
    ),
    ([part("file", b"")], ["/file"]),
    # Just inside and just outside of the limit, in bytes.
    ([part("file", b"\xff" * LIMIT)], []),
    ([part("file", b"\xff" * (LIMIT + 1))], ["/file"]),
    ([part("file", "ä".encode() * (LIMIT // 2))], []),
    ([part("file", "ä".encode() * (LIMIT // 2 + 1))], ["/file"]),
    ([part("file", b"\r\n" * (LIMIT // 2), PDF)], []),
    # Text is counted in characters.
    ([FILE, part("name", "äöüÄÖ".encode())], []),
    ([FILE, part("name", b"abcdef")], ["/name"]),
    ([FILE, part("name", "äöüÄÖ".encode("latin-1"), "text/plain; charset=iso-8859-1")], []),
    ([FILE, part("name", b"\xff")], ["/name"]),
    ([FILE, part("name", b"a", "text/plain; charset=zip")], ["/name"]),
    ([FILE, part("age", b"36")], []),
    ([FILE, part("age", b"36", "application/json")], []),
    ([FILE, part("age", b'"36"', "application/json")], ["/age"]),
    ([FILE, part("age", b"old")], ["/age"]),
    ([FILE, part("age", b"36,", "application/json")], ["/age"]),
    # Parts of one name are the items of an array.
    ([FILE, part("tags", b"a"), part("tags", b"b")], []),
    ([FILE, part("tags", b"a"), part("tags", b"b"), part("tags", b"c")], ["/tags"]),
    ([FILE, part("tags", b'["a","b"]', "application/json")], []),
    ([FILE, part("tags", b'["a","b","c"]', "application/json")], ["/tags"]),
    ([FILE, part("pages", b"\xff\xfe"), part("pages", b"\x00")], []),
    ([FILE, part("pages", b"\xff"), part("pages", b"\x00\x01\x02")], ["/pages/1"]),
    ([FILE, FILE], ["/file"]),
    ([FILE, part("name", b"a"), part("name", b"b")], ["/name"]),
    # An object is JSON, whether its part says so or not.
    ([FILE, part("about", b'{"x":1}', "application/json")], []),
    ([FILE, part("about", b'{"x":1}')], []),
    ([FILE, part("about", b"{}")], ["/about"]),
    ([FILE, part("about", b"x")], ["/about"]),
    ([FILE, part("about", b"{", "application/json")], ["/about"]),
    ([FILE, part("notes", b'{"x":1}'), part("notes", b"{}")], ["/notes/1"]),
    # Properties that the schema does not name may have any value.
    ([FILE, part("other", b"\xff"), part("other", b"a")], []),
    # Everything that is wrong is listed at once.
    ([part("file", b""), part("age", b"old"), part("name", b"abcdef")], ["/file", "/age", "/name"]),
]


@pytest.mark.parametrize(("parts", "pointers"), BODIES)
def test_parts_are_validated_by_the_schema(parts: list[Part], pointers: list[str]) -> None:
    """Each part is what its property says, and the whole is an object of them."""
    verdict = sent(accepting(UPLOAD, MULTIPART), *parts)

    assert sorted(verdict.pointers) == sorted(pointers)
    assert verdict.kind == ("invalid-request" if pointers else None)


# Parts, the pointers of what is wrong with them where their types are documented.
KINDS: list[tuple[list[Part], list[str]]] = [
    ([part("file", b"x", PDF)], []),
    ([part("file", b"x", DOCX)], []),
    ([part("file", b"x", "APPLICATION/PDF; version=1.7")], []),
    # What a client says that does not know the type.
    ([part("file", b"x", "application/octet-stream")], []),
    ([FILE, part("about", b"{}", "application/octet-stream")], ["/about"]),
    ([part("file", b"x", "image/png")], ["/file"]),
    ([part("file", b"x", "application/*")], ["/file"]),
    ([part("file", b"x")], ["/file"]),
    ([FILE, part("pages", b"x", "image/png"), part("pages", b"x", "image/gif")], []),
    ([FILE, part("pages", b"x", "image/png"), part("pages", b"x", "text/plain")], ["/pages"]),
    ([FILE, part("about", b'{"x":1}', "application/json")], []),
    # Many clients leave the type out where it is JSON.
    ([FILE, part("about", b'{"x":1}')], []),
    ([FILE, part("about", b"{}")], ["/about"]),
    ([FILE, part("about", b"x")], ["/about"]),
    # No type is documented for it.
    ([FILE, part("name", b"Ada", "image/png")], []),
]


@pytest.mark.parametrize(("parts", "pointers"), KINDS)
def test_a_part_has_one_of_its_documented_types(parts: list[Part], pointers: list[str]) -> None:
    """A list of types is exhaustive, and a part without one is plain text."""
    verdict = sent(accepting(UPLOAD, MULTIPART, TYPED), *parts)

    assert verdict.pointers == pointers


def test_a_part_of_another_type_is_refused_with_the_documented_types() -> None:
    """And its own type."""
    operation = accepting(UPLOAD, MULTIPART, TYPED)

    assert sent(operation, part("file", b"x", "image/png")).violations == (
        ("/file", f"is image/png; documented: one of {PDF}, {DOCX}"),
    )
    assert sent(operation, part("file", b"x")).violations == (
        ("/file", f"is text/plain, since it has no Content-Type; documented: one of {PDF}, {DOCX}"),
    )


@pytest.mark.parametrize(
    ("size", "status", "kind"),
    [
        (10 * 1024 * 1024, 200, None),
        (10 * 1024 * 1024 + 1, 400, "invalid-request"),
        (16 * 1024 * 1024, 413, "body-too-large"),
    ],
)
def test_a_documented_limit_of_megabytes_is_the_contracts(
    size: int, status: int, kind: str | None
) -> None:
    """What a server reads at most is above the limits of uploads that vendors document."""
    schema = {"properties": {"file": {"maxLength": 10 * 1024 * 1024}}}
    client = Client(one({"requestBody": body(schema, MULTIPART), "responses": ANSWERED}))

    headers = {"content-type": f"{MULTIPART}; boundary={BOUNDARY}"}
    whole = written([part("file", b"\xff" * size)])
    reply = client.send("POST", "/acme/things", headers, [whole])

    assert (reply.status, reply.kind) == (status, kind)


def test_an_unknown_part_is_refused_where_the_schema_is_closed() -> None:
    """As an unknown property of an object is."""
    assert sent(accepting(CLOSED, MULTIPART), FILE, part("other")).pointers == [""]


def test_a_file_of_openapi_30_is_bytes() -> None:
    """Where `format: binary` marks it."""
    schema = {"properties": {"file": {"type": "string", "format": "binary", "maxLength": 2}}}
    operation = accepting(schema, MULTIPART)

    assert sent(operation, part("file", b"\xff\xfe")).kind is None
    assert sent(operation, part("file", "äö".encode())).pointers == ["/file"]


def test_a_documented_style_applies_to_parts() -> None:
    """Their texts are read like the fields of a query (OpenAPI 3.1, 4.8.15.1)."""
    schema = {
        "properties": {
            "at": {"type": "object", "properties": {"x": {"type": "integer"}}},
            "ids": {"type": "array", "items": {"type": "integer"}},
        }
    }
    encoding = {"at": {"style": "deepObject"}, "ids": {"style": "form", "explode": False}}
    operation = accepting(schema, MULTIPART, encoding)

    assert sent(operation, part("at[x]", b"1"), part("ids", b"1,2")).kind is None
    assert sent(operation, part("at[x]", b"1%"), part("ids", b"1,b")).pointers == [
        "/at/x",
        "/ids/1",
    ]


def test_without_a_schema_any_parts_are_accepted() -> None:
    """As long as they can be separated."""
    operation = accepting(None, MULTIPART)

    assert sent(operation, part("a", b"\xff"), part("a")).kind is None
    assert judged(operation, f"{MULTIPART}; boundary=b", b"none").kind == "malformed-body"


WHOLE = written([FILE])
HEAD = b'--frontier\r\nContent-Disposition: form-data; name="file"\r\n'
MALFORMED: dict[str, tuple[str, bytes]] = {
    "no boundary": (MULTIPART, WHOLE),
    "empty boundary": (f'{MULTIPART}; boundary=""', WHOLE),
    "boundary of another name": (f"{MULTIPART}; border=frontier", WHOLE),
    "endless boundary": (f"{MULTIPART}; boundary={'b' * 300}", WHOLE),
    "another boundary": (f"{MULTIPART}; boundary=front", WHOLE),
    "longer boundary": (f"{MULTIPART}; boundary=frontiers", WHOLE),
    "no end": (f"{MULTIPART}; boundary={BOUNDARY}", WHOLE.replace(b"--frontier--", b"")),
    "half an end": (
        f"{MULTIPART}; boundary={BOUNDARY}",
        WHOLE.replace(b"--frontier--", b"--front"),
    ),
    "no blank line": (f"{MULTIPART}; boundary={BOUNDARY}", HEAD + b"--frontier--\r\n"),
    "header without a colon": (
        f"{MULTIPART}; boundary={BOUNDARY}",
        b"--frontier\r\nnothing\r\n\r\nx\r\n--frontier--",
    ),
    "part without a header": (
        f"{MULTIPART}; boundary={BOUNDARY}",
        b"--frontier\r\n\r\nx\r\n--frontier--",
    ),
    "part without a name": (
        f"{MULTIPART}; boundary={BOUNDARY}",
        written([part("", b"x", **{"Content-Disposition": "form-data"})]),
    ),
    "part that is no form-data": (
        f"{MULTIPART}; boundary={BOUNDARY}",
        written([part("", b"x", **{"Content-Disposition": 'attachment; name="file"'})]),
    ),
    "encoded part": (
        f"{MULTIPART}; boundary={BOUNDARY}",
        written([part("file", b"eA==", **{"Content-Transfer-Encoding": "base64"})]),
    ),
    "too many headers": (
        f"{MULTIPART}; boundary={BOUNDARY}",
        written([part("file", b"x", **{f"X-{i}": "x" for i in range(50)})]),
    ),
    "endless header": (
        f"{MULTIPART}; boundary={BOUNDARY}",
        written([part("file", b"x", **{"X-Long": "x" * 100_000})]),
    ),
    "too many parts": (f"{MULTIPART}; boundary=b", written([part("a")] * 1_001, "b")),
    "too many parameters": (
        f"{MULTIPART}; boundary=b",
        written(
            [part("", b"x", **{"Content-Disposition": "form-data" + ';a="b"' * 999})] * 99, "b"
        ),
    ),
    "too much JSON": (
        f"{MULTIPART}; boundary=b",
        written([part("meta", b"[" + b"[]," * 60_000 + b"0]", "application/json")], "b"),
    ),
    "nothing but boundaries": (f"{MULTIPART}; boundary=b", b"--b" * 100_000),
    "endless space": (
        f"{MULTIPART}; boundary=b",
        b"--b\r\nA: b\r\n\r\n\r\n--b" + b" \t" * 5_000_000,
    ),
    "JSON": (f"{MULTIPART}; boundary=b", b'{"file":"x"}'),
    "bare newlines": (f"{MULTIPART}; boundary={BOUNDARY}", WHOLE.replace(b"\r\n", b"\n")),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_multipart_body_is_refused_as_such(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """At once, with a reason for the client and without a log entry."""
    content_type, body = MALFORMED[name]
    operation = accepting(UPLOAD, MULTIPART)
    started = time.perf_counter()

    with caplog.at_level(logging.DEBUG):
        verdict = judged(operation, content_type, body)

    assert (verdict.status, verdict.kind) == (400, "malformed-body")
    assert verdict.reason.startswith("body: ")
    assert time.perf_counter() - started < 5
    assert not caplog.records


# Bodies that look odd but are valid.
ODD: dict[str, tuple[str, bytes]] = {
    "boundary in quotes": (f'{MULTIPART}; boundary="{BOUNDARY}"', WHOLE),
    "boundary of odd characters": (
        f'{MULTIPART}; boundary="a b\'()+_,-./:=?c"',
        written([FILE], "a b'()+_,-./:=?c"),
    ),
    "type in capitals": (f"Multipart/Form-Data; Boundary={BOUNDARY}", WHOLE),
    "charset before the boundary": (f"{MULTIPART}; charset=utf-8; boundary={BOUNDARY}", WHOLE),
    "newline before the first boundary": (f"{MULTIPART}; boundary={BOUNDARY}", b"\r\n" + WHOLE),
    "text after the last boundary": (f"{MULTIPART}; boundary={BOUNDARY}", WHOLE + b"bye" * 99),
    "no newline at the end": (f"{MULTIPART}; boundary={BOUNDARY}", WHOLE.rstrip()),
    "spaces after a boundary": (
        f"{MULTIPART}; boundary={BOUNDARY}",
        WHOLE[:-14] + WHOLE.replace(b"--frontier\r\n", b"--frontier \t\r\n").replace(b"file", b"f"),
    ),
    "boundary without its newline in the content": (
        f"{MULTIPART}; boundary={BOUNDARY}",
        written([part("file", b"x--frontier\r\n--frontie\r\n-frontier--", PDF)]),
    ),
    "longer boundary in the content": (
        f"{MULTIPART}; boundary={BOUNDARY}",
        written([part("file", b"\r\n--frontiers\r\n", PDF)]),
    ),
    "plain transfer encoding": (
        f"{MULTIPART}; boundary={BOUNDARY}",
        written([part("file", b"x", **{"Content-Transfer-Encoding": "Binary"})]),
    ),
    "header names in small letters": (
        f"{MULTIPART}; boundary={BOUNDARY}",
        WHOLE.replace(b"Content-D", b"content-d"),
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_body_is_read_all_the_same(name: str) -> None:
    """Clients send these, and the standards allow them."""
    content_type, body = ODD[name]

    assert judged(accepting(UPLOAD, MULTIPART), content_type, body).kind is None


def test_a_name_may_be_any_text() -> None:
    """UTF-8, as browsers send it."""
    schema = {"properties": {"größe": {"type": "integer"}}}

    assert sent(accepting(schema, MULTIPART), part("größe", b"x")).pointers == ["/größe"]


def test_what_is_wrong_with_many_items_is_not_listed() -> None:
    """A JSON part can have as many violations as a JSON body."""
    operation = accepting(UPLOAD, MULTIPART)
    items = b"[" + b"0," * 90_000 + b"0]"
    started = time.perf_counter()

    verdict = sent(operation, FILE, part("tags", items, "application/json"))

    assert verdict.violations == (("", "does not match its schema; it is too large to say where"),)
    assert time.perf_counter() - started < 5


PIECES = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(
        [
            b"--frontier", b"--frontier--", b"\r\n", b"\r\n\r\n", b"\n", b"--", b":", b";", b'"',
            b"Content-Disposition: form-data; name=file", b'Content-Disposition: form-data; name="',
            b"Content-Type: application/json", b"Content-Type: text/plain; charset=", b"{", b"%PDF",
        ]
    ),
)  # fmt: skip


@pytest.mark.parametrize("encoding", [{}, TYPED, {"about": {"style": "deepObject"}}])
def test_no_bytes_make_a_multipart_body_fail(encoding: dict[str, Any]) -> None:
    """Whatever is sent is accepted, invalid or malformed."""
    operation = accepting(UPLOAD, MULTIPART, encoding)

    @settings(max_examples=60, derandomize=True, database=None, deadline=None)
    @given(st.lists(PIECES, max_size=14).map(b"".join), st.booleans())
    def check(body: bytes, framed: bool) -> None:
        whole = HEAD + b"\r\n" + body + b"\r\n--frontier--" if framed else body
        assert judged(operation, f"{MULTIPART}; boundary={BOUNDARY}", b"-" + whole).status < 500
        assert judged(operation, f"{MULTIPART}; boundary={BOUNDARY}", whole or b"-").status < 500

    check()


@pytest.mark.parametrize("piece", [b";", b'"', b"boundary=", b"=", b"\xff", b"*", b"\\"])
def test_no_content_type_makes_a_body_fail(piece: bytes) -> None:
    """However much of it there is."""
    operation = accepting(UPLOAD, MULTIPART)
    for count in (1, 7, 5000):
        given_type = f"{MULTIPART};" + (piece * count).decode("latin-1")
        assert judged(operation, given_type, WHOLE).status < 500
