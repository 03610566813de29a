"""What the account had is left alone, what rings is asked once, and nothing is forgotten."""

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
from greenroom_contracts.planning.plan import make_plan
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import Options, check
from greenroom_contracts.sending.guard import ForbiddenRequestError, Guard
from servers import HttpRequest, HttpResponse, mocking, serving

KEY = "test-key"
BARE = Options(generated=0, invalid=0, credentials=False)
_WRITES = ("PUT", "DELETE")


def real(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
    """An answer of a server that is no mock: it does not call itself a documented example."""
    headers = {k: v for k, v in told.headers.items() if not k.lower().startswith("x-greenroom")}
    return replace(told, headers=headers)


def changed(
    contract: Contract, change: Any, options: Options | None = None
) -> tuple[Report, list[HttpRequest]]:
    """The report about a server, and what it was asked."""
    options = options or replace(BARE, writes=True, allowed=frozenset(("callThing",)))
    with serving(mocking(contract, change)) as (url, seen):
        return check(contract, url, KEY, options), seen


def paths(seen: list[HttpRequest]) -> set[str]:
    """The paths of what was changed, removed or called."""
    return {a.path for a in seen if a.method in _WRITES or a.path.endswith("/call")}


def test_a_creation_that_returns_what_was_there_is_not_the_run_s() -> None:
    """Some servers answer a POST with the thing that exists already."""

    def upsert(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        told = real(asked, told)
        if asked.method == "POST" and asked.path == "/things" and told.status == 201:
            return replace(told, body=b'{"id": "their-1", "name": "a"}')
        return told

    report, seen = changed(things(), upsert)
    assert paths(seen) == set()
    assert report.exit_code == 2


def with_effects(effects: list[str]) -> Contract:
    """The contract with other effects of its creation."""
    document = deepcopy(DOCUMENT)
    document["paths"]["/things"]["post"]["x-effect"] = effects
    return build(document, "things", "things.yaml")


def test_what_an_upsert_returns_is_not_the_run_s() -> None:
    """It may have changed something that was there."""
    _, seen = changed(with_effects(["create", "change"]), real)
    assert paths(seen) == set()


def test_what_was_asked_with_is_not_the_run_s() -> None:
    """An answer that names the parent of what it made has not made the parent."""
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


def test_an_identifier_for_reading_is_not_used_up() -> None:
    """Only what names the operation names what it acts on."""
    given = {"id": "their-1"}
    options = replace(BARE, writes=True, allowed=frozenset(("callThing",)), given=given)
    _, seen = changed(things(), real, options)
    assert paths(seen) == {"/things/own-1", "/things/own-1/call"}
    named = replace(options, given={"deleteThing.id": "named"})
    _, seen = changed(things(), real, named)
    assert "/things/named" in paths(seen)


def test_a_path_that_decodes_to_another_operation_is_not_sent() -> None:
    """Servers decode before they look for the operation."""
    answer = {"responses": {"200": {"description": "Done"}}}
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    read = {"operationId": "read", "x-effect": ["read"], "x-effect-reason": "It only reads."}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Quotes", "version": "1"},
        "paths": {
            "/quotes/{id}": {"parameters": [parameter], "post": {**read, **answer}},
            "/quotes/{id}:send": {
                "parameters": [parameter],
                "post": {"operationId": "send", "x-effect": ["contact"], **answer},
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
    """Answers the first requests of every path with a time to wait."""
    asked_before: dict[str, int] = {}

    def answer(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        line = asked.line
        asked_before[line] = asked_before.get(line, 0) + 1
        if told.status < 300 and asked_before[line] <= count:
            return HttpResponse(status, b'{"error": "wait"}', {**told.headers, "Retry-After": "0"})
        return told

    return answer


@pytest.mark.parametrize("status", [429, 503])
def test_what_rings_is_asked_once(status: int) -> None:
    """Whatever the answer asks for."""
    only = frozenset(("createThing", "callThing"))
    options = replace(BARE, writes=True, allowed=frozenset(("callThing",)), only=only)
    _, seen = changed(things(), again(5, status), options)
    assert len([asked for asked in seen if asked.path.endswith("/call")]) <= 1


def test_a_limit_that_is_obeyed_is_no_drift() -> None:
    """The answer that counts is the one after the wait."""
    report, _ = changed(things(), again(1, 429), BARE)
    assert (report.findings, report.exit_code) == ((), 0)


def test_an_operation_that_hangs_is_not_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run ends with its reason, cleaned up, whatever was being sent."""
    deleted: list[str] = []

    def hang(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        if asked.path == "/quotes" and told.status == 200:
            time.sleep(0.3)
        if asked.method == "DELETE" and told.status == 204:
            deleted.append(asked.path)
        return told

    options = Options(writes=True, timeout=0.1, generated=6, invalid=0)
    report, _ = changed(things(), hang, options)
    assert report.exit_code == 2
    assert report.problem.endswith("no response in time")


def test_checks_that_got_no_answer_are_not_made_up_for() -> None:
    """One success does not speak for what was never answered."""

    def silent(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        broken = {**told.headers, "Content-Encoding": "gzip"}
        wrong = asked.headers.get("x-key", "").startswith("greenroom-wrong")
        return replace(told, headers=broken) if wrong else told

    report, _ = changed(things(), silent, Options(generated=0, invalid=0))
    assert (report.findings, report.exit_code) == ((), 2)
    assert not [told for told in report.operations if told.examined and told.planned]


@pytest.mark.parametrize("key", ["", "key\n", " key", "kéy", "k\x00y"])
def test_what_cannot_be_a_credential_is_refused_without_telling_it(key: str) -> None:
    """By the name of its variable."""
    with pytest.raises(GreenroomError) as told:
        check(things(), "http://127.0.0.1:1", key)
    assert "GREENROOM_THINGS_KEY" in str(told.value)
    assert not key.strip() or key.strip() not in str(told.value)


def test_the_plan_says_what_is_acted_on() -> None:
    """Before it is sent."""
    from greenroom_contracts.cli.plan_text import plan_lines

    options = Options(writes=True, given={"deleteThing.id": "their-1"})
    contract = things()
    plan = make_plan(contract, options)
    text = "\n".join(plan_lines(contract, plan, options.given))
    assert "these act on what --param identifies: deleteThing id=their-1" in text


def test_a_fault_of_ours_cleans_up_and_reports() -> None:
    """It is told as one, and counts as not examined."""
    deleted: list[str] = []

    def note(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        if asked.method == "DELETE" and told.status == 204:
            deleted.append(asked.path)
        return told

    class Faulty:
        def operation(self, name: str, phase: str, number: int, total: int) -> None:
            if name == "changeThing":
                raise ZeroDivisionError(json.dumps("of ours"))

    options = replace(BARE, writes=True)
    with serving(mocking(things(), note)) as (url, _):
        report = check(things(), url, KEY, options, Faulty())
    assert "a bug in greenroom: ZeroDivisionError" in report.problem
    assert (deleted, report.exit_code) == (["/things/own-1"], 2)


def test_a_given_value_that_breaks_the_contract_is_told_as_such() -> None:
    """It is the caller's slip and no drift."""
    document = deepcopy(DOCUMENT)
    document["paths"]["/things/{id}"]["parameters"][0]["schema"]["format"] = "uuid"
    contract = build(document, "things", "things.yaml")
    some = frozenset(("listThings", "getThing"))
    options = replace(BARE, given={"getThing.id": "abc"}, only=some)
    report, _ = changed(contract, None, options)
    assert (report.findings, report.exit_code) == ((), 2)
    why = next(told.why_not for told in report.operations if told.operation == "getThing")
    assert why.startswith("the given values violate the contract")
