"""GraphQL is executed over the examples of a contract, whatever is asked and however much."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import Client, Reply
from graphql import get_introspection_query
from graphql_contract import ANSWERS, PATH, PERSON, SDL, contract
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.schema.validators import SchemaSet

CLIENT = Client(contract())
REJECTED: dict[str, Any] = {"x-graphql": {"schema": "schema.graphql", "rejected": "400"}}
REJECTING = Client(contract(**REJECTED))


def ask(query: str, client: Client = CLIENT, headers: Any = (), **members: Any) -> Reply:
    """One query."""
    return client.post("/acme/graphql", {"query": query, **members}, headers)


def data(query: str, **members: Any) -> Any:
    """The data of a query in which nothing fails."""
    reply = ask(query, **members)
    assert (reply.status, list(reply.json)) == (200, ["data"]), reply.body
    return reply.json["data"]


QUERIES: dict[str, tuple[str, Any]] = {
    "field": ("{ person(id: 1) { name } }", {"person": {"name": "Ada"}}),
    "nested": ("{ person(id: 1) { boss { name } } }", {"person": {"boss": {"name": "Bob"}}}),
    "list": ("{ people { id } }", {"people": [{"id": "1"}, {"id": "2"}]}),
    "alias": ("{ a: people { b: id } }", {"a": [{"b": "1"}, {"b": "2"}]}),
    "fragment": (
        "{ person(id: 1) { ...F } } fragment F on Person { id }",
        {"person": {"id": "1"}},
    ),
    "inline fragment": (
        "{ ... { person(id: 1) { ... on Person { id } } } }",
        {"person": {"id": "1"}},
    ),
    "two fields": ("{ since nothing }", {"since": "now", "nothing": None}),
    "same field twice": (
        "{ a: person(id: 1) { id } b: person(id: 2) { id } }",
        {"a": {"id": "1"}, "b": {"id": "2"}},
    ),
    "skip": ("{ since @skip(if: true) nothing }", {"nothing": None}),
    "include": ("{ since @include(if: false) nothing }", {"nothing": None}),
    "custom scalar": ("{ settings }", {"settings": {"a": [1, {"b": None}]}}),
    "interface": (
        "{ parties { name ... on Company { state } } }",
        {"parties": [{"name": "Ada"}, {"name": "Acme", "state": "OPEN"}]},
    ),
    "union": (
        "{ search { __typename ... on Company { id } ... on Person { age } } }",
        {"search": [{"__typename": "Company", "id": "3"}, {"__typename": "Person", "age": 36}]},
    ),
    "arguments with names of ours": (
        '{ search(source: "a", info: "b", self: "c", resolve: "d") { ... on Company { id } } }',
        {"search": [{"id": "3"}, {}]},
    ),
    "typename of the root": ("{ __typename }", {"__typename": "Query"}),
    "introspection of a type": (
        '{ __type(name: "State") { enumValues { name } } }',
        {"__type": {"enumValues": [{"name": "OPEN"}, {"name": "CLOSED"}]}},
    ),
    "mutation": ("mutation { remove(id: 1) }", {"remove": True}),
    "two mutations": ("mutation { a: remove(id: 1) b: remove(id: 2) }", {"a": True, "b": True}),
    "whole number of a Float": (
        "{ people { score } }",
        {"people": [{"score": 80}, {"score": 7.5}]},
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_gets_what_it_asks_for_out_of_the_examples(name: str) -> None:
    """Nothing more, nothing less."""
    query, expected = QUERIES[name]

    assert data(query) == expected


@pytest.mark.parametrize(
    ("identifier", "name"), [(1, "Ada"), ("1", "Ada"), ("2", "Bob"), ("unknown", "Ada")]
)
def test_the_example_with_the_same_arguments_is_preferred(identifier: Any, name: str) -> None:
    """Also where the example has them as variables or its answer under an alias; else the first."""
    query = "query Q($id: ID!) { person(id: $id) { name } }"

    assert data(query, variables={"id": identifier}) == {"person": {"name": name}}


def test_a_whole_number_is_written_as_one() -> None:
    """The executor makes 80.0 of it, which no example has."""
    assert b'"score":80,' in ask("{ people { score id } }").body


def test_the_operation_that_is_named_is_executed() -> None:
    """Of several in one document."""
    assert data("query A { since } query B { nothing }", operationName="B") == {"nothing": None}


def test_a_client_can_build_the_schema_from_introspection() -> None:
    """With the query that tools send."""
    schema = data(get_introspection_query())["__schema"]

    assert {"Person", "Company", "Wanted"} <= {entry["name"] for entry in schema["types"]}


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "syntax": ({"query": "{"}, "Syntax Error"),
    "nothing": ({"query": ""}, "Syntax Error"),
    "unknown field": ({"query": "{ persons }"}, "Cannot query field 'persons'"),
    "unknown argument": ({"query": "{ person(id: 1, x: 2) { id } }"}, "Unknown argument 'x'"),
    "missing argument": ({"query": "{ person { id } }"}, "is required"),
    "no subfields": ({"query": "{ people }"}, "must have a selection of subfields"),
    "missing variable": ({"query": "query ($a: ID!) { person(id: $a) { id } }"}, "'$a'"),
    "null variable": (
        {"query": "query ($a: ID!) { person(id: $a) { id } }", "variables": {"a": None}},
        "'$a'",
    ),
    "wrong variable": (
        {"query": "query ($a: Int) { people(first: $a) { id } }", "variables": {"a": "x"}},
        "'$a'",
    ),
    "wrong enum": (
        {
            "query": "mutation ($w: Wanted!) { add(wanted: $w) { id } }",
            "variables": {"w": {"name": "x", "state": "AJAR"}},
        },
        "AJAR",
    ),
    "undeclared variable": ({"query": "{ person(id: $a) { id } }"}, "is not defined"),
    "unknown operation": ({"query": "{ since }", "operationName": "B"}, "Unknown operation"),
    "which operation": ({"query": "query A { since } query B { since }"}, "Must provide operation"),
    "subscription": ({"query": "subscription { since }"}, "subscription"),
    "definition": ({"query": "type X { a: Int }"}, "not executable"),
    "fragments in a circle": (
        {"query": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"},
        "within itself",
    ),
    "undeclared directive": ({"query": "{ since @defer }"}, "Unknown directive"),
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize(("client", "status"), [(CLIENT, 200), (REJECTING, 400)])
def test_a_request_that_cannot_be_executed_is_told_why(
    name: str, client: Client, status: int
) -> None:
    """Without data, by 200 or the status that the contract says."""
    request, message = FAULTS[name]

    reply = client.post("/acme/graphql", request)

    assert (reply.status, list(reply.json)) == (status, ["errors"])
    assert message in reply.json["errors"][0]["message"]


def test_a_subscription_is_refused_where_the_schema_has_one() -> None:
    """There is nothing here to send its events."""
    client = Client(contract(SDL + "type Subscription { since: Time }"))

    reply = ask("subscription { since }", client)

    assert "not offered" in reply.json["errors"][0]["message"]


def test_null_where_the_schema_forbids_it_is_an_error_of_the_field() -> None:
    """With its path, and null in the nearest place that may hold it."""
    reply = ask("{ person(id: 1) { boss { boss { id } } } search { ... on Company { id } } }")
    partly = ask('mutation { add(wanted: {name: "Eve"}) { id } }')

    assert reply.json["data"]["person"]["boss"]["boss"] is None
    assert partly.status == 200
    assert partly.json["data"] is None
    assert partly.json["errors"][0]["path"] == ["add", "id"]


LARGE: dict[str, str] = {
    "brackets": "{" * 50_000,
    "nested fields": "{ person(id: 1) " + "{ boss " * 5_000 + "}" * 5_001,
    "nested fragments": "{" + "... {" * 1_000 + " since " + "}" * 1_001,
    "nested lists": "{ person(id: " + "[" * 5_000 + "]" * 5_000 + ") { id } }",
    "aliases": "{" + " ".join(f"a{i}: since" for i in range(50_000)) + "}",
    "same field": "{" + "since " * 3_900 + "}",
    "same field with subfields": "{" + ("people {" + "id " * 60 + "} ") * 60 + "}",
    "fragments that multiply": "{ ...F0 }"
    + "".join(f" fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(50))
    + " fragment F50 on Query { since }",
    "aliased fragments that multiply": "{ people { ...F0 } }"
    + "".join(
        f" fragment F{i} on Person {{ a: boss {{ ...F{i + 1} }} b: boss {{ ...F{i + 1} }} }}"
        for i in range(50)
    )
    + " fragment F50 on Person { id }",
    "introspection that multiplies": "{ __schema { types {"
    + " ".join(f"a{i}: fields {{ name type {{ name fields {{ name }} }} }}" for i in range(150))
    + "} } }",
    "introspection in depth": "{ __schema "
    + "{ types { fields { type " * 50
    + "{ name"
    + "}" * 151,
    "comments": "#\n" * 50_000 + "{ since }",
    "white space": " " * 900_000 + "{ since }",
    "body": "{ since }" + " " * 2_000_000,
    "name": "{" + "a" * 99_000 + "}",
}


@pytest.mark.parametrize("name", LARGE)
def test_a_query_that_asks_for_too_much_is_refused_at_once(name: str) -> None:
    """Never a fault of the server, and nothing that keeps others waiting."""
    reply = ask(LARGE[name])

    assert (reply.status, list(reply.json)) == (200, ["errors"])
    assert len(reply.body) < 1_000_000


def test_a_large_result_within_bounds_is_given() -> None:
    """The bounds are far from what clients ask for."""
    found = data("{" + " ".join(f"a{i}: people {{ {PERSON} }}" for i in range(200)) + "}")

    assert len(found) == 200


WORDS = [
    "{",
    "}",
    "(",
    ")",
    ":",
    "!",
    "...",
    "$",
    "@",
    "=",
    "[",
    "]",
    "|",
    "&",
    "query",
    "mutation",
    "fragment",
    "on",
    "$id",
    "ID",
    "1",
    "-0",
    "1e999",
    '"x"',
    "null",
    "F",
    "#",
    "\\",
    "people",
    "parties",
    "search",
    "since",
    "id",
    "name",
    "boss",
    "Query",
    "Person",
    "Party",
    "__typename",
    "__schema",
    "types",
    "person(id:1)",
    "@skip(if:true)",
    "�",
    "\x00",
]
TEXTS = st.lists(st.sampled_from([*WORDS, '"""', "\n"]) | st.text(max_size=3), max_size=30).map(
    " ".join
)
SCHEMAS = SchemaSet(contract().document)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    query=TEXTS | TEXTS.map(lambda text: f"{{ people {{ {text} }} }}"),
    variables=st.none() | st.dictionaries(st.sampled_from(["id", "x"]), st.integers() | st.text()),
    operation=st.none() | st.sampled_from(["F", ""]),
)
def test_whatever_is_asked_is_answered_in_the_documented_shape(
    query: str, variables: Any, operation: Any
) -> None:
    """With 200 and an object of the response's schema, or as any other body that is no JSON."""
    reply = ask(query, variables=variables, operationName=operation)

    assert reply.status in (200, 400)
    schema = f"{PATH}/responses/{reply.status}/content/application~1json/schema"
    assert not list(SCHEMAS.errors(schema, reply.json))


