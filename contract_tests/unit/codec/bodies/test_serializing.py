"""Bodies: each value in the form of its media type, and its Content-Type."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.codec.bodies.serializing import body_bytes, typed_body
from greenroom.contract.model import Encoding, MediaType
from greenroom.http.media_type import FORM, MULTIPART


def test_a_form_has_a_field_for_each_property_and_item() -> None:
    """OpenAPI 3.1, section 4.8.14.4; null is left out."""
    value = {"a": "x y", "b": [1, True], "c": None, "d": {"k": "v"}}

    assert body_bytes(value, MediaType(FORM, "", None), {}) == (
        b"a=x+y&b=1&b=true&d=%7B%22k%22%3A%22v%22%7D"
    )


def test_a_multipart_form_names_the_types_of_its_parts() -> None:
    """A part of a documented type is a file; a part without a type is plain text."""
    media = MediaType(MULTIPART, "", None, (), (Encoding("f", ("image/*", "text/csv")),))
    value = {"f": "x", "t": "y", "o": {"k": 1}}

    kind, body = typed_body(value, media, {})
    boundary = kind.removeprefix("multipart/form-data; boundary=")
    lines = body.decode().split("\r\n")

    assert lines == [
        f"--{boundary}",
        'Content-Disposition: form-data; name="f"; filename="f"',
        "Content-Type: text/csv",
        "",
        "x",
        f"--{boundary}",
        'Content-Disposition: form-data; name="t"',
        "",
        "y",
        f"--{boundary}",
        'Content-Disposition: form-data; name="o"',
        "Content-Type: application/json",
        "",
        '{"k":1}',
        f"--{boundary}--",
        "",
    ]


@pytest.mark.parametrize(
    ("name", "value", "kind", "sent"),
    [
        ("application/vnd.acme+json", "a", "application/vnd.acme+json", b'"a"'),
        ("text/csv", "a,b", "text/csv", b"a,b"),
        ("*/*", "a", "text/plain; charset=utf-8", b"a"),
        ("*/*", {"a": 1}, "application/json", b'{"a":1}'),
    ],
)
def test_a_value_is_written_as_its_media_type_requires(
    name: str, value: Any, kind: str, sent: bytes
) -> None:
    """Text is sent unchanged, unless it is a JSON value."""
    media = MediaType(name, "", None)

    assert typed_body(value, media, {}) == (kind, sent)


def test_the_boundary_does_not_occur_in_the_content() -> None:
    """A body that quotes another one is not cut by it."""
    media = MediaType(MULTIPART, "", None)
    kind, body = typed_body({"a": "--greenroom-boundary"}, media, {})

    boundary = kind.removeprefix("multipart/form-data; boundary=")
    assert body.count(f"--{boundary}\r\n".encode()) == 1
    assert body.endswith(f"--{boundary}--\r\n".encode())


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        (MULTIPART, b"--x y\r\n\r\n--x y--\r\n", 'multipart/form-data; boundary="x y"'),
        (MULTIPART, b"no parts", "multipart/form-data"),
        (f"{MULTIPART}; boundary=b", b"--b--\r\n", "multipart/form-data; boundary=b"),
        ("*/*", b"\xff", "application/octet-stream"),
        ("application/json", b"{}", "application/json"),
    ],
)
def test_bytes_are_sent_unchanged_with_their_content_type(
    name: str, body: bytes, kind: str
) -> None:
    """A file that somebody wrote has the boundary that it begins with."""
    assert typed_body(body, MediaType(name, "", None), {}) == (kind, body)
