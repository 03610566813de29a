"""Readers that are not ours, so that two errors of ours that cancel are seen.

openapi-core reads parameters by their schemas, after they are decoded. Starlette splits queries,
cookies and forms into names and texts. Every style, form and XML document is read by
`from_the_standards` too, alone where no library has the style. Schemathesis is a second writer.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from contracts import document
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from schemathesis.specs.openapi.serialization import serialize_openapi3_parameters
from starlette.datastructures import QueryParams
from starlette.requests import Request, cookie_parser
from werkzeug.datastructures import Headers, ImmutableMultiDict

from .bodies import FORM, MULTIPART, BodyRow
from .from_the_standards import read_form, read_multipart, read_parameter, read_xml
from .parameters import ParameterRow


def readers_of(row: ParameterRow) -> tuple[str, ...]:
    """Who reads a parameter besides us."""
    if row.content:
        kinds = ("xml", "standards"), ("json", "json"), ("text", "starlette")
        return (next(reader for kind, reader in kinds if kind in row.content),)
    return ("standards", *_libraries(row))


def _libraries(row: ParameterRow) -> Iterator[str]:
    """The library that can read a parameter, if there is one."""
    pieces = list(_pieces(row.value))
    has_parts = isinstance(row.value, list | dict)
    if row.location in ("query", "cookie") and (row.explode or not has_parts):
        yield "starlette"
        return
    # Nobody has these styles, and routers take a slash for the end of a segment.
    if row.style in ("label", "matrix", "spaceDelimited") or "/" in str(row.value):
        return
    # They take headers literally (OpenAPI 3.1.1, appendix D).
    if row.location == "header" and "%" in row.wire and "%" not in str(row.value):
        return
    # openapi-core has no text for null, drops empty values, and decodes before it splits.
    if None in pieces or row.value == []:
        return
    if has_parts and not all(str(piece) for piece in (*pieces, *row.value)):
        return
    if has_parts and any(c in str(piece) for piece in pieces for c in ",|" if "%" in row.wire):
        return
    yield "openapi-core"


def reads(reader: str, row: ParameterRow, described: dict[str, Any]) -> bool:
    """Whether a second reader of a parameter gets its value; `described` is its object."""
    if reader == "openapi-core":
        return same(_openapi_core(row, described), row.value)
    if reader == "standards" and not row.content:
        given = row.location, row.style, row.explode, row.schema, row.wire
        return same(read_parameter(*given), row.value)
    text = row.wire
    if row.location in ("query", "cookie"):
        pairs = _pairs(row)
        if reader == "starlette":
            return pairs == list(_expected(row))
        ((_, text),) = pairs
    elif row.location == "path":
        text = unquote(text)
    return same(json.loads(text) if reader == "json" else read_xml(text, row.schema), row.value)


def is_written_by_schemathesis(row: ParameterRow) -> bool:
    """Whether schemathesis writes the style: not null, `=` before nothing, or objects with spaces.

    It is a second writer of what no library reads.
    """
    pieces = list(_pieces(row.value))
    if row.content or None in pieces or (row.style == "matrix" and "" in pieces):
        return False
    if row.style == "spaceDelimited":
        return not isinstance(row.value, dict)
    return row.style in ("label", "matrix") or (row.location == "path" and "/" in str(row.value))


def schemathesis_writes(row: ParameterRow, described: dict[str, Any]) -> bool:
    """Whether schemathesis writes the wire form; it encodes nothing, so what is decoded counts."""
    written = (serialize_openapi3_parameters([described]) or dict)({"p": row.value})["p"]
    return bool(unquote(row.wire).removeprefix("p=") == written)


def same(read: Any, value: Any) -> bool:
    """Whether two values are the same JSON: true is not 1."""
    return json.dumps(read, sort_keys=True) == json.dumps(value, sort_keys=True)


def _pairs(row: ParameterRow) -> list[tuple[str, str]]:
    """What Starlette makes of a query or a Cookie field."""
    if row.location == "query":
        return QueryParams(row.wire).multi_items()
    # Its cookies are decoded by no one, and it keeps the last of a name.
    found = (cookie_parser(pair) for pair in row.wire.split("; "))
    return [(unquote(n), unquote(v)) for cookies in found for n, v in cookies.items()]


def _expected(row: ParameterRow) -> Iterator[tuple[str, str]]:
    if row.style == "deepObject":
        yield from _deep("p", row.value)
    elif isinstance(row.value, dict):
        yield from ((name, text_of(entry)) for name, entry in row.value.items())
    else:
        values = row.value if isinstance(row.value, list) else [row.value]
        yield from (("p", text_of(value)) for value in values)


def _deep(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _deep(f"{name}[{key}]", entry)
    elif isinstance(value, list):
        plain = not any(isinstance(entry, dict) for entry in value)
        for i, entry in enumerate(value):
            yield from _deep(f"{name}[]" if plain else f"{name}[{i}]", entry)
    else:
        yield name, text_of(value)


@dataclass
class _Request:
    host_url: str
    path: str
    method: str
    parameters: RequestParameters
    content_type: str = ""
    body: bytes = b""


def _openapi_core(row: ParameterRow, described: dict[str, Any]) -> Any:
    path = "/things/{p}" if row.location == "path" else "/things"
    operation = {"parameters": [described], "responses": {"200": {"description": ""}}}
    whole = document({path: {"get": operation}}, servers=[{"url": "http://a.test"}])
    query = row.wire if row.location == "query" else ""
    parameters = RequestParameters(
        query=ImmutableMultiDict(parse_qsl(query, keep_blank_values=True)),
        header=Headers([("p", row.wire)] if row.location == "header" else []),
        cookie=ImmutableMultiDict(_pairs(row) if row.location == "cookie" else []),
    )
    # It is given paths as WSGI and ASGI have them.
    where = f"/things/{unquote(row.wire)}" if row.location == "path" else "/things"
    api = OpenAPI.from_dict(whole, config=Config(spec_validator_cls=None))
    found = api.unmarshal_request(_Request("http://a.test", where, "get", parameters))
    return getattr(found.parameters, row.location).get("p")


def readers_of_body(row: BodyRow) -> tuple[str, ...]:
    """Who reads a body besides us: for forms, the reader of the standards as well."""
    is_form = row.media_type.startswith((FORM, MULTIPART))
    return ("standards", row.second) if is_form and row.second != "standards" else (row.second,)


def reads_body(reader: str, row: BodyRow, content_type: str, body: bytes) -> bool:
    """Whether a second reader of a body gets its value."""
    if reader == "json":
        return same(json.loads(body), row.value)
    if reader == "standards":
        return same(_by_the_standards(row, content_type, body), row.read)
    if reader == "starlette":
        return asyncio.run(_form(content_type, body)) == list(_form_fields(row.value))
    if reader == "csv":
        rows = list(csv.DictReader(io.StringIO(body.decode(), newline="")))
        cells = [{n: "" if v is None else text_of(v) for n, v in r.items()} for r in row.value]
        return rows == cells
    if reader == "lines":
        lines = body.decode().replace("\x1e", "").replace("data: ", "").splitlines()
        return same([json.loads(line) for line in lines if line], row.value)
    return body.decode() == text_of(row.value)


def _by_the_standards(row: BodyRow, content_type: str, body: bytes) -> Any:
    if row.media_type.startswith(FORM):
        return read_form(row.described, row.encoding, body.decode())
    if row.media_type == MULTIPART:
        return read_multipart(row.described, row.encoding, content_type, body)
    return read_xml(body.decode(), row.described)


async def _form(content_type: str, body: bytes) -> list[tuple[str, str]]:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", content_type.encode())]
    async with Request({"type": "http", "headers": headers}, receive).form() as form:
        return [
            (name, value if isinstance(value, str) else (await value.read()).decode())
            for name, value in form.multi_items()
        ]


def _form_fields(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, entry in value.items():
        for each in entry if isinstance(entry, list) else [entry]:
            if each is not None:
                yield name, text_of(each)


def text_of(value: Any) -> str:
    """A value as text: a string unchanged, any other value in JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pieces(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for entry in value.values():
            yield from _pieces(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _pieces(entry)
    else:
        yield value
