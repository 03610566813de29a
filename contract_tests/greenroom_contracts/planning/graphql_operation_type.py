"""Whether a GraphQL request only reads, in whatever form it is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

UNREADABLE, NOTHING = "unreadable", ""

# Most severe first. A request has the most severe type among its operations.
_SEVERITY = ("mutation", UNREADABLE, "subscription", "query", NOTHING)
_NAME = re.compile(r"[\w.\[\]~-]+")
# Members of a request that do not decide what is executed.
_HARMLESS = frozenset(("variables", "operationname"))
# Fields of a form by which servers look up a stored query; others may have another purpose.
_STORED = frozenset((
    "id", "queryid", "query_id", "documentid", "document_id", "docid", "doc_id", "hash",
    "sha256hash", "persistedquery", "extensions", "operations",
))  # fmt: skip


class _Members(list[tuple[str, Any]]):
    """All members of an object, as servers differ in which of two with the same name they use."""

    @classmethod
    def of(cls, pairs: list[tuple[str, Any]]) -> _Members:
        # Some servers ignore case in names.
        return cls((name.lower(), value) for name, value in pairs)

    @property
    def queries(self) -> list[Any]:
        return [value for name, value in self if name == "query"]


def operation_type(body: bytes) -> str:
    """The most severe operation type: `mutation`, `unreadable`, `subscription`, `query` or empty.

    `body` is JSON (GraphQL over HTTP, section 5.1), a list of such requests, a form or the query of
    a URL with `query=`, or a GraphQL document. Every definition counts, whatever `operationName`
    selects. Empty where there is nothing to execute.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return UNREADABLE
    if not text.strip():
        return NOTHING
    return min(_types(text), key=_SEVERITY.index)


def _types(text: str) -> Iterator[str]:
    """The types by each format that a text may have: a server may parse JSON as a form."""
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
    """The fields of a form, as servers may split and name them, even `a=1;b=2` and `a[]=1`."""
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
    others = [(name, entry) for name, entry in value if name not in (*_HARMLESS, "query")]
    # Without a query, the server may execute one that it has stored.
    if others and not value.queries:
        yield UNREADABLE
    if _STORED.intersection(name for name, _ in others) - {"extensions"}:
        yield UNREADABLE
    if any(name == "extensions" and "persistedquery" in str(entry) for name, entry in others):
        yield UNREADABLE


def _of_document(text: str) -> str:
    # Loaded for contracts with a GraphQL schema only.
    from graphql import GraphQLError, OperationDefinitionNode, parse

    try:
        document = parse(text, no_location=True)
    except (GraphQLError, RecursionError):
        return UNREADABLE
    types = [
        node.operation.value
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    return min(types, key=_SEVERITY.index, default=UNREADABLE)
