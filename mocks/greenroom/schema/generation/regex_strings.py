"""Texts that a regular expression matches (ECMA-262 section 22.2, as `pattern` is written).

What looks around is passed over and what is not known is refused, so a text is a proposal that the
schema has yet to judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from .choices import Choices
from .regex_syntax import Back, Characters, Choice, Group, Node, Repeat, Sequence, parse

_LONGEST = 100_000
# The characters that are taken first, as far as an expression lets them be.
_USUAL = "a1A-_."
_DRAWN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
# One of each kind that rules for passwords ask for.
_MIXED = "Aa1!"


def of_pattern(pattern: str, chance: Choices, wished: int, mixed: bool = False) -> str | None:
    """A text in which an expression repeats what it may repeat about as often as is wished.

    A `mixed` one has characters of all kinds by turns, as far as it may. None where the expression,
    or what it asks for, is beyond what is written here.
    """
    try:
        tree = parse(pattern)
        writer = _Writer(chance, wished, mixed)
        writer.write(tree)
    except (ValueError, RecursionError):
        return None
    return "".join(writer.found)


@dataclass
class _Writer:
    """Writes a text of an expression, piece by piece. Raises ValueError where there is none."""

    chance: Choices
    wished: int
    mixed: bool

    def __post_init__(self) -> None:
        self.found: list[str] = []
        self._groups: dict[str, str] = {}

    def write(self, node: Node) -> None:
        if len(self.found) > _LONGEST:
            raise ValueError("too long")
        if isinstance(node, Characters):
            self.found.append(self._character(node))
        elif isinstance(node, Sequence):
            for part in node.parts:
                self.write(part)
        elif isinstance(node, Choice):
            self.write(self.chance.pick(node.options))
        elif isinstance(node, Repeat):
            most = max(node.low, self.wished, 1) if node.high is None else node.high
            if self.chance.drawn:
                most = min(most, max(node.low, self.wished) + 4)
            for _ in range(self.chance.integer(node.low, most, self.wished)):
                self.write(node.part)
        elif isinstance(node, Group):
            before = len(self.found)
            self.write(node.part)
            text = "".join(self.found[before:])
            self._groups.update(dict.fromkeys(node.names, text))
        elif isinstance(node, Back):
            self.found.append(self._groups.get(node.name, ""))

    def _character(self, node: Characters) -> str:
        if self.mixed:
            turn = len(self.found) % len(_MIXED)
            kinds = _MIXED[turn:] + _MIXED[:turn]
            return next((c for c in kinds if node.holds(c)), "") or self.chance.pick(_of(node))
        return self.chance.pick(_of(node))


@cache
def _of(node: Characters) -> str:
    """Characters that a node holds, the most_likely first."""
    usual = "".join(c for c in dict.fromkeys(_USUAL + _DRAWN) if node.holds(c))
    return usual or chr(node.first())
