"""The step that responds for a space: with what its records say, in the documented form."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import unquote

from pydantic_core import to_json

from ..contract.behaviour.binding import Binding
from ..contract.model import Operation
from ..decision import Decision
from ..http.header_cache import HeaderCache
from ..http.media_type import is_json
from ..journal.entry import Change, Trace
from ..mock.pipeline import RequestContext
from ..mock.request.values import compile_reader
from ..mock.response import refusals
from ..mock.response.candidates import ResponseCandidate
from ..mock.response.headers import header_value
from ..mock.response.prepared import PreparedResponse, prepare, problem
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
        self._heads: dict[Any, PreparedResponse] = {}
        # The path parameter with the identifier, where that alone says what is read.
        self._by_id = ""
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
        self._read = compile_reader(
            operation, self._selector.generator.schemas, _reads_fields(binding)
        )
        named = [each.value.expression for each in binding.identify]
        is_alone = binding.kind == "read" and not binding.scopes and len(named) == 1
        is_own = [a.pointer for a in resource.identifiers] == [a.pointer for a in binding.identify]
        if is_alone and is_own and named[0].startswith("$request.path."):
            self._by_id = named[0].removeprefix("$request.path.")
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
        key = (self._operation.id, candidate.status, candidate.media_type, candidate.example)
        if self._by_id:
            # Most requests read what they have read before, and nothing else decides about it.
            record = world.get(
                self._binding.resource, unquote(context.path_parameters[self._by_id])
            )
            if record is not None and record.made and (known := record.made.get(key)) is not None:
                context.trace = Trace((self._binding.resource, record.id, record.version))
                return known
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
        response = self._response(candidate, outcome, Scope(message), str(space.seed))
        projector = self._projector(candidate)
        if self._by_id and projector is not None and projector.is_of_record:
            record = outcome.records[0]
            record.made = {**(record.made or {}), key: response}
        return response

    def _projector(self, candidate: ResponseCandidate) -> Projector | None:
        key = (str(candidate.status), candidate.media_type, candidate.example)
        return self._projectors.get(key)

    def _response(
        self, candidate: ResponseCandidate, outcome: Outcome, scope: Scope, seed: str
    ) -> PreparedResponse:
        projector, record, value = self._projector(candidate), self._shown(outcome), None
        if projector is not None:
            scope.resource = record.value if record is not None else scope.resource
            scope.parent = outcome.scopes[-1].value if outcome.scopes else scope.parent
            scope.list = {"count": len(outcome.records), **outcome.numbers}
            value = projector.value(scope, [each.value for each in outcome.records])
        notes = list(outcome.notes)
        if projector is not None and candidate.accepts(value):
            return self._described(self._made(candidate, value, seed), record, notes)
        if candidate.status >= 300:
            # No success is documented; this one says nothing but that it is one.
            done = Decision(self._operation.id, status=204, basis=SIMULATED)
            return self._described(prepare(204, (), b"", done), record, notes)
        if projector is None and candidate.media_type:
            notes.append("the example is sent: nothing says which record the response shows")
        elif projector is not None:
            notes.append("the example is sent: the simulated response does not match its schema")
            logger.warning("simulation", extra={"members": {"operation": self._operation.id}})
        return self._described(candidate.response, record, notes)

    def _made(self, candidate: ResponseCandidate, value: Any, seed: str) -> PreparedResponse:
        """A response with a value; its head is written once, as far as it is always the same."""
        if not is_json(candidate.media_type):
            return candidate.of_value(value, SIMULATED, seed)
        key = (candidate.status, candidate.media_type, candidate.example, seed)
        made = self._heads.get(key)
        if made is None:
            made = candidate.of_value({}, SIMULATED, seed)
            made.head = made.head.replace(b"content-length: 2\r\n", b"")
            self._heads[key] = made
        # As `json` writes it, in a quarter of the time.
        body = to_json(value)
        head = made.head + b"content-length: %d\r\n" % len(body)
        return PreparedResponse(made.status, head, body, made.decision)

    def _shown(self, outcome: Outcome) -> Record | None:
        """The record that the response shows, None where it is a list."""
        is_one = len(outcome.records) == 1 and not outcome.numbers
        return outcome.records[0] if is_one else None

    def _described(
        self, response: PreparedResponse, record: Record | None, notes: list[str]
    ) -> PreparedResponse:
        """The response with the record that it shows, and with what was not done."""
        name = self._binding.resource if self._binding is not None else ""
        shown = None if record is None else f"{name} {record.id} version {record.version}"
        reason, head = "; ".join(notes), response.head
        if response.decision.basis != SIMULATED:
            head = response.with_headers([(b"x-greenroom-basis", SIMULATED.encode())]).head
        decision = response.decision._replace(basis=SIMULATED, resource=shown, reason=reason)
        if shown is not None:
            head += b"x-greenroom-resource: %b\r\n" % header_value(shown)
        if notes:
            head += b"x-greenroom-reason: %b\r\n" % header_value(decision.reason)
        return PreparedResponse(response.status, head, response.body, decision)

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


def _reads_fields(binding: Binding) -> bool:
    """Whether an expression is about the header fields of a request."""
    pairs = [pair for each in binding.projections for pair in (*each.pairs, *each.item_pairs)]
    values = [pair.value for pair in (*pairs, *binding.sets, *binding.identify)]
    values += [check.value for check in binding.checks]
    return any("$request.header" in value.expression for value in values)
