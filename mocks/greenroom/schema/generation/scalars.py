"""Candidates for values without parts: numbers and texts, to be judged by their schemas."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .choices import Choices
from .constraints import Constraints
from .formats import RANGES, of_encoding, of_format, words
from .regex_strings import of_pattern

# How far apart the bounds are of a number that has none, and the longest text that is made.
_SPAN = 1000
_LONGEST = 100_000
# Long enough for a character of every kind, and for most rules for passwords.
_MIXED = 8
# Above it a float says nothing of the last digits.
_EXACT = 2**53


def numbers(facts: Constraints, chance: Choices, whole: bool) -> Iterator[Any]:
    """Numbers, the most_likely first, for the bounds and steps that schemas set."""
    low, high = _bounds(facts)
    if low > high:
        return
    step = _step(facts.numbers("multipleOf"))
    if whole:
        step = Fraction(1) if step is None else _common(step, Fraction(1))
    if step is not None:
        yield from _multiples(low, high, step, chance)
        return
    usual = 1.0 if low < 1 else low
    drawn = chance.between(low, high, usual)
    for number in (drawn, min(low + 1, high), low + (high - low) / 2, low, high):
        yield int(number) if number == int(number) and abs(number) < _EXACT else number


def texts(facts: Constraints, chance: Choices) -> Iterator[str]:
    """Texts, the most_likely first, for the format, pattern and lengths that schemas set."""
    least, most = facts.least("minLength"), facts.most("maxLength")
    if least > _LONGEST or (most is not None and least > most):
        return
    for encoding in facts.all("contentEncoding"):
        if (encoded := of_encoding(str(encoding), chance)) is not None:
            yield encoded
    for name in facts.all("format"):
        if (formatted := of_format(str(name), chance)) is not None:
            yield formatted
    patterns = [pattern for pattern in facts.all("pattern") if isinstance(pattern, str)]
    looking = any("(?=" in pattern for pattern in patterns)
    for wished in dict.fromkeys((_MIXED if looking else 1, least, most or 0, 0)):
        for pattern in patterns:
            if (matching := of_pattern(pattern, chance, wished, looking)) is not None:
                yield matching
                if len(matching) < least:
                    yield _stretched(matching, least)
    if not patterns:
        yield _fitted(words(chance), least, most)
    # Of all texts of a format, what else is asked for may take the usual one only.
    usual = (of_format(str(name), Choices()) for name in facts.all("format"))
    yield from (text for text in usual if chance.drawn and text is not None)
    # A format may be at odds with the lengths, and a text as such may do.
    yield _fitted("text", least, most)


def _stretched(text: str, least: int) -> str:
    return text + (text[-1:] or "x") * (least - len(text))


def _fitted(text: str, least: int, most: int | None) -> str:
    return text.ljust(least, "x")[:most]


def _bounds(facts: Constraints) -> tuple[float, float]:
    """The least and the most that a number is made of, whether they are excluded or not."""
    lows = (*facts.numbers("minimum"), *facts.numbers("exclusiveMinimum"))
    highs = (*facts.numbers("maximum"), *facts.numbers("exclusiveMaximum"))
    span = _SPAN + 2 * max(facts.numbers("multipleOf"), default=0)
    high = min(highs, default=max((0, *lows)) + span)
    low = max(lows, default=min(0, high - span))
    for name in facts.all("format"):
        least, most = RANGES.get(str(name), (low, high))
        low, high = max(low, least), min(high, most)
    return low, high


def _step(multiples: list[Any]) -> Fraction | None:
    step = None
    for multiple in multiples:
        # By its digits: 0.1 means a tenth.
        exact = Fraction(repr(multiple))
        step = exact if step is None else _common(step, exact)
    return step


def _common(one: Fraction, other: Fraction) -> Fraction:
    """The least common multiple."""
    numerator = math.lcm(one.numerator * other.denominator, other.numerator * one.denominator)
    return Fraction(numerator, one.denominator * other.denominator)


def _multiples(low: float, high: float, step: Fraction, chance: Choices) -> Iterator[Any]:
    first, last = math.ceil(_exact(low) / step), math.floor(_exact(high) / step)
    if first > last:
        return
    chosen = chance.integer(first, last, 1)
    for count in dict.fromkeys((chosen, chosen + 1, chosen - 1, first, first + 1, last, last - 1)):
        if first <= count <= last:
            number = step * count
            yield int(number) if number.denominator == 1 else float(number)


def _exact(bound: float) -> Fraction:
    return Fraction(bound) if isinstance(bound, int) else Fraction(repr(bound))
