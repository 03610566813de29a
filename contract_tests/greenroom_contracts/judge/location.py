"""The location of a finding: its operation and the part of the message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from greenroom.contract.provenance import basis_at
from greenroom.schema.instance_walk import SchemaUse, SchemaWalk

from ..finding import Finding

See = Callable[[str, SchemaUse, bool], None]
Skip = Callable[[Exception], None]


def _ignore(*_: object) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Location:
    """A part of the messages of one operation, for which it makes findings.

    `walk` has the schemas of the contract, `operation` is an operation's id or a webhook's event,
    `where` the part of the message: `response body`. `see` is called with the operation, each part
    of a value with a schema that applies to it, and whether there are more parts than these; `skip`
    with a NotJudgedError or LimitError for what is not judged.
    """

    walk: SchemaWalk
    operation: str
    where: str = ""
    see: See = _ignore
    skip: Skip = _ignore

    def finding(
        self,
        kind: str,
        pointer: str,
        message: str,
        *,
        at: str = "",
        expected: str = "",
        seen: str = "",
        detail: str = "",
        count: int = 1,
    ) -> Finding:
        """A finding about the statement at a pointer of the contract, with its basis.

        `at` is the JSON pointer in the message; the others are as in Finding.
        """
        return Finding(
            kind=kind,
            operation=self.operation,
            basis=basis_at(self.walk.document, pointer),
            pointer=pointer,
            message=message,
            instance=f"{self.where} {at or '/'}".strip() if self.where else at,
            expected=expected,
            seen=seen,
            detail=detail,
            count=count,
        )
