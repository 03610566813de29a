"""A contract with guesses in it, and a report in which every kind of finding occurs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract
from greenroom.http import exchange as ex
from greenroom.http.exchange import Exchange, Request, Response
from greenroom_contracts.finding import KINDS, Finding
from greenroom_contracts.report import (
    Leftover,
    NeverSeen,
    OperationReport,
    Report,
    StatusReport,
)

SECRET = 's3cr3t/with+odd "characters" & <signs>'
HOSTILE = (
    "</code></pre><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\x1b[31m\x00\u202e]]>"
)
STARTED = 1_795_305_600.5
BASE = "https://api.acme.example/v1"

_DOCUMENTED = {"basis": "documented", "source": "guide", "at": "Candidates"}
_GUESSED = {"basis": "inferred", "note": "No document states it."}
_CANDIDATE = {
    "type": "object",
    "required": ["id", "stage", "it's"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "stage": {"type": "string", "enum": ["new", "done"]},
        "rank": {"type": "integer", "maximum": 10},
        "kind": {"const": "candidate"},
        "score": {"type": ["integer", "null"]},
        "nested": {"type": "object", "properties": {"at": {"type": "string"}}},
    },
    "x-provenance": _GUESSED,
}
_ERROR = {
    "type": "object",
    "required": ["message"],
    "properties": {"message": {"type": "string"}},
    "x-provenance": _DOCUMENTED,
}


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _operation(name: str, **more: Any) -> dict[str, Any]:
    return {
        "operationId": name,
        "x-provenance": _GUESSED,
        "responses": {
            "200": {"$ref": "#/components/responses/Found"},
            "404": {"description": "Gone.", "content": _json("Error"), "x-provenance": _DOCUMENTED},
        },
        **more,
    }


def guessing() -> Contract:
    """A contract of which much is inferred; a new one each time."""
    found = {
        "description": "Found.",
        "headers": {"X-Total": {"required": True, "schema": {"type": "integer"}}},
        "content": _json("Candidate"),
        "x-provenance": _GUESSED,
    }
    paths: dict[str, Any] = {"/candidates/{id}": {"get": _operation("getCandidate")}}
    for number in range(1, 10):
        paths[f"/things/{number}"] = {"get": _operation(f"listThings{number}")}
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    paths["/candidates/{id}"]["parameters"] = [parameter]
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Acme Interviews", "version": "2026-01-31"},
        "security": [{"Key": []}, {"Query": []}],
        "paths": paths,
        "webhooks": {
            "thing.done": {
                "post": {"operationId": "onDone", "responses": {"200": {"description": "."}}}
            }
        },
        "components": {
            "securitySchemes": {
                "Key": {"type": "apiKey", "in": "header", "name": "X-Acme"},
                "Query": {"type": "apiKey", "in": "query", "name": "acme"},
            },
            "responses": {"Found": found},
            "schemas": {"Candidate": _CANDIDATE, "Error": _ERROR},
        },
    }
    return build(json.loads(json.dumps(document)), "acme", "specs/acme/openapi.yaml")


def exchange(number: int = 1, body: Any = None, **more: Any) -> Exchange:
    """A request for a candidate and its response with a JSON body."""
    headers = (("Authorization", f"Bearer {SECRET}"), ("Accept", "application/json"))
    request = Request("GET", f"{BASE}/candidates/c-1?page=1&acme={'k' * 9}", headers)
    content = (
        body if isinstance(body, bytes) else json.dumps(body if body else {"id": "c-1"}).encode()
    )
    response = Response(200, (("Content-Type", "application/json"),), content, "OK")
    whole = Exchange(
        number, "getCandidate", ex.DOCUMENTED, request, response, "", "example One",
        STARTED + number, 0.25,
    )  # fmt: skip
    return replace(whole, **more)


def finding(kind: str = "missing-field", **more: Any) -> Finding:
    """A finding against a guess."""
    whole = Finding(
        kind=kind,
        operation="getCandidate",
        basis="inferred",
        pointer="/components/schemas/Candidate/required",
        message="stage is required, but missing",
        expected="a field stage",
        seen="no such field",
        instance="response body /stage",
        exchange=1,
        curl=f'curl -i {BASE}/candidates/c-1 -H "X-Acme: ${{GREENROOM_ACME_KEY}}"',
        detail="stage",
    )
    return replace(whole, **more)


def reported(*findings: Finding, **more: Any) -> Report:
    """A report of one operation with the findings given, and one exchange."""
    whole = Report(
        vendor="acme",
        title="Acme Interviews",
        contract_version="2026-01-31",
        greenroom_version="0.1.0",
        target=BASE,
        started=STARTED,
        seconds=1.5,
        findings=findings,
        operations=(operation("getCandidate", examined=True),),
        exchanges=(exchange(),),
    )
    return replace(whole, **more)


def operation(name: str, **more: Any) -> OperationReport:
    """An operation that was planned and not examined."""
    whole = OperationReport(
        operation=name, method="GET", path=f"/{name}", effects=("read",), basis="documented",
        planned=True, examined=False, why_not="", requests=3,
    )  # fmt: skip
    return replace(whole, **more)


_BASES = ("documented", "published", "inferred", "disputed", None)
_PERSONAL = {
    "id": "c-1",
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "phone": "+1 555 123 4567",
    "status": "open",
    "created_at": "2026-01-01T10:00:00Z",
    "job_name": "Engineer",
    "transcript": [{"role": "user", "text": "I built an engine"}],
    "recording_url": "https://media.acme.example/r/1.mp4?sig=abcdef123456",
    "note": HOSTILE,
}


def everything() -> Report:
    """A report with ten operations in every state and a finding of every kind, hostile texts."""
    names = [f"listThings{number}" for number in range(1, 10)]
    operations = (
        operation("getCandidate", path="/candidates/{id}", examined=True),
        *(operation(name, examined=True, path=f"/things/{name[-1]}") for name in names[:4]),
        operation(names[4], why_not="responded 500 to every valid request"),
        operation(names[5], why_not=f"no connection: {HOSTILE}"),
        operation(names[6], planned=False, why_not="create; needs --allow-writes", requests=0),
        operation(names[7], planned=False, why_not="contact, cost; needs --allow listThings8"),
        operation(
            names[8], method="DELETE", path="/a/very/long/path/{with}/many/{segments}/that/is/wide",
            planned=False, why_not="delete; needs --allow-writes", requests=0,
        ),
    )  # fmt: skip
    findings = [
        finding(
            kind,
            operation=("getCandidate", *names[:3])[i % 4],
            basis=_BASES[i % len(_BASES)],
            message=f"a message about {kind}",
            exchange=1 + i % 3,
            count=1 + i % 2,
            accepted="until 2026-12-31: known (Ops)" if i % 7 == 3 else "",
        )
        for i, kind in enumerate(KINDS)
    ]
    hostile = finding(
        operation=HOSTILE, message=HOSTILE, seen=json.dumps(HOSTILE), expected=HOSTILE,
        instance="response body /note", curl=f"curl '{HOSTILE}'", pointer=f"/{HOSTILE}",
    )  # fmt: skip
    failed = exchange(3, operation="listThings6", response=None, error=f"no answer: {HOSTILE}")
    return reported(
        *findings,
        hostile,
        operations=operations,
        statuses=(
            StatusReport("getCandidate", "200", True),
            StatusReport("getCandidate", "404", False, "no response had this status"),
            StatusReport("listThings7", "200", False, "create; needs --allow-writes"),
        ),
        webhooks=(StatusReport("thing.done", "", False, "sent by the vendor"),),
        unseen=(
            NeverSeen("getCandidate", "/components/schemas/Candidate/properties/rank", "rank"),
            NeverSeen(
                "getCandidate", "/components/schemas/Candidate/properties/stage/enum", "stage",
                '"done"', "inferred",
            ),
        ),
        leftovers=(Leftover("listThings4", "id=t-1, email=ada@example.com", "it answered 500"),),
        exchanges=(exchange(1, _PERSONAL), exchange(2, [_PERSONAL] * 40), failed),
        notes=("baseline.yaml#/0: expired on 2026-01-01", HOSTILE),
    )  # fmt: skip
