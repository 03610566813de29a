"""Everything that is sent for one operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from greenroom.codec.documented_request import DocumentedRequest, examples
from greenroom.contract.model import Contract, Example, MediaType, Operation
from greenroom.contract.operation_finder import operation_base_url
from greenroom.http import exchange as ex
from greenroom.http.exchange import Exchange

from ..finding import Finding
from ..fuzzing.generator import Generator
from ..judge.exchange_judge import ExchangeJudge
from ..judge.paging import page_parameters, page_sequence_findings
from ..judge.request_judge import RequestJudge
from ..planning.identifiers import given_for, identifiers_of
from ..planning.options import Options
from ..planning.plan import Plan, stage
from ..resources.identifier_pool import SuppliedValues
from ..sending.session import GuardedSession
from ..sending.target import Target
from .calling import UnsendableError, call_for, send, violations_of
from .invalid import InvalidRequests

_WRONG = "greenroom-wrong-credential"

# A documented body: its media type and the example.
Documented = tuple[MediaType, Example]
# Called with findings that no single exchange shows, and the exchange with the evidence.
OnFindings = Callable[[Iterable[Finding], Exchange], None]


class OperationProbe:
    """Sends the planned requests of an operation, each with its purpose."""

    def __init__(
        self,
        contract: Contract,
        target: Target,
        plan: Plan,
        options: Options,
        session: GuardedSession,
        judge: ExchangeJudge,
        on_findings: OnFindings,
    ) -> None:
        self._contract = contract
        self._target = target
        self._options = options
        self._session = session
        self._on_findings = on_findings
        self._parts = {entry.operation.id: dict(entry.parts) for entry in plan.entries}
        self._sent = [operation.id for operation in plan.sent]
        self._requests = RequestJudge(contract)
        self._invalid = InvalidRequests(contract, judge.walk, self._requests)
        self._generator: Generator | None = None

    def documented(self, operation: Operation, values: SuppliedValues) -> None:
        """The documented requests, or the one with the body that the caller gave."""
        most = self._parts[operation.id].get("documented", 1)
        purpose = ex.TENTATIVE if self._is_tentative(operation, values) else ex.DOCUMENTED
        content = self._options.bodies.get(operation.id)
        documented: list[Documented | None] = [] if content else [*examples(operation)]
        for example in documented[:most] or [None]:
            note = f"example {example[1].name}" if example else ""
            token = self._target.credential
            call = call_for(self._contract, operation, token, values, example, content)
            if purpose == ex.TENTATIVE:
                self._expect_valid(operation, call)
            with self._session.about(purpose, note):
                self._send(operation, call)

    def _expect_valid(self, operation: Operation, call: DocumentedRequest) -> None:
        """Raise UnsendableError if values of the caller make a request invalid."""
        violations = violations_of(self._requests, operation, call)
        if violations is not None:
            raise UnsendableError(f"the given values violate the contract: {violations.reason}")

    def refused(self, operation: Operation, values: SuppliedValues) -> None:
        """Requests that must be refused: without a valid credential, and invalid ones."""
        parts = self._parts[operation.id]
        tokens = (
            (ex.NO_CREDENTIAL, None),
            (ex.WRONG_CREDENTIAL, _WRONG),
            (ex.EXPIRED_CREDENTIAL, self._options.expired),
        )
        content = self._options.bodies.get(operation.id)
        for purpose, token in tokens if parts.get("credentials") else ():
            call = call_for(self._contract, operation, token, values, content=content)
            with self._session.about(purpose):
                self._send(operation, call)
        call = call_for(self._contract, operation, self._target.credential, values, content=content)
        for invalid in self._invalid.of(operation, call, values.body, parts.get("invalid", 0)):
            with self._session.about(ex.INVALID, invalid.note):
                self._send(operation, invalid.call)

    def explored(self, operation: Operation, values: SuppliedValues) -> None:
        """Requests with other parameters: pages, and generated requests."""
        parts = self._parts[operation.id]
        if parts.get("paging"):
            self._pages(operation, values)
        if parts.get("generated"):
            self._generate(operation, values, parts["generated"])

    def _pages(self, operation: Operation, values: SuppliedValues) -> None:
        pages: list[Exchange] = []
        for asked in page_parameters(operation):
            query = {("query", name): value for name, value in asked.items()}
            paging = replace(values, parameters={**values.parameters, **query})
            with self._session.about(ex.PAGED, " ".join(f"{k}={v}" for k, v in asked.items())):
                call = call_for(self._contract, operation, self._target.credential, paging)
                self._send(operation, call)
            pages.append(self._session.exchanges[-1])
        if len(pages) == 2 and all(page.succeeded for page in pages):
            self._on_findings(
                page_sequence_findings(self._contract.document, operation, *pages), pages[1]
            )

    def _generate(self, operation: Operation, values: SuppliedValues, count: int) -> None:
        if self._generator is None:
            self._generator = Generator(
                self._contract,
                self._target.base_url,
                self._target.credential,
                self._sent,
                self._requests,
            )
        self._generator.send(
            self._session,
            operation,
            values,
            count,
            lambda failure: self._report(operation, failure),
        )

    def _report(self, operation: Operation, failure: str) -> None:
        basis, pointer = operation.basis, operation.pointer
        finding = Finding("property", operation.id, basis, pointer, failure, detail=failure)
        self._on_findings([finding], self._session.exchanges[-1])

    def _is_tentative(self, operation: Operation, values: SuppliedValues) -> bool:
        """Whether a request names resources that this account may not have."""
        given = any(
            given_for(operation, parameter, self._options.given) is not None
            for parameter in identifiers_of(operation)
        )
        unknown = operation.body is not None and stage(operation) != "read" and values.body is None
        return given or unknown or operation.id in self._options.bodies

    def _send(self, operation: Operation, call: DocumentedRequest) -> None:
        base_url = operation_base_url(self._contract, self._target.base_url, operation)
        send(self._session, base_url, call)
