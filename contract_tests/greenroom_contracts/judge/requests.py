"""Whether a request keeps its contract: read by the mock, which refuses what breaks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from greenroom.contract.model import Contract, Operation
from greenroom.mock.mock import Mock
from greenroom.mock.pipeline import RequestContext
from greenroom.mock.response.prepared import PreparedResponse
from greenroom.schema.violation import Violation

# Refusals of credentials and the like say nothing about the rest of a request.
_BREACHES = frozenset(("malformed-body", "invalid-request", "unsupported-media-type"))


@dataclass(frozen=True, slots=True)
class Breach:
    """How a request breaks its contract: the kind of refusal, the reason, every violation."""

    kind: str
    reason: str
    violations: tuple[Violation, ...] = ()


class RequestJudge:
    """Judges requests of one contract. Credentials are not its business."""

    def __init__(self, contract: Contract) -> None:
        self._mock = Mock(contract, authenticate=False)

    def breach(
        self,
        operation: Operation,
        path: str,
        query: str = "",
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
    ) -> Breach | None:
        """How a request breaks the contract; None where it keeps it.

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
            return Breach("unknown-operation", f"{operation.method} {path} is not documented")
        if decision.refusal not in _BREACHES:
            return None
        return Breach(decision.refusal, decision.reason, tuple(decision.violations))
