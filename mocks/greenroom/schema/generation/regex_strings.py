"""Strings that match a regular expression (ECMA-262 section 22.2, as in `pattern`).

Lookarounds are ignored and unknown syntax is refused, so a string must still be validated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from .choices import Choices
from .regex_syntax import BackReference, Characters, Choice, Group, Node, Repeat, Sequence, parse

_LONGEST = 100_000
# The preferred characters, where an expression allows them.
_USUAL = "a1A-_."
_DRAWN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
# One of each kind that rules for passwords require.
_MIXED = "Aa1!"


def of_pattern(pattern: str, choices: Choices, repetitions: int, mixed: bool = False) -> str | None:
    """A string that matches an expression; repeatable parts repeat about `repetitions` times.

    A `mixed` string has characters of all kinds in turn. None where the expression has unknown
    syntax or no such string is found.
    """
    try:
        tree = parse(pattern)
        writer = _Writer(choices, repetitions, mixed)
        writer.write(tree)
    except (ValueError, RecursionError):
        return None
    return "".join(writer.found)


@dataclass
class _Writer:
    """Writes a string of an expression, piece by piece. Raises ValueError where there is none."""

    choices: Choices
    repetitions: int
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
            self.write(self.choices.pick(node.options))
        elif isinstance(node, Repeat):
            most = max(node.low, self.repetitions, 1) if node.high is None else node.high
            if self.choices.are_random:
                most = min(most, max(node.low, self.repetitions) + 4)
            for _ in range(self.choices.integer(node.low, most, self.repetitions)):
                self.write(node.part)
        elif isinstance(node, Group):
            before = len(self.found)
            self.write(node.part)
            text = "".join(self.found[before:])
            self._groups.update(dict.fromkeys(node.names, text))
        elif isinstance(node, BackReference):
            self.found.append(self._groups.get(node.name, ""))

    def _character(self, node: Characters) -> str:
        if self.mixed:
            turn = len(self.found) % len(_MIXED)
            kinds = _MIXED[turn:] + _MIXED[:turn]
            found = next((c for c in kinds if node.contains(c)), "")
            if found:
                return found
        return self.choices.pick(_characters_of(node))


@cache
def _characters_of(node: Characters) -> str:
    """Characters of a node, the preferred first."""
    usual = "".join(c for c in dict.fromkeys(_USUAL + _DRAWN) if node.contains(c))
    return usual or chr(node.first())
