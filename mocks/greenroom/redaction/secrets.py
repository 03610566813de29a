"""Known secrets, which are found in texts in any of the usual encodings."""

from __future__ import annotations

import json
import quopri
import re
from base64 import b32encode, b64encode
from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from urllib.parse import quote, quote_plus

MARK = "[redacted]"
# Shorter ones would be found in every other word, and those below LONG in the middle of many.
SHORTEST, LONG = 4, 8
# Before a secret that is a word: no letter or digit, unless it ends an escape.
_WORD_BEGINS = r"(?:(?<![^\W_])|(?<=\\[bfnrt])|(?<=[%=][0-9A-Fa-f]{2})|(?<=\\u[0-9A-Fa-f]{4}))"
# What turns several octets into characters of a few bits each has one form of a secret for each
# offset in a longer text: the encoder, the bits of a character, the number of offsets.
_SHIFTING: tuple[tuple[Callable[[bytes], bytes], int, int], ...] = (
    (b64encode, 6, 3),
    (b32encode, 5, 5),
)
_CHARSETS = ("utf-8", "utf-16-le", "utf-16-be")
_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=")
# What different libraries leave as it is in URLs.
_UNQUOTED = ("", "/", "!'()*~", "!$&'()*+,;=:@/?~")
_ESCAPE = re.compile(r"%[0-9A-F]{2}|\\u[0-9a-f]{4}")


class Secrets:
    """Secrets to be removed from texts.

    Those with under SHORTEST characters are not looked for, those with under LONG only as words.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= SHORTEST})
        written = {
            re.escape(form)
            if len(secret) >= LONG
            else f"{_WORD_BEGINS}{re.escape(form)}(?![^\\W_])"
            for secret in known
            for form in forms(secret)
        }
        self._plain = _any_of(written)
        self._encoded = _any_of({core for secret in known for core in _cores(secret)})

    def remove(self, text: str) -> str:
        """The text with every secret replaced; in base64, base32 and hexadecimal, the whole run."""
        if self._plain is not None:
            text = self._plain.sub(MARK, text)
        if self._encoded is None:
            return text
        pieces = []
        done = 0
        for match in self._encoded.finditer(text):
            start, end = match.span()
            if start < done:
                continue
            while start > done and text[start - 1] in _ALPHABET:
                start -= 1
            while end < len(text) and text[end] in _ALPHABET:
                end += 1
            pieces += [text[done:start], MARK]
            done = end
        return "".join((*pieces, text[done:])) if pieces else text


def forms(secret: str) -> set[str]:
    """A secret as written in JSON, URLs, forms, HTML, XML and CSV, or in one of them in another."""
    found = {secret}
    for _ in range(2):
        found |= {encode(form) for form in found for encode in _ENCODERS}
    return {form for form in found if form}


def _cores(secret: str) -> Iterable[str]:
    """Patterns of a secret in base64, base32 and hexadecimal, in UTF-8 and UTF-16.

    Without the characters at either end, which may have bits of what is next to it in a text. The
    digits of hexadecimal octets may have a separator between them.
    """
    # Without zeros at the ends, ASCII is the same in both byte orders.
    for raw in {secret.encode(charset, "surrogatepass").strip(b"\0") for charset in _CHARSETS}:
        for encode, bits, shifts in _SHIFTING:
            for shift in range(shifts):
                first, last = -(-shift * 8 // bits), (shift + len(raw)) * 8 // bits
                core = encode(bytes(shift) + raw).decode()[first:last]
                yield re.escape(core)
                yield core.replace("+", "-").replace("/", "_") if bits == 6 else core.lower()
        for digits in (raw.hex(" "), raw.hex(" ").upper()):
            yield digits.replace(" ", "[ :-]?")


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(patterns, key=lambda text: (-len(text), text))
    return re.compile("|".join(longest_first)) if longest_first else None


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _json_for_html(text: str) -> str:
    escaped = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027"}
    return "".join(escaped.get(c, c) for c in _json(text))


def _quoted_printable(text: str) -> str:
    """As in RFC 2045 section 6.7, without soft line breaks."""
    return quopri.encodestring(text.encode("utf-8", "replace")).decode().replace("=\n", "")


def _other_case(text: str) -> str:
    """Escapes with their hexadecimal digits in the other case."""

    def swapped(match: re.Match[str]) -> str:
        escaped = match[0]
        return escaped.lower() if escaped[0] == "%" else escaped[:2] + escaped[2:].upper()

    return _ESCAPE.sub(swapped, text)


_ENCODERS: tuple[Callable[[str], str], ...] = (
    _json,
    lambda text: json.dumps(text)[1:-1],
    lambda text: _json(text).replace("/", "\\/"),
    _json_for_html,
    _other_case,
    partial(quote_plus, errors="replace"),
    # Every octet percent-encoded, which is the same URL (RFC 3986 section 6.2.2.2).
    lambda text: "".join(f"%{octet:02X}" for octet in text.encode("utf-8", "replace")),
    *(partial(quote, safe=safe, errors="replace") for safe in _UNQUOTED),
    partial(escape, quote=False),
    escape,
    lambda text: escape(text).replace("&#x27;", "&#39;"),
    lambda text: escape(text).replace("&#x27;", "&apos;"),
    _quoted_printable,
    lambda text: _quoted_printable(text).replace(" ", "=20"),
    # Comma-separated values (RFC 4180 section 2).
    lambda text: text.replace('"', '""'),
)
