"""The tokens of a JSON text with their positions, so that only values are replaced.

Numbers keep their digits, objects their order and their duplicate names, and truncated text is read
to its end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

KEY, STRING, BARE, OPENING = "key", "string", "bare", "opening"

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\],:]|[^\s{}\[\],:"]++', re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_OPENING, _CLOSING = ("{", "["), ("}", "]")
# Deeper brackets are skipped, so that a text of brackets costs no more than another.
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text, and the names and indexes that lead to it (`path`).

    The path of a `key` is that of its value. `bare` is a number, a literal, or not JSON; `opening`
    is the bracket of an object or array.
    """

    kind: str
    start: int
    end: int
    path: tuple[str | int, ...]


def tokens(text: str) -> Iterator[Token]:
    """Every token except punctuation, in order."""
    # Of each object or array that has not ended: the name or index of its current value, and
    # whether a name comes next.
    path: list[str | int] = []
    at_name: list[bool] = []
    skipped = 0
    for match in _TOKEN.finditer(text):
        found = match[0]
        if found in _OPENING:
            if len(path) == _DEEPEST:
                skipped += 1
                continue
            yield Token(OPENING, *match.span(), tuple(path))
            path.append("" if found == "{" else 0)
            at_name.append(found == "{")
        elif found in _CLOSING:
            if skipped:
                skipped -= 1
            elif path:
                del path[-1], at_name[-1]
        elif found == ",":
            if path and isinstance(index := path[-1], int):
                path[-1] = index + 1
            elif path:
                at_name[-1] = True
        elif found != ":":
            kind = STRING if found[0] == '"' else BARE
            if path and at_name[-1]:
                path[-1], at_name[-1], kind = decoded(found), False, KEY
            yield Token(kind, *match.span(), tuple(path))


def decoded(token: str) -> str:
    """The value of a string token; of a truncated one, what there is."""
    if token[:1] != '"':
        return token
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token.strip('"')


def encoded(text: str) -> str:
    """A string as a token."""
    half_pair = any("\ud800" <= character <= "\udfff" for character in text)
    return json.dumps(text, ensure_ascii=half_pair)


def is_number(token: str) -> bool:
    """Whether a bare token is a JSON number."""
    return _NUMBER.fullmatch(token) is not None


def is_json(text: str) -> bool:
    """Whether a whole text is JSON (RFC 8259)."""
    try:
        from_json(text.encode("utf-8", "surrogatepass"), allow_inf_nan=False)
    except ValueError:
        return False
    return True


def place_of(text: str, path: tuple[Any, ...]) -> int:
    """Where the value of a path begins, or the innermost value around it that exists."""
    wanted = tuple(str(step) for step in path)
    best, depth = 0, -1
    for token in tokens(text):
        here = tuple(str(step) for step in token.path)
        if len(here) > depth and here == wanted[: len(here)]:
            best, depth = token.start, len(here)
            if depth == len(wanted):
                break
    return best
