"""The location of a finding: its operation and the part of the message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.contract.provenance import basis_at

from ..finding import Finding


@dataclass(frozen=True, slots=True)
class Location:
    """A part of the messages of one operation, for which it makes findings.

    `document` is the contract's document, `operation` an operation's id or a webhook's event,
    `where` the part of the message: `response body`.
    """

    document: Mapping[str, Any]
    operation: str
    where: str = ""

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
            basis=basis_at(self.document, pointer),
            pointer=pointer,
            message=message,
            instance=f"{self.where} {at or '/'}".strip() if self.where else at,
            expected=expected,
            seen=seen,
            detail=detail,
            count=count,
        )
