"""The step that responds for a space: with what its records say, in the documented form."""

from __future__ import annotations

import logging
from typing import Any

from ..contract.behaviour.binding import Binding
from ..contract.model import Operation
from ..decision import Decision
from ..http.header_cache import HeaderCache
from ..journal.entry import Change, Trace
from ..mock.pipeline import RequestContext
from ..mock.request.values import compile_reader
from ..mock.response import refusals
from ..mock.response.candidates import ResponseCandidate
from ..mock.response.headers import header_value
from ..mock.response.prepared import PreparedResponse, problem
from ..mock.response.refusals import ContractErrors, Refusals
from ..mock.response.selection import ResponseSelector
from .api import Api
from .decide import Decider
from .outcome import Outcome, RefusedError
from .record import Record
from .shape import Shape
from .space import Space
from .store import FullError
from .values import Projector, Scope

SIMULATED = "simulated"
FULL = "space-is-full"
logger = logging.getLogger("greenroom")


class StatefulOperation:
    """Responds to the requests of one operation in spaces."""

    def __init__(self, api: Api, operation: Operation, selector: ResponseSelector) -> None:
        self._api = api
        self._operation = operation
        self._selector = selector
        self._binding = api.behaviour.bindings.get(operation.id)
        self._candidates = HeaderCache(
            lambda accept: selector.first_acceptable(accept.decode("latin-1"))
        )
        errors = ContractErrors(api.contract, selector.generator)
        self._refusals = Refusals(
            lambda kind: (
                refusals.documented(kind, selector)
                or errors.declared(kind, operation.id)
                or errors.usual(kind, operation.id)
            ),
            operation.id,
        )
        self._graphql: Any = None
        if operation.graphql is not None:
            # Only these operations pay for loading the library.
            from .graphql import GraphqlFields

            self._graphql = GraphqlFields(api, operation, selector)
        elif self._binding is not None:
            self._compile(self._binding)

    def _compile(self, binding: Binding) -> None:
        operation = self._operation
        resource = self._api.behaviour.resources[binding.resource]
        described = None
        if operation.body is not None and binding.source is not None:
            schemas = tuple(m.schema for m in operation.body.content if m.schema is not None)
            body = Shape(self._selector.generator.schemas, schemas[:1])
            described = body.below(binding.source, binding.many)
        self._decider = Decider(
            binding, self._api.behaviour, self._api.makers, operation.paging, described
        )
        self._read = compile_reader(operation, self._selector.generator.schemas, True)
        content = {(r.status, m.name): m.schema for r in operation.successes for m in r.content}
        self._projectors = {}
        for each in reversed(binding.projections):
            schema = content.get((each.status, each.media_type))
            shape = Shape(self._selector.generator.schemas, (schema,) if schema else ())
            key = (each.status, each.media_type, each.example)
            self._projectors[key] = Projector(each, resource.hidden, operation.paging, shape)

    def respond(self, context: RequestContext) -> PreparedResponse | None:
        """The response in the space of a request; None for what no record is about."""
        space: Space = context.account
        if self._graphql is not None:
            response: PreparedResponse | None
            response, outcome = self._graphql.respond(context)
            if outcome is not None and response is not None:
                context.trace = self._trace(outcome)
                response = self._described(response, None, [])
            return response
        candidate = self._candidates[context.accept]
        if self._binding is None or candidate is None:
            return None
        world = space.world(self._api.vendor)
        message = self._read(context)
        try:
            outcome = world.run(self._decider.decide(message, space.now()))
        except RefusedError as refused:
            status = refused.status or refusals.STATUSES[refused.kind][0]
            base = refusals.of_status(refused.kind, status, refused.about, self._selector)
            return self._refusals.refuse(refused.kind, refused.reason, base=base)
        except FullError as error:
            decision = Decision(self._operation.id, FULL, 507, reason=str(error))
            return problem(507, str(error), decision=decision)
        context.trace = self._trace(outcome)
        return self._response(candidate, outcome, Scope(message), str(space.seed))

    def _response(
        self, candidate: ResponseCandidate, outcome: Outcome, scope: Scope, seed: str
    ) -> PreparedResponse:
        key = (str(candidate.status), candidate.media_type, candidate.example)
        projector = self._projectors.get(key)
        record = self._shown(outcome)
        kept = self._kept(projector, record)
        if kept is not None and (known := kept.get((self._operation.id, *key))) is not None:
            return known
        value = None
        if projector is not None:
            scope.resource = record.value if record is not None else scope.resource
            scope.parent = outcome.scopes[-1].value if outcome.scopes else scope.parent
            scope.list = {"count": len(outcome.records), **outcome.numbers}
            value = projector.value(scope, [each.value for each in outcome.records])
        notes = list(outcome.notes)
        if projector is not None and candidate.accepts(value):
            response = candidate.of_value(value, SIMULATED, seed)
        elif projector is None:
            response = candidate.response
        else:
            notes.append("the example is sent: the simulated response does not match its schema")
            logger.warning("simulation", extra={"members": {"operation": self._operation.id}})
            response = candidate.response
        response = self._described(response, record, notes)
        if kept is not None:
            kept[(self._operation.id, *key)] = response
        return response

    def _shown(self, outcome: Outcome) -> Record | None:
        """The record that the response shows, None where it is a list."""
        is_one = len(outcome.records) == 1 and not outcome.numbers
        return outcome.records[0] if is_one else None

    def _kept(
        self, projector: Projector | None, record: Record | None
    ) -> dict[Any, PreparedResponse] | None:
        """The responses that a record keeps, where they depend on nothing else."""
        if record is None or projector is None or not projector.is_of_record:
            return None
        if self._binding is None or self._binding.kind != "read":
            return None
        if record.made is None:
            record.made = {}
        return record.made

    def _described(
        self, response: PreparedResponse, record: Record | None, notes: list[str]
    ) -> PreparedResponse:
        """The response with the record that it shows, and with what was not done."""
        name = self._binding.resource if self._binding is not None else ""
        shown = None if record is None else f"{name} {record.id} version {record.version}"
        decision = response.decision._replace(
            basis=SIMULATED, resource=shown, reason="; ".join(notes)
        )
        fields = [(b"x-greenroom-basis", SIMULATED.encode())]
        if shown is not None:
            fields.append((b"x-greenroom-resource", header_value(shown)))
        if notes:
            fields.append((b"x-greenroom-reason", header_value(decision.reason)))
        found = response.with_headers(fields)
        found.decision = decision
        return found

    def _trace(self, outcome: Outcome) -> Trace:
        """What the journal keeps of an outcome."""
        changes = [
            Change(
                self._api.vendor,
                change.resource,
                named.id,
                named.version,
                change.before and change.before.value,
                change.after and change.after.value,
            )
            for change in outcome.changes
            if (named := change.after or change.before) is not None
        ]
        record = self._shown(outcome)
        name = self._binding.resource if self._binding is not None else ""
        shown = None if record is None else (name, record.id, record.version)
        size = sum(each.size for c in outcome.changes for each in (c.before, c.after) if each)
        return Trace(shown, changes, size)
