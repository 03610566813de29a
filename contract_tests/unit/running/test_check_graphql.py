"""Documented queries of a GraphQL operation are sent without permission, its mutations with it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from graphql_contract import REQUESTS, contract

from greenroom.codec.credentials import GOOD_KEY
from greenroom.contract.catalog import load, vendors
from greenroom_contracts.cli.plan_text import plan_lines
from greenroom_contracts.planning.graphql_queries import left_out, with_queries
from greenroom_contracts.planning.options import Options
from greenroom_contracts.planning.plan import make_plan
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import check
from servers import Change, HttpRequest, HttpResponse, mocking, serving

BARE = Options(generated=2, invalid=4, timeout=5)
# The identifier of the first query is that of the caller.
GIVEN = replace(BARE, given={"ask.id": "1"})
ALLOWED = replace(GIVEN, writes=True, allowed=frozenset(("ask",)))
EFFECTS = (["create", "change", "contact"], ["cost"], ["change"], None)


def checked(
    options: Options, effects: Any = EFFECTS[0], change: Change | None = None
) -> tuple[Report, list[str]]:
    """The report about the mock, and the queries that it received as valid ones."""
    found = contract(**({} if effects is None else {"x-effect": effects}))
    with serving(mocking(found, change)) as (url, seen):
        report = check(found, url, "", options)
    return report, [json.loads(r.body).get("query", "") for r in seen if r.body[:1] == b"{"]


def of(kind: str) -> set[str]:
    """The documented queries or mutations."""
    texts = {request["query"] for request in REQUESTS.values()}
    mutations = {text for text in texts if text.startswith("mutation")}
    return mutations if kind == "mutation" else texts - mutations


@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize("options", [GIVEN, replace(GIVEN, writes=True)])
def test_every_documented_query_is_sent_without_permission(effects: Any, options: Options) -> None:
    """And nothing else, whatever the operation may do."""
    report, queries = checked(options, effects)
    assert of("query") <= set(queries)
    assert not any("mutation" in text for text in queries)
    assert [o.examined for o in report.operations] == [True]
    assert (report.findings, report.problem, report.exit_code) == ((), "", 0)
    assert [note for note in report.notes if "not Add" in note and "--allow ask" in note]


def test_with_permission_every_documented_operation_is_sent_once() -> None:
    """Each mutation is an operation of its own, queries come first."""
    report, queries = checked(replace(ALLOWED, invalid=0, generated=0))
    assert set(queries) == of("query") | of("mutation")
    assert [queries.count(text) for text in of("mutation")] == [1]
    assert queries[-1].startswith("mutation")
    assert report.exit_code == 0


def test_each_documented_query_is_judged() -> None:
    """A lie in the response to the last of them is found."""

    def lie(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if b"parties" in request.body and response.status == 200:
            return replace(response, body=b'{"data": {"parties": [{"__typename": "Person"}]}}')
        return response

    report, _ = checked(GIVEN, change=lie)
    assert {finding.kind for finding in report.findings} == {"graphql"}


def test_a_query_without_its_identifier_is_named() -> None:
    """It does not come from the example."""
    found = next(c for c in map(load, vendors()) if any(o.graphql for o in c.operations))
    name = next(operation.id for operation in found.operations if operation.graphql)
    options = replace(BARE, only=frozenset((name,)))
    with serving(mocking(found)) as (url, seen):
        report = check(found, url, GOOD_KEY, options)
    lacking = [note for note in report.notes if f"--param {name}." in note]
    assert lacking
    assert not any(b'"variables":{"id":"' in request.body for request in seen)
    assert report.operations[[o.operation for o in report.operations].index(name)].examined


def test_a_query_that_fails_leaves_nothing_behind() -> None:
    """It has created nothing, although the operation may."""

    def fail(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return replace(response, status=500) if response.status == 200 else response

    report, _ = checked(GIVEN, change=fail)
    assert report.leftovers == ()
    # With permission, only the mutation may have created something.
    report, _ = checked(ALLOWED, change=fail)
    assert [left.identifiers for left in report.leftovers] == ["1 time"]


def test_an_operation_with_mutations_alone_needs_permission() -> None:
    """There is nothing to send without it."""
    document = contract(**{"x-effect": ["change"]})
    (operation,) = document.operations
    assert operation.body is not None
    (media,) = operation.body.content
    mutation = [e for e in media.examples if e.name == "Add"]
    only = replace(operation.body, content=(replace(media, examples=tuple(mutation)),))
    found = replace(document, operations=(replace(operation, body=only),))
    with serving(mocking(found)) as (url, seen):
        report = check(found, url, "", BARE)
    assert seen == []
    assert "--allow ask" in report.operations[0].why_not


def test_the_plan_names_the_queries() -> None:
    """And that the rest needs permission."""
    found = contract(**{"x-effect": ["change"]})
    limited = with_queries(found, GIVEN)
    lines = "\n".join(plan_lines(limited, make_plan(limited, GIVEN), GIVEN))
    assert "example Parties" in lines
    assert "example Add" not in lines
    assert list(left_out(found, replace(GIVEN, only=frozenset()))) == []
    assert "needs --allow-writes and --allow ask" in "\n".join(left_out(found, GIVEN))
