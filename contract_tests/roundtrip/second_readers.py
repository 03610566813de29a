"""Readers that are not ours, so that two errors of ours that cancel are seen.

openapi-core reads parameters by their schemas, after they are decoded. Starlette splits queries,
cookies and forms into names and texts. Schemathesis writes the styles that nobody else knows; it
encodes nothing, and so it is compared with what is decoded. Where none of them can judge a row, the
row has the reason instead.
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
from xml.etree import ElementTree

from contracts import document
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from schemathesis.specs.openapi.serialization import serialize_openapi3_parameters
from starlette.datastructures import QueryParams
from starlette.requests import Request, cookie_parser
from werkzeug.datastructures import Headers, ImmutableMultiDict

from .bodies import BodyRow
from .parameters import ParameterRow


def reader_of(row: ParameterRow) -> str:
    """Who reads a parameter besides us, or why nobody does."""
    pieces = list(_pieces(row.value))
    in_pairs = row.location in ("query", "cookie")
    has_parts = isinstance(row.value, list | dict)
    if row.content:
        kinds = ("xml", "elementtree"), ("json", "json"), ("text", "starlette")
        return next(reader for kind, reader in kinds if kind in row.content)
    if in_pairs and (row.explode or not has_parts):
        return "starlette"
    if row.location == "header" and "%" in row.wire and "%" not in str(row.value):
        return "none: readers of headers take them literally (OpenAPI 3.1.1, appendix D)"
    if row.style in ("label", "matrix", "spaceDelimited") or "/" in str(row.value):
        if None in pieces or (row.style == "matrix" and "" in pieces):
            return "none: schemathesis writes nothing for null, and `=` before nothing"
        if in_pairs and isinstance(row.value, dict):
            return "none: schemathesis has no objects in this style, openapi-core splits at `%20`"
        return "schemathesis"
    if None in pieces:
        return "none: openapi-core has no text for null"
    if (has_parts and not all(str(piece) for piece in (*pieces, *row.value))) or row.value == []:
        return "none: openapi-core drops empty values"
    if has_parts and any(c in str(piece) for piece in pieces for c in ",|" if "%" in row.wire):
        return "none: openapi-core decodes before it splits"
    return "openapi-core"


def agrees(row: ParameterRow, described: dict[str, Any]) -> bool:
    """Whether the second reader of a parameter gets its value; `described` is its object."""
    reader = reader_of(row)
    if reader == "openapi-core":
        return _openapi_core(row, described) == row.value
    if reader == "schemathesis":
        written = serialize_openapi3_parameters([described]) or dict
        return _same_text(written({"p": row.value})["p"], unquote(row.wire))
    text = row.wire
    if row.location in ("query", "cookie"):
        pairs = _pairs(row)
        if reader == "starlette":
            return pairs == list(_expected(row))
        ((_, text),) = pairs
    elif row.location == "path":
        text = unquote(text)
    if reader == "json":
        return bool(json.loads(text) == row.value)
    return _xml_texts(text) == _texts(row.value)


def _same_text(written: Any, text: str) -> bool:
    return bool(text.removeprefix("p=") == written)


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


def reads_body(row: BodyRow, content_type: str, body: bytes) -> bool:
    """Whether the second reader of a body gets its value."""
    if row.second == "json":
        return bool(json.loads(body) == row.value)
    if row.second == "elementtree":
        return _xml_texts(body.decode()) == _texts(row.value)
    if row.second == "starlette":
        return asyncio.run(_form(content_type, body)) == list(_form_fields(row.value))
    if row.second == "csv":
        rows = list(csv.DictReader(io.StringIO(body.decode(), newline="")))
        cells = [{n: "" if v is None else text_of(v) for n, v in r.items()} for r in row.value]
        return rows == cells
    if row.second == "lines":
        lines = body.decode().replace("\x1e", "").replace("data: ", "").splitlines()
        return [json.loads(line) for line in lines if line] == row.value
    return body.decode() == text_of(row.value)


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


def _texts(value: Any) -> list[str]:
    """The texts of a value that XML holds: null is one without text."""
    return sorted(text_of(piece) for piece in _pieces(value) if piece not in ("", None))


def _xml_texts(text: str) -> list[str]:
    found: list[str] = []
    for element in ElementTree.fromstring(text.encode()).iter():
        found += (v for name, v in element.attrib.items() if not name.endswith("}nil"))
        found.append(element.text or "")
    return sorted(filter(None, found))
