"""A GraphQL response must match its query and the GraphQL schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contracts import of_vendors
from graphql_contract import ANSWERS, REQUESTS, SDL, contract
from judged import of

from greenroom.contract.model import Contract, Example, Operation
from greenroom.graphql.data import example_pairs
from greenroom.http import exchange as ex
from greenroom_contracts.finding import Finding
from greenroom_contracts.judge.graphql import graphql_findings

ACME = contract()
ASK = ACME.operations[0]
PERSON = "query ($full: Boolean = true) { person(id: 1) { id name age @include(if: $full) } }"
BOSSES = "{ people { name ...B } } fragment B on Person { boss { name boss { age } } }"
SEARCH = "{ search { ... on Party { id } ... on Company { state } ... on Person { score } } }"
TYPED = "{ search { kind: __typename ... on Company { state } } }"


def responded(request: Any, response: Any, status: int = 200) -> ex.Exchange:
    """A request, a query or more than that, and its response."""
    content = {"query": request} if isinstance(request, str) else request
    return ex.Exchange(
        number=1,
        operation="ask",
        purpose=ex.DOCUMENTED,
        request=ex.Request("POST", "http://127.0.0.1/graphql", (), json.dumps(content).encode()),
        response=ex.Response(status, (), json.dumps(response).encode()),
    )


def findings(request: Any, response: Any, status: int = 200) -> list[Finding]:
    """The findings about a response of the small contract."""
    return graphql_findings(of(ACME.document), ASK, responded(request, response, status))


def data(**fields: Any) -> dict[str, Any]:
    """A response without errors."""
    return {"data": fields}


GOOD: dict[str, tuple[Any, Any]] = {
    "all fields": (PERSON, data(person={"id": "1", "name": "Ada", "age": 36})),
    "null in a nullable root": (PERSON, data(person=None)),
    "null in a nullable field": (PERSON, data(person={"id": "1", "name": "Ada", "age": None})),
    "field left out by a variable": (
        {"query": PERSON, "variables": {"full": False}},
        data(person={"id": "1", "name": "Ada"}),
    ),
    "field skipped": ("{ nothing since @skip(if: true) }", data(nothing=None)),
    "alias": ("{ a: nothing b: nothing }", data(a="x", b=None)),
    "one field selected twice": (
        "{ person(id: 1) { name } person(id: 1) { age } }",
        data(person={"name": "Ada", "age": 1}),
    ),
    "fragment": (BOSSES, data(people=[{"name": "A", "boss": {"name": "B", "boss": None}}])),
    "empty list": (BOSSES, data(people=[])),
    "union by its type": (
        TYPED,
        data(search=[{"kind": "Person"}, {"kind": "Company", "state": "OPEN"}]),
    ),
    "union by its fields": (
        SEARCH,
        data(search=[{"id": "3", "state": "OPEN"}, {"id": "1", "score": 7}]),
    ),
    "interface": ("{ parties { name } }", data(parties=[{"name": "A"}])),
    "scalar of the schema": ("{ settings since }", data(settings={"a": [1]}, since=12)),
    "whole number as a float": (PERSON, data(person={"id": "1", "name": "A", "age": 36.0})),
    "name of the root": ("{ __typename }", data(__typename="Query")),
    "introspection": (
        '{ __type(name: "State") { kind enumValues { name } } }',
        data(__type={"kind": "ENUM", "enumValues": [{"name": "OPEN"}, {"name": "CLOSED"}]}),
    ),
    "mutation": ("mutation { remove(id: 1) }", data(remove=True)),
    "chosen operation": (
        {"query": "query A { nothing } query B { since }", "operationName": "B"},
        data(since=1),
    ),
    "partial": (
        PERSON,
        {
            "data": {"person": None},
            "errors": [
                {
                    "message": "gone",
                    "locations": [{"line": 1, "column": 3}],
                    "path": ["person", 0],
                    "extensions": {"code": "GONE"},
                }
            ],
        },
    ),
    "failed": (PERSON, {"data": None, "errors": [{"message": "down"}]}),
    "not executed": (PERSON, {"errors": [{"message": "try later"}]}),
    "extensions": (PERSON, {"data": {"person": None}, "extensions": {"cost": 1}}),
    "refused field": ("{ nobody }", {"errors": [{"message": "no such field"}]}),
    "refused syntax": ("{", {"errors": [{"message": "no"}], "data": None}),
    "refused body": ([], {"errors": [{"message": "no"}]}),
    "subscription": ("subscription { any }", {"errors": [{"message": "no"}]}),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_response_that_matches_its_query_has_no_findings(name: str) -> None:
    """Whatever the query does with fields."""
    assert findings(*GOOD[name]) == []


ADA = {"id": "1", "name": "Ada", "age": 36}
# The request, the response, and the coordinate and place of the mismatch.
WRONG: dict[str, tuple[Any, Any, str, str]] = {
    "missing field": (PERSON, data(person={"id": "1", "age": 1}), "Person.name", "/person/name"),
    "missing root": ("{ a: nothing }", data(), "Query.nothing", "/a"),
    "extra field": (PERSON, data(person={**ADA, "boss": None}), "Person.boss", "/person/boss"),
    "extra root": ("{ nothing }", data(nothing=None, more=1), "Query.more", "/more"),
    "field that was left out": (
        {"query": PERSON, "variables": {"full": False}},
        data(person=ADA),
        "Person.age",
        "/person/age",
    ),
    "name instead of an alias": ("{ a: nothing }", data(a="x", nothing="x"), "Query.nothing",
        "/nothing"),
    "null": (PERSON, data(person={**ADA, "name": None}), "Person.name", "/person/name"),
    "null in a list": (BOSSES, data(people=[None]), "Query.people", "/people/0"),
    "not a list": (BOSSES, data(people={"name": "A"}), "Query.people", "/people"),
    "list": (PERSON, data(person=[ADA]), "Query.person", "/person"),
    "not an object": (PERSON, data(person="Ada"), "Query.person", "/person"),
    "deep": (
        BOSSES,
        data(people=[{"name": "A", "boss": {"name": "B", "boss": {"age": "1"}}}]),
        "Person.age",
        "/people/0/boss/boss/age",
    ),
    "string for a number": (PERSON, data(person={**ADA, "age": "36"}), "Person.age", "/person/age"),
    "fraction": (PERSON, data(person={**ADA, "age": 1.5}), "Person.age", "/person/age"),
    "boolean for number": (PERSON, data(person={**ADA, "age": True}), "Person.age", "/person/age"),
    "number beyond 32 bits": (PERSON, data(person={**ADA, "age": 2**31}), "Person.age",
        "/person/age"),
    "number of 400 digits": (PERSON, data(person={**ADA, "age": 10**400}), "Person.age",
        "/person/age"),
    "number for a string": (PERSON, data(person={**ADA, "name": 1}), "Person.name", "/person/name"),
    "number for an identifier": (PERSON, data(person={**ADA, "id": 1}), "Person.id", "/person/id"),
    "enum": ("{ search { ... on Company { state } } }", data(search=[{"state": "SHUT"}]),
        "Company.state", "/search/0/state"),
    "string for a float": (
        "{ person(id: 1) { score } }", data(person={"score": "7"}), "Person.score", "/person/score",
    ),
    "string for a boolean": ("mutation { remove(id: 1) }", data(remove="true"), "Mutation.remove",
        "/remove"),
    "unknown type": (TYPED, data(search=[{"kind": "Dog"}]), "Query.search", "/search/0"),
    "field of another type": (TYPED, data(search=[{"kind": "Person", "state": "OPEN"}]),
        "Person.state", "/search/0/state"),
    "fields of no type": (SEARCH, data(search=[{"id": "1"}]), "Person.score", "/search/0/score"),
    "name of another root": ("{ __typename }", data(__typename="Mutation"), "Query.__typename",
        "/__typename"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_mismatch_is_found_at_its_field(name: str) -> None:
    """The detail is the schema coordinate, the pointer the place in the response."""
    request, response, coordinate, at = WRONG[name]

    (found,) = findings(request, response)

    assert (found.kind, found.detail) == ("graphql", coordinate)
    assert found.instance == f"response body /data{at}"


# The request, the response, and the details of the findings.
OUTSIDE: dict[str, tuple[Any, Any, list[str]]] = {
    "not an object": (PERSON, [], ["response"]),
    "nothing": (PERSON, {}, ["response"]),
    "no data and no errors": (PERSON, {"data": None}, ["response"]),
    "errors dropped": ("{ nobody }", {"data": None}, ["response"]),
    "data that are a list": (PERSON, {"data": []}, ["data"]),
    "another entry": (PERSON, {"data": {"person": None}, "status": 200}, ["response"]),
    "no errors in the list": (PERSON, {"data": {"person": None}, "errors": []}, ["errors"]),
    "errors that are not a list": (PERSON, {"errors": "no"}, ["errors"]),
    "error that is a string": (PERSON, {"errors": ["no"]}, ["errors"]),
    "error without a message": (PERSON, {"errors": [{"code": 1}]}, ["errors"]),
    "message that is not a string": (PERSON, {"errors": [{"message": 1}]}, ["errors.message"]),
    "location that is not valid": (
        PERSON,
        {"errors": [{"message": "no", "locations": [{"line": 0, "column": 1}]}]},
        ["errors.locations"],
    ),
    "path that is a string": (
        PERSON,
        {"errors": [{"message": "no", "path": "person"}]},
        ["errors.path"],
    ),
    "unknown field served": ("{ nobody }", data(nobody=1), ["request"]),
    "syntax error served": ("{", data(), ["request"]),
    "missing variable served": (
        "query ($id: ID!) { person(id: $id) { name } }",
        data(person=None),
        ["request"],
    ),
    "variable of another type served": (
        {"query": "query ($n: Int) { people(first: $n) { name } }", "variables": {"n": "x"}},
        data(people=[]),
        ["request"],
    ),
    "unknown operation served": (
        {"query": "query A { nothing }", "operationName": "B"},
        data(nothing=None),
        ["request"],
    ),
    "no query served": ({"variables": {}}, data(nothing=None), ["request"]),
    "list served": ([{"query": "{ nothing }"}], data(nothing=None), ["request"]),
    "deep query served": ("{ a" * 5000, data(a=1), ["request"]),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_the_members_outside_data_are_judged_too(name: str) -> None:
    """Its members, its errors, and whether there may be data at all."""
    request, response, expected = OUTSIDE[name]

    assert [found.detail for found in findings(request, response)] == expected


def test_a_finding_has_the_provenance_of_the_graphql_extension() -> None:
    """Its place and basis are those of the extension."""
    extension = {
        "schema": "schema.graphql",
        "x-provenance": {"basis": "inferred", "note": "Guessed."},
    }
    made = contract(**{"x-graphql": extension})

    (found,) = graphql_findings(
        of(made.document, "ask"), made.operations[0], responded("{ nothing }", data())
    )

    assert (found.operation, found.basis) == ("ask", "inferred")
    assert found.pointer == "/paths/~1graphql/post/x-graphql"
    assert (found.expected, found.seen) == ("String", "null")


@pytest.mark.parametrize("status", [400, 401, 500])
def test_a_refusal_has_no_graphql_findings(status: int) -> None:
    """Its status is judged elsewhere."""
    assert findings("{ nothing }", data(), status) == []


def test_a_body_that_is_not_json_has_no_graphql_findings() -> None:
    """Nor has a missing response."""
    request = responded("{ nothing }", None).request
    responses = [ex.Response(200, (), b"{"), ex.Response(200, (), b"[" * 100_000), None]
    responses.append(ex.Response(200, (), b'{"data":{"nothing":Infinity}}'))

    for response in responses:
        exchange = ex.Exchange(1, "ask", ex.DOCUMENTED, request, response)
        assert graphql_findings(of(ACME.document), ASK, exchange) == []


@pytest.mark.parametrize("name", [n for n in ANSWERS if n in REQUESTS])
def test_the_examples_of_a_contract_match_their_requests(name: str) -> None:
    """Documented responses to documented requests."""
    assert findings(REQUESTS[name], ANSWERS[name]) == []


INVALID: dict[str, tuple[Any, str]] = {
    "fitting": ({"query": "{ nothing }"}, ""),
    "subscription": ({"query": "subscription { any }"}, "operation is not supported"),
    "unknown field": ({"query": "{ nobody }"}, "Cannot query field 'nobody'"),
    "no query": ({}, "it has no query"),
    "variables of another type": ({"query": "{ nothing }", "variables": 1}, "have the wrong type"),
}


@pytest.mark.parametrize("name", INVALID)
def test_the_execution_of_an_invalid_request_is_found_with_the_reason(name: str) -> None:
    """In the words of graphql-core where it has a message."""
    request, reason = INVALID[name]
    messages = [found.message for found in findings(request, data(nothing="x"))]

    assert len(messages) == bool(reason)
    assert all(reason in message for message in messages)


def test_a_subscription_has_no_findings() -> None:
    """Its responses come as a stream."""
    made = contract(SDL + "type Subscription { any: String }")
    query = "subscription { any }"

    for response in (data(), data(other=1), {"errors": [{"message": "no"}]}):
        assert (
            graphql_findings(of(made.document), made.operations[0], responded(query, response))
            == []
        )


PAIRS = [
    pytest.param(made, operation, request, response, id=f"{made.name}-{response.name}")
    for made in of_vendors()
    for operation in made.operations
    if operation.graphql is not None
    for request, response in example_pairs(operation)
    if request is not None
]


def test_there_are_documented_queries() -> None:
    """Without one the test below would pass."""
    assert PAIRS


@pytest.mark.parametrize(("made", "operation", "request_", "response"), PAIRS)
def test_no_documented_response_of_a_vendor_has_findings(
    made: Contract, operation: Operation, request_: Example, response: Example
) -> None:
    """Each is valid by the GraphQL schema."""
    exchange = responded(request_.value, response.value)

    assert graphql_findings(of(made.document), operation, exchange) == []
