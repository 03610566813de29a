"""Removing credentials and personal data from exchanges, bodies, URLs, headers and texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from ..contract.model import Contract, Parameter
from ..http.charset import supported_charset
from ..http.exchange import Exchange, Fields, Request, Response
from ..http.header_cache import RequestCache
from ..http.media_type import FORM, essence, is_json, is_xml
from ..schema.subschemas import in_place_subschemas
from . import json_tokens, structures
from .body_text import decoded, size
from .field_names import IN_QUERIES, PUBLIC, SECRET, kind_at, kind_in
from .multipart import redact_multipart
from .patterns import is_variable, remove_patterns
from .secrets import MARK, SHORTEST, Secrets

# In place of MARK, whose brackets in a host would be an IPv6 address; and before `@` a word would
# look like an e-mail address.
_USER, _HOST = "***", "redacted"
_SCHEMES = frozenset(
    ("basic", "bearer", "digest", "token", "apikey", "negotiate", "hawk", "aws4-hmac-sha256")
)
_LOCATIONS = frozenset(("location", "content-location", "referer"))
# Names of things of some vendors.
_SESSIONS = frozenset(("session", "sessionid", "sid"))
_IN_PATH = "/:@!$&'()*+,;=-._~"
_DEEPEST = 3
# A larger body would take seconds.
_LARGEST = 4 * 1024 * 1024
# A form of more fields takes as long; those of servers have some thousand at most.
_MOST_FIELDS = 10_000
_LONGEST_CACHED, _MOST_CACHED = 80, 10_000


class Redactor:
    """Redacts texts, header fields, URLs, bodies and exchanges. Redacting twice changes no more.

    `secrets` are known credentials, found in any encoding; those under four characters are not
    looked for. `secret_names` are header fields and query parameters that carry credentials
    although their names do not show it. The module `field_names` decides what is redacted by name,
    `patterns` what is redacted in any text. Types stay: a string becomes the string `[redacted]`.
    `ordinary` are query parameters that carry none although their names may show it. Where
    `personal` is false, personal data stay, and only credentials are redacted. A header field,
    cookie or parameter whose whole value `is_harmless` stays.
    """

    def __init__(
        self,
        secrets: Iterable[str] = (),
        secret_names: Iterable[str] = (),
        personal: bool = True,
        is_harmless: Callable[[str], bool] = is_variable,
        ordinary: Iterable[str] = (),
    ) -> None:
        self._personal = personal
        self._is_harmless = is_harmless
        self._kind_at = kind_at if personal else _kind_of_secret
        self._secrets = Secrets(secrets)
        self._names = frozenset(name.lower() for name in secret_names)
        self._ordinary = frozenset(name.lower() for name in ordinary) - self._names
        # Names, identifiers and enum values are repeated many times.
        self._cache: RequestCache[str, str] = RequestCache()

    def text(self, text: str) -> str:
        """Any text, by its patterns."""
        if len(text) > _LONGEST_CACHED:
            return self._by_pattern(text, self.url)
        known = self._cache.get(text)
        if known is None:
            known = self._by_pattern(text, self.url)
            self._cache.keep(text, known, 0, _MOST_CACHED)
        return known

    def fields(self, headers: Fields) -> Fields:
        """Header fields: credentials keep their scheme, cookies their names and attributes."""
        return tuple((self._secrets.remove(name), self.field(name, v)) for name, v in headers)

    def field(self, name: str, value: str) -> str:
        """The value of one header field."""
        value, lower = self._secrets.remove(value), name.lower()
        if lower == "cookie":
            return "; ".join(self._cookie(pair.strip()) for pair in value.split(";"))
        if lower == "set-cookie":
            pair, *attributes = value.split(";")
            return ";".join((self._cookie(pair), *map(self.text, attributes)))
        if lower in _LOCATIONS:
            return self.url(value)
        kind = self._kind((name,), "header")
        if kind == SECRET:
            return self._credential(value)
        if kind != PUBLIC:
            return value if not value or self._is_harmless(value) else MARK
        return self.text(value)

    def url(self, url: str) -> str:
        """A URL or a part of one: user, path segments, query and fragment one by one."""
        return self._url(url, self._nested)

    def body(self, body: bytes, media_type: str) -> str:
        """A body as text: by names if it is JSON, XML, CSV or a form, else by its patterns.

        `media_type` may have parameters. A binary body becomes a note of its size.
        """
        kind = essence(media_type)
        if kind.startswith("multipart/"):
            parts = redact_multipart(body, media_type, self._part)
            if parts is not None:
                return parts
        is_large = len(body) > _LARGEST or (kind == FORM and body.count(b"&") > _MOST_FIELDS)
        text = None if is_large else decoded(body, media_type)
        return size(body) if text is None else self._content(text, kind)

    def value(self, value: str, name: str) -> str:
        """The value of one field of a form."""
        return MARK if value and self._kind_at((name,)) != PUBLIC else self._string(value)

    def json(self, text: str, parents: tuple[str, ...] = ()) -> str:
        """JSON that may be truncated, inside the fields `parents`."""
        redacted = structures.redact_json(text, self._string, parents, self._kind_at)
        return redacted if json_tokens.is_json(redacted) else self.text(redacted)

    def value_at(self, names: tuple[str, ...], value: Any, location: str = "body") -> Any:
        """A JSON value that stands below the members `names`, or below those of a parameter."""
        kind = self._kind(names, location)
        return json.loads(self.json(json.dumps(value), (kind, *names)))

    def exchange(self, exchange: Exchange) -> Exchange:
        """A copy without secrets and personal data."""
        request, response = exchange.request, exchange.response
        return replace(
            exchange,
            request=replace(
                request,
                url=self.url(request.url),
                headers=self.fields(request.headers),
                body=self._body(request),
            ),
            response=response
            and replace(
                response,
                headers=self.fields(response.headers),
                body=self._body(response),
                reason=self.text(response.reason),
            ),
            error=self.text(exchange.error),
            note=self.text(exchange.note),
        )

    def _body(self, message: Request | Response) -> bytes:
        if not message.body:
            return b""
        media_type = message.header("content-type") or ""
        text = self.body(message.body, media_type)
        try:
            return text.encode(supported_charset(media_type))
        except UnicodeEncodeError:
            return text.encode("utf-8", "replace")

    def _content(self, text: str, kind: str) -> str:
        start = text.lstrip("\ufeff \t\r\n")[:1]
        if start in ("{", "[", '"') or is_json(kind):
            return self.json(text)
        # A secret may have characters that separate fields; in JSON they would be escaped.
        text = self._secrets.remove(text)
        if kind == FORM:
            # A request for a token has the code of the sign-in (RFC 6749 section 4.1.3).
            if "grant_type=" in text:
                return self._query(text, self._string)
            return structures.redact_pairs(text, self._string, self._hides)
        if kind in ("text/csv", "application/csv"):
            return structures.redact_csv(text, self.text, self._kind_at)
        if start == "<" or is_xml(kind):
            return structures.redact_xml(text, self.text, self._kind_at)
        return structures.redact_lines(text, self.text, self.json)

    def _part(self, name: str, content: bytes, media_type: str, is_file: bool) -> str:
        if is_file:
            return size(content)
        if name and content and self._kind(structures.steps(name)) != PUBLIC:
            return MARK
        return self.body(content, media_type)

    def _string(self, text: str, depth: int = 0) -> str:
        """A string of a structure, which may be JSON itself."""
        if text[:1] in ("{", "[") and depth < _DEEPEST and json_tokens.is_json(text):
            inner = partial(self._string, depth=depth + 1)
            return structures.redact_json(text, inner, kind=self._kind_at)
        return self.text(text)

    def _credential(self, value: str) -> str:
        scheme, space, rest = value.strip().partition(" ")
        user, colon, password = rest.strip().rpartition(":")
        if not value or self._is_harmless(rest.strip()) or self._is_harmless(value.strip()):
            return value
        if self._is_harmless(password):
            return f"{scheme}{space}{self.text(user)}{colon}{password}"
        return f"{scheme}{space}{MARK}" if rest and scheme.lower() in _SCHEMES else MARK

    def _cookie(self, pair: str) -> str:
        name, sign, value = pair.partition("=")
        if not sign:
            return MARK if pair.strip() else pair
        kept = not value or self._is_harmless(value.strip())
        return f"{self.text(name)}{sign}{value if kept else MARK}"

    def _url(self, url: str, redact: Callable[[str], str]) -> str:
        try:
            parts = urlsplit(url)
        except ValueError:
            return self._plain(url)
        user, at, host = parts.netloc.rpartition("@")
        # A secret may have characters that separate the parts of a path or a query.
        path, query, fragment = map(self._secrets.remove, parts[2:])
        new = (
            parts.scheme,
            (_USER if user else "") + at + self._plain(host).replace(MARK, _HOST),
            "/".join(self._segment(segment, redact) for segment in path.split("/")),
            self._query(query, redact),
            (self._query if "=" in fragment else self._segment)(fragment, redact),
        )
        # Some URLs are not the same after parsing and serializing.
        return url if new == tuple(parts) else urlunsplit(new)

    def _segment(self, segment: str, redact: Callable[[str], str]) -> str:
        plain = unquote(segment)
        new = redact(plain)
        return segment if new == plain else structures.quoted(new, _IN_PATH)

    def _query(self, query: str, redact: Callable[[str], str]) -> str:
        def hides(names: tuple[str, ...], value: str) -> bool:
            name = names[-1].lower()
            # A short code is of a country or a status.
            is_short = name == "code" and len(value) < SHORTEST
            place = "body" if name in self._ordinary else "query"
            return not is_short and self._hides(names, value, place)

        return structures.redact_pairs(query, redact, hides)

    def _hides(self, names: tuple[str, ...], value: str, location: str = "body") -> bool:
        return self._kind(names, location) != PUBLIC and not self._is_harmless(value)

    def _kind(self, names: tuple[str, ...], location: str = "body") -> str:
        if names and names[-1].lower() in self._names:
            return SECRET
        kind = kind_in(location, names)
        return kind if self._personal or kind == SECRET else PUBLIC

    def _nested(self, text: str) -> str:
        """A part of a URL, which may contain another URL."""
        return self._by_pattern(text, lambda url: self._url(url, self._plain))

    def _plain(self, text: str) -> str:
        """A text in which URLs are not followed, so that nesting ends."""
        return self._by_pattern(text, lambda url: url)

    def _by_pattern(self, text: str, redact_url: Callable[[str], str]) -> str:
        plain = self._secrets.remove(text)
        return remove_patterns(plain, redact_url, self._personal, self._is_harmless)


def redactor_for(contract: Contract, secrets: Iterable[str] = (), **options: Any) -> Redactor:
    """A redactor that knows the header fields and parameters of a contract's security schemes.

    It knows the sessions of a contract that are things and not its users', and lists of codes, too.
    """
    found = (p for o in contract.operations for p in o.parameters if p.location == "query")
    unclear = [p for p in found if p.name.lower() in IN_QUERIES]
    ordinary = [p.name for p in unclear if p.name.lower() in _SESSIONS or _is_listed(contract, p)]
    names = (s.parameter for s in contract.schemes if s.parameter)
    return Redactor(secrets, names, ordinary=ordinary, **options)


def _is_listed(contract: Contract, parameter: Parameter) -> bool:
    """Whether the values of a parameter are listed."""
    schema = parameter.schema
    nodes = in_place_subschemas(contract.document, schema) if schema else ()
    return any("enum" in node for node, _ in nodes)


def _kind_of_secret(names: tuple[str, ...]) -> str:
    return SECRET if kind_at(names) == SECRET else PUBLIC
