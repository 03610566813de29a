"""The body in the curl line of an operation, as its media type requires it."""

from __future__ import annotations

from typing import Any

import pytest
from curl_lines import URL, sent, words


def test_a_body_without_example_has_its_required_properties() -> None:
    """Nested and composed ones too."""
    schema = {
        "allOf": [{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}],
        "type": "object",
        "required": ["b", "c"],
        "properties": {
            "b": {"type": "array", "minItems": 2, "items": {"type": "boolean"}},
            "c": {"type": "object", "required": ["d"], "properties": {"d": {"enum": ["e"]}}},
            "f": {"type": "string"},
        },
    }
    body = {"required": True, "content": {"application/json": {"schema": schema}}}

    *_, data = words({"requestBody": body})

    assert data == '{"a":1,"b":[true,true],"c":{"d":"e"}}'


BODIES: dict[str, tuple[str, Any, list[str]]] = {
    "json": ("application/json", {"a": 1}, ["--data-raw", '{"a":1}']),
    "json suffix": ("application/x+json", [1, 2], ["--data-raw", "[1,2]"]),
    "any": ("*/*", {"a": 1}, ["--data-raw", '{"a":1}']),
    "json text": ("application/json", "text", ["--data-raw", '"text"']),
    "text": ("text/plain", "@it's\nthis", ["--data-raw", "@it's\nthis"]),
    "form": (
        "application/x-www-form-urlencoded",
        {"a b": "c&d", "e": 1},
        ["--data-raw", "a+b=c%26d&e=1"],
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_sent_as_its_media_type_requires(name: str) -> None:
    """With its first example, and the media type declared."""
    media_type, value, data = BODIES[name]
    declared = media_type if media_type != "*/*" else "application/json"

    assert words(sent(value, media_type))[-4:] == ["-H", f"Content-Type: {declared}", *data]


def test_a_multipart_body_leaves_the_boundary_to_curl() -> None:
    """And no value of it can name a file."""
    made = words(sent({"a": "@/etc/hostname", "b": [1, 2]}, "multipart/form-data"))

    fields = ("a=@/etc/hostname", "b=1", "b=2")
    assert made[-6:] == [word for field in fields for word in ("--form-string", field)]
    assert "Content-Type" not in " ".join(made)


def test_a_part_of_a_documented_type_is_sent_as_one() -> None:
    """Quoted, since curl would read a file or an option out of the value."""
    described = sent({"cv": '@x";type=y', "note": "a"}, "multipart/form-data")
    content = described["requestBody"]["content"]["multipart/form-data"]
    content["encoding"] = {"cv": {"contentType": "image/*, application/pdf"}}

    made = words(described)

    assert made[-4:-2] == ["-F", 'cv="@x\\";type=y";type=application/pdf;filename=cv']
    assert made[-2:] == ["--form-string", "note=a"]


def test_json_is_preferred_among_bodies_with_an_example() -> None:
    """The mock validates it."""
    content = {kind: {"example": {"a": 1}} for kind in ("text/csv", "application/json")}

    assert "Content-Type: application/json" in words({"requestBody": {"content": content}})


def test_an_optional_body_without_example_is_left_out() -> None:
    """Nothing is generated that the contract does not require."""
    made = words({"requestBody": {"content": {"application/json": {"schema": {}}}}})

    assert made == ["curl", "-i", "-X", "POST", f"{URL}/things"]
