"""Selecting values of a document by JSONPath queries (RFC 9535)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import jsonschema_rs

from ..errors import GreenroomError

# The places of the values that a query selects, each with the value.
Nodes = list[tuple[tuple[str | int, ...], Any]]
# What a part of a query means, given the document and the value that is tested.
_Evaluate = Callable[[Any, Any], Any]

_INTEGER = "(?:0|-?[1-9][0-9]*)"
_BLANK = r"[ \t\n\r]*"
_FIRST = r"A-Za-z_\u0080-\ud7ff\ue000-\U0010ffff"
_SHORTHAND = rf"\*|[{_FIRST}][0-9{_FIRST}]*"
_PAIR = r"[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}"
_HEX = "[0-9A-Ca-cE-Fe-f][0-9A-Fa-f]{3}|[Dd][0-7][0-9A-Fa-f]{2}"
_IN_TEXT = rf"[^'\"\\\x00-\x1f]|\\(?:[bfnrt/\\]|u(?:{_PAIR}|{_HEX}))"
# No token has blanks inside but a slice (appendix A).
_TOKENS = {
    "descendants": rf"\.\.(?:{_SHORTHAND}|(?=\[))",
    "child": rf"\.(?:{_SHORTHAND})",
    "slice": rf"{_INTEGER}?{_BLANK}:{_BLANK}{_INTEGER}?(?:{_BLANK}:(?:{_BLANK}{_INTEGER})?)?",
    "number": r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?",
    "string": rf"""'(?:{_IN_TEXT}|"|\\')*'|"(?:{_IN_TEXT}|'|\\")*\"""",
    "function": r"(?:length|count|value|match|search)\(",
    "constant": "true|false|null",
    "comparison": "[=!<>]=|[<>]",
    "mark": r"&&|\|\||[][$@*?!(),]",
}
_TOKEN = re.compile(
    _BLANK + "(?:" + "|".join(f"(?P<{kind}>{text})" for kind, text in _TOKENS.items()) + ")"
)
_LARGEST_INTEGER = 2**53 - 1
_MOST_VISITED = 5_000_000
# A query that selects nothing, where a value is compared.
_NOTHING = object()


class JsonPathError(GreenroomError):
    """A text that is not a JSONPath query, or a query that visits too many values."""


def select(document: Any, query: str) -> Nodes:
    """The places and values that a query selects, in its order, some perhaps several times.

    Raises JsonPathError, with the position of what is wrong.
    """
    parser = _Parser(query)
    try:
        # No blank may precede a query, nor follow it.
        found, _ = parser.query("$" if query[:1] == "$" else "$ at its beginning")
        parser.end()
        nodes: Nodes = found(document, document)
    except RecursionError as error:
        raise JsonPathError(f"{query[:100]!r} is nested too deeply") from error
    return nodes


