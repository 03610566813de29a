"""What greenroom raises for bad input: one base; subclasses say where and what would be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class GreenroomError(Exception):
    """Bad input, told in one message; the command line prints it and exits with 2."""


class UnknownContractError(GreenroomError):
    """A name that is neither a vendor nor a readable file."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        listed = ", ".join(known) or "none"
        super().__init__(f"{asked}: no vendor and no file of that name. Vendors: {listed}.")


class MissingExtraError(GreenroomError):
    """A command whose optional dependencies are not installed."""

    def __init__(self, command: str, extra: str, module: str) -> None:
        super().__init__(
            f"greenroom {command} needs the package {module!r}, which is not installed. "
            f"Install the extra: pip install 'greenroom[{extra}]'"
        )


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken rule at one place of a contract.

    `file` is the path as the user gave it, `pointer` a JSON pointer (RFC 6901), empty for the
    whole document, `rule` the rule's name and `message` what is wrong and what would be right.
    """

    file: str
    pointer: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}#{self.pointer}: {self.rule}: {self.message}"


class InvalidContractError(GreenroomError):
    """A contract that cannot be served; `breaches` lists every place."""

    def __init__(self, breaches: Sequence[Breach]) -> None:
        self.breaches = tuple(breaches)
        super().__init__("\n".join(str(breach) for breach in self.breaches))
