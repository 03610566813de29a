"""Examples in separate files are read from the contract's folder, and from nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from contracts import respond

from greenroom.contract.catalog import Source, load
from greenroom.contract.model import Example
from greenroom.mock.mock import Mock
from greenroom.mock.response.prepared import PreparedResponse

JSON = "application/json"
FILES = {
    "a.json": b'{"a": 1}',
    "deep/b.yaml": b"b: [1, two]\n",
    "deep/c d.txt": b"text\n",
    "e.png": b"\x89PNG\xff\x00",
    "mark.txt": b"\xef\xbb\xbftext",
    "broken.json": b'{"a": ',
    "large.txt": b"x" * (4 * 1024 * 1024 + 1),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files, and a file outside it that must not be read."""
    for name, content in FILES.items():
        path = tmp_path / "api" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "secret.json").write_text('"secret"')
    (tmp_path / "api" / "link.json").symlink_to(tmp_path / "secret.json")
    return tmp_path / "api"


def served(folder: Path, operation: Any, **components: Any) -> Mock:
    """The mock of a contract of one operation in a folder."""
    responses = {"200": {"description": ""}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Acme", "version": "1"},
        "paths": {"/a": {"post": {"responses": responses, **operation}}},
        "components": components,
    }
    (folder / "openapi.json").write_text(json.dumps(document))
    return Mock(load(Source("acme", folder / "openapi.json")))


def responding(media_type: str, **names: str) -> dict[str, Any]:
    """An operation whose response has its examples in files."""
    examples = {example: {"externalValue": name} for example, name in names.items()}
    return {"responses": {"200": {"description": "", "content": {
        media_type: {"examples": examples}}}}}  # fmt: skip


def response_of(mock: Mock, **headers: str) -> PreparedResponse:
    """The response to a request with headers."""
    given = {name.encode(): text.encode() for name, text in headers.items()}
    return respond(mock.operations[0], given)


# A media type, the name of a file, and the body of the response.
READ: list[tuple[str, str, bytes]] = [
    (JSON, "a.json", b'{"a":1}'),
    (JSON, "./a.json", b'{"a":1}'),
    (JSON, "deep/../a.json", b'{"a":1}'),
    (JSON, "deep/b.yaml", b'{"b":[1,"two"]}'),
    ("application/problem+json", "a.json", b'{"a":1}'),
    ("text/plain", "deep/c%20d.txt", b"text\n"),
    ("text/plain", "mark.txt", b"text"),
    ("text/plain", "a.json", b'{"a": 1}'),
    ("application/xml", "deep/c%20d.txt", b"text\n"),
    ("image/png", "e.png", FILES["e.png"]),
    ("*/*", "e.png", FILES["e.png"]),
]


@pytest.mark.parametrize(("media_type", "name", "body"), READ)
def test_a_file_in_the_contracts_folder_is_an_example(
    folder: Path, media_type: str, name: str, body: bytes
) -> None:
    """A value for JSON media types, else its content; paths are relative to the contract."""
    found = response_of(served(folder, responding(media_type, sample=name)))
    assert found.body == body
    assert dict(found.headers)[b"x-greenroom-example"] == b"sample"


UNREAD = [
    "https://example.com/a.json",
    "http://127.0.0.1:1/a.json",
    "//example.com/a.json",
    "file:///etc/hostname",
    "../secret.json",
    "deep/../../secret.json",
    "%2e%2e/secret.json",
    "/etc/hostname",
    "link.json",
    "nothing.json",
    "deep",
    "",
    "a\x00b",
    "broken.json",
    "e.png",
]


@pytest.mark.parametrize("name", UNREAD)
def test_any_other_external_value_is_not_an_example(folder: Path, name: str) -> None:
    """No URL is fetched and no file outside the folder is read; a body is generated instead."""
    found = response_of(served(folder, responding(JSON, sample=name)))
    assert (found.status, found.body) == (200, b"{}")


def test_a_file_that_is_too_large_is_not_an_example(folder: Path) -> None:
    """It would be kept in memory while the mock runs."""
    assert response_of(served(folder, responding("text/plain", sample="large.txt"))).body == b"text"


def test_a_file_that_cannot_be_read_does_not_affect_other_examples(folder: Path) -> None:
    """They are served as before."""
    mock = served(folder, responding(JSON, far="https://example.com/", near="a.json"))
    assert response_of(mock).body == b'{"a":1}'
    assert response_of(mock, prefer="example=far").status == 501


def test_a_component_example_may_be_a_file(folder: Path) -> None:
    """The media type that refers to it determines how it is read."""
    operation = responding("image/png")
    media = operation["responses"]["200"]["content"]["image/png"]
    media["examples"] = {"pixel": {"$ref": "#/components/examples/Pixel"}}
    mock = served(folder, operation, examples={"Pixel": {"externalValue": "e.png"}})
    assert response_of(mock).body == FILES["e.png"]


def test_examples_of_requests_may_be_files_too(folder: Path) -> None:
    """But not binary ones."""
    content = {
        JSON: {"examples": {"sample": {"externalValue": "a.json"}}},
        "image/png": {"examples": {"sample": {"externalValue": "e.png"}}},
    }
    given = {"name": "q", "in": "query", "examples": {"x": {"externalValue": "deep/c%20d.txt"}}}
    operation = {"requestBody": {"content": content}, "parameters": [{**given, "schema": {}}]}
    found = served(folder, operation).operations[0].operation

    assert found.body is not None
    assert [_values(media.examples) for media in found.body.content] == [[{"a": 1}], []]
    assert _values(found.parameters[0].examples) == ["text"]


def _values(examples: tuple[Example, ...]) -> list[Any]:
    return [example.value for example in examples]
