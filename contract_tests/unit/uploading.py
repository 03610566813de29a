"""Bodies other than JSON: how they are written here, and the verdicts of the mock."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts import compiled, respond

from greenroom.mock.operation import CompiledOperation

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
BOUNDARY = "frontier"
# A part: its name, its content, and its further header fields.
Part = tuple[str, bytes, Mapping[str, str]]


@dataclass(frozen=True)
class Verdict:
    """The kind of refusal, None for none, and the pointers and messages of its violations."""

    status: int
    kind: str | None
    reason: str
    violations: tuple[tuple[str, str], ...]

    @property
    def pointers(self) -> list[str]:
        """Where the body breaks its contract."""
        return [pointer for pointer, _ in self.violations]


def accepting(
    schema: Any, media_type: str, encoding: Mapping[str, Any] | None = None, **parts: Any
) -> CompiledOperation:
    """The mock of an operation with a body of one media type."""
    media = {"schema": schema, **({"encoding": dict(encoding)} if encoding else {})}
    content = {media_type: media if schema is not None else {}}
    return compiled({"requestBody": {"required": True, "content": content}}, **parts)


def judged(operation: CompiledOperation, content_type: str, body: bytes) -> Verdict:
    """The verdict of a mock on a body."""
    headers = {b"content-type": content_type.encode("latin-1")}
    answer = respond(operation, headers, body=body)
    told = {name.decode(): value.decode() for name, value in answer.headers}
    listed = json.loads(told.get("x-greenroom-violations", "[]"))
    assert all(entry["location"] == "body" for entry in listed)
    return Verdict(
        answer.status,
        told.get("x-greenroom-refusal"),
        told.get("x-greenroom-reason", ""),
        tuple((entry["pointer"], entry["message"]) for entry in listed),
    )


def part(name: str, content: bytes = b"", kind: str = "", **fields: str) -> Part:
    """A part with a Content-Type if it is to have one, and other header fields."""
    return name, content, {**({"Content-Type": kind} if kind else {}), **fields}


def written(parts: Iterable[Part], boundary: str = BOUNDARY) -> bytes:
    """A multipart body as clients write it."""
    lines = []
    for name, content, fields in parts:
        given = {"Content-Disposition": f'form-data; name="{name}"', **fields}
        head = "".join(f"{field}: {value}\r\n" for field, value in given.items())
        lines.append(f"--{boundary}\r\n{head}\r\n".encode() + content + b"\r\n")
    return b"".join((*lines, f"--{boundary}--\r\n".encode()))


def sent(operation: CompiledOperation, *parts: Part) -> Verdict:
    """The verdict of a mock on a multipart body."""
    return judged(operation, f"{MULTIPART}; boundary={BOUNDARY}", written(parts))
