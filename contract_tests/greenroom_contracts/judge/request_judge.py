"""Whether a request is valid by its contract, decided by the mock's own validation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from greenroom.contract.model import Contract, Operation
from greenroom.mock.mock import Mock
from greenroom.mock.pipeline import RequestContext
from greenroom.mock.response.prepared import PreparedResponse
from greenroom.schema.violation import Violation

from .header_fields import raw_fields

# Other refusals, of credentials for example, do not mean that the request is invalid.
_VIOLATING = frozenset(("malformed-body", "invalid-request", "unsupported-media-type"))


@dataclass(frozen=True, slots=True)
class RequestViolations:
    """How a request violates its contract: the kind of refusal, the reason, every violation."""

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
        # These choose among responses, and do not make a request valid or invalid.
        judged = ((n, v) for n, v in headers if n.lower() not in ("prefer", "accept"))
        raw_path, raw_query = operation.base_paths[0] + path, query.encode("utf-8", "replace")
        response = self._mock.respond(
            RequestContext(operation.method, raw_path, raw_fields(judged), raw_query, body)
        )
        # A mock without asynchronous steps responds at once.
        assert isinstance(response, PreparedResponse)
        decision = response.decision
        if decision.operation is None:
            reason = f"{operation.method} {path} is not documented"
            return RequestViolations("unknown-operation", reason)
        if decision.refusal not in _VIOLATING:
            return None
        return RequestViolations(decision.refusal, decision.reason, tuple(decision.violations))
