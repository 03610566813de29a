"""Candidates for numbers and strings, to be validated by their schemas."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from typing import Any

from .choices import Choices
from .constraints import Constraints
from .formats import RANGES, of_encoding, of_format, words
from .regex_strings import of_pattern

# The range of a number without bounds, and the longest string.
_SPAN = 1000
_LONGEST = 100_000
# Long enough for a character of each kind, and for most rules for passwords.
_MIXED = 8
# A larger float loses its last digits.
_EXACT = 2**53


def numbers(constraints: Constraints, choices: Choices, whole: bool) -> Iterator[Any]:
    """Numbers by bounds and `multipleOf`, the likeliest first."""
    low, high = _bounds(constraints)
    if low > high:
        return
    steps = [_exact(multiple) for multiple in constraints.numbers("multipleOf")]
    steps += [Fraction(1)] * whole
    if steps:
        yield from _multiples(low, high, reduce(_common, steps), choices)
        return
    usual = 1.0 if low < 1 else low
    drawn = choices.between(low, high, usual)
    for number in (drawn, min(low + 1, high), low + (high - low) / 2, low, high):
        yield int(number) if number == int(number) and abs(number) < _EXACT else number


def texts(constraints: Constraints, choices: Choices) -> Iterator[str]:
    """Strings by format, pattern and lengths, the likeliest first."""
    least, most = constraints.lower_bound("minLength"), constraints.upper_bound("maxLength")
    if least > _LONGEST or (most is not None and least > most):
        return
    for encoding in constraints.all("contentEncoding"):
        if (encoded := of_encoding(str(encoding), choices)) is not None:
            yield encoded
    for name in constraints.all("format"):
        if (formatted := of_format(str(name), choices)) is not None:
            yield formatted
    patterns = [pattern for pattern in constraints.all("pattern") if isinstance(pattern, str)]
    looking = any("(?=" in pattern for pattern in patterns)
    for repetitions in dict.fromkeys((_MIXED if looking else 1, least, most or 0, 0)):
        for pattern in patterns:
            if (matching := of_pattern(pattern, choices, repetitions, looking)) is not None:
                yield matching
                if len(matching) < least:
                    yield _stretched(matching, least)
    if not patterns:
        yield _fitted(words(choices), least, most)
    # The other keywords may accept only the usual string of a format.
    usual = (of_format(str(name), Choices()) for name in constraints.all("format"))
    yield from (text for text in usual if choices.are_random and text is not None)
    # Where no string of the format has the length, any string may be valid.
    yield _fitted("text", least, most)


def _stretched(text: str, least: int) -> str:
    return text + (text[-1:] or "x") * (least - len(text))


def _fitted(text: str, least: int, most: int | None) -> str:
    return text.ljust(least, "x")[:most]


def _bounds(constraints: Constraints) -> tuple[float, float]:
    """The bounds of a number, exclusive ones included."""
    lows = (*constraints.numbers("minimum"), *constraints.numbers("exclusiveMinimum"))
    highs = (*constraints.numbers("maximum"), *constraints.numbers("exclusiveMaximum"))
    span = _SPAN + 2 * max(constraints.numbers("multipleOf"), default=0)
    high = min(highs, default=max((0, *lows)) + span)
    low = max(lows, default=min(0, high - span))
    for name in constraints.all("format"):
        least, most = RANGES.get(str(name), (low, high))
        low, high = max(low, least), min(high, most)
    return low, high


def _common(one: Fraction, other: Fraction) -> Fraction:
    """The least common multiple."""
    numerator = math.lcm(one.numerator * other.denominator, other.numerator * one.denominator)
    return Fraction(numerator, one.denominator * other.denominator)


def _multiples(low: float, high: float, step: Fraction, choices: Choices) -> Iterator[Any]:
    first, last = math.ceil(_exact(low) / step), math.floor(_exact(high) / step)
    if first > last:
        return
    chosen = choices.integer(first, last, 1)
    for count in dict.fromkeys((chosen, chosen + 1, chosen - 1, first, first + 1, last, last - 1)):
        if first <= count <= last:
            number = step * count
            yield int(number) if number.denominator == 1 else float(number)


def _exact(number: float) -> Fraction:
    """A number by its digits: 0.1 is a tenth."""
    return Fraction(repr(number))
