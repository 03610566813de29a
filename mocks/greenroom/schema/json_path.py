"""Selecting values of a document by JSONPath queries (RFC 9535)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import jsonschema_rs
from jsonpath_rfc9535 import JSONPathEnvironment, JSONPathError, JSONPathNode, JSONPathNodeList
from jsonpath_rfc9535 import filter_expressions as filters
from jsonpath_rfc9535.function_extensions import Match
from jsonpath_rfc9535.parse import Parser
from jsonpath_rfc9535.tokens import TokenStream

from ..errors import GreenroomError

# The places of the values that a query selects, each with the value.
Nodes = list[tuple[tuple[str | int, ...], Any]]

# The library goes into a query as deep as it has steps, which could exhaust the stack.
_LONGEST = 2000
_MOST_VISITED = 2_000_000


class JsonPathError(GreenroomError):
    """A text that is not a JSONPath query, or a query that visits too many values."""


def select(document: Any, query: str) -> Nodes:
    """The places and values that a query selects, in its order, some perhaps several times.

    Raises JsonPathError, with the position of what is wrong.
    """
    try:
        if len(query) > _LONGEST:
            raise ValueError(f"it has more than {_LONGEST} characters")
        nodes = _nodes(_Environment().compile(query), document, document)
        return [(node.location, node.value) for node in nodes]
    except (JSONPathError, RecursionError, ValueError, ArithmeticError) as error:
        raise JsonPathError(f"{query[:100]!r} is not a JSONPath query: {error}") from error


class _Node(JSONPathNode):
    """A value that is visited; all nodes of a query are made from its first."""

    __slots__ = ("_visits",)

    def __init__(
        self, visits: Iterator[int], value: object, location: tuple[int | str, ...], root: Any
    ) -> None:
        if next(visits) > _MOST_VISITED:
            raise JsonPathError(f"the query visits more than {_MOST_VISITED} values")
        super().__init__(value=value, location=location, parent=None, root=root)
        self._visits = visits

    def new_child(self, value: object, key: int | str, parent: JSONPathNode | None) -> _Node:
        return _Node(self._visits, value, (*self.location, key), self.root)


def _nodes(query: Any, start: object, root: Any) -> JSONPathNodeList:
    """What a query selects, beginning at a value of the document `root`."""
    nodes: Iterable[JSONPathNode] = [_Node(query.env.visits, start, (), root)]
    for segment in query.segments:
        nodes = segment.resolve(nodes)
    return JSONPathNodeList(nodes)


class _Relative(filters.RelativeFilterQuery):
    def evaluate(self, context: filters.FilterContext) -> object:
        return _nodes(self.query, context.current, context.root)


class _Absolute(filters.RootFilterQuery):
    def evaluate(self, context: filters.FilterContext) -> object:
        return _nodes(self.query, context.root, context.root)


class _Parser(Parser):
    """The library's own queries in filters take the tested value for the document."""

    def parse_relative_query(self, stream: TokenStream) -> filters.Expression:
        found: Any = super().parse_relative_query(stream)
        return _Relative(found.token, found.query)

    def parse_root_query(self, stream: TokenStream) -> filters.Expression:
        found: Any = super().parse_root_query(stream)
        return _Absolute(found.token, found.query)


class _Pattern(Match):
    """Whether a text has what an I-Regexp (RFC 9485) describes, found without backtracking."""

    def __init__(self, before: str, after: str) -> None:
        self._before, self._after = before, after

    def __call__(self, string: object, pattern: object) -> bool:
        if not isinstance(string, str) or not isinstance(pattern, str):
            return False
        # Its dot is no end of a line.
        parts = re.findall(r"\\.|\[(?:\\.|[^]])*\]|.", pattern, re.DOTALL)
        dots = "".join(r"[^\n\r]" if part == "." else part for part in parts)
        with suppress(ValueError):
            return jsonschema_rs.is_valid({"pattern": f"{self._before}{dots}{self._after}"}, string)
        return False


class _Environment(JSONPathEnvironment):
    """What one query needs."""

    parser_class = _Parser
    max_recursion_depth = 300

    def __init__(self) -> None:
        super().__init__()
        self.visits = count(1)
        self.function_extensions["match"] = _Pattern("^(?:", ")$")
        self.function_extensions["search"] = _Pattern("(?:", ")")
