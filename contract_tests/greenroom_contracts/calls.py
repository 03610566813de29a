"""The calls that a contract documents, ready to send: examples, credentials and all."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from greenroom.contract.model import Contract, Example, MediaType, Operation, Parameter, SecurityScheme
from greenroom.mock.sample import sample

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_BOUNDARY = "greenroom-documented-call"
_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A request below a contract's base path. `path` is percent-encoded, the parameters are not."""

    method: str
    path: str
    path_parameters: Mapping[str, str] = field(default_factory=dict)
    query: Pairs = ()
    headers: Pairs = ()
    cookies: Pairs = ()
    body: bytes = b""

    def with_headers(self, *headers: tuple[str, str]) -> Call:
        """The same call with further headers."""
        return replace(self, headers=(*self.headers, *headers))


def documented_call(
    contract: Contract,
    operation: Operation,
    token: str | None,
    content: tuple[str, bytes] | None = None,
) -> Call:
    """A call with everything that an operation requires, each from its first example.

    `token` is presented to the first of the operation's security requirements, None to none of
    them. `content` is a Content-Type and a body; without it the first example of the body.
    """
    texts = [(p, _value(contract, p)) for p in operation.parameters if p.required]
    path_parameters = {p.name: _simple(value) for p, value in texts if p.location == "path"}
    path = operation.path
    for name, text in path_parameters.items():
        path = path.replace("{" + name + "}", quote(text, safe=""))
    demands = operation.security[0] if operation.security and token is not None else ()
    credentials = [_credential(demand.scheme, str(token)) for demand in demands]
    query = [pair for p, value in texts if p.location == "query" for pair in _query(p, value)]
    if content is None:
        content = next(_documented_content(operation), None)
    headers = [(p.name, _simple(value)) for p, value in texts if p.location == "header"]
    if content is not None:
        headers.append(("Content-Type", content[0]))
    return Call(
        method=operation.method,
        path=path,
        path_parameters=path_parameters,
        query=(*query, *_at("query", credentials)),
        headers=(*headers, *_at("header", credentials)),
        cookies=(
            *((p.name, _simple(value)) for p, value in texts if p.location == "cookie"),
            *_at("cookie", credentials),
        ),
        body=content[1] if content is not None else b"",
    )


def encode(media: MediaType, value: Any) -> bytes:
    """A value as a body of a media type: JSON, a form, or text as it stands."""
    if media.is_json:
        return json.dumps(value, ensure_ascii=False).encode()
    if media.name == _FORM and isinstance(value, dict):
        return urlencode({name: _text(entry) for name, entry in value.items()}).encode()
    if media.name == _MULTIPART and isinstance(value, dict):
        parts = [
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{_text(entry)}\r\n'
            for name, entry in value.items()
        ]
        return "".join((*parts, f"--{_BOUNDARY}--\r\n")).encode()
    return _text(value).encode()


def content_type(media: MediaType) -> str:
    """The Content-Type of a body as `encode` gives it; a range becomes a type that it covers."""
    if media.name == _MULTIPART:
        return f"{_MULTIPART}; boundary={_BOUNDARY}"
    return media.name.replace("*/*", "application/octet-stream").replace("/*", "/plain")


def examples(operation: Operation) -> Iterator[tuple[MediaType, Example]]:
    """Every documented request body of an operation."""
    for media in operation.body.content if operation.body else ():
        for example in media.examples:
            yield media, example


def _documented_content(operation: Operation) -> Iterator[tuple[str, bytes]]:
    for media, example in examples(operation):
        yield content_type(media), encode(media, example.value)


def _value(contract: Contract, parameter: Parameter) -> Any:
    content = parameter.content
    shown = parameter.examples or (content.examples if content else ())
    schema = parameter.schema or (content.schema if content else None)
    if shown:
        value = shown[0].value
    else:
        value = sample(contract.raw, schema) if schema else parameter.name
    return json.dumps(value) if content is not None else value


def _query(parameter: Parameter, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and parameter.style == "deepObject":
        yield from ((f"{parameter.name}[{name}]", _text(entry)) for name, entry in value.items())
    elif isinstance(value, dict) and parameter.explode:
        yield from ((name, _text(entry)) for name, entry in value.items())
    elif isinstance(value, list) and parameter.explode:
        yield from ((parameter.name, _text(entry)) for entry in value)
    else:
        yield parameter.name, _simple(value, _DELIMITERS.get(parameter.style, ","))


def _simple(value: Any, delimiter: str = ",") -> str:
    if isinstance(value, dict):
        value = [piece for pair in value.items() for piece in pair]
    return delimiter.join(map(_text, value)) if isinstance(value, list) else _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _credential(scheme: SecurityScheme, token: str) -> tuple[str, str, str]:
    """Where a credential goes, under which name, and what stands there."""
    if scheme.type == "apiKey":
        return scheme.location, scheme.parameter, token
    kind = scheme.scheme.title() if scheme.type == "http" else "Bearer"
    if kind == "Basic":
        token = b64encode(f"user:{token}".encode()).decode()
    return "header", "Authorization", f"{kind} {token}"


def _at(location: str, credentials: list[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    return ((name, value) for where, name, value in credentials if where == location)
