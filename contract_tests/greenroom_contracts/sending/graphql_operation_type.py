"""What a GraphQL request would do, however it is written: read, or more than that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

QUERY, MUTATION, SUBSCRIPTION = "query", "mutation", "subscription"
UNREADABLE, NOTHING = "unreadable", ""

# A request is called after the gravest that it holds; what cannot be read may be anything.
_GRAVITY = (MUTATION, UNREADABLE, SUBSCRIPTION, QUERY, NOTHING)
_NAME = re.compile(r"[\w.\[\]~-]+")
# Members of a request that cannot say what is executed.
_BESIDE = frozenset(("variables", "operationname"))
# Fields of a form by which servers look up a stored query; any other may be about something else.
_STORED = frozenset((
    "id", "queryid", "query_id", "documentid", "document_id", "docid", "doc_id", "hash",
    "sha256hash", "persistedquery", "extensions", "operations",
))  # fmt: skip


class _Members(list[tuple[str, Any]]):
    """The members of an object: all of them, since servers differ in which of two equals counts."""

    @classmethod
    def of(cls, pairs: list[tuple[str, Any]]) -> _Members:
        # Some servers compare names without case.
        return cls((name.lower(), value) for name, value in pairs)

    @property
    def queries(self) -> list[Any]:
        return [value for name, value in self if name == "query"]


def graphql_kind(body: bytes) -> str:
    """The gravest operation of a request: `mutation`, `unreadable`, `subscription` or `query`.

    `body` is JSON (GraphQL over HTTP, section 5.1), a list of such requests, a form or the query of
    a URL with `query=`, or a GraphQL document. Every definition counts, whichever `operationName`
    chooses. Empty where there is nothing to execute.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return UNREADABLE
    if not text.strip():
        return NOTHING
    return min(_kinds(text), key=_GRAVITY.index)


def _kinds(text: str) -> Iterator[str]:
    """The kind by every way to read a text: a server may take for a form what is JSON as well."""
    fields = _fields(text)
    yield from map(_of_document, fields.queries)
    try:
        value = json.loads(text, object_pairs_hook=_Members.of)
    except (ValueError, RecursionError):
        if "=" not in text or not all(_NAME.fullmatch(name) for name, _ in fields):
            yield _of_document(text)
        elif not fields.queries:
            yield UNREADABLE if _STORED.intersection(name for name, _ in fields) else NOTHING
    else:
        for entry in value if type(value) is list else [value]:
            yield from _of_request(entry)
        yield NOTHING


def _fields(text: str) -> _Members:
    """The fields of a form, as servers may split and name them: `a=1;b=2` and `a[]=1` too."""
    pairs = [
        pair
        for separator in "&;"
        for pair in parse_qsl(text, keep_blank_values=True, separator=separator)
    ]
    return _Members.of([(name.partition("[")[0], value) for name, value in pairs])


def _of_request(value: Any) -> Iterator[str]:
    if not isinstance(value, _Members):
        yield UNREADABLE
        return
    for query in value.queries:
        yield _of_document(query) if isinstance(query, str) else UNREADABLE
    others = [(name, entry) for name, entry in value if name not in (*_BESIDE, "query")]
    # Without its text a query is one that the server has stored, under whatever name.
    if others and not value.queries:
        yield UNREADABLE
    if _STORED.intersection(name for name, _ in others) - {"extensions"}:
        yield UNREADABLE
    if any(name == "extensions" and "persistedquery" in str(entry) for name, entry in others):
        yield UNREADABLE


def _of_document(text: str) -> str:
    # Only a contract with a GraphQL schema pays for loading its library.
    from graphql import GraphQLError, OperationDefinitionNode, parse

    try:
        document = parse(text, no_location=True)
    except (GraphQLError, RecursionError):
        return UNREADABLE
    kinds = [
        node.operation.value
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    return min(kinds, key=_GRAVITY.index, default=UNREADABLE)
