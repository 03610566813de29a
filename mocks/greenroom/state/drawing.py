"""The values of a generated property, drawn ahead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# The value with a number: from a documented one and the text of a source.
Draw = Callable[[Any, str, int], Any]
_MOST = 64


class Drawing:
    """The values of one property by number, in the form of an example.

    `is_name` says that a value alone identifies its record. Many drawn at once take a third of the
    time of as many drawn one by one, so that each time twice as many are.
    """

    def __init__(self, draw: Draw, example: Any, source: str, is_name: bool) -> None:
        self.example, self.is_name = example, is_name
        self._draw, self._source = draw, source
        self._first = 0
        self._values: list[Any] = []

    def value(self, number: int) -> Any:
        """The value with a number."""
        place = number - self._first
        if not 0 <= place < len(self._values):
            numbers = range(number, number + min(2 * len(self._values) or 1, _MOST))
            self._values = [self._draw(self.example, self._source, each) for each in numbers]
            self._first, place = number, 0
        return self._values[place]
