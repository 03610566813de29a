"""How a request gets into a space, and what happens when it has its response.

The simulation is imported when the first space is used, so that a server without spaces does not
pay for it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote
from weakref import proxy

from ..contract.loading.parsing import parse_value, read_text
from ..contract.model import Contract, Operation
from ..errors import GreenroomError
from ..journal.ring import RequestRing
from ..mock.mock import Mock
from ..mock.pipeline import Behaviour, Enter, RequestContext, Result, Step
from ..mock.response.prepared import ExtendedResponse, PreparedResponse, problem
from ..mock.response.selection import ResponseSelector
from .connexion_seams import Scope
from .origins import may_use_spaces, normal
from .uvicorn_fast_path import MESSAGE

if TYPE_CHECKING:
    from ..state.spaces import Spaces
    from .spaces.living import Living
    from .spaces.rules import SpaceRules

# The sign `~` before the name of a space, encoded (RFC 3986 section 2.3).
_TILDES = ("%7E", "%7e")
DEFAULT_SPACE = "default"
# What all spaces may take by default, in bytes.
LARGEST = 256 * 1024 * 1024
# In digits.
_LONGEST_HOPS = 6
# In the scope of a request that no event loop of the server processes: what is to be done in one.
DRIVEN = "greenroom.driven"


def in_path(path: str) -> tuple[str | None, str]:
    """The space that a path begins with, None without one, and the path below it."""
    start = 2 if path[1:2] == "~" else 4 if path.startswith(_TILDES, 1) else 0
    if not start:
        return None, path
    end = path.find("/", start)
    name, rest = (path[start:end], path[end:]) if end > 0 else (path[start:], "/")
    return unquote(name) if "%" in name else name, rest


class Kinds(NamedTuple):
    """The classes that make what spaces consist of."""

    spaces: Any
    store: Any
    journal: Any
    deliveries: Any


class SpaceAccess:
    """The spaces of a server, and the steps by which requests use them.

    With `stateful` requests that name no space have that of DEFAULT_SPACE. `origins` are those of
    pages that may use spaces, beside those of this machine and of the server. `journal` is how many
    requests each space keeps, `largest` how many bytes all of them may take. `deliver_to` and
    `receivers` are those of `Receivers`: which hosts webhooks may go to beside this machine, and
    which addresses have others in their place. With `rate_limits` the limits that contracts state
    are kept in every new space. `with_rules` are the names of those that have faults or limits;
    while there are none, nothing is decided about either.
    """

    def __init__(
        self,
        contracts: Sequence[Contract],
        stateful: bool = False,
        origins: Sequence[str] = (),
        journal: int = 1000,
        largest: int = LARGEST,
        deliver_to: Sequence[str] = (),
        receivers: Mapping[str, str] | None = None,
        rate_limits: bool = False,
    ) -> None:
        self._deliver_to, self._receivers = deliver_to, receivers or {}
        self.ring = RequestRing()
        self.with_rules: set[str] = {""} if rate_limits else set()
        self._rate_limits = rate_limits
        self._rules: dict[tuple[str, str], SpaceRules] = {}
        self._journal, self._largest = journal, largest
        self._contracts = contracts
        self._default = DEFAULT_SPACE if stateful else None
        self._origins = set(map(normal, origins))

    # Whether other processes have the same spaces: what is done in one has to be shared with them.
    is_shared = False
    refusal: str | None = None  # Why there are no spaces.

    def leave(
        self, context: RequestContext, response: PreparedResponse, scope: Scope
    ) -> PreparedResponse:
        """The response to a request, which the journal of its space keeps, or else the ring.

        One that was refused before it got into its space is kept there if there is one. Where there
        is nothing to go on with in the space, the request has no account any more.
        """
        space = context.account
        if space is None:
            name = context.space
            if name is None or (space := self.spaces.get(name)) is None:
                self.ring.note(context, response)
                return response
            context.began = time.time()
        # A usual creation has the field already, and what a record keeps, perhaps with warnings.
        if type(response) is not ExtendedResponse:
            head, field = response.head, space.field
            if not (head.endswith(field) or field in head):
                response = PreparedResponse(
                    response.status, head + field, response.body, response.decision
                )
        if context.applied is not None:
            response = context.applied.on(response)
        clock = space.clock
        now = None if clock.is_of_machine else clock.now()
        space.journal.append(context, response, now, scope.get(MESSAGE))
        if not (space.agenda.pending or (space.deliveries is not None and space.deliveries.ready)):
            context.account = None
        return response

    @cached_property
    def spaces(self) -> Spaces:
        """All spaces."""
        from ..contract.behaviour.reading import behaviour_of
        from ..state.space import Space
        from ..stores.memory import Budget
        from ..stores.total import Share, Total
        from ..webhooks.destination import Receivers

        kinds = self._kinds()
        total = Total(self._largest)

        def deliveries_of(space: Space) -> Any:
            own = proxy(space)
            return kinds.deliveries(
                space,
                lambda: Receivers(self._deliver_to, {**self._receivers, **own.receivers}),
                Share(total).take,
            )

        spaces: Spaces = kinds.spaces(
            self._contracts,
            behaviour_of,
            lambda: partial(kinds.store, Budget(share=Share(total))),
            lambda: kinds.journal(self._journal, take=Share(total).take),
            deliveries_of=deliveries_of,
            with_rules=self.with_rules,
            rate_limits=self._rate_limits,
        )
        total.make_room = spaces.make_room
        return spaces

    def _kinds(self) -> Kinds:
        from ..journal.journal import Journal
        from ..state.spaces import Spaces
        from ..stores.memory import MemoryStore
        from ..webhooks.deliveries import Deliveries

        return Kinds(Spaces, MemoryStore, Journal, Deliveries)

    @cached_property
    def living(self) -> Living:
        """What moves the time of spaces, and sends their webhooks."""
        from .spaces.living import Living

        return Living(self.spaces)

    def play(self, file: Path) -> None:
        """Give the space for requests without one what a scenario in a YAML or JSON file states.

        Raises GreenroomError.
        """
        from ..state.documents import play

        scenario = self._read(file)
        try:
            play(self.spaces.use(DEFAULT_SPACE, "scenario"), scenario)
        except GreenroomError as error:
            raise GreenroomError(*f"{file}: {error}".splitlines()) from error

    def _read(self, file: Path) -> Any:
        return parse_value(read_text(file, str(file)), str(file))

    def behaviour(self, contract: Contract, added: Behaviour) -> Behaviour:
        """The steps of a contract's mock, with those that are added to every mock."""

        def in_space(operation: Operation, selector: ResponseSelector) -> tuple[Enter, Step]:
            from ..state.responder import StatefulOperation

            made = StatefulOperation(self.spaces.api(contract.name), operation, selector)
            return made.entering(self.enter), made.respond

        return replace(added, in_space=in_space, stateful=self._default is not None)

    def respond(
        self, mock: Mock, context: RequestContext, client: str
    ) -> PreparedResponse | Awaitable[PreparedResponse]:
        """The response to a request from an address, where spaces have faults or limits."""
        if context.space not in self.with_rules and context.space and not self._rate_limits:
            return mock.respond(context)
        found = mock.route(context.path)
        compiled = found and found[0].operations.get(context.method)
        if found is None or compiled is None:
            return mock.respond(context)
        context.vendor, context.operation = mock.contract.name, compiled.operation
        context.path_parameters, context.client = found[1], client
        key = (context.vendor, compiled.operation.pointer)
        if key not in self._rules:
            from .spaces.rules import SpaceRules

            self._rules[key] = SpaceRules(mock.contract, compiled)
        rules = self._rules[key]
        name = rules.space_of(context) or self._default
        space = self.spaces.get(name) if name in self.with_rules else None
        if space is None:
            return mock.respond(context)
        context.space = name
        return rules.before(context, space) or mock.respond(context)

    def enter(self, context: RequestContext, named: str | None = None) -> Result:
        """Let a request whose credential is accepted into its space, or `named`, if it has any."""
        name = context.space if context.space is not None else named or self._default
        if name is None:
            return None
        headers = context.headers
        if b"origin" in headers and not may_use_spaces(headers, self._origins):
            origin = headers[b"origin"].decode("latin-1")
            return problem(403, f"the page {origin} may not use spaces; see --allow-origin")
        try:
            context.account = space = self.spaces.use(name, "request")
        except GreenroomError as error:
            return problem(400, str(error))
        context.began = space.last_used
        context.space = name
        if space.hops or b"x-greenroom-hops" in headers:
            hops = headers.get(b"x-greenroom-hops", b"")
            space.hops = int(hops) if hops.isdigit() and len(hops) < _LONGEST_HOPS else 0
        if name in self.with_rules:
            rules = self._rules.get((context.vendor, context.operation.pointer))
            return None if rules is None else rules.entered(context, space)
        return None

    def steered(self, respond: Step) -> Step:
        """The responder of a control route; where spaces are shared it does more."""
        return respond

    async def visited(self, parts: Sequence[str]) -> PreparedResponse | None:
        """Have what a page of the console shows as it is; the response where that fails."""
        return None

    def begin(self) -> None:
        """Do from now on what nobody asks for, where spaces are shared."""

    async def look(self, name: str) -> None:
        """Have a space as it is, where spaces are shared."""

    def sent(self, space: Any, scope: Scope) -> None:
        """Go on in a space when a request has its response: with webhooks, and with time."""
        deliveries = space.deliveries
        is_ready = deliveries is not None and deliveries.ready
        if is_ready or (space.agenda.pending and space.clock.running):
            go_on = partial(self.living.leave, space)
            scope[DRIVEN].append(go_on) if DRIVEN in scope else go_on()