def headers(reply: Reply) -> tuple[str | None, str | None, str | None]:
    """The documented header, the example and the basis of an answer."""
    found = reply.headers
    return found.get("x-trace"), found.get("x-greenroom-example"), found.get("x-greenroom-basis")


MADE_OF = {
    "one example": ("{ person(id: 1) { id } }", ("t1", "Ada", "documented")),
    "one of another basis": ("{ person(id: 2) { id } }", ("t1", "Bob", "inferred")),
    "two of one basis": ("{ person(id: 1) { id } people { id } }", ("t1", None, "documented")),
    "two of two": ("{ person(id: 2) { id } people { id } }", ("t1", None, "published")),
    "none": ("{ __typename }", ("t1", None, "published")),
    "an error": ("{ nope }", ("t1", None, "published")),
}


@pytest.mark.parametrize("name", MADE_OF)
def test_an_answer_says_what_it_was_made_of(name: str) -> None:
    """Beside the documented headers: the example where it was one, the basis where it is one."""
    query, expected = MADE_OF[name]

    assert headers(ask(query)) == expected


def test_the_operation_is_named_as_in_any_answer() -> None:
    """And the length is that of the body."""
    reply = ask("{ since }")

    assert reply.headers["x-greenroom-operation"] == "ask"
    assert reply.headers["content-length"] == str(len(reply.body))