class _Parser:
    """Compiles a query to functions. Each method reads what it is named after."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._visited = text, 0, 0
        self._previous = ""

    def _accept(self, kind: str, *texts: str) -> bool:
        """Go past the next token if it is of a kind, and one of the texts where some are given."""
        token = _TOKEN.match(self._text, self._at)
        if token is None or token.lastgroup != kind or (texts and token[kind] not in texts):
            return False
        self._at, self._previous = token.end(), token[kind]
        return True

    def _require(self, condition: object, expected: str) -> None:
        if not condition:
            text, at = self._text[:100], self._at + 1
            raise JsonPathError(f"{text!r} is not a JSONPath query: expected {expected} at {at}")

    def end(self) -> None:
        self._require(self._at == len(self._text), "the end")

    def query(self, *roots: str) -> tuple[Callable[[Any, Any], Nodes], bool]:
        """A query from the document or the tested value, and whether it is a singular one."""
        self._require(self._accept("mark", *roots), " or ".join(roots))
        is_relative = self._previous == "@"
        steps: list[tuple[bool, list[_Evaluate]]] = []
        is_singular = True
        while True:
            below = self._accept("descendants")
            if not below and not self._accept("child") and not self._accept("mark", "["):
                break
            name = self._previous.lstrip(".")
            if name in ("", "["):
                self._require(name or self._accept("mark", "["), "[")
                chosen = list(self._separated(self._selector, ","))
                self._require(self._accept("mark", "]"), "]")
            else:
                chosen = [(_children, False) if name == "*" else (_member(name), True)]
            is_singular &= not below and len(chosen) == 1 and chosen[0][1]
            steps.append((below, [selector for selector, _ in chosen]))

        def find(document: Any, current: Any) -> Nodes:
            nodes: Nodes = [((), current if is_relative else document)]
            for below, selectors in steps:
                if below:
                    nodes = [each for node in nodes for each in self._descendants(*node)]
                self._visit(len(nodes))
                nodes = [
                    ((*place, *last), value)
                    for place, node in nodes
                    for selector in selectors
                    for last, value in selector(document, node)
                ]
            return nodes

        return find, is_singular

    def _visit(self, number: int) -> None:
        self._visited += number
        if self._visited > _MOST_VISITED:
            raise JsonPathError(f"{self._text[:100]!r} visits more than {_MOST_VISITED} values")

    def _descendants(self, place: tuple[str | int, ...], node: Any) -> Iterator[Any]:
        yield place, node
        for last, value in _children(None, node):
            self._visit(1)
            yield from self._descendants((*place, *last), value)

    def _separated(self, read: Callable[[], Any], separator: str) -> Iterator[Any]:
        yield read()
        while self._accept("mark", separator):
            yield read()

    def _selector(self) -> tuple[_Evaluate, bool]:
        if self._accept("mark", "*"):
            return _children, False
        if self._accept("string"):
            return _member(_unquoted(self._previous)), True
        if self._accept("slice"):
            return _slice(*(self._integer(text) for text in self._previous.split(":"))), False
        if self._accept("mark", "?"):
            test = self._any()
            return lambda root, node: [n for n in _children(root, node) if test(root, n[1])], False
        is_number = self._accept("number")
        self._require(is_number and re.fullmatch(_INTEGER, self._previous), "a selector")
        index = self._integer(self._previous)
        # The last entry has no entry after it.
        return _slice(index, index + 1 or None), True

    def _integer(self, text: str) -> Any:
        number = int(text) if text.strip() else None
        self._require(abs(number or 0) <= _LARGEST_INTEGER, "a smaller number")
        return number

    def _any(self) -> _Evaluate:
        alternatives = list(self._separated(self._all, "||"))
        return lambda root, now: any(test(root, now) for test in alternatives)

    def _all(self) -> _Evaluate:
        tests = list(self._separated(self._test, "&&"))
        return lambda root, now: all(test(root, now) for test in tests)

    def _test(self) -> _Evaluate:
        is_negated = self._accept("mark", "!")
        if self._accept("mark", "("):
            test = self._any()
            self._require(self._accept("mark", ")"), ")")
        else:
            kind, test = self._operand()
            if not is_negated and self._accept("comparison"):
                compare = _COMPARISONS[self._previous]
                first, second = self._value(kind, test), self._value(*self._operand())
                return lambda root, now: compare(first(root, now), second(root, now))
            self._require(kind != "value", "a comparison")
        return lambda root, now: bool(test(root, now)) != is_negated

    def _operand(self) -> tuple[str, _Evaluate]:
        """Part of a filter, and what it gives: `value`, `nodes`, at most one `node`, or `truth`."""
        value: Any
        if self._accept("string"):
            value = _unquoted(self._previous)
        elif self._accept("number") or self._accept("constant"):
            value = json.loads(self._previous)
        elif self._accept("function"):
            return self._call(self._previous[:-1])
        else:
            query, is_singular = self.query("@", "$")
            return "node" if is_singular else "nodes", query
        return "value", lambda root, now: value

    def _value(self, kind: str, operand: _Evaluate) -> _Evaluate:
        """An operand as one value, _NOTHING for a query that selects none."""
        self._require(kind in ("value", "node"), "one value before this")
        return operand if kind == "value" else lambda root, now: _only(operand(root, now))

    def _call(self, name: str) -> tuple[str, _Evaluate]:
        given = list(self._separated(self._operand, ","))
        self._require(self._accept("mark", ")"), ")")
        function, result, *expected = _FUNCTIONS[name]
        self._require(len(given) == len(expected), f"{len(expected)} arguments before this")
        arguments = []
        for wanted, (kind, operand) in zip(expected, given, strict=True):
            self._require(wanted == "value" or "node" in kind, "a query before this")
            arguments.append(operand if wanted == "nodes" else self._value(kind, operand))
        return result, lambda root, now: function(*(each(root, now) for each in arguments))


def _unquoted(written: str) -> str:
    """The string that a literal in single or double quotes stands for."""
    inner = written[1:-1]
    if written[0] == "'":
        quotes = {r"\'": "'", '"': r"\""}
        inner = re.sub(r'\\.|"', lambda found: quotes.get(found[0], found[0]), inner)
    return str(json.loads(f'"{inner}"'))


def _children(_: Any, node: Any) -> Nodes:
    entries = enumerate(node) if isinstance(node, list) else ()
    return [((key,), value) for key, value in (node.items() if isinstance(node, dict) else entries)]


def _member(name: str) -> _Evaluate:
    def member(_: Any, node: Any) -> Nodes:
        return [((name,), node[name])] if isinstance(node, dict) and name in node else []

    return member


def _slice(start: int | None, stop: int | None, step: int | None = None) -> _Evaluate:
    chosen = slice(start, stop, step)

    def entries(_: Any, node: Any) -> Nodes:
        return _children(_, node)[chosen] if isinstance(node, list) and step != 0 else []

    return entries


def _only(nodes: Nodes) -> Any:
    return nodes[0][1] if len(nodes) == 1 else _NOTHING


def _length(value: Any) -> Any:
    return len(value) if isinstance(value, (str, list, dict)) else _NOTHING


def _found(before: str, after: str, value: Any, pattern: Any) -> bool:
    """Whether a text has what an I-Regexp (RFC 9485) describes; its dot is no end of a line."""
    if not isinstance(value, str) or not isinstance(pattern, str):
        return False
    parts = re.findall(r"\\.|\[(?:\\.|[^]])*\]|.", pattern, re.DOTALL)
    pattern = "".join(r"[^\n\r]" if part == "." else part for part in parts)
    with suppress(ValueError):
        return jsonschema_rs.is_valid({"pattern": f"{before}{pattern}{after}"}, value)
    return False


def _equal(left: Any, right: Any) -> bool:
    """Whether two values are the same JSON value; true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(left[k], right[k]) for k in left)
    return bool(left == right)


def _less(left: Any, right: Any) -> bool:
    numbers = [isinstance(v, (int, float)) and not isinstance(v, bool) for v in (left, right)]
    texts = isinstance(left, str) and isinstance(right, str)
    return bool(left < right) if all(numbers) or texts else False


# The functions (section 2.4): what each gives, and what it takes.
_FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "length": (_length, "value", "value"),
    "count": (len, "value", "nodes"),
    "value": (_only, "value", "nodes"),
    "match": (partial(_found, "^(?:", ")$"), "truth", "value", "value"),
    "search": (partial(_found, "(?:", ")"), "truth", "value", "value"),
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _less,
    "<=": lambda left, right: _less(left, right) or _equal(left, right),
    ">": lambda left, right: _less(right, left),
    ">=": lambda left, right: _less(right, left) or _equal(left, right),
}
