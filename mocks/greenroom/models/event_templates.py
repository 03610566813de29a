"""The Python text of `Event` and `parse_webhook`, and how each style reads a payload."""

from __future__ import annotations

from typing import NamedTuple


class Decoder(NamedTuple):
    """The expression that reads a payload as the class `{name}`, and the functions it needs."""

    row: str
    function: str = ""


TEMPLATE = '''
import json as _json
from collections.abc import Callable as _Callable
from collections.abc import Mapping as _Mapping
from typing import Any as _Any
from typing import TypeAlias as _TypeAlias
{decoder}

{event}: _TypeAlias = {union}


_EVENTS: tuple[tuple[str | int | None, _Callable[[_Any], {event}]], ...] = (
{rows})


def parse_webhook(
    body: bytes | str | _Mapping[str, object], headers: _Mapping[str, str] | None = None
) -> {event}:
    """The event in the body of a webhook, whose class is found by {by}.

    `body` is JSON or what it was parsed to. Raises ValueError for a body of no documented event, or
    that its class does not allow.
    """
    value: object = _json.loads(body) if isinstance(body, bytes | str) else body
    field, header = {field}, {header}
    named = value.get(field) if field is not None and isinstance(value, dict) else None
    if named is None and header is not None:
        sent = {{name.lower(): text for name, text in (headers or {{}}).items()}}
        named = sent.get(header)
    reads = [read for known, read in _EVENTS if known == named]
    found: list[{event}] = []
    errors: list[Exception] = []
    for read in reads:
        try:
            found.append(read(value))
        except (TypeError, ValueError) as error:
            errors.append(error)
    if len(found) == 1:
        return found[0]
    if errors and not found:
        raise errors[0] if isinstance(errors[0], ValueError) else ValueError(str(errors[0]))
    if found:
        raise ValueError("the body fits several events; use the class of the right one")
    events = ", ".join(str(known) for known, _ in _EVENTS if known is not None)
    told = f"{by} is {{named!r:.80}}, not one of {{events}}"
    raise ValueError(f"the body is of no documented event: {{told}}")
'''

_TYPEDDICT = '''
from typing_extensions import NotRequired as _NotRequired
from typing_extensions import get_origin as _get_origin
from typing_extensions import get_type_hints as _get_type_hints
from typing_extensions import is_typeddict as _is_typeddict


def _checked(kind: _Any, value: _Any) -> _Any:
    """The value, if it is an object with the required fields."""
    hints = _get_type_hints(kind, include_extras=True) if _is_typeddict(kind) else {}
    optional: _Any = _NotRequired
    required = {n for n, hint in hints.items() if _get_origin(hint) is not optional}
    if hints and not (isinstance(value, dict) and required <= value.keys()):
        raise ValueError(f"the body is not an object with {sorted(required)}")
    return value
'''

_DATACLASS = '''
from dataclasses import is_dataclass as _is_dataclass
from types import UnionType as _UnionType
from typing import Literal as _Literal
from typing import Union as _Union
from typing import get_args as _get_args
from typing import get_origin as _get_origin
from typing import get_type_hints as _get_type_hints


def _read(kind: _Any, value: _Any) -> _Any:
    """A JSON value as a type; of a union the first that fits. Raises TypeError or ValueError."""
    origin, inner = _get_origin(kind), _get_args(kind)
    if kind is _Any or (origin is _Literal and value in inner):
        return value
    if origin in (_Union, _UnionType):
        for member in inner:
            try:
                return _read(member, value)
            except (TypeError, ValueError):
                continue
    elif origin is list and isinstance(value, list):
        return [_read(inner[0], entry) for entry in value]
    elif origin is dict and isinstance(value, dict):
        return {name: _read(inner[1], entry) for name, entry in value.items()}
    elif _is_dataclass(kind) and isinstance(kind, type) and isinstance(value, dict):
        hints = _get_type_hints(kind)
        return kind(**{n: _read(hint, value[n]) for n, hint in hints.items() if n in value})
    elif kind is float and type(value) in (int, float):
        return value
    elif origin is None and type(value) is kind or (kind is type(None) and value is None):
        return value
    raise ValueError(f"{value!r:.80} is not of the type {kind}")
'''

DECODERS = {
    "pydantic": Decoder(
        "_TypeAdapter[{name}]({name}).validate_python",
        "\nfrom pydantic import TypeAdapter as _TypeAdapter\n",
    ),
    "msgspec": Decoder(
        "lambda value: _convert(value, {name})", "\nfrom msgspec import convert as _convert\n"
    ),
    "dataclass": Decoder("lambda value: _read({name}, value)", _DATACLASS),
    "typeddict": Decoder("lambda value: _checked({name}, value)", _TYPEDDICT),
}
