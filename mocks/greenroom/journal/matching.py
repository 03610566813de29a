"""Patterns of requests: what they name has to be so, and what they leave out may be anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from ..mock.pipeline import RequestContext
from ..schema.json_pointer import step
from .document import request_of
from .entry import Entry

_PARAMETER = re.compile(r"\{[^{}/]*\}")
# Stands for a value that is not there, which null is.
ABSENT = object()


class Difference(NamedTuple):
    """Where a request differs from a pattern; `got` is ABSENT where it has nothing there."""

    pointer: str
    wanted: Any
    got: Any


def differences(pattern: Mapping[str, Any], entry: Entry) -> Iterator[Difference]:
    """Where a request differs from a pattern; nowhere if it matches.

    A pattern has any of `vendor`, `operation`, `method`, `path` (as sent, or the contract's
    template), `query`, `headers` and `body`. Objects match by the members that they name, arrays by
    all of their items; a header field or query parameter that is null must be absent.
    """
    request = request_of(entry)
    for name in ("vendor", "operation", "method", "path"):
        wanted, got = pattern.get(name, request[name]), request[name]
        if wanted != got and not (name == "path" and is_path(wanted, entry.context)):
            yield Difference(f"/{name}", wanted, ABSENT if got is None else got)
    for name, wanted in pattern.get("query", {}).items():
        yield from _texts(step("/query", name), wanted, request["query"].get(name))
    for name, wanted in pattern.get("headers", {}).items():
        yield from _texts(
            step("/headers", name.lower()), wanted, request["headers"].get(name.lower())
        )
    if "body" in pattern:
        got = request["body"] if entry.body_size else ABSENT
        yield from value_differences("/body", pattern["body"], got)


def is_path(wanted: str, context: RequestContext) -> bool:
    """Whether a request has a path: as it was sent, or the contract's template."""
    operation = getattr(context, "operation", None)
    templates = [base + operation.path for base in ("", *operation.base_paths)] if operation else []
    # Parameters may have other names.
    is_template = _PARAMETER.sub("{}", wanted) in [_PARAMETER.sub("{}", each) for each in templates]
    return is_template or unquote(wanted) == unquote(context.path)


def _texts(pointer: str, wanted: Any, got: Any) -> Iterator[Difference]:
    """Differences of a value that is text on the wire; of several one has to be as wanted."""
    texts = list(map(_text, wanted)) if isinstance(wanted, list) else _text(wanted)
    if texts != got and not (isinstance(got, list) and texts in got):
        yield Difference(pointer, wanted, ABSENT if got is None else got)


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def value_differences(pointer: str, wanted: Any, got: Any) -> Iterator[Difference]:
    """Where a JSON value at a pointer differs from a wanted one, which may leave members out."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        for name, value in wanted.items():
            yield from value_differences(step(pointer, name), value, got.get(name, ABSENT))
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for index, value in enumerate(wanted):
            yield from value_differences(step(pointer, str(index)), value, got[index])
    elif isinstance(wanted, bool) != isinstance(got, bool) or wanted != got:
        yield Difference(pointer, wanted, got)
