"""Taking credentials and personal data out of whatever a run has seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from ..contract.model import Contract
from ..http.charset import supported_charset
from ..http.exchange import Exchange, Fields, Request, Response
from ..http.media_type import essence, is_json, is_xml
from . import json_tokens, structures
from .body_text import decoded, size
from .field_names import OPEN, SECRET, kind_at
from .multipart import multipart_without
from .patterns import is_variable, remove_patterns
from .secrets import MARK, Secrets

# Brackets in front of a path mean an address of IPv6, and before `@` a word looks like an e-mail.
_USER, _HOST = "***", "redacted"
_SCHEMES = frozenset(
    ("basic", "bearer", "digest", "token", "apikey", "negotiate", "hawk", "aws4-hmac-sha256")
)
_CREDENTIALS = frozenset(("authorization", "proxy-authorization"))
_LOCATIONS = frozenset(("location", "content-location", "referer"))
_IN_PATH = "/:@!$&'()*+,;=-._~"
_DEEPEST = 3
# What is larger shows no more than its beginning would, and takes seconds.
_LARGEST = 4 * 1024 * 1024
_LONGEST_KNOWN, _MOST_KNOWN = 80, 10_000


class Redactor:
    """Redacts texts, header fields, URLs, bodies and exchanges; twice gives the same as once.

    `secrets` are credentials word for word, found in any encoding; those under four characters are
    not looked for. `secret_names` are header fields and query parameters that carry credentials
    although their names do not tell. What is redacted by name and what stays is said in `names`,
    what by its looks in `patterns`. Shapes stay: a string becomes the string `[redacted]`.
    """

    def __init__(self, secrets: Iterable[str] = (), secret_names: Iterable[str] = ()) -> None:
        self._literals = Secrets(secrets)
        self._names = frozenset(name.lower() for name in secret_names)
        # Names, identifiers and listed values come again and again.
        self._known: dict[str, str] = {}

    def text(self, text: str) -> str:
        """Any text, by its looks."""
        if len(text) > _LONGEST_KNOWN:
            return self._looks(text, self.url)
        if text not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[text] = self._looks(text, self.url)
        return self._known[text]

    def fields(self, headers: Fields) -> Fields:
        """Header fields: credentials keep their scheme, cookies their names and attributes."""
        return tuple((self._literals.remove(name), self.field(name, v)) for name, v in headers)

    def field(self, name: str, value: str) -> str:
        """The value of one header field."""
        value, lower = self._literals.remove(value), name.lower()
        if lower == "cookie":
            return "; ".join(self._cookie(pair.strip()) for pair in value.split(";"))
        if lower == "set-cookie":
            pair, *attributes = value.split(";")
            return ";".join((self._cookie(pair), *map(self.text, attributes)))
        if lower in _CREDENTIALS:
            return self._credential(value)
        if lower in ("location", "content-location", "referer"):
            return self.url(value)
        if self._kind((name,)) != OPEN:
            return value if not value or is_variable(value) else MARK
        return self.text(value)

    def url(self, url: str) -> str:
        """A URL or a part of one: user, path segments, query and fragment are looked at apart."""
        return self._url(url, self._inside)

    def body(self, body: bytes, media_type: str) -> str:
        """A body as text: by names where it is JSON, XML, CSV or a form, else by its looks.

        `media_type` may have parameters. What is no text becomes a note of its size.
        """
        kind = essence(media_type)
        if kind.startswith("multipart/"):
            parted = multipart_without(body, media_type, self._part)
            if parted is not None:
                return parted
        text = decoded(body, media_type) if len(body) <= _LARGEST else None
        return size(body) if text is None else self._content(text, kind)

    def value(self, value: Any, name: str = "") -> Any:
        """A JSON value that stands under a name; its shape stays."""
        return self._value(value, (name,) if name else ())

    def json(self, text: str, around: tuple[str, ...] = ()) -> str:
        """JSON that may break off, standing below the names `around`."""
        redacted = structures.json_without(text, self._string, around)
        return redacted if json_tokens.is_json(redacted) else self.text(redacted)

    def exchange(self, exchange: Exchange) -> Exchange:
        """A copy with nothing secret in it."""
        request, response = exchange.request, exchange.response
        return replace(
            exchange,
            request=Request(
                request.method,
                self.url(request.url),
                self.fields(request.headers),
                self._bytes(request.body, request.header("content-type") or ""),
            ),
            response=response and self._response(response),
            error=self.text(exchange.error),
            note=self.text(exchange.note),
        )

    def _response(self, response: Response) -> Response:
        return Response(
            response.status,
            self.fields(response.headers),
            self._bytes(response.body, response.header("content-type") or ""),
            self.text(response.reason),
        )

    def _bytes(self, body: bytes, media_type: str) -> bytes:
        if not body:
            return body
        text = self.body(body, media_type)
        try:
            return text.encode(supported_charset(media_type))
        except UnicodeEncodeError:
            return text.encode("utf-8", "replace")

    def _content(self, text: str, kind: str) -> str:
        start = text.lstrip("\ufeff \t\r\n")[:1]
        if start in ("{", "[", '"') or is_json(kind):
            return self.json(text)
        # A secret may hold what separates fields; in JSON it could only break a string.
        text = self._literals.remove(text)
        if kind == "application/x-www-form-urlencoded":
            return structures.pairs_without(text, self._string, self._kind)
        if kind in ("text/csv", "application/csv"):
            return structures.csv_without(text, self.text)
        if start == "<" or is_xml(kind):
            return structures.xml_without(text, self.text)
        return structures.lines_without(text, self.text, self.json)

    def _part(self, name: str, content: bytes, media_type: str, is_file: bool) -> str:
        if is_file:
            return size(content)
        if name and content and self._kind(structures.steps(name)) != OPEN:
            return MARK
        return self.body(content, media_type)

    def _string(self, text: str, depth: int = 0) -> str:
        """A string in a structure, which may be such a structure itself."""
        if text[:1] in ("{", "[") and depth < _DEEPEST and json_tokens.is_json(text):
            return structures.json_without(text, lambda inner: self._string(inner, depth + 1))
        return self.text(text)

    def _value(self, value: Any, names: tuple[str, ...]) -> Any:
        if isinstance(value, dict):
            return {self._string(k): self._value(v, (*names, k)) for k, v in value.items()}
        if isinstance(value, list):
            return [self._value(entry, names) for entry in value]
        closed = kind_at(names) != OPEN
        if isinstance(value, str):
            return (value and MARK) if closed else self._string(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return 0 if structures.is_telling(repr(value), self._string, closed) else value
        return value

    def _credential(self, value: str) -> str:
        scheme, space, rest = value.strip().partition(" ")
        if not value or is_variable(rest.strip()) or is_variable(value.strip()):
            return value
        return f"{scheme}{space}{MARK}" if rest and scheme.lower() in _SCHEMES else MARK

    def _cookie(self, pair: str) -> str:
        name, sign, value = pair.partition("=")
        if not sign:
            return MARK if pair.strip() else pair
        kept = not value or is_variable(value.strip())
        return f"{self.text(name)}{sign}{value if kept else MARK}"

    def _url(self, url: str, clean: Callable[[str], str]) -> str:
        try:
            parts = urlsplit(url)
        except ValueError:
            return self._plain(url)
        user, at, host = parts.netloc.rpartition("@")
        # A secret may hold what separates the parts of a path or a query.
        path, query, fragment = map(self._literals.remove, parts[2:])
        new = (
            parts.scheme,
            (_USER if user else "") + at + self._plain(host).replace(MARK, _HOST),
            "/".join(self._segment(segment, clean) for segment in path.split("/")),
            self._query(query, clean),
            (self._query if "=" in fragment else self._segment)(fragment, clean),
        )
        # Putting a URL together again does not give back every one of them.
        return url if new == tuple(parts) else urlunsplit(new)

    def _segment(self, segment: str, clean: Callable[[str], str]) -> str:
        plain = unquote(segment)
        new = clean(plain)
        if new == plain:
            return segment
        return MARK.join(quote(piece, safe=_IN_PATH) for piece in new.split(MARK))

    def _query(self, query: str, clean: Callable[[str], str]) -> str:
        return structures.pairs_without(query, clean, self._query_kind) if query else query

    def _query_kind(self, names: tuple[str, ...]) -> str:
        return SECRET if names[-1].lower() == "key" else self._kind(names)

    def _kind(self, names: tuple[str, ...]) -> str:
        return SECRET if names[-1].lower() in self._names else kind_at(names)

    def _inside(self, text: str) -> str:
        """A part of a URL, which may hold another."""
        return self._looks(text, lambda url: self._url(url, self._plain))

    def _plain(self, text: str) -> str:
        """A text in which no URL is looked for: that may go on for ever."""
        return self._looks(text, lambda url: url)

    def _looks(self, text: str, url: Callable[[str], str]) -> str:
        return remove_patterns(self._literals.remove(text), url)


def redactor_for(contract: Contract, secrets: Iterable[str] = ()) -> Redactor:
    """A redactor that knows where the security schemes of a contract put credentials."""
    return Redactor(secrets, (s.parameter for s in contract.schemes if s.parameter))
