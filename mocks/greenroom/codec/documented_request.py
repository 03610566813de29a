"""The calls that a contract documents, ready to send: examples, credentials and all."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ..contract.model import Contract, Example, MediaType, Operation, Parameter, SecurityScheme
from .bodies.request_body import content_type, encode, text
from .sample import sample

_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}

Pairs = tuple[tuple[str, str], ...]
# Where a parameter is and what it is called.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """A request below a contract's base path. `path` is percent-encoded, the parameters are not."""

    method: str
    path: str
    query: Pairs = ()
    headers: Pairs = ()
    cookies: Pairs = ()
    body: bytes = b""


def documented_call(
    contract: Contract,
    operation: Operation,
    token: str | None,
    content: tuple[str, bytes] | None = None,
    given: Mapping[Place, Any] | None = None,
) -> Call:
    """A call with everything that an operation requires, each from its first example.

    `token` is presented to the first of the operation's security requirements, None to none of
    them. `content` is a Content-Type and a body; without it the first example of the body. `given`
    are values of parameters, required or not, to be sent instead.
    """
    given = given or {}
    values = [
        (p, given[place] if (place := (p.location, p.name)) in given else _value(contract, p))
        for p in operation.parameters
        if p.required or (p.location, p.name) in given
    ]
    path = operation.path
    for parameter, value in values:
        if parameter.location == "path":
            path = path.replace("{" + parameter.name + "}", quote(_simple(value), safe=""))
    credentials = credentials_of(operation, token)
    query = [pair for p, value in values if p.location == "query" for pair in _query(p, value)]
    if content is None:
        content = next(_documented_content(operation), None)
    headers = [(p.name, _simple(value)) for p, value in values if p.location == "header"]
    if content is not None:
        headers.append(("Content-Type", content[0]))
    return Call(
        method=operation.method,
        path=path,
        query=(*query, *_at("query", credentials)),
        headers=(*headers, *_at("header", credentials)),
        cookies=(
            *((p.name, _simple(value)) for p, value in values if p.location == "cookie"),
            *_at("cookie", credentials),
        ),
        body=content[1] if content is not None else b"",
    )


def examples(operation: Operation) -> Iterator[tuple[MediaType, Example]]:
    """Every documented request body of an operation."""
    for media in operation.body.content if operation.body else ():
        for example in media.examples:
            yield media, example


def _documented_content(operation: Operation) -> Iterator[tuple[str, bytes]]:
    for media, example in examples(operation):
        yield content_type(media, example.value), encode(media, example.value)


def _value(contract: Contract, parameter: Parameter) -> Any:
    content = parameter.content
    shown = parameter.examples or (content.examples if content else ())
    schema = parameter.schema or (content.schema if content else None)
    made_up = sample(contract.document, schema) if schema and not shown else parameter.name
    value = shown[0].value if shown else made_up
    return json.dumps(value) if content is not None else value


def _query(parameter: Parameter, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and parameter.style == "deepObject":
        yield from ((f"{parameter.name}[{name}]", text(entry)) for name, entry in value.items())
    elif isinstance(value, dict) and parameter.explode:
        yield from ((name, text(entry)) for name, entry in value.items())
    elif isinstance(value, list) and parameter.explode:
        yield from ((parameter.name, text(entry)) for entry in value)
    else:
        yield parameter.name, _simple(value, _DELIMITERS.get(parameter.style, ","))


def _simple(value: Any, delimiter: str = ",") -> str:
    if isinstance(value, dict):
        value = [piece for pair in value.items() for piece in pair]
    return delimiter.join(map(text, value)) if isinstance(value, list) else text(value)


def credentials_of(operation: Operation, token: str | None) -> list[tuple[str, str, str]]:
    """A token as the first of an operation's security requirements asks for it.

    Each credential is its place (`header`, `query` or `cookie`), its name and its value.
    """
    demands = operation.security[0] if operation.security and token is not None else ()
    return [_credential(requirement.scheme, str(token)) for requirement in demands]


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
