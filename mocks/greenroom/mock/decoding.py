"""JSON text from a client to values, refusing what is no JSON."""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json


class MalformedError(ValueError):
    """Text that cannot be read at all, as opposed to a value that breaks its schema."""


def decode_json(text: bytes | str) -> Any:
    """The value of a JSON text (RFC 8259). Raises MalformedError.

    Nesting is bounded, and neither NaN nor half a surrogate pair gets through.
    """
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise MalformedError(f"not JSON: {error}") from error
