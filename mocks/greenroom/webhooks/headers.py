"""The header fields that a webhook documents, with the values that its contract gives them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from ..codec.bodies.serializing import header_text
from ..contract.model import Contract, Operation, Parameter
from ..errors import GreenroomError
from ..http.field_values import is_token
from ..printable import plain
from ..schema import json_pointer as ptr
from .signature import Field

# What HTTP itself writes; a value from a contract would only contradict the message.
_OF_HTTP = ("connection", "content-length", "host", "transfer-encoding")


class FieldError(GreenroomError):
    """A header field that cannot be sent (RFC 9110, section 5)."""


def documented(
    contract: Contract, webhook: Operation, taken: Collection[str]
) -> tuple[list[Field], list[str]]:
    """The fields that have a value, and the names of required ones that have none.

    `taken` are lower-case names of fields that are filled elsewhere. Raises FieldError.
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
            fields.append(
                checked(parameter.name, header_text(values[0], parameter, contract.document))
            )
        elif parameter.required:
            missing.append(parameter.name)
    return fields, missing


def checked(name: str, value: str) -> Field:
    """A field that can be sent. Raises FieldError for one that HTTP cannot express."""
    if not is_token(name):
        raise FieldError(plain(f"{name!r} is not the name of a header field"))
    if not value.isprintable():
        raise FieldError(plain(f"{name}: {value!r} cannot stand in a header field"))
    return name, value.strip()


def _values(contract: Contract, parameter: Parameter) -> Iterator[Any]:
    """The examples, else a const or an enum: what the vendor may send, the most likely first."""
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
