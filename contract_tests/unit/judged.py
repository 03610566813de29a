"""Judges one response by a small contract with one operation."""

from __future__ import annotations

import json
from typing import Any

from greenroom.contract.catalog import build
from greenroom.http import exchange as ex
from greenroom.http.exchange import Exchange, Request, Response
from greenroom.schema.instance_walk import SchemaWalk
from greenroom_contracts.finding import Finding
from greenroom_contracts.judge.exchange_judge import ExchangeJudge
from greenroom_contracts.judge.location import Location

JSON = "application/json"


def contract_of(schemas: dict[str, Any] | None = None, **operation: Any) -> Any:
    """The contract of `GET /things`, whose operation has these members."""
    described = {"operationId": "listThings", "responses": {"200": {"description": "x"}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things": {"get": {**described, **operation}}},
        "components": {"schemas": schemas or {}},
    }
    return build(document, "things", "things.yaml")


def of(document: Any, operation: str = "listThings") -> Location:
    """Where findings about a contract's document are."""
    return Location(SchemaWalk(document), operation)


def of_body(
    schema: Any,
    value: Any,
    *,
    media: str = JSON,
    sent: str | None = None,
    schemas: dict[str, Any] | None = None,
) -> list[Finding]:
    """The findings about a body: JSON of a value, or the bytes."""
    ok = {"description": "x", "content": {media: {"schema": schema}}}
    contract = contract_of(schemas, responses={"200": ok})
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    fields = (("Content-Type", sent or media),) if sent != "" else ()
    return judged(contract, Response(200, fields, body))


def of_headers(headers: dict[str, Any], *sent: tuple[str, str]) -> list[Finding]:
    """The findings about header fields."""
    contract = contract_of(responses={"200": {"description": "x", "headers": headers}})
    return judged(contract, Response(200, sent))


def judged(
    contract: Any,
    response: Response,
    purpose: str = ex.DOCUMENTED,
    request: Request | None = None,
) -> list[Finding]:
    """The findings about a response to `GET /things`."""
    request = request or Request("GET", "http://vendor.example/things")
    operation = contract.operations[0].id
    return ExchangeJudge(contract).findings(Exchange(1, operation, purpose, request, response))


def kinds(found: list[Finding]) -> list[str]:
    """Their kinds."""
    return [finding.kind for finding in found]
