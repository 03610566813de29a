"""The common grammar of HTTP field values (RFC 9110 section 5.6).

All quantifiers are possessive, so that no value causes backtracking.
"""

from __future__ import annotations

import re

TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
# An unterminated quoted string extends to the end of the value.
QUOTED = r'"(?:[^"\\]|\\.?)*+(?:"|\Z)'
_ELEMENT = re.compile(rf'(?:[^,"]|{QUOTED})++', re.DOTALL)
_TOKEN = re.compile(TOKEN)


def elements(value: str) -> list[str]:
    """The elements of a list, split at commas outside quoted strings."""
    return _ELEMENT.findall(value)


def unquote(text: str) -> str:
    """The text of a token or a quoted string."""
    if not text.startswith('"'):
        return text
    return re.sub(r"\\(.)", r"\1", text[1:].removesuffix('"'), flags=re.DOTALL)


def quoted(text: str) -> str:
    """A text as a quoted string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def is_token(text: str) -> bool:
    """Whether a text is a token, as the name of a field is."""
    return _TOKEN.fullmatch(text) is not None
