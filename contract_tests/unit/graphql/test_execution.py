"""GraphQL requests are executed over the examples of a contract, within bounds."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import Client
from graphql import get_introspection_query
from graphql_contract import ANSWERS, PATH, PERSON, SDL, contract
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.schema.validators import SchemaSet
from wire import Reply

CLIENT = Client(contract())
REJECTED: dict[str, Any] = {"x-graphql": {"schema": "schema.graphql", "rejected": "400"}}
REJECTING = Client(contract(**REJECTED))


def ask(query: str, client: Client = CLIENT, headers: Any = (), **members: Any) -> Reply:
    """One query."""
    return client.post("/acme/graphql", {"query": query, **members}, headers)


def data(query: str, **members: Any) -> Any:
    """The data of a query without errors."""
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
def test_a_query_selects_from_the_examples(name: str) -> None:
    """Nothing more, nothing less."""
    query, expected = QUERIES[name]

    assert data(query) == expected


@pytest.mark.parametrize(
    ("identifier", "name"), [(1, "Ada"), ("1", "Ada"), ("2", "Bob"), ("unknown", "Ada")]
)
def test_the_example_with_the_same_arguments_is_preferred(identifier: Any, name: str) -> None:
    """Also if they are variables, or the field has an alias; without such an example, the first."""
    query = "query Q($id: ID!) { person(id: $id) { name } }"

    assert data(query, variables={"id": identifier}) == {"person": {"name": name}}


def test_a_whole_number_stays_an_integer() -> None:
    """The executor makes a float of it."""
    assert b'"score":80,' in ask("{ people { score id } }").body


def test_the_operation_that_is_named_is_executed() -> None:
    """Of several in one document."""
    assert data("query A { since } query B { nothing }", operationName="B") == {"nothing": None}


def test_a_client_can_build_the_schema_from_introspection() -> None:
    """With the query that tools send."""
    schema = data(get_introspection_query())["__schema"]

    assert {"Person", "Company", "Wanted"} <= {entry["name"] for entry in schema["types"]}


INVALID: dict[str, tuple[dict[str, Any], str]] = {
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


@pytest.mark.parametrize("name", INVALID)
@pytest.mark.parametrize(("client", "status"), [(CLIENT, 200), (REJECTING, 400)])
def test_a_request_that_cannot_be_executed_gets_errors(
    name: str, client: Client, status: int
) -> None:
    """And no data, with status 200 or the one that the contract documents."""
    request, message = INVALID[name]

    reply = client.post("/acme/graphql", request)

    assert (reply.status, list(reply.json)) == (status, ["errors"])
    assert message in reply.json["errors"][0]["message"]


def test_a_subscription_is_refused() -> None:
    """Even if the schema has one: there are no events to send."""
    client = Client(contract(SDL + "type Subscription { since: Time }"))

    reply = ask("subscription { since }", client)

    assert "not offered" in reply.json["errors"][0]["message"]


def test_null_of_a_non_null_type_is_a_field_error() -> None:
    """With its path, and null in the nearest place that allows it."""
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
    "introspection that overlaps": "{" + "__schema { types { name } } " * 300 + "}",
    "introspection that overlaps below": "{ __schema {" + "types { name } " * 300 + "} }",
    "introspection that overlaps in depth": "{"
    + "__schema { types { fields { name } fields { name } } types { name } } " * 60
    + "}",
    "fields that overlap in inline fragments": "{" + "... { since } " * 300 + "}",
    "fields that overlap in fragments": "{"
    + " ".join(f"...F{i}" for i in range(300))
    + "}"
    + "".join(f" fragment F{i} on Query {{ since }}" for i in range(300)),
    "many fragments": "{"
    + " ".join(f"...F{i}" for i in range(300))
    + "}"
    + "".join(f" fragment F{i} on Query {{ a{i}: since }}" for i in range(300)),
    "fields that overlap in a fragment nobody uses": "{ since } fragment F on Query {"
    + "since " * 300
    + "}",
    "fragments in each other": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "unknown fragments": "{" + " ".join(f"...F{i}" for i in range(1_900)) + "}",
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
    """Without a 5xx, and fast enough not to delay other requests."""
    reply = ask(LARGE[name])

    assert (reply.status, list(reply.json)) == (200, ["errors"])
    assert len(reply.body) < 1_000_000


def test_what_is_selected_again_counts_once() -> None:
    """A fragment that is spread at one place many times is one selection (section 5.3.2)."""
    fragments = [f" fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(50)]
    assert data("{ ...F0 }" + "".join(fragments) + " fragment F50 on Query { since }") == {
        "since": data("{ since }")["since"]
    }


def test_a_large_result_is_within_bounds() -> None:
    """The bounds are far above what clients ask for."""
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
def test_every_response_is_valid_by_the_documented_schema(
    query: str, variables: Any, operation: Any
) -> None:
    """Whatever the query, the variables and the operation name."""
    reply = ask(query, variables=variables, operationName=operation)

    assert reply.status in (200, 400)
    schema = f"{PATH}/responses/{reply.status}/content/application~1json/schema"
    assert not list(SCHEMAS.errors(schema, reply.json))


def headers(reply: Reply) -> tuple[str | None, str | None, str | None]:
    """The documented header, the example and the basis of a response."""
    found = reply.headers
    return found.get("x-trace"), found.get("x-greenroom-example"), found.get("x-greenroom-basis")


SOURCES = {
    "one example": ("{ person(id: 1) { id } }", ("t1", "Ada", "documented")),
    "one of another basis": ("{ person(id: 2) { id } }", ("t1", "Bob", "inferred")),
    "two of one basis": ("{ person(id: 1) { id } people { id } }", ("t1", None, "documented")),
    "two of two": ("{ person(id: 2) { id } people { id } }", ("t1", None, "published")),
    "none": ("{ __typename }", ("t1", None, "published")),
    "an error": ("{ nope }", ("t1", None, "published")),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_response_names_its_example_and_basis(name: str) -> None:
    """If it is made of only one; with the documented headers."""
    query, expected = SOURCES[name]

    assert headers(ask(query)) == expected


def test_a_response_names_its_operation() -> None:
    """And has the right length."""
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
def test_prefer_selects_a_documented_response(prefer: str) -> None:
    """Only the default example is replaced by executing the query."""
    reply = ask("{ since }", headers={"prefer": prefer})

    assert (reply.status, reply.json) == PREFERRED[prefer]


def test_a_preference_that_is_not_documented_is_refused() -> None:
    """As for any operation."""
    assert ask("{ since }", headers={"prefer": "example=Nobody"}).status == 501


def test_credentials_are_checked_first() -> None:
    """As for any operation."""
    client = Client(contract(security=[{"Keyed": []}]))

    assert ask("{", client).kind == "missing-credential"
    assert ask("{ since }", client, {"x-key": "test-key"}).status == 200


@pytest.mark.parametrize("sent", [{}, {"query": 1}, {"query": "{ since }", "variables": []}, [], 1])
def test_a_request_that_violates_the_contract_is_refused(sent: Any) -> None:
    """Before anything is executed."""
    assert CLIENT.post("/acme/graphql", sent).kind == "invalid-request"


@pytest.mark.parametrize("sent", [{}, {"query": 1}, {"query": "{a}", "variables": []}, [], 1])
def test_a_request_that_is_not_graphql_gets_errors_if_the_contract_allows_it(sent: Any) -> None:
    """A contract need not describe the request body."""
    client = Client(contract(requestBody={"content": {"application/json": {}}}))

    reply = client.post("/acme/graphql", sent)

    assert (reply.status, list(reply.json)) == (200, ["errors"])


def test_a_request_without_a_body_gets_the_default_example() -> None:
    """If the contract does not require one."""
    client = Client(contract(requestBody={"content": {"application/json": {}}}))

    assert client.send("POST", "/acme/graphql").json == ANSWERS["Ada"]


def test_the_same_query_gets_the_same_bytes() -> None:
    """Also if the response is cached."""
    assert len({ask("{ people { id } }").body for _ in range(3)}) == 1


def test_a_query_is_sent_with_post_only() -> None:
    """No other method is documented."""
    assert CLIENT.get("/acme/graphql?query={since}").status == 405
