"""All requests for one operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlsplit

import requests

from greenroom.codec.credentials import WRONG_KEY
from greenroom.codec.documented_request import DocumentedRequest
from greenroom.contract.model import Contract, Operation
from greenroom.contract.operation_finder import operation_base_url
from greenroom.contract.pagination import page_parameters
from greenroom.http import exchange as ex
from greenroom.http.exchange import Exchange

from ..finding import Finding
from ..fuzzing.request_generator import RequestGenerator
from ..judge.exchange_judge import ExchangeJudge
from ..judge.location import Location
from ..judge.paging import next_page, page_sequence_findings
from ..judge.request_judge import RequestJudge
from ..planning.body_identifiers import given_for
from ..planning.effects import is_grave
from ..planning.identifiers import identifiers_of
from ..planning.options import Options
from ..planning.plan import Plan, stage
from ..planning.receivers import RESERVED
from ..resources.identifier_pool import SuppliedValues
from ..sending.guard import ForbiddenRequestError
from ..sending.session import BudgetSpentError, GuardedSession
from ..sending.target import Target
from .calling import DocumentedBody, RequestWriter, UnsendableError, send, violations_of
from .invalid import InvalidRequests

_RESERVED_HOST = urlsplit(RESERVED).netloc

# Called with findings of other checks than the judge's, and the exchange with the evidence.
OnFindings = Callable[[Iterable[Finding], Exchange], None]


@dataclass
class OperationProbe:
    """Sends the planned requests of an operation, each with its purpose."""

    contract: Contract
    target: Target
    plan: Plan
    options: Options
    session: GuardedSession
    judge: ExchangeJudge
    on_findings: OnFindings

    def __post_init__(self) -> None:
        self._planned = {
            entry.operation.id: dict(entry.requests_by_purpose) for entry in self.plan.entries
        }
        self._requests = RequestJudge(self.contract)
        self._writer = RequestWriter(self.contract, self.options)
        self.unsent: list[str] = []
        self._invalid = InvalidRequests(
            self.contract, self.judge.walk, self._requests, self._writer
        )

    def documented(self, operation: Operation, values: SuppliedValues) -> None:
        """The documented requests, or the one with the body that the caller gave."""
        if is_grave(operation) and self._may_have_acted(operation):
            raise UnsendableError("a request that must be refused was not; no other is sent")
        most = self._planned[operation.id].get("documented", 1)
        is_own = operation.id in self.options.bodies
        documented = () if is_own else self._writer.examples(operation, values)[:most]
        if operation.graphql is not None and not is_own:
            self.unsent += self._writer.unknown(operation, values)
        for example in documented or (None,):
            note = f"example {example[1].name}" if example and example[1].name else ""
            call = self._writer.call(operation, self.target.credential, values, example)
            purpose = self._purpose(operation, values, example, call)
            if purpose in (ex.TENTATIVE, ex.GENERATED):
                violations = violations_of(self._requests, operation, call)
                if violations is not None:
                    whose = "given" if self._is_given(operation) else "documented"
                    hint = f"; give --body {operation.id}=FILE" if operation.body else ""
                    raise UnsendableError(
                        f"the {whose} values violate the contract: {violations.reason}{hint}"
                    )
            self._send(operation, call, purpose, note)

    def refused(self, operation: Operation, values: SuppliedValues) -> None:
        """Requests that must be refused: without a valid credential, and invalid ones."""
        planned = self._planned[operation.id]
        tokens = (
            (ex.NO_CREDENTIAL, None),
            (ex.WRONG_CREDENTIAL, WRONG_KEY),
            (ex.EXPIRED_CREDENTIAL, self.options.expired),
        )
        sent = [
            (self._writer.call(operation, token, values), purpose, "")
            for purpose, token in (tokens if planned.get("credentials") else ())
        ]
        call = self._writer.call(operation, self.target.credential, values)
        sent += [
            (invalid, ex.INVALID, note)
            for note, invalid in self._invalid.of(
                operation, call, values.body, planned.get("invalid", 0)
            )
        ]
        self.unknown(operation, values)
        for request, purpose, note in sent:
            try:
                self._send(operation, request, purpose, note)
            except ForbiddenRequestError:
                if purpose != ex.INVALID:
                    raise
                # A broken query may be anything but a query.
                continue
            # A server that does not refuse what it has to may contact or cost each time.
            if is_grave(operation) and self._may_have_acted(operation):
                return

    def _may_have_acted(self, operation: Operation) -> bool:
        """Whether a request of an operation was not refused, so that no other may be sent."""
        responses = (e.response for e in self.session.exchanges if e.operation == operation.id)
        return any(r is None or not 400 <= r.status < 500 for r in responses)

    def unknown(self, operation: Operation, values: SuppliedValues) -> None:
        """The request for a resource that does not exist, of the documented form.

        Its parents may be those of `values`, which need not have all identifiers.
        """
        if not self._planned[operation.id].get("unknown"):
            return
        found = dict(values.parameters)
        *_, last = (p for p in operation.parameters if p.location == "path")
        for p in operation.parameters:
            key = p.location, p.name
            if p is last or (p in identifiers_of(operation) and key not in found):
                found[key] = self._writer.bodies.made_up(p, found.get(key))
        if None not in found.values():
            values = replace(values, parameters=found)
            call = self._writer.call(operation, self.target.credential, values)
            self._send(operation, call, ex.UNKNOWN)

    def again(self, operation: Operation, values: SuppliedValues) -> None:
        """The documented request once more, for what was changed, and which may be hidden now."""
        call = self._writer.call(operation, self.target.credential, values)
        self._send(operation, call, ex.TENTATIVE, "after a change")

    def explored(self, operation: Operation, values: SuppliedValues) -> None:
        """Requests with other parameters: a filter, pages, and generated requests."""
        planned = self._planned[operation.id]
        filtered = {**values.parameters, **values.filters}
        if planned.get("filtered") and values.filters:
            narrowed = replace(values, parameters=filtered)
            call = self._writer.call(operation, self.target.credential, narrowed)
            self._send(operation, call, self._purpose(operation, narrowed, None, call), "filtered")
        if planned.get("paging"):
            self._pages(operation, values)
        if planned.get("generated"):
            self._generator.send(
                operation, replace(values, parameters=filtered), planned["generated"]
            )

    def delete(self, operation: Operation, values: SuppliedValues) -> str:
        """Delete a resource that the run created. Returns why this failed, empty if it did not."""
        call = self._writer.call(operation, self.target.credential, values)
        try:
            response = self._send(operation, call, ex.CLEAN_UP)
        except (ForbiddenRequestError, UnsendableError, BudgetSpentError) as error:
            return str(error)
        if response is None:
            return f"{operation.id}: {self.session.exchanges[-1].error}"
        gone = response.status_code < 300 or response.status_code in (404, 410)
        return "" if gone else f"{operation.id} responded {response.status_code}"

    def _pages(self, operation: Operation, values: SuppliedValues) -> None:
        pages: list[Exchange] = []
        for parameters in page_parameters(self.contract.document, operation):
            beginning = next_page(operation, pages[0]) if pages else {}
            if beginning is None:
                break
            asked: dict[str, object] = {**parameters, **beginning}
            query = {("query", name): value for name, value in asked.items()}
            paging = replace(values, parameters={**values.parameters, **query})
            call = self._writer.call(operation, self.target.credential, paging)
            note = " ".join(f"{k}={v}" for k, v in asked.items())
            note += "" if operation.paging else " (inferred from the names of parameters)"
            self._send(operation, call, ex.PAGED, note)
            pages.append(self.session.exchanges[-1])
        if len(pages) == 2 and all(page.succeeded for page in pages):
            location = Location(self.judge.walk, operation.id)
            self.on_findings(page_sequence_findings(location, operation, *pages), pages[1])

    @cached_property
    def _generator(self) -> RequestGenerator:
        # Made when it is first used, since schemathesis reads the whole contract.
        sent = [operation.id for operation in self.plan.sent]
        return RequestGenerator(
            self.contract, self.target, sent, self.session, self._requests, self._writer.bodies
        )

    def _purpose(
        self,
        operation: Operation,
        values: SuppliedValues,
        example: DocumentedBody | None,
        call: DocumentedRequest,
    ) -> str:
        """Whether a request names resources that this account may not have, or a false receiver."""
        # A server may refuse the reserved address.
        if _RESERVED_HOST.encode() in call.body or _RESERVED_HOST in call.target:
            return ex.RESERVED
        filled = self._writer.filled(operation, example, values) if example is not None else None
        made_up = values.made_up or (filled is not None and filled.made_up)
        if made_up or (example is not None and not example[1].name):
            # No document says that a server takes a body from its schema, or made-up values.
            return ex.GENERATED
        given = self._is_given(operation)
        unknown = operation.body is not None and stage(operation) != "read" and values.body is None
        partial = filled is not None and filled.left_out
        return ex.TENTATIVE if given or unknown or partial else ex.DOCUMENTED

    def _is_given(self, operation: Operation) -> bool:
        """Whether the caller named a body or an identifier of a request."""
        names = {parameter.name for parameter in operation.parameters if parameter.identifier}
        names.update(self._writer.bodies.documented(operation))
        given = any(given_for(operation, name, self.options.given) is not None for name in names)
        return given or operation.id in self.options.bodies

    def _send(
        self, operation: Operation, call: DocumentedRequest, purpose: str, note: str = ""
    ) -> requests.Response | None:
        base_url = operation_base_url(self.contract, self.target.base_url, operation)
        with self.session.about(purpose, note):
            return send(self.session, base_url, call)
