"""Redacting a curl command word by word, so that it stays a valid shell command."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise

from ..http.media_type import FORM
from .patterns import VARIABLE
from .redactor import Redactor
from .secrets import MARK

_WORD = re.compile(r"(?:'[^']*+'|\"(?:[^\"\\]++|\\.)*+\"|\\.|[^\s'\"\\]++)++", re.DOTALL)
_ESCAPED = re.compile(r"\\([\\\"$`])")
_SPECIAL = re.compile(r"[\\\"$`]")
_DATA = frozenset(("-d", "--data", "--data-raw", "--data-binary", "--json", "--data-urlencode"))
_FIELDS = frozenset(("-H", "--header"))
_USERS = frozenset(("-u", "--user"))


def redact_curl_line(line: str, redactor: Redactor) -> str:
    """The command without secrets and personal data; shell variables stay."""
    words = list(_WORD.finditer(line))
    plain = [_plain(word[0]) for word in words]
    media_type = _media_type(plain)
    pieces: list[str] = []
    done = 0
    for i, word in enumerate(words):
        new = _argument(plain[i - 1] if i else "", plain[i], media_type, redactor)
        pieces += [
            line[done : word.start()],
            word[0] if new == plain[i] else _quoted(new, word[0]),
        ]
        done = word.end()
    return "".join((*pieces, redactor.text(line[done:])))


def _argument(option: str, word: str, media_type: str, redactor: Redactor) -> str:
    if option in _FIELDS:
        name, sign, value = word.partition(":")
        return f"{name}{sign} {redactor.field(name, value.strip())}" if value.strip() else word
    if option in _DATA:
        return redactor.body(word.encode("utf-8", "replace"), media_type)
    if option == "--form-string":
        name, _, value = word.partition("=")
        return f"{name}={redactor.value(value, name)}"
    if option == "-F":
        # A part with its own media type, usually a file.
        return f"{word.partition('=')[0]}={MARK}"
    if option in _USERS:
        return word if VARIABLE.search(word) else MARK
    if option == "%s":
        # A binary body in base64.
        return MARK
    return redactor.url(word) if "://" in word[:10] else redactor.text(word)


def _media_type(words: list[str]) -> str:
    for option, word in pairwise(words):
        name, _, value = word.partition(":")
        if option in _FIELDS and name.lower() == "content-type":
            return value.strip()
    # What curl sends if no header says otherwise.
    return FORM


def _plain(word: str) -> str:
    """A word without its quotes and escapes, but with its variables."""
    if word[0] == '"' == word[-1] and len(word) > 1:
        return _ESCAPED.sub(r"\1", word[1:-1])
    try:
        return "".join(shlex.split(word))
    except ValueError:
        return word


def _quoted(word: str, before: str) -> str:
    """A word quoted as before, since the shell expands variables in double quotes only."""
    if before[0] != '"':
        return shlex.quote(word)
    pieces = re.split(f"({VARIABLE.pattern})", word)
    escaped = (
        piece if i % 2 else _SPECIAL.sub(r"\\\g<0>", piece) for i, piece in enumerate(pieces)
    )
    return f'"{"".join(escaped)}"'
