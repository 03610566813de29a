"""Runtime expressions (OpenAPI 3.1, section 4.8.20.4): values of an exchange for a link."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Any, Final

from ..http.field_values import is_token
from ..schema import json_pointer as ptr

# The value of a missing body; None is the body `null`.
NOTHING: Final[Any] = object()

# The attributes of a Message, by the source of an expression and the part of it.
_WHOLE = {"url": "url", "method": "method", "statusCode": "status"}
_PARTS = {
    "request": {"path": "path", "query": "query", "header": "headers", "body": "request_body"},
    "response": {"header": "response_headers", "body": "response_body"},
}
_BAD_ESCAPE = re.compile(r"~(?![01])")
_EMBEDDED = re.compile(r"\{(\$[^{}]*)(\}?)")
_KNOWN = (
    "$url, $method, $statusCode, $request.path.NAME, $request.query.NAME, $request.header.NAME, "
    "$request.body#/POINTER, $response.header.NAME and $response.body#/POINTER"
)


# Not frozen, which takes four times as long: every request to a space makes one.
@dataclass(slots=True)
class Message:
    """A request and its response as expressions address them.

    `path` and `query` are the parameters of the request by name. Header names are compared without
    regard to case. A body is decoded JSON, NOTHING without one.
    """

    url: str = ""
    method: str = ""
    status: int = 0
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    request_body: Any = NOTHING
    response_headers: Mapping[str, str] = field(default_factory=dict)
    response_body: Any = NOTHING


@dataclass(frozen=True, slots=True)
class Expression:
    """One parsed expression.

    `source` is `url`, `method`, `statusCode`, `request` or `response`. For the last two, `part` is
    `path`, `query`, `header` or `body`, and `name` is a name or the JSON pointer into the body.
    """

    text: str
    source: str
    part: str = ""
    name: str = ""

    def value(self, message: Message) -> Any:
        """The value in a message. Raises LookupError if the message does not have it."""
        if self.source in _WHOLE:
            return getattr(message, _WHOLE[self.source])
        values = getattr(message, _PARTS[self.source][self.part])
        if values is NOTHING:
            raise LookupError(f"{self.text}: the {self.source} has no JSON body")
        try:
            if self.part == "body":
                return ptr.look_up(values, self.name)
            if self.part == "header":
                return {name.lower(): values[name] for name in values}[self.name.lower()]
            return values[self.name]
        except LookupError:
            raise LookupError(f"{self.text}: the {self.source} has no such value") from None


def parse(text: str) -> Expression:
    """Parse an expression. Raises ValueError, with the expected form, for an invalid one."""
    source, _, rest = text.removeprefix("$").partition(".")
    if text == f"${source}" and source in _WHOLE:
        return Expression(text, source)
    if not text.startswith("$") or source not in _PARTS:
        raise ValueError(f"{text!r} is not a runtime expression; expected {_KNOWN}")
    part = rest[: len(rest) - len(rest.lstrip(ascii_lowercase))]
    if part not in _PARTS[source]:
        parts = ", ".join(_PARTS[source])
        raise ValueError(f"{text!r}: a {source} has {parts}, not {rest!r}")
    written = rest.removeprefix(part)
    name = _pointer(text, written) if part == "body" else _name(text, part, written)
    return Expression(text, source, part, name)


def _pointer(text: str, written: str) -> str:
    pointer = written.removeprefix("#")
    if written and not written.startswith("#"):
        raise ValueError(f"{text!r}: 'body' is followed by '#' and a JSON pointer, or by nothing")
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"{text!r}: a JSON pointer begins with '/', as in 'body#/{pointer}'")
    if _BAD_ESCAPE.search(pointer):
        raise ValueError(f"{text!r}: in a JSON pointer '~' is written '~0' and '/' is '~1'")
    return pointer


def _name(text: str, part: str, written: str) -> str:
    name = written.removeprefix(".")
    if not name or not written.startswith("."):
        raise ValueError(f"{text!r}: {part!r} is followed by '.' and a name")
    if part == "header" and not is_token(name):
        raise ValueError(f"{text!r}: {name!r} is not a valid name of a header field")
    return name


def expressions(value: Any) -> Iterator[tuple[str, str]]:
    """Every expression in a value with the JSON pointer of its string.

    A string that begins with `$` is an expression; in others each `{$…}` is one. With an unclosed
    brace the rest is given as it is, which is not a valid expression.
    """
    for where, text in ptr.walk(value):
        if isinstance(text, str):
            for expression in _in_text(text):
                yield where, expression


def _in_text(text: str) -> Iterator[str]:
    if text.startswith("$"):
        yield text
    else:
        yield from (found[1] if found[2] else found[0] for found in _EMBEDDED.finditer(text))


def evaluate(value: Any, message: Message) -> Any:
    """A value with its expressions replaced, also within arrays and objects.

    A string that is an expression becomes its value, of any type. Embedded expressions become text,
    or JSON if their value is not a string. Raises LookupError if the message lacks a value and
    ValueError for an invalid expression.
    """
    if isinstance(value, Mapping):
        return {name: evaluate(entry, message) for name, entry in value.items()}
    if isinstance(value, list):
        return [evaluate(entry, message) for entry in value]
    if not isinstance(value, str):
        return value
    if value.startswith("$"):
        return parse(value).value(message)
    return _EMBEDDED.sub(lambda found: _embedded(found, message), value)


def _embedded(found: re.Match[str], message: Message) -> str:
    if not found[2]:
        raise ValueError(f"{found[0]!r}: the brace is not closed; write '{found[0]}}}'")
    value = parse(found[1]).value(message)
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
