"""The exceptions for bad input, which share a base class, and `Problem`, one of a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .printable import plain


class GreenroomError(Exception):
    """Bad input. The command line prints the message and exits with 2.

    What is unprintable in its lines is escaped, since they may quote files and peers.
    """

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(map(plain, lines)))


class FullError(GreenroomError):
    """A space has no room for a change; the message says which bound is reached."""

    status = 507


class UnknownContractError(GreenroomError):
    """A name that is neither a vendor nor a file."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        listed = ", ".join(known) or "none"
        super().__init__(f"{name} is neither a vendor nor a file. Vendors: {listed}.")


class MissingExtraError(GreenroomError):
    """A command whose optional dependencies are not installed."""

    def __init__(self, command: str, extra: str, module: str) -> None:
        super().__init__(
            f"greenroom {command} needs the package {module!r}, which is not installed. "
            f"Install the extra: pip install 'greenroom[{extra}]'"
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a document, at one place in it.

    `pointer` is a JSON pointer (RFC 6901), empty for the whole document, `rule` the name of the
    rule that is broken there, and `message` says what is wrong and what would be right. `file` is
    the path as the user gave it, empty until it is known. `unexpected` and `missing` are the
    names of properties that the object at the pointer must not have, and of those that it lacks.
    """

    pointer: str
    rule: str
    message: str
    file: str = ""
    unexpected: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        return plain(f"{self.file}#{self.pointer}: {self.rule}: {self.message}")


class InvalidContractError(GreenroomError):
    """A contract that cannot be served, with all of its `problems`."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(*map(str, self.problems))
