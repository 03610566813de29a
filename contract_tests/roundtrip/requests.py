"""The requests of the rows: contracts with a parameter or body, and what is on the wire."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import one

from greenroom.codec.documented_request import DocumentedRequest, documented_request
from greenroom.contract.model import Contract
from greenroom.mock.mock import Mock
from greenroom.mock.pipeline import RequestContext
from greenroom.mock.response.prepared import PreparedResponse
from roundtrip.bodies import BOUNDARY, BodyRow
from roundtrip.parameters import ParameterRow

from . import bodies, parameters

PARAMETERS = [pytest.param(row, id=row.id) for row in parameters.ROWS]
BODIES = [pytest.param(row, id=row.id) for row in bodies.ROWS]
over_parameters = pytest.mark.parametrize("row", PARAMETERS)
over_bodies = pytest.mark.parametrize("row", BODIES)


def described(row: ParameterRow, **keywords: Any) -> dict[str, Any]:
    """The Parameter Object of a row, its schema with further keywords."""
    schema, shared = {**row.schema, **keywords}, {"name": "p", "in": row.location, "required": True}
    if row.content:
        content = {row.content: {"schema": schema, "example": row.value}}
        return {**shared, "content": content}
    style = {"style": row.style, "explode": row.explode}
    return {**shared, **style, "schema": schema, "example": row.value}


def of_parameter(row: ParameterRow, **keywords: Any) -> Contract:
    """A contract with the parameter of a row."""
    path = "/things/{p}" if row.location == "path" else "/things"
    return one({"parameters": [described(row, **keywords)]}, path)


def requested(row: BodyRow, **keywords: Any) -> dict[str, Any]:
    """The Request Body Object of a row, its schema with further keywords."""
    media: dict[str, Any] = {"schema": {**row.described, **keywords}}
    media["examples"] = {"it": {"value": row.value}}
    if row.encoding:
        media["encoding"] = row.encoding
    return {"required": True, "content": {row.media_type: media}}


def of_body(row: BodyRow, **keywords: Any) -> Contract:
    """A contract with the body of a row."""
    return one({"requestBody": requested(row, **keywords)})


def made(found: Contract, token: str | None = None) -> DocumentedRequest:
    """The documented request of a contract of one operation."""
    return documented_request(found, found.operations[0], token)


def wire_of(row: ParameterRow, target: str, fields: dict[str, str]) -> str:
    """The text of a request in the place of a parameter."""
    path, _, query = target.partition("?")
    if row.location == "path":
        return path.removeprefix("/things/")
    return (
        query if row.location == "query" else fields["Cookie" if row.location == "cookie" else "p"]
    )


def plain(content_type: str, body: bytes) -> tuple[str, str]:
    """A Content-Type and a body with a fixed name for the boundary."""
    kind, _, boundary = content_type.partition("; boundary=")
    text = body.decode()
    return kind, text.replace(boundary, BOUNDARY) if boundary else text


def status(found: Contract, request: DocumentedRequest) -> int:
    """The status of the mock's response to a request."""
    headers = {name.lower().encode(): text.encode("latin-1") for name, text in request.fields}
    query = request.target.partition("?")[2].encode()
    context = RequestContext(request.method, request.path, headers, query, request.body)
    response = Mock(found).respond(context)
    assert isinstance(response, PreparedResponse)
    return response.status
