"""Decoding JSON strictly, within bounds."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import from_json


class MalformedError(ValueError):
    """Content that cannot be parsed, as opposed to a value that violates its schema."""


class LimitError(MalformedError):
    """Content beyond what is read here, which may well be valid."""


# These keep only digits, exponents and commas of a text, every digit as `0`. A number that may be
# too large for a float then shows as an exponent of three digits, or as a long run of digits.
_DIGITS = bytes(48 if 48 <= code <= 57 else 101 if code == 69 else code for code in range(256))
_NO_DIGITS = bytes(set(range(256)) - set(b"0123456789eE,"))
_LONG_EXPONENT = b"0e000"
_MOST_DIGITS = 200
_MANY_DIGITS = b"0" * _MOST_DIGITS
# A larger text has too many different strings for caching them to pay off.
_REPEATING = 100_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MOST_VALUES = 1_000_000


def count_values(text: bytes) -> int:
    """An upper bound of the number of values within a JSON text."""
    return text.count(b",") + text.count(b"[") + text.count(b"{")


def json_or(default: Any, text: bytes | str) -> Any:
    """The value of a JSON text, or a default where `decode_json` raises."""
    try:
        return decode_json(text)
    except MalformedError:
        return default


def decode_json(text: bytes | str) -> Any:
    """The value of a JSON text (RFC 8259). Raises MalformedError, LimitError beyond a bound.

    JSON is UTF-8; a byte order mark is ignored (section 8.1). Of several members with one name the
    last counts (section 4). Depth, number of values and size of numbers are bounded: a number that
    no float can hold is refused, as are NaN, Infinity and half a surrogate pair (sections 6, 8.2
    and 9).
    """
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    raw = raw.removeprefix(_BYTE_ORDER_MARK)
    if len(raw) > _MOST_VALUES and count_values(raw) > _MOST_VALUES:
        raise LimitError(f"not readable JSON: it has more than {_MOST_VALUES} values")
    try:
        value = from_json(
            raw, allow_inf_nan=False, cache_strings="all" if len(raw) < _REPEATING else "none"
        )
    except ValueError as error:
        kind = LimitError if "recursion limit" in str(error) else MalformedError
        raise kind(f"not JSON: {error}") from error
    digits = raw.translate(_DIGITS, _NO_DIGITS)
    if _LONG_EXPONENT in digits or (len(digits) >= _MOST_DIGITS and _MANY_DIGITS in digits):
        try:
            # The fastest way to visit every number.
            json.dumps(value, allow_nan=False)
        except ValueError as error:
            raise LimitError("not readable JSON: a number is too large") from error
    return value
