"""The header fields that a webhook documents, with the values that its contract gives them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from ..codec.bodies.webhook_body import to_json
from ..contract.model import Contract, Operation, Parameter
from ..errors import GreenroomError
from ..printable import plain
from ..schema import json_pointer as ptr
from .signature import Field

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

# What HTTP itself writes; a value from a contract would only contradict the message.
_OF_HTTP = ("connection", "content-length", "host", "transfer-encoding")


class FieldError(GreenroomError):
    """A header field that cannot be sent (RFC 9110, section 5)."""


def documented(
    contract: Contract, webhook: Operation, taken: Collection[str]
) -> tuple[list[Field], list[str]]:
    """The fields that have a value, and the names of required ones that have none.

    `taken` are names in lower case that something else fills. Raises FieldError.
    """
    fields, missing = [], []
    for parameter in webhook.parameters:
        if parameter.location != "header" or parameter.name.lower() in (*taken, *_OF_HTTP):
            continue
        values = list(_values(contract, parameter))
        # Events that share a parameter list all their names in it.
        if webhook.path in values:
            values = [webhook.path]
        if values:
            fields.append(checked(parameter.name, _written(parameter, values[0])))
        elif parameter.required:
            missing.append(parameter.name)
    return fields, missing


def checked(name: str, value: str) -> Field:
    """A field that can be sent. Raises FieldError for one that HTTP has no way to write."""
    if not _NAME.fullmatch(name):
        raise FieldError(plain(f"{name!r} is not the name of a header field"))
    if not value.isprintable():
        raise FieldError(plain(f"{name}: {value!r} cannot stand in a header field"))
    return name, value.strip()


def _values(contract: Contract, parameter: Parameter) -> Iterator[Any]:
    """The examples, else a const or an enum: what the vendor may send, most_likely first."""
    content = parameter.content
    examples = parameter.examples or (content.examples if content else ())
    yield from (example.value for example in examples)
    pointer = parameter.schema or (content.schema if content else None)
    if examples or pointer is None:
        return
    schema, _ = ptr.resolve(contract.document, ptr.look_up(contract.document, pointer), pointer)
    if not isinstance(schema, dict):
        return
    if "const" in schema:
        yield schema["const"]
    else:
        yield from schema.get("enum", ())


def _written(parameter: Parameter, value: Any) -> str:
    """The style `simple` (OpenAPI 3.1, 4.8.12.2), JSON for a parameter with content."""
    if parameter.content is None and isinstance(value, list):
        return ",".join(map(_text, value))
    if parameter.content is None and isinstance(value, dict):
        mark = "=" if parameter.explode else ","
        return ",".join(f"{name}{mark}{_text(entry)}" for name, entry in value.items())
    return _text(value) if parameter.content is None else to_json(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else to_json(value)
