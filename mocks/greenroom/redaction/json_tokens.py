"""The tokens of a JSON text with their positions, so that only values are replaced.

Numbers keep their digits, objects their order and their duplicate names, and truncated text is read
as far as it goes.
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
_LITERALS = ("true", "false", "null")
# Deeper brackets are skipped, so that a text of brackets costs no more than another.
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text, the names and indexes that lead to it (`path`), and the names alone.

    The path of a `key` is that of its value. `bare` is a number, a literal, or not JSON; `opening`
    is the bracket of an object or array.
    """

    kind: str
    start: int
    end: int
    path: tuple[str | int, ...]
    names: tuple[str, ...]


@dataclass(slots=True)
class _Frame:
    """An object or array that has not ended: its path, and how far it has been read."""

    path: tuple[str | int, ...]
    names: tuple[str, ...]
    step: str | int
    expects_key: bool

    def location(self) -> tuple[tuple[str | int, ...], tuple[str, ...]]:
        step = self.step
        return (*self.path, step), (*self.names, step) if isinstance(step, str) else self.names

    def next_entry(self) -> None:
        if isinstance(self.step, int):
            self.step += 1
        else:
            self.expects_key = True


def tokens(text: str) -> Iterator[Token]:
    """Every token except punctuation, in order."""
    frames: list[_Frame] = []
    skipped = 0
    for match in _TOKEN.finditer(text):
        found = match[0]
        frame = frames[-1] if frames else None
        if found in _OPENING:
            if len(frames) == _DEEPEST:
                skipped += 1
                continue
            path, names = frame.location() if frame else ((), ())
            yield Token(OPENING, match.start(), match.end(), path, names)
            is_object = found == "{"
            frames.append(_Frame(path, names, "" if is_object else 0, is_object))
        elif found in _CLOSING:
            if skipped:
                skipped -= 1
            elif frames:
                frames.pop()
        elif found == ",":
            if frame is not None:
                frame.next_entry()
        elif found != ":":
            kind = STRING if found[0] == '"' else BARE
            if frame is not None and frame.expects_key:
                frame.step, frame.expects_key = decoded(found), False
                kind = KEY
            path, names = frame.location() if frame else ((), ())
            yield Token(kind, match.start(), match.end(), path, names)


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


def is_literal(token: str) -> bool:
    """Whether a bare token is true, false or null."""
    return token in _LITERALS


def is_json(text: str) -> bool:
    """Whether a whole text is JSON (RFC 8259)."""
    try:
        from_json(text.encode("utf-8", "surrogatepass"), allow_inf_nan=False)
    except ValueError:
        return False
    return True


def place_of(text: str, path: tuple[Any, ...]) -> int:
    """Where the value of a path begins, or the innermost value around it that is there."""
    wanted = tuple(str(step) for step in path)
    best, depth = 0, -1
    for token in tokens(text):
        here = tuple(str(step) for step in token.path)
        if len(here) > depth and here == wanted[: len(here)]:
            best, depth = token.start, len(here)
            if depth == len(wanted):
                break
    return best
