"""The grammar that HTTP field values share (RFC 9110 section 5.6).

Possessive throughout: no value makes a search go back over what it has read.
"""

from __future__ import annotations

import re

TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
# A quoted string that never ends goes on to the end of the value.
QUOTED = r'"(?:[^"\\]|\\.?)*+(?:"|\Z)'
_ELEMENT = re.compile(rf'(?:[^,"]|{QUOTED})++', re.DOTALL)
_TOKEN = re.compile(TOKEN)


def elements(value: str) -> list[str]:
    """The elements of a list, split at the commas outside of quoted strings."""
    return _ELEMENT.findall(value)


def unquote(text: str) -> str:
    """What a token or a quoted string stands for."""
    if not text.startswith('"'):
        return text
    return re.sub(r"\\(.)", r"\1", text[1:].removesuffix('"'), flags=re.DOTALL)


def is_token(text: str) -> bool:
    """Whether a text can be the name of a field."""
    return _TOKEN.fullmatch(text) is not None
