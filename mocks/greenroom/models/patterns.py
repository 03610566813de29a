"""Regular expressions of ECMA-262 for the engines of models: Rust's `regex` and Python's `re`.

Both read most of the syntax and mean something else by it: `\\d` is any decimal digit of Unicode
there, and in Python `$` matches before a last line break, too (ECMA-262, sections 22.2.2.4 to 9).
"""

from __future__ import annotations

import re
import sys
import unicodedata
import warnings
from functools import cache
from itertools import groupby
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from pydantic_core import SchemaError

from ..schema import json_pointer as ptr

_TOKEN = re.compile(
    r"(?P<property>\\[pP]\{(?P<category>[^}]*)\})"
    r"|(?P<code>\\u\{[0-9A-Fa-f]+\}|\\u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}"
    r"|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\c[A-Za-z]|\\0)"
    r"|(?P<python>\(\?<?[=!]|\\[1-9]|\\k<\w+>|\\B)"
    r"|(?P<escape>\\.)|(?P<group>\(\?<(?=\w))|(?P<other>.)",
    re.DOTALL,
)
_SPACES = r" \t-\r\xa0\ufeff\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_SETS = {"d": "0-9", "w": "A-Za-z0-9_", "s": _SPACES}
_SET = re.compile(r"\\[dDwWsSpP]|.?\}")
_KEPT = frozenset("nrtfv")
_LONG_NAMES = {
    "Letter": "L", "Lowercase_Letter": "Ll", "Uppercase_Letter": "Lu", "Titlecase_Letter": "Lt",
    "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M", "Number": "N",
    "Decimal_Number": "Nd", "Punctuation": "P", "Symbol": "S", "Separator": "Z",
    "Space_Separator": "Zs", "Other": "C", "Control": "Cc",
}  # fmt: skip


def _for_python(pattern: str) -> str:
    """The same expression for `re`. Raises ValueError where Python cannot express it."""
    translated = _translated(pattern, python=True)
    try:
        re.compile(translated)
    except re.error as error:
        raise ValueError(str(error)) from error
    return translated


def _translated(pattern: str, *, python: bool) -> str:
    written, inside = "", False
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        if token["property"]:
            text = _property(token["category"], text[1] == "P", python, inside)
        elif token["code"]:
            text = _code(text)
        elif token["python"]:
            text = r"(?a:\B)" if text == r"\B" else text
            text = f"(?P={text[3:-1]})" if text.startswith(r"\k") else text
        elif token["escape"]:
            text = _escape(text[1], python, inside)
        elif token["group"]:
            text = "(?P<"
        elif inside:
            inside = text != "]"
            around = pattern[: token.start()][-2:], pattern[token.end() :][:2]
            # A hyphen beside a set is itself.
            alone = text == "-" and any(_SET.fullmatch(side) for side in around)
            text = f"\\{text}" if alone or text in "[&~|" else text
        elif text == "[":
            inside = True
        else:
            text = {"$": r"\Z" if python else "$", ".": r"[^\n\r\u2028\u2029]"}.get(text, text)
        written += text
    return written


def _escape(letter: str, python: bool, inside: bool) -> str:
    if letter.lower() in _SETS:
        members = _SETS[letter.lower()]
        if letter.islower():
            return members if inside else f"[{members}]"
        if inside and python:
            return _class(frozenset(range(sys.maxunicode + 1)) - _members(members))
        return f"[^{members}]"
    if letter == "b":
        return r"\x08" if inside else r"(?a:\b)" if python else r"(?-u:\b)"
    if letter in _KEPT or not letter.isalnum():
        return letter if letter in "/\"'" else f"\\{letter}"
    return letter


def _code(text: str) -> str:
    if text[1] == "c":
        code = ord(text[2].upper()) - 64
    elif text == r"\0":
        code = 0
    else:
        halves = [int(half, 16) for half in re.findall(r"[0-9A-Fa-f]{2,}", text)]
        code = halves[0]
        if len(halves) == 2:
            code = 0x10000 + ((halves[0] - 0xD800) << 10) + (halves[1] - 0xDC00)
    return _character(code)


def _character(code: int) -> str:
    return f"\\U{code:08x}"


def _property(category: str, negated: bool, python: bool, inside: bool) -> str:
    name = category.partition("=")[2] or category
    if not python:
        return f"\\{'P' if negated else 'p'}{{{category}}}"
    codes = _category(_LONG_NAMES.get(name, name))
    if not codes:
        raise ValueError(f"Python does not know the characters of \\p{{{category}}}")
    members = _class(frozenset(range(sys.maxunicode + 1)) - codes if negated else codes)
    return members if inside else f"[{members}]"


@cache
def _category(name: str) -> frozenset[int]:
    codes = range(sys.maxunicode + 1)
    return frozenset(code for code in codes if unicodedata.category(chr(code)).startswith(name))


def _members(members: str) -> frozenset[int]:
    fits = re.compile(f"[{members}]")
    return frozenset(code for code in range(sys.maxunicode + 1) if fits.match(chr(code)))


def _class(codes: frozenset[int]) -> str:
    written = ""
    for _, run in groupby(enumerate(sorted(codes)), lambda pair: pair[1] - pair[0]):
        ends = [code for _, code in run]
        written += _character(ends[0])
        if len(ends) > 1:
            written += f"-{_character(ends[-1])}"
    return written


def for_engines(schema: Any, style: str, compiled: list[str]) -> Any:
    """The schema with its patterns as the engine of a style reads them.

    With pydantic, those for Python's engine are added to `compiled` and their place is held by
    `placeholder`. Warns of a pattern that neither engine can express and that is left out.
    """

    def written(node: dict[str, Any]) -> dict[str, Any]:
        if isinstance(node.get("pattern"), str):
            pattern = _for_engine(node.pop("pattern"), style, compiled)
            node |= {"pattern": pattern} if pattern is not None else {}
        if "patternProperties" in node:
            node["patternProperties"] = {
                _for_engine(name, style, compiled) or "": value
                for name, value in node["patternProperties"].items()
            }
        return node

    return ptr.rebuilt(schema, written)


def placeholder(index: int) -> str:
    """What stands for a compiled pattern in the generated text."""
    return f"greenroom-pattern-{index}-"


def _for_engine(pattern: str, style: str, compiled: list[str]) -> str | None:
    try:
        if style == "msgspec":
            return _for_python(pattern)
        needs_python = any(token["python"] for token in _TOKEN.finditer(pattern))
        if not needs_python and _is_rust(rust := _translated(pattern, python=False)):
            return rust
        compiled.append(_for_python(pattern))
    except ValueError as error:
        warnings.warn(f"the pattern {pattern} is left out: {error}", stacklevel=2)
        return None
    return placeholder(len(compiled) - 1)


def _is_rust(pattern: str) -> bool:
    try:
        TypeAdapter(Annotated[str, Field(pattern=pattern)])
    except SchemaError:
        return False
    return True
