"""Whether a request is valid by its contract, decided by the mock's own validation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from greenroom.contract.model import Contract, Operation
from greenroom.mock.mock import Mock
from greenroom.mock.pipeline import RequestContext
from greenroom.mock.response.prepared import PreparedResponse
from greenroom.schema.violation import Violation

# The other refusals, of credentials for example, say nothing about the rest of a request.
_VIOLATING = frozenset(("malformed-body", "invalid-request", "unsupported-media-type"))


@dataclass(frozen=True, slots=True)
class RequestViolations:
    """How a request breaks its contract: the kind of refusal, the reason, every violation."""

    kind: str
    reason: str
    violations: tuple[Violation, ...] = ()


class RequestJudge:
    """Judges requests of one contract, whatever their credentials."""

    def __init__(self, contract: Contract) -> None:
        self._mock = Mock(contract, authenticate=False)

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
        raw: dict[bytes, bytes] = {}
        for name, value in headers:
            key, text = name.lower().encode("latin-1", "replace"), value.encode("utf-8", "replace")
            raw[key] = raw[key] + b", " + text if key in raw else text
        # These choose among responses; what is asked is only whether there would be one.
        for chooser in (b"prefer", b"accept"):
            raw.pop(chooser, None)
        response = self._mock.respond(
            RequestContext(
                operation.method,
                operation.base_paths[0] + path,
                raw,
                query.encode("utf-8", "replace"),
                body,
            )
        )
        # Only steps that are handed in are awaited.
        assert isinstance(response, PreparedResponse)
        decision = response.decision
        if decision.operation is None:
            return RequestViolations(
                "unknown-operation", f"{operation.method} {path} is not documented"
            )
        if decision.refusal not in _VIOLATING:
            return None
        return RequestViolations(decision.refusal, decision.reason, tuple(decision.violations))
