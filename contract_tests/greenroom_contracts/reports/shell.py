"""Redacting a line for a shell word by word, so that it stays one that a shell takes."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise

from .patterns import is_variable
from .redaction import Redactor

_WORD = re.compile(r"(?:'[^']*+'|\"(?:[^\"\\]++|\\.)*+\"|\\.|[^\s'\"\\]++)++", re.DOTALL)
_DATA = frozenset(("-d", "--data", "--data-raw", "--data-binary", "--json", "--data-urlencode"))
_PARTS = frozenset(("-F", "--form", "--form-string"))
# What curl sends where no other type is named.
_FORM = "application/x-www-form-urlencoded"
_FIELDS = frozenset(("-H", "--header"))


def line_without(line: str, redactor: Redactor) -> str:
    """A curl line without anything secret; what is left to a variable of the shell stays."""
    words = list(_WORD.finditer(line))
    plain = [_plain(word[0]) for word in words]
    media_type = _media_type(plain)
    pieces: list[str] = []
    done = 0
    for i, word in enumerate(words):
        new = _argument(plain[i - 1] if i else "", plain[i], media_type, redactor)
        written = word[0] if new == plain[i] else _quoted(new, word[0])
        pieces += [line[done : word.start()], written]
        done = word.end()
    return "".join((*pieces, redactor.text(line[done:])))


def _argument(option: str, word: str, media_type: str, redactor: Redactor) -> str:
    if option in _FIELDS:
        name, sign, value = word.partition(":")
        return f"{name}{sign} {redactor.field(name, value.strip())}" if value.strip() else word
    if option in _DATA:
        return redactor.body(word.encode("utf-8", "replace"), media_type)
    if option in _PARTS:
        name, _, _ = word.partition("=")
        told = redactor.body(f"{name}=x".encode(), _FORM)
        return redactor.text(word) if told == f"{name}=x" else told
    if option in ("-u", "--user") and not is_variable(word):
        return "[redacted]"
    return redactor.url(word) if "://" in word[:10] else redactor.text(word)


def _media_type(words: list[str]) -> str:
    for option, word in pairwise(words):
        name, _, value = word.partition(":")
        if option in _FIELDS and name.lower() == "content-type":
            return value.strip()
    return _FORM


def _plain(word: str) -> str:
    """A word as the shell would pass it on, but with its variables."""
    try:
        return "".join(shlex.split(word)) if word.strip() else word
    except ValueError:
        return word


def _quoted(word: str, before: str) -> str:
    """A word quoted as it was: between double quotes variables are filled in."""
    if before.startswith('"') and "$" in before:
        escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`")
        return f'"{escaped}"'
    return shlex.quote(word)
