"""Whether a request is valid by its contract, decided by the mock's own validation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.contract.model import Contract, Operation
from greenroom.mock.mock import Mock

# The other refusals, of credentials for example, say nothing about the rest of a request.
_VIOLATING = frozenset(("malformed-body", "invalid-request", "unsupported-media-type"))


@dataclass(frozen=True, slots=True)
class RequestViolations:
    """Why a request violates its contract: the kind of refusal, the reason, every violation.

    A violation is `{"location", "pointer", "message"}`.
    """

    kind: str
    reason: str
    violations: tuple[Mapping[str, Any], ...] = ()


class RequestJudge:
    """Judges requests of one contract, whatever their credentials."""

    def __init__(self, contract: Contract) -> None:
        self._mock = Mock(contract, any_credential=True)

    def violations(
        self,
        operation: Operation,
        path: str,
        query: str = "",
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
    ) -> RequestViolations | None:
        """Why a request violates the contract; None for a valid one.

        `path` is raw and below the base path of the operation, `query` raw.
        """
        found = self._mock.route(operation.base_paths[0] + path)
        compiled = found[0].operations.get(operation.method) if found else None
        if found is None or compiled is None:
            return RequestViolations(
                "unknown-operation", f"{operation.method} {path} is not documented"
            )
        raw: dict[bytes, bytes] = {}
        for name, value in headers:
            key, text = name.lower().encode("latin-1", "replace"), value.encode("utf-8", "replace")
            raw[key] = raw[key] + b", " + text if key in raw else text
        # These choose among answers; what is asked is only whether there would be one.
        for chooser in (b"prefer", b"accept"):
            raw.pop(chooser, None)
        answer = compiled.answer(raw, query.encode("utf-8", "replace"), found[1], body)
        told = dict(answer.headers)
        kind = told.get(b"x-greenroom-refusal", b"").decode()
        if kind not in _VIOLATING:
            return None
        listed = json.loads(told.get(b"x-greenroom-violations", b"[]"))
        reason = told.get(b"x-greenroom-reason", b"").decode("utf-8", "replace")
        return RequestViolations(kind, reason, tuple(listed))
