"""Where OpenAPI 3.0 differs from 3.1."""

from __future__ import annotations

from typing import Any

from .bodies import JSON
from .case import (
    OK,
    Case,
    Request,
    Verdict,
    broken,
    parameter,
    posted,
    sent,
    with_body,
    with_parameter,
)
from .multipart import FORM, part, written

SCHEMA = "OAS 3.0.4, 4.7.24.2"
FILES = "OAS 3.0.4, 4.7.14.3"
V30 = "3.0.3"
SCHEMAS = {"Count": {"type": "integer"}, "Thing": {"type": "object"}}

# Schema, body, verdict.
BODIES: list[tuple[str, Any, bytes, Verdict]] = [
    (SCHEMA, {"type": "string", "nullable": True}, b"null", OK),
    (SCHEMA, {"type": "string"}, b"null", broken("body ")),
    (SCHEMA, {"type": "string", "nullable": True, "enum": ["a"]}, b"null", OK),
    (SCHEMA, {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Thing"}]}, b"null", OK),
    (SCHEMA, {"type": "integer", "maximum": 5, "exclusiveMaximum": True}, b"5", broken("body ")),
    (SCHEMA, {"type": "integer", "maximum": 5, "exclusiveMaximum": False}, b"5", OK),
    (SCHEMA, {"type": "integer", "minimum": 5, "exclusiveMinimum": True}, b"5", broken("body ")),
    ("OAS 3.0.4, 4.7.23", {"$ref": "#/components/schemas/Count", "maximum": 5}, b"6", OK),
]
# Schema, query, verdict.
QUERIES: list[tuple[str, Any, str, Verdict]] = [
    (SCHEMA, {"type": "integer", "nullable": True}, "p=", OK),
    (SCHEMA, {"type": "integer", "nullable": True}, "p=null", OK),
    (SCHEMA, {"type": "integer", "nullable": True}, "p=x", broken("query /p")),
    (SCHEMA, {"type": "integer"}, "p=", broken("query /p")),
    (SCHEMA, {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Count"}]}, "p=", OK),
    (SCHEMA, {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Count"}]}, "p=5", OK),
    (SCHEMA, {"type": "array", "items": {"type": "integer", "nullable": True}}, "p=1&p=", OK),
]
BINARY = {"type": "string", "format": "binary"}
UPLOAD = {
    "properties": {"file": {**BINARY, "maxLength": 2}, "files": {"type": "array", "items": BINARY}}
}
PARTS: list[tuple[list[Any], Verdict]] = [
    ([part("file", b"\xff\x00")], OK),
    ([part("file", "\u20ac".encode())], broken("body /file")),
    ([part("files", b"\xff"), part("files", b"\x00")], OK),
]
RAW: list[tuple[str, bytes, Verdict]] = [
    ("image/png", b"\xff\x00", OK),
    ("image/png", b"\xff\x00\xff", broken("body ")),
    ("application/octet-stream", b"\xff\x00", OK),
]


def _query(section: str, schema: Any, query: str, verdict: Verdict) -> Case:
    document = with_parameter(parameter(schema), version=V30, schemas=SCHEMAS)
    return Case(section, f"{schema} {query}", document, sent("query", query), verdict)


def _body(section: str, content: dict[str, Any], request: Request, verdict: Verdict) -> Case:
    document = with_body(content, version=V30, schemas=SCHEMAS)
    return Case(section, f"{content} {request.body!r}", document, request, verdict)


CASES = [
    *(_query(*row) for row in QUERIES),
    *(_body(section, {JSON: {"schema": schema}}, posted(body, JSON), verdict)
      for section, schema, body, verdict in BODIES),
    *(_body(FILES, {FORM: {"schema": UPLOAD}}, posted(written(parts), f"{FORM}; boundary=b"),
            verdict)
      for parts, verdict in PARTS),
    *(_body(FILES, {kind: {"schema": {**BINARY, "maxLength": 2}}}, posted(body, kind), verdict)
      for kind, body, verdict in RAW),
]  # fmt: skip
