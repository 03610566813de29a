"""GraphQL requests by the schema of an operation: generated queries, wrong ones, malformed ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any
from urllib.parse import quote

import schemathesis
from graphql import get_introspection_query
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from .endpoint import Endpoint, with_query
from .message import Request, to_request

_QUERIES_OF_A_FIELD = 8
_DRAWING = settings(
    max_examples=_QUERIES_OF_A_FIELD, derandomize=True, database=None, deadline=None,
    phases=[Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip
_FRAGMENT = "fragment F on Query"
_QUERIES = (
    get_introspection_query(), "{ __typename }", '{ __type(name: "Nobody") { name } }', "", " ",
    "{", "{ }", "query", "nothing", "{ a: }", "subscription { x }", "# only\n", "{ ...F }", "ä",
    "query A { __typename } query B { __typename }", f"{_FRAGMENT} {{ __typename }}",
    f"{{ ...F }} {_FRAGMENT} {{ ...F }}", f"{{ ...F ...F }} {_FRAGMENT} {{ a: __typename }}",
    f"{{ ...F }} {_FRAGMENT} {{ a: __typename }} fragment G on Query {{ __typename }}",
    "{" * 300, "{ a" * 100 + "}" * 100, "{ " + "__typename " * 3000 + "}", "type A { a: Int }",
    "{ __typename(a: 1) }", "query ($a: Int = x) { __typename }", "{ __typename @skip }",
    "query ($a: Nobody) { __typename }", "query ($a: Int, $a: Int) { __typename }",
    '{ __type(name: "\\ud800") { name } }', "extend type Query { a: Int }",
    "{ __schema { types { fields { type { fields { type { name } } } } } } }",
    *("{ ...F0 }" + "".join(f" fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}"
                            for i in range(n)) + f" fragment F{n} on Query {{ __typename }}"
      for n in (8, 16)),
)  # fmt: skip
_BODIES: tuple[Any, ...] = (
    {}, [], None, "x", {"query": None}, {"query": 5}, {"query": ["{ __typename }"]},
    [{"query": "{ __typename }"}], {"query": "{ __typename }", "undocumented": 1},
    {"query": "{ __typename }", "extensions": {}, "variables": {}, "operationName": None},
    {"query": "query Named { __typename }", "operationName": 5},
)  # fmt: skip
_CHANGES: tuple[dict[str, Any], ...] = (
    {"variables": {}}, {"variables": None}, {"variables": []}, {"variables": "x"},
    {"variables": {"id": [], "w": 5}}, {"operationName": "Other"}, {"operationName": ""},
)  # fmt: skip


def graphql_requests(endpoint: Endpoint, random: Random) -> Iterator[Request]:
    """Requests to an operation that executes GraphQL; none to any other."""
    operation = endpoint.operation
    if operation.graphql is None or operation.body is None:
        return
    found: list[Any] = [*({"query": query} for query in _QUERIES), *_BODIES]
    for query in _generated(operation.graphql.text):
        words = query.split()
        at = random.randrange(len(words))
        cut, more = [*words[:at], *words[at + 1 :]], [*words[:at], "undocumented", *words[at:]]
        found += ({"query": text} for text in (query, " ".join(cut), " ".join(more)))
    for example in (e.value for media in operation.body.content for e in media.examples):
        found += ({**example, **change} for change in _CHANGES)
    raw = [json.dumps(body).encode() for body in found]
    for body in (*raw, b'{"query":"a","query":"{ __typename }"}'):
        yield to_request("GraphQL", endpoint.with_content(("application/json", body)))
    accept = ("Accept", "application/graphql-response+json")
    for body in raw[:8]:
        yield to_request("GraphQL", endpoint.with_content(("application/json", body)), accept)
        yield to_request("GraphQL", endpoint.with_content(("application/graphql", body)))
    call = with_query(endpoint.complete, f"query={quote('{ __typename }')}")
    yield to_request("GraphQL", call)
    yield to_request("GraphQL", replace(call, method="GET", content_type="", body=b""))


def _generated(schema: str) -> list[str]:
    """Some valid queries for each field of the roots of a schema; always the same ones."""
    found: list[str] = []

    def draw(case: schemathesis.Case[Any]) -> None:
        found.append(str(case.body))

    for result in schemathesis.graphql.from_file(schema).get_all_operations():
        if isinstance(result, Ok):
            _DRAWING(given(result.ok().as_strategy())(draw))()
    return found
