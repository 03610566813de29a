"""Existing resources are not changed, people are contacted once, and leftovers are listed."""

from __future__ import annotations

import json
import time
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from checked import DOCUMENT, things

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract
from greenroom.errors import GreenroomError
from greenroom_contracts.planning.options import Options
from greenroom_contracts.planning.plan import make_plan
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import check
from greenroom_contracts.sending.guard import ForbiddenRequestError, Guard
from servers import HttpRequest, HttpResponse, mocking, serving

KEY = "test-key"
BARE = Options(generated=0, invalid=0, credentials=False)
_WRITES = ("PUT", "DELETE")


def real(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A response of a real server: it is not marked as a documented example."""
    headers = {k: v for k, v in response.headers.items() if not k.lower().startswith("x-greenroom")}
    body = response.body
    if request.path == "/quotes":
        body = body.replace(b"own-1", b"quote-1")
    return replace(response, headers=headers, body=body)


def changed(
    contract: Contract, change: Any, options: Options | None = None
) -> tuple[Report, list[HttpRequest]]:
    """The report about a server, and the requests that it received."""
    options = options or replace(BARE, writes=True, allowed=frozenset(("callThing",)))
    with serving(mocking(contract, change)) as (url, seen):
        return check(contract, url, KEY, options), seen


def paths(seen: list[HttpRequest]) -> set[str]:
    """The paths of requests that changed or deleted a resource, or called a person."""
    return {a.path for a in seen if a.method in _WRITES or a.path.endswith("/call")}


def test_the_run_does_not_own_an_existing_resource_that_a_creation_returns() -> None:
    """Some servers respond to a POST with a resource that existed before."""

    def upsert(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = real(request, response)
        if request.method == "POST" and request.path == "/things" and response.status == 201:
            return replace(response, body=b'{"id": "their-1", "name": "a"}')
        return response

    report, seen = changed(things(), upsert)
    assert paths(seen) == set()
    assert report.exit_code == 2


def with_effects(effects: list[str]) -> Contract:
    """The contract with other effects of its creation."""
    document = deepcopy(DOCUMENT)
    document["paths"]["/things"]["post"]["x-effect"] = effects
    return build(document, "things", "things.yaml")


def test_the_run_does_not_own_the_resource_of_an_upsert() -> None:
    """It may have changed something that existed before."""
    _, seen = changed(with_effects(["create", "change"]), real)
    assert paths(seen) == set()


def test_the_run_does_not_own_a_resource_that_its_request_named() -> None:
    """A response that names the parent of a new resource has not created the parent."""
    document = deepcopy(DOCUMENT)
    post = document["paths"]["/quotes"]["post"]
    post["x-effect"] = ["create"]
    post["responses"]["200"]["links"] = {
        "DeleteThing": {"operationId": "deleteThing", "parameters": {"id": "$request.body#/name"}}
    }
    contract = build(document, "things", "things.yaml")
    only = frozenset(("quoteThing", "deleteThing"))
    _, seen = changed(contract, real, replace(BARE, writes=True, only=only))
    assert paths(seen) == set()


def test_an_identifier_for_reading_is_not_changed_or_deleted() -> None:
    """--param OPERATION_ID.NAME gives the identifier, --allow OPERATION_ID the permission."""
    given = {"id": "their-1"}
    options = replace(BARE, writes=True, allowed=frozenset(("callThing",)), given=given)
    _, seen = changed(things(), real, options)
    assert paths(seen) == {"/things/own-1", "/things/own-1/call"}
    named = replace(options, given={"deleteThing.id": "named"})
    report, seen = changed(things(), real, named)
    assert "/things/named" not in paths(seen)
    assert report.exit_code == 2
    both = replace(named, allowed=frozenset(("callThing", "deleteThing")))
    _, seen = changed(things(), real, both)
    assert "/things/named" in paths(seen)


def test_a_path_that_decodes_to_another_operation_is_not_sent() -> None:
    """Servers decode a path before they look for the operation."""
    done = {"responses": {"200": {"description": "Done"}}}
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    read = {"operationId": "read", "x-effect": ["read"], "x-effect-reason": "It only reads."}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Quotes", "version": "1"},
        "paths": {
            "/quotes/{id}": {"parameters": [parameter], "post": {**read, **done}},
            "/quotes/{id}:send": {
                "parameters": [parameter],
                "post": {"operationId": "send", "x-effect": ["contact"], **done},
            },
        },
    }
    contract = build(document, "quotes", "quotes.yaml")
    guard = Guard(contract, "http://vendor.example", ["read"])
    assert guard.admit("POST", "http://vendor.example/quotes/q1").id == "read"
    for path in ("/quotes/q1:send", "/quotes/q1%3Asend", "/quotes/q1%253Asend"):
        with pytest.raises(ForbiddenRequestError):
            guard.admit("POST", f"http://vendor.example{path}")


def again(count: int, status: int) -> Any:
    """Responds to the first requests of every path with Retry-After."""
    seen_before: dict[str, int] = {}

    def respond(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        line = request.line
        seen_before[line] = seen_before.get(line, 0) + 1
        if response.status < 300 and seen_before[line] <= count:
            return HttpResponse(
                status, b'{"error": "wait"}', {**response.headers, "Retry-After": "0"}
            )
        return response

    return respond


@pytest.mark.parametrize("status", [429, 503])
def test_a_request_that_contacts_people_is_not_repeated(status: int) -> None:
    """Even if the response has a Retry-After field."""
    only = frozenset(("createThing", "callThing"))
    options = replace(BARE, writes=True, allowed=frozenset(("callThing",)), only=only)
    _, seen = changed(things(), again(5, status), options)
    assert len([request for request in seen if request.path.endswith("/call")]) <= 1


def test_a_wait_for_a_rate_limit_is_not_drift() -> None:
    """Only the response after the wait is judged."""
    report, _ = changed(things(), again(1, 429), BARE)
    assert (report.findings, report.exit_code) == ((), 0)


def test_an_operation_that_hangs_is_not_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run ends with the reason, and cleans up."""
    deleted: list[str] = []

    def hang(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path == "/quotes" and response.status == 200:
            time.sleep(0.3)
        if request.method == "DELETE" and response.status == 204:
            deleted.append(request.path)
        return response

    options = Options(writes=True, timeout=0.1, generated=6, invalid=0)
    report, _ = changed(things(), hang, options)
    assert report.exit_code == 2
    assert report.problem.endswith("no response in time")


def test_an_operation_with_a_request_without_response_is_not_examined() -> None:
    """One success is not enough."""

    def silent(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        broken = {**response.headers, "Content-Encoding": "gzip"}
        wrong = request.headers.get("x-key", "").startswith("greenroom-wrong")
        return replace(response, headers=broken) if wrong else response

    report, _ = changed(things(), silent, Options(generated=0, invalid=0))
    assert (report.findings, report.exit_code) == ((), 2)
    assert not [
        response for response in report.operations if response.examined and response.planned
    ]


@pytest.mark.parametrize("key", ["", "key\n", " key", "kéy", "k\x00y"])
def test_an_unusable_credential_is_refused_without_printing_it(key: str) -> None:
    """The message names its variable."""
    with pytest.raises(GreenroomError) as raised:
        check(things(), "http://127.0.0.1:1", key)
    assert "GREENROOM_THINGS_KEY" in str(raised.value)
    assert not key.strip() or key.strip() not in str(raised.value)


def test_the_plan_lists_the_resources_that_operations_act_on() -> None:
    """Before anything is sent."""
    from greenroom_contracts.cli.plan_text import plan_lines

    given = {"deleteThing.id": "their-1"}
    options = Options(writes=True, given=given, allowed=frozenset(("deleteThing",)))
    contract = things()
    plan = make_plan(contract, options)
    text = "\n".join(plan_lines(contract, plan, options))
    assert "documented: id=their-1" in text
    assert "documented: example One, id from createThing" in text


def test_after_a_bug_in_greenroom_the_run_cleans_up_and_reports() -> None:
    """The report names it as a bug, and the operation is not examined."""
    deleted: list[str] = []

    def note(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.method == "DELETE" and response.status == 204:
            deleted.append(request.path)
        return response

    class Faulty:
        def operation(self, name: str, phase: str, number: int, total: int) -> None:
            if name == "changeThing":
                raise ZeroDivisionError(json.dumps("of ours"))

    options = replace(BARE, writes=True)
    with serving(mocking(things(), note)) as (url, _):
        report = check(things(), url, KEY, options, Faulty())
    assert "a bug in greenroom: ZeroDivisionError" in report.problem
    assert (deleted, report.exit_code) == (["/things/own-1"], 2)


def test_an_operation_is_not_called_with_a_given_value_that_violates_the_contract() -> None:
    """It is a mistake of the caller, not drift."""
    document = deepcopy(DOCUMENT)
    document["paths"]["/things/{id}"]["parameters"][0]["schema"]["format"] = "uuid"
    contract = build(document, "things", "things.yaml")
    some = frozenset(("listThings", "getThing"))
    options = replace(BARE, given={"getThing.id": "abc"}, only=some)
    report, _ = changed(contract, None, options)
    assert (report.findings, report.exit_code) == ((), 2)
    why = next(
        response.why_not for response in report.operations if response.operation == "getThing"
    )
    assert why.startswith("the given values violate the contract")
