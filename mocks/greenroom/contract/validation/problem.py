"""What is wrong with a document, at one place of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule at a place of a document: JSON pointer, name of the rule, what is wrong.

    `unexpected` and `missing` are the names of the object there that are too many or too few, where
    that is the fault.
    """

    pointer: str
    rule: str
    message: str
    unexpected: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
