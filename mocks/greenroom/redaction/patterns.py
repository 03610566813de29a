"""Patterns of personal data and secrets: e-mail addresses, telephone numbers, tokens, keys.

Every repetition is bounded or possessive, and none can begin inside another, so that the time is
linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .field_names import PUBLIC, SECRET, kind_of
from .secrets import MARK

_URL = re.compile(r"(?<![\w+.-])(?:https?|wss?)://[^\s\"'<>\\`]++", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++(?:@|%40)[\w-]++(?:\.[\w-]++)+")
_PHONES = (
    re.compile(r"(?<![\w+])(?:\+|%2B)\d(?:[ ().-]{0,2}\d){6,14}(?!\w)", re.IGNORECASE),
    re.compile(r"(?<![\w.+-])\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}(?![\w-])"),
)
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{6,}+\.[\w-]++(?:\.[\w-]*+)?")
_SCHEME = re.compile(r"(?<![\w-])(bearer|basic)([ \t]{1,4})([\w.~+/=-]{6,}+)", re.IGNORECASE)
_KEY = re.compile(
    r"(?<![\w-])(?:(?:sk|rk|whsec|gh[opsu]|xox[abprs])[_-][\w-]{10,}+|AKIA[0-9A-Z]{16}(?!\w))"
)
_BLOB = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{200,}+={0,2}")
_ASSIGNED = re.compile(
    r"(?<![\w.-])([A-Za-z][\w.-]{0,60}+)(\\?[\"']?[ ]{0,3}[:=][ ]{0,3}\\?)"
    r"(\"(?:[^\"\\\n]++|\\.)*+\"?|'[^'\n]*+'?|[^\s\"'<>,;&]++)"
)
# What every match has, but for that of _BLOB, so that other texts are read once.
_SIGN = re.compile(
    r"[:=@+]|%(?:40|2B)|\d\)?[ .-]|bearer[ \t]|basic[ \t]|eyJ|AKIA|(?:sk|rk|whsec|gh.|xox.)[_-]",
    re.IGNORECASE,
)
_SHORTEST_BLOB = 200
# `$NAME` and `${NAME}` in a shell command: a variable for a secret is not a secret.
_VARIABLE = re.compile(r"\$(?:[A-Z_][A-Z0-9_]*|\{[A-Z_][A-Z0-9_]*\})")
# A word of a sentence, as in "Bearer authentication".
_PLAIN_WORD = re.compile(r"[a-z]{1,16}\.?|[A-Z][a-z]{1,16}\.?")


def is_variable(text: str) -> bool:
    """Whether a text is a shell variable and nothing else."""
    return _VARIABLE.fullmatch(text) is not None


def remove_patterns(
    text: str,
    redact_url: Callable[[str], str],
    personal: bool = True,
    is_harmless: Callable[[str], bool] = is_variable,
) -> str:
    """The text without what looks secret or `personal`; each URL in it is given to `redact_url`."""
    if len(text) < _SHORTEST_BLOB and _SIGN.search(text) is None:
        return text
    text = _URL.sub(lambda match: redact_url(match[0]), text)
    text = _ASSIGNED.sub(lambda match: _assigned(match, personal, is_harmless), text)
    text = _SCHEME.sub(_scheme, text)
    text = _JWT.sub(MARK, text)
    text = _KEY.sub(MARK, text)
    if not personal:
        return text
    text = _EMAIL.sub(_email, text)
    for phone in _PHONES:
        text = phone.sub(MARK, text)
    return _BLOB.sub(MARK, text)


def _assigned(match: re.Match[str], personal: bool, is_harmless: Callable[[str], bool]) -> str:
    name, sign, value = match.groups()
    # `name=` is an attribute in forms and headers, `name:` an argument or a line of a log.
    kind = PUBLIC if name == "name" and "=" in sign else kind_of(name.rpartition(".")[2] or name)
    quote = value[0] if value[0] in "\"'" else ""
    inner = value.strip(quote) if quote else value
    if kind != SECRET and not personal:
        return match[0]
    if kind == PUBLIC or not inner or is_harmless(inner) or inner == MARK:
        return match[0]
    if not quote and (kind != SECRET or not _is_secret_value(inner)):
        return match[0]
    return f"{name}{sign}{quote}{MARK}{quote}"


def _scheme(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]}{MARK}" if _is_secret_value(match[3]) else match[0]


def _is_secret_value(text: str) -> bool:
    return not _PLAIN_WORD.fullmatch(text) and MARK not in text and not text.startswith("$")


def _email(match: re.Match[str]) -> str:
    # `package@1.2.3` ends in a version, not in a domain.
    return MARK if match[0].rpartition(".")[2][:1].isalpha() else match[0]
