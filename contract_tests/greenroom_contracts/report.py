"""The outcome of a run as data: all report files and the exit code are derived from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from greenroom.contract.model import Operation
from greenroom.http.exchange import Exchange

from .finding import DRIFT, Finding

CONFORMS, NOT_EXAMINED = "conforms", "not examined"
EXIT_CODES = {CONFORMS: 0, DRIFT: 1, NOT_EXAMINED: 2}


@dataclass(frozen=True, slots=True)
class OperationReport:
    """One operation: whether it was `planned`, and `examined` (a success was received and judged).

    `why_not` is the reason if it was not examined. `requests` is the number of requests sent.
    """

    operation: str
    method: str
    path: str
    examined: bool
    why_not: str
    planned: bool
    effects: tuple[str, ...]
    basis: str | None
    requests: int

    @classmethod
    def of(
        cls, operation: Operation, planned: bool, examined: bool, why_not: str, requests: int
    ) -> OperationReport:
        """The report of an operation of a contract."""
        facts = operation.id, operation.method, operation.path, examined, why_not, planned
        return cls(*facts, operation.effects, operation.basis, requests)


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One documented status of an operation, or one webhook, which has an empty `status`.

    `seen` is whether a response had the status, or whether the webhook was judged; `why_not` is the
    reason if not.
    """

    operation: str
    status: str
    seen: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class NeverSeen:
    """A documented field or enum value that no message had, although its schema was used.

    `value` is the enum value as JSON, empty for a field; `pointer` leads to the property or enum.
    """

    operation: str
    pointer: str
    name: str
    value: str = ""
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Leftover:
    """A resource that a run created and did not delete: its operation and identifiers, and why."""

    operation: str
    identifiers: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run. `target` is a base URL or a file; `started` in seconds since 1970.

    `problem` is the reason in one line if the run ended early (unreachable host, refused
    credential, interruption), or if nothing could be judged of what others sent, as `is_received`
    says. `strict` counts additions as drift. `credential` is the one of the
    requests with the variable that has it, None once the report is redacted.
    """

    vendor: str
    title: str
    contract_version: str
    greenroom_version: str
    target: str
    started: float
    seconds: float
    findings: tuple[Finding, ...] = ()
    operations: tuple[OperationReport, ...] = ()
    statuses: tuple[StatusReport, ...] = ()
    webhooks: tuple[StatusReport, ...] = ()
    unseen: tuple[NeverSeen, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False)
    problem: str = ""
    notes: tuple[str, ...] = ()
    strict: bool = False
    is_received: bool = False
    credential: tuple[str, str] | None = field(default=("", ""), repr=False)

    @property
    def drift(self) -> tuple[Finding, ...]:
        """The findings that count as drift."""
        return tuple(f for f in self.findings if f.counts_as(self.strict) == DRIFT)

    @property
    def not_examined(self) -> tuple[OperationReport, ...]:
        """The operations that were planned and not examined."""
        return tuple(o for o in self.operations if o.planned and not o.examined)

    @property
    def missed(self) -> tuple[StatusReport, ...]:
        """The documented statuses that no response of a called operation had."""
        # An operation that was not called cannot have responded.
        called = {o.operation for o in self.operations if o.requests}
        return tuple(s for s in self.statuses if not s.seen and s.operation in called)

    @property
    def verdict(self) -> str:
        """CONFORMS, DRIFT or NOT_EXAMINED; drift takes precedence over what was not examined."""
        if self.drift:
            return DRIFT
        # A received webhook belongs to no operation.
        something = any(o.planned for o in self.operations) if self.operations else self.exchanges
        is_complete = something and not (self.problem or self.not_examined)
        return CONFORMS if is_complete else NOT_EXAMINED

    @property
    def exit_code(self) -> int:
        """0 conforms, 1 drift, 2 not examined."""
        return EXIT_CODES[self.verdict]
