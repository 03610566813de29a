"""The step that responds for a space: with what its records say, in the documented form."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import unquote

from pydantic_core import to_json

from ..contract.behaviour.binding import Binding
from ..contract.model import Operation
from ..contract.runtime_expressions import NOTHING, Message
from ..decision import Decision
from ..errors import FullError
from ..http.header_cache import HeaderCache
from ..http.media_type import is_json
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
from .finding import Outcome, RefusedError
from .record import Record
from .shape import Shape
from .space import Space
from .store import Change
from .usual.condition import is_usual
from .usual.creation import Creation
from .values import Projector, Scope
from .world import World

SIMULATED = "simulated"
_FORBIDDEN = "the example is sent: the simulated response does not match its schema"
_UNKNOWN = "the example is sent: nothing says which record the response shows"
_FULL = "space-is-full"
# Operation, status, media type and example of a response.
_Key = tuple[str, int, str, str]
logger = logging.getLogger("greenroom")


class StatefulOperation:
    """Responds to the requests of one operation in spaces."""

    def __init__(self, api: Api, operation: Operation, selector: ResponseSelector) -> None:
        self._api, self._id, self._selector = api, operation.id, selector
        self._vendor = api.vendor
        self._candidates = HeaderCache(self._candidate)
        self._errors = ContractErrors(api.contract, selector.generator)
        self._refuse = Refusals(self._error, operation.id).refuse
        self._heads: dict[Any, PreparedResponse] = {}
        self._creation: Creation | None = None
        self._projectors: dict[Any, Projector] = {}
        # The path parameter with the identifier, where that alone says what is read.
        self._by_id = ""
        self._graphql: Any = None
        self._binding = api.behaviour.bindings.get(operation.id)
        self._about = self._binding.resource if self._binding is not None else ""
        if operation.graphql is not None:
            # Only these operations pay for loading the library.
            from .graphql import GraphqlFields

            self._graphql = GraphqlFields(api, operation, selector)
        elif self._binding is not None:
            self._compile(self._binding, operation)

    def _compile(self, binding: Binding, operation: Operation) -> None:
        resource, schemas = self._api.behaviour.resources[binding.resource], self._api.schemas
        described = None
        if operation.body is not None and binding.source is not None:
            things = [media for media in operation.body.content if not media.is_patch]
            bodies = tuple(m.schema for m in things if m.schema is not None)
            described = Shape(schemas, bodies[:1]).below(binding.source, binding.many)
        self._decider = Decider(binding, self._api.behaviour, self._api.makers, described)
        if is_usual(self._api, binding, operation):
            self._creation = Creation(self._api, binding, operation, described)
        named = [each.value.expression for each in binding.identify]
        self._is_named_in_body = any(text.startswith("$request.body") for text in named)
        self._read = compile_reader(operation, schemas, _reads_fields(binding))
        content = {(r.status, m.name): m.schema for r in operation.successes for m in r.content}
        for each in reversed(binding.projections):
            schema = content.get((each.status, each.media_type))
            shape = Shape(schemas, (schema,) if schema else ())
            status = int(each.status) if each.status.isdecimal() else each.status
            key = (status, each.media_type, each.example)
            self._projectors[key] = Projector(each, resource.hidden, binding.paging, shape)
        own = [about.pointer for about in resource.identifiers]
        if binding.kind == "read" and own == [each.pointer for each in binding.identify]:
            expression = binding.identify[0].value.expression if len(own) == 1 else ""
            if expression.startswith("$request.path.") and not binding.scopes:
                self._by_id = expression.removeprefix("$request.path.")

    def _candidate(self, accept: bytes) -> tuple[ResponseCandidate, _Key] | None:
        """The response that `Accept` selects, and its key; None where no record is about it."""
        found = self._selector.first_acceptable(accept.decode("latin-1"))
        if found is None or self._binding is None:
            return None
        return found, (self._id, found.status, found.media_type, found.example)

    def _error(self, kind: str) -> PreparedResponse | None:
        own = refusals.documented(kind, self._selector)
        return own or self._errors.declared(kind, self._id) or self._errors.usual(kind, self._id)

    def respond(self, context: RequestContext) -> PreparedResponse | None:
        """The response in the space of a request; None for what no record is about."""
        space: Space = context.account
        if space.mode == "examples":
            return None
        try:
            if space.agenda.pending:
                space.catch_up()
            if self._graphql is not None:
                return self._of_graphql(context)
            selected = self._candidates[context.accept]
            if selected is None:
                return None
            candidate, key = selected
            world = space.world(self._vendor)
            if self._by_id:
                # Most requests read what they have read before, and nothing else decides about it.
                id = context.path_parameters[self._by_id]
                record = world.store.get(self._about, unquote(id) if "%" in id else id)
                known = record.made.get(key) if record is not None and record.made else None
                if known is not None:
                    response, context.trace = known
                    return response
            made = self._created(context, space, world, candidate, key)
            return made or self._decided(context, space, world, candidate, key)
        except FullError as error:
            decision = Decision(self._id, _FULL, 507, reason=str(error))
            return problem(507, str(error), decision=decision)

    def _created(
        self,
        context: RequestContext,
        space: Space,
        world: World,
        candidate: ResponseCandidate,
        key: _Key,
    ) -> PreparedResponse | None:
        """The response to a usual creation, None for any other."""
        creation, thing = self._creation, context.body_value
        if creation is None:
            return None
        found = creation.draw(thing, len(context.body), world, space.now)
        if found is None:
            return None
        record, recipe = found
        shown = recipe.shown.get(key, NOTHING)
        if shown is NOTHING:
            shown = creation.shown(recipe, candidate, self._projectors.get(key[1:]))
            recipe.shown[key] = shown
        value = shown.value(record.value) if shown is not None else None
        if value is None:
            outcome = Outcome(changes=[Change(self._about, None, record)], records=[record])
            world.commit(outcome.changes)
            return self._told(context, space, candidate, key, outcome, self._read(context))
        body, name, id = to_json(value), self._about, record.id
        is_whole = value is record.value
        record.size = len(body) if is_whole else 0
        world.commit((Change(name, None, record),))
        if is_whole:
            record.put_away(body)
        context.trace = (name, id, 1), ((self._vendor, name, id, 1, record),), record.size, ()
        known, text = self._head(candidate, space.seed), f"{name} {id} version 1"
        head = b"%bcontent-length: %d\r\nx-greenroom-resource: %b\r\n%b" % (
            known.head, len(body), header_value(text), space.field,
        )  # fmt: skip
        decision = Decision._make((*known.decision[:11], text, None))
        return PreparedResponse(known.status, head, body, decision)

    def _of_graphql(self, context: RequestContext) -> PreparedResponse | None:
        response: PreparedResponse | None
        response, outcome = self._graphql.respond(context)
        if outcome is not None and response is not None:
            context.trace = outcome.trace(self._vendor)
            response = self._described(response, None, [])
        return response

    def _decided(
        self,
        context: RequestContext,
        space: Space,
        world: World,
        candidate: ResponseCandidate,
        key: _Key,
    ) -> PreparedResponse:
        message = self._read(context)
        try:
            outcome = world.run(self._decider.decide(message, space.now()))
        except RefusedError as refused:
            return self._refused(refused)
        return self._told(context, space, candidate, key, outcome, message)

    def _told(
        self,
        context: RequestContext,
        space: Space,
        candidate: ResponseCandidate,
        key: _Key,
        outcome: Outcome,
        message: Message,
    ) -> PreparedResponse:
        is_one = len(outcome.records) == 1 and not outcome.numbers
        record = outcome.records[0] if is_one else None
        shown = None if record is None else (self._about, record.id, record.version)
        context.trace = outcome.trace(self._vendor, shown)
        projector = self._projectors.get(key[1:])
        scope = Scope(message, list={"count": len(outcome.records), **outcome.numbers})
        made = self._response(candidate, projector, outcome, record, scope, str(space.seed))
        made.head += space.field
        if self._by_id and record is not None and projector is not None and projector.is_of_record:
            record.made = {**(record.made or {}), key: (made, context.trace)}
        return made

    def _refused(self, refused: RefusedError) -> PreparedResponse:
        kind = refused.kind
        if kind == refusals.UNKNOWN_RESOURCE and self._is_named_in_body:
            kind = kind if "404" in self._selector.candidates else refusals.UNKNOWN_REFERENCE
        usual = refusals.STATUSES[kind]
        status = refused.status or next(filter(self._selector.candidates.get, usual), usual[0])
        ids = self._api.documented(refused.about) if refused.about else []
        base = refusals.of_status(kind, status, refused.about, self._selector, ids, refused.named)
        return self._refuse(kind, refused.reason, base=base)

    def _response(
        self,
        candidate: ResponseCandidate,
        projector: Projector | None,
        outcome: Outcome,
        record: Record | None,
        scope: Scope,
        seed: str,
    ) -> PreparedResponse:
        """The documented response with the values of records; the example where that is invalid."""
        notes = list(outcome.notes)
        if candidate.status >= 300:
            # No success is documented; this one says nothing but that it is one.
            done = Decision(self._id, status=204, basis=SIMULATED)
            return self._described(prepare(204, (), b"", done), record, notes)
        if projector is None:
            notes += [_UNKNOWN] if candidate.media_type else []
            return self._described(candidate.response, record, notes)
        if record is not None:
            scope.resource = record.value
        if outcome.scopes:
            scope.parent = outcome.scopes[-1].value
        value = projector.value(scope, [each.value for each in outcome.records])
        if not candidate.accepts(value):
            logger.warning("simulation", extra={"members": {"operation": self._id}})
            return self._described(candidate.response, record, [*notes, _FORBIDDEN])
        if not is_json(candidate.media_type):
            return self._described(candidate.of_value(value, SIMULATED, seed), record, notes)
        known, body = self._head(candidate, seed), to_json(value)
        head = known.head + b"content-length: %d\r\n" % len(body)
        response = PreparedResponse(known.status, head, body, known.decision)
        return self._described(response, record, notes)

    def _head(self, candidate: ResponseCandidate, seed: int | str) -> PreparedResponse:
        """What is the same in all JSON responses of a candidate: its head, without the length."""
        key = (candidate.status, candidate.media_type, candidate.example, seed)
        made = self._heads.get(key)
        if made is None:
            made = self._heads[key] = candidate.of_value({}, SIMULATED, str(seed))
            made.head = made.head.replace(b"content-length: 2\r\n", b"")
        return made

    def _described(
        self, response: PreparedResponse, record: Record | None, notes: list[str]
    ) -> PreparedResponse:
        """A new response with the record that it shows, and with what was not done."""
        known, head = response.decision, response.head
        reason, shown = "; ".join(notes), None
        if known.basis != SIMULATED:
            head = response.with_headers([(b"x-greenroom-basis", SIMULATED.encode())]).head
        if record is not None and self._binding is not None:
            shown = f"{self._about} {record.id} version {record.version}"
            head += b"x-greenroom-resource: %b\r\n" % header_value(shown)
        if notes:
            head += b"x-greenroom-reason: %b\r\n" % header_value(reason)
        # By position, which is faster than `_replace`.
        decision = Decision(*known[:4], SIMULATED, known.seed, reason, *known[7:11], shown)
        return PreparedResponse(response.status, head, response.body, decision)


def _reads_fields(binding: Binding) -> bool:
    """Whether an expression is about the header fields of a request."""
    if binding.paging is not None and (binding.paging.next_url or binding.paging.previous_url):
        return True
    pairs = [pair for each in binding.projections for pair in (*each.pairs, *each.item_pairs)]
    values = [each.value for each in (*pairs, *binding.sets, *binding.identify)]
    values += [check.value for check in binding.checks]
    return any("$request.header" in value.expression for value in values)
