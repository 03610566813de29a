"""The type of a GraphQL request is known before it is sent, in whatever format it is written."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from greenroom_contracts.planning.graphql_operation_type import operation_type

READ = "query Get($id: ID!) { person(id: $id) { name } }"
WRITE = "mutation Add { add { name } }"
WATCH = "subscription Watch { added { name } }"
FRAGMENT = "fragment F on Person { name }"

DOCUMENTS: dict[str, tuple[str, str]] = {
    "short": ("{ a }", "query"),
    "named": (READ, "query"),
    "write": (WRITE, "mutation"),
    "watch": (WATCH, "subscription"),
    "read and write": (f"{READ} {WRITE}", "mutation"),
    "write and read": (f"{WRITE} {READ}", "mutation"),
    "read and watch": (f"{READ} {WATCH}", "subscription"),
    "watch and write": (f"{WATCH} {WRITE}", "mutation"),
    "fragment first": (f"{FRAGMENT} mutation {{ a {{ ...F }} }}", "mutation"),
    "comment first": ("# query { a }\nmutation { a }", "mutation"),
    "comma first": (",, mutation { a }", "mutation"),
    "word in a comment": ("# mutation\n{ a }", "query"),
    "word as a field": ("{ mutation }", "query"),
    "word as a name": ("query mutation { a }", "query"),
    "word as a text": ('{ a(b: "mutation { c }") }', "query"),
    "fragment alone": (FRAGMENT, "unreadable"),
    "a type": ("type A { b: Int }", "unreadable"),
    "broken": ("mutation {", "unreadable"),
    "nested too deeply": ("{a" * 20_000, "unreadable"),
    "words": ("hello there", "unreadable"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_has_the_type_of_its_most_severe_operation(name: str) -> None:
    """The type is the same for a bare document, in JSON, in a list, in a form and in a URL."""
    text, kind = DOCUMENTS[name]
    written = [
        text.encode(),
        json.dumps({"query": text}).encode(),
        json.dumps([{"query": text}]).encode(),
        urlencode({"query": text}).encode(),
        urlencode({"variables": "{}", "query": text}).encode(),
    ]

    assert {operation_type(body) for body in written} == {kind}


REQUESTS: dict[str, tuple[Any, str]] = {
    "chosen query next to a mutation": (
        {"query": f"{READ} {WRITE}", "operationName": "Get"},
        "mutation",
    ),
    "variables": ({"query": READ, "variables": {"query": WRITE}}, "query"),
    "list of reads": ([{"query": READ}, {"query": "{ a }"}], "query"),
    "list with a write": ([{"query": READ}, {"query": WRITE}], "mutation"),
    "list with something else": ([{"query": READ}, "mutation { a }"], "unreadable"),
    "list in a list": ([[{"query": WRITE}]], "unreadable"),
    "empty list": ([], ""),
    "nothing": ({}, ""),
    "variables alone": ({"variables": {"id": 1}, "operationName": "Add"}, ""),
    "another case": ({"Query": WRITE}, "mutation"),
    "no text": ({"query": {"mutation": 1}}, "unreadable"),
    "null": ({"query": None}, "unreadable"),
    "stored query": ({"documentId": "abc"}, "unreadable"),
    "stored query by its hash": (
        {"query": READ, "extensions": {"persistedQuery": {"sha256Hash": "abc"}}},
        "unreadable",
    ),
    "other extensions": ({"query": READ, "extensions": {"trace": True}}, "query"),
    "a text": (WRITE, "unreadable"),
    "a number": (1, "unreadable"),
    "a form within": ({"query": READ, "x": f"a&query={WRITE}&b"}, "mutation"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_every_member_of_a_request_counts(name: str) -> None:
    """A server may execute any of them."""
    value, kind = REQUESTS[name]

    assert operation_type(json.dumps(value).encode()) == kind


BODIES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", ""),
    "blank": (b" \r\n", ""),
    "two of a name, write first": (b'{"query":"mutation{a}","query":"{a}"}', "mutation"),
    "two of a name, write last": (b'{"query":"{a}","query":"mutation{a}"}', "mutation"),
    "two fields of a name": (b"query=%7Ba%7D&query=mutation%7Ba%7D", "mutation"),
    "escaped name": (b'{"\\u0071uery":"mutation{a}"}', "mutation"),
    "escaped field": (b"%71uery=mutation%7Ba%7D", "mutation"),
    "byte order mark": (b'\xef\xbb\xbf{"query":"mutation{a}"}', "mutation"),
    "another encoding": ('{"query":"mutation{a}"}'.encode("utf-16"), "unreadable"),
    "no encoding": (b"\xff", "unreadable"),
    "other parameters": (b"page=1&limit=2", ""),
    "parameter of a stored query": (b"tenant=a&documentId=abc", "unreadable"),
    "broken JSON": (b'{"query":"{a}"', "unreadable"),
    "JSON with a comment": (b'{"query":"{a}"/**/}', "unreadable"),
    "deep JSON": (b"[" * 200_000, "unreadable"),
    "upload": (
        b'--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n'
        b'{"query":"mutation{a}"}\r\n--b--\r\n',
        "unreadable",
    ),
    "a form in a text of a document": (b'mutation { a(u: "x&query={b}&z=") }', "mutation"),
}


@pytest.mark.parametrize("name", BODIES)
def test_the_most_severe_interpretation_of_a_request_counts(name: str) -> None:
    """A request that cannot be read at all is not a query."""
    body, kind = BODIES[name]

    assert operation_type(body) == kind