PREFERRED = {
    "example=Bob": (200, ANSWERS["Bob"]),
    "code=400": (400, {"errors": [{"message": "no"}]}),
    "code=200": (200, ANSWERS["Ada"]),
    "respond-async": (200, {"data": {"since": "now"}}),
}


@pytest.mark.parametrize("prefer", PREFERRED)
def test_what_prefer_names_comes_as_it_is_documented(prefer: str) -> None:
    """Only the default example is replaced by what was executed."""
    reply = ask("{ since }", headers={"prefer": prefer})

    assert (reply.status, reply.json) == PREFERRED[prefer]


def test_a_choice_that_is_not_documented_is_refused() -> None:
    """As for any operation."""
    assert ask("{ since }", headers={"prefer": "example=Nobody"}).status == 501


def test_credentials_are_asked_for_first() -> None:
    """As for any operation."""
    client = Client(contract(security=[{"Keyed": []}]))

    assert ask("{", client).kind == "missing-credential"
    assert ask("{ since }", client, {"x-key": "test-key"}).status == 200


@pytest.mark.parametrize("sent", [{}, {"query": 1}, {"query": "{ since }", "variables": []}, [], 1])
def test_a_request_that_breaks_the_contract_is_refused_by_it(sent: Any) -> None:
    """Before anything is executed."""
    assert CLIENT.post("/acme/graphql", sent).kind == "invalid-request"


@pytest.mark.parametrize("sent", [{}, {"query": 1}, {"query": "{a}", "variables": []}, [], 1])
def test_a_request_without_meaning_is_told_so_where_the_contract_lets_it_in(sent: Any) -> None:
    """A contract need not say what a request looks like."""
    client = Client(contract(requestBody={"content": {"application/json": {}}}))

    reply = client.post("/acme/graphql", sent)

    assert (reply.status, list(reply.json)) == (200, ["errors"])


def test_the_default_example_stands_where_nothing_was_sent() -> None:
    """A contract may let a request come without a body."""
    client = Client(contract(requestBody={"content": {"application/json": {}}}))

    assert client.send("POST", "/acme/graphql").json == ANSWERS["Ada"]


def test_the_same_query_gets_the_same_bytes() -> None:
    """Also when it is remembered."""
    assert len({ask("{ people { id } }").body for _ in range(3)}) == 1


def test_a_query_goes_by_post_only() -> None:
    """Nothing else is documented."""
    assert CLIENT.get("/acme/graphql?query={since}").status == 405
