"""The step that responds for a space: with what its records say, in the documented form."""

from __future__ import annotations

import logging
from typing import Any

from pydantic_core import to_json

from ..contract.behaviour.binding import Binding
from ..contract.model import Operation
from ..contract.runtime_expressions import NOTHING, Message
from ..decision import Decision
from ..errors import FullError
from ..http.header_cache import HeaderCache
from ..http.media_type import is_json
from ..mock.pipeline import Enter, RequestContext
from ..mock.request.values import compile_reader
from ..mock.response import refusals
from ..mock.response.headers import header_value
from ..mock.response.prepared import ExtendedResponse, PreparedResponse, prepare, problem
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
from .usual.reading import Reading, usual_reading
from .values import SIMULATED, Form, Projector, Scope
from .world import World

_FORBIDDEN = "the example is sent: the simulated response does not match its schema"
_UNKNOWN = "the example is sent: nothing says which record the response shows"
_FULL = "space-is-full"
logger = logging.getLogger("greenroom")


class StatefulOperation:
    """Responds to the requests of one operation in spaces."""

    def __init__(self, api: Api, operation: Operation, selector: ResponseSelector) -> None:
        self._api, self._id, self._selector = api, operation.id, selector
        self._vendor = api.vendor
        self._forms = HeaderCache(self._form)
        self._errors = ContractErrors(api.contract, selector.generator)
        self._refuse = Refusals(self._error, operation.id).refuse
        self._creation: Creation | None = None
        self._projectors: dict[Any, Projector] = {}
        self._reading: Reading | None = None
        self._graphql: Any = None
        self._binding = api.behaviour.bindings.get(operation.id)
        self._about = self._binding.resource if self._binding is not None else ""
        self._created_here = self._vendor, self._about
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
        self._reading = usual_reading(self._vendor, binding, operation, resource)

    def _form(self, accept: bytes) -> Form | None:
        """How the response that `Accept` selects shows records; None where it is about none."""
        found = self._selector.first_acceptable(accept.decode("latin-1"))
        if found is None or self._binding is None:
            return None
        key = found.status, found.media_type, found.example
        return Form(found, self._projectors.get(key))

    def _error(self, kind: str) -> PreparedResponse | None:
        own = refusals.documented(kind, self._selector)
        return own or self._errors.declared(kind, self._id) or self._errors.usual(kind, self._id)

    def entering(self, enter: Enter) -> Enter:
        """The step by which requests enter a space; most reads get their response by it."""
        return enter if self._reading is None else self._reading.entering(enter)

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
            form = self._forms[context.accept]
            if form is None:
                return None
            world = space.worlds.get(self._vendor) or space.world(self._vendor)
            if self._creation is not None:
                made = self._created(self._creation, context, space, world, form)
                if made is not None:
                    return made
            return self._decided(context, space, world, form)
        except FullError as error:
            decision = Decision(self._id, _FULL, 507, reason=str(error))
            return problem(507, str(error), decision=decision)

    def _created(
        self, creation: Creation, context: RequestContext, space: Space, world: World, form: Form
    ) -> PreparedResponse | None:
        """The response to a usual creation, None for any other."""
        found = creation.draw(context.body_value, len(context.body), world, space.now)
        if found is None:
            return None
        record, recipe = found
        shown = recipe.shown.get(form, NOTHING)
        if shown is NOTHING:
            shown = creation.shown(recipe, form)
            recipe.shown.keep(form, shown, len(context.body))
        whole = record.value
        value = None if shown is None else whole if shown.is_record else shown.value(whole)
        if value is None:
            outcome = Outcome(changes=[Change(self._about, None, record)], records=[record])
            world.commit(outcome.changes)
            return self._told(context, space, form, outcome, self._read(context))
        body = to_json(value)
        record.size = size = len(body if value is whole else to_json(whole))
        world.is_new = False
        world.store.add(self._about, record)
        if value is whole:
            # Made again of its text when it is needed.
            record.text = body
            del record.value
        context.trace = record, self._created_here, size, ()
        fields = _field(self._about, record.id, 1) + space.field
        known = form.heads.get(space.seed) or form.head(space.seed)
        return ExtendedResponse(known, fields, body)

    def _of_graphql(self, context: RequestContext) -> PreparedResponse | None:
        response: PreparedResponse | None
        response, outcome = self._graphql.respond(context)
        if outcome is not None and response is not None:
            context.trace = outcome.trace(self._vendor)
            response = self._described(response, None, [])
        return response

    def _decided(
        self, context: RequestContext, space: Space, world: World, form: Form
    ) -> PreparedResponse:
        message = self._read(context)
        try:
            outcome = world.run(self._decider.decide(message, space.now()))
        except RefusedError as refused:
            return self._refused(refused)
        return self._told(context, space, form, outcome, message)

    def _told(
        self,
        context: RequestContext,
        space: Space,
        form: Form,
        outcome: Outcome,
        message: Message,
    ) -> PreparedResponse:
        is_one = len(outcome.records) == 1 and not outcome.numbers
        record = outcome.records[0] if is_one else None
        shown = None if record is None else (self._about, record.id, record.version)
        context.trace = outcome.trace(self._vendor, shown)
        scope = Scope(message, list={"count": len(outcome.records), **outcome.numbers})
        made = self._response(form, outcome, record, scope, space.seed)
        made.head += space.field
        if outcome.warnings:
            context.warn(*outcome.warnings)
        is_of_record = form.projector is not None and form.projector.is_of_record
        if self._reading is not None and record is not None and is_of_record:
            self._reading.keep(record, context, made)
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
        form: Form,
        outcome: Outcome,
        record: Record | None,
        scope: Scope,
        seed: int | str,
    ) -> PreparedResponse:
        """The documented response with the values of records; the example where that is invalid."""
        candidate, projector, notes = form.candidate, form.projector, list(outcome.notes)
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
            return self._described(candidate.of_value(value, SIMULATED, str(seed)), record, notes)
        known, body = form.head(seed), to_json(value)
        head = known.head + b"content-length: %d\r\n" % len(body)
        response = PreparedResponse(known.status, head, body, known.decision)
        return self._described(response, record, notes)

    def _described(
        self, response: PreparedResponse, record: Record | None, notes: list[str]
    ) -> PreparedResponse:
        """A new response with the record that it shows, and with what was not done."""
        known, head = response.decision, response.head
        reason = "; ".join(notes)
        if known.basis != SIMULATED:
            head = response.with_headers([(b"x-greenroom-basis", SIMULATED.encode())]).head
        if record is not None and self._binding is not None:
            head += _field(self._about, record.id, record.version)
        if notes:
            head += b"x-greenroom-reason: %b\r\n" % header_value(reason)
        decision = known._replace(basis=SIMULATED, reason=reason)
        return PreparedResponse(response.status, head, response.body, decision)


def _field(resource: str, id: str, version: int) -> bytes:
    """The header field about the record that a response shows."""
    return b"x-greenroom-resource: %b\r\n" % header_value(f"{resource} {id} version {version}")


def _reads_fields(binding: Binding) -> bool:
    """Whether an expression is about the header fields of a request."""
    if binding.paging is not None and (binding.paging.next_url or binding.paging.previous_url):
        return True
    pairs = [pair for each in binding.projections for pair in (*each.pairs, *each.item_pairs)]
    values = [each.value for each in (*pairs, *binding.sets, *binding.identify)]
    values += [check.value for check in binding.checks]
    return any("$request.header" in value.expression for value in values)
