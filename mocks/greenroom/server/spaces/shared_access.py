"""How requests get into spaces that several processes share by a store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property, partial
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ...contract.model import Contract, Operation
from ...decision import Decision
from ...mock.mock import Mock
from ...mock.pipeline import RequestContext, Result, Step
from ...mock.response import refusals
from ...mock.response.prepared import PreparedResponse, problem
from ...mock.security import SPACE_NAME
from ...replicas.deliveries import SharedDeliveries
from ...replicas.journal import SharedJournal
from ...replicas.replica import Replica
from ...replicas.replicas import Replicas
from ...replicas.spaces import SharedSpaces
from ...replicas.store import Store, StoreError
from ...replicas.text import text_of
from ...state.documents import play
from ...state.spaces import IDLE_SECONDS
from ...stores.recording import RecordingStore
from ...version import __version__
from ..connexion_seams import Scope
from ..space_access import DEFAULT_SPACE, Kinds, SpaceAccess
from .shared_living import SharedLiving

# What a request has left its space with is in the journal already.
_LEFT = object()
_NEW_AGAIN = "the store was emptied: this space is new"


class SharedAccess(SpaceAccess):
    """The spaces of a server that shares them with others by the store at `url`."""

    is_shared = True

    def __init__(
        self, url: str, contracts: Sequence[Contract], *arguments: Any, **named: Any
    ) -> None:
        super().__init__(contracts, *arguments, **named)
        # Whoever asks if there are rules at all sends every request of a space to `respond`.
        self.with_rules.add("")
        self._store = Store(url, self._journal)
        self._scenario: Any = None

    @cached_property
    def replicas(self) -> Replicas:
        """The spaces as this process has them."""
        seen = [[each.name, repr(each.document)] for each in self._contracts]
        digest = blake2b(text_of([__version__, seen]), digest_size=8).hexdigest()
        operations = {(c.name, each.id): each for c in self._contracts for each in c.operations}

        def operation(vendor: str, id: str) -> Operation | None:
            return operations.get((vendor, id))

        spaces: Any = self.spaces
        return Replicas(self._store, spaces, digest, IDLE_SECONDS, operation)

    @cached_property
    def living(self) -> SharedLiving:
        """What moves the time of spaces, and sends their webhooks."""
        return SharedLiving(self.replicas)

    def _kinds(self) -> Kinds:
        def deliveries(*arguments: Any) -> SharedDeliveries:
            made = SharedDeliveries(*arguments)
            made.owner = lambda: self.replicas.owner
            return made

        return Kinds(SharedSpaces, RecordingStore, SharedJournal, deliveries)

    def respond(
        self, mock: Mock, context: RequestContext, client: str
    ) -> PreparedResponse | Awaitable[PreparedResponse]:
        """The response to a request, in the space that it names if it names one."""
        name = context.space
        if name is None and (self._default is not None or _may_name(context)):
            name = _named(mock, context) or self._default
        if name is None or not SPACE_NAME.fullmatch(name):
            return mock.respond(context)
        return self._respond(mock, context, client, name)

    def leave(
        self, context: RequestContext, response: PreparedResponse, scope: Scope
    ) -> PreparedResponse:
        """The response to a request, which has left its space if it was in one."""
        return response if context.trace is _LEFT else super().leave(context, response, scope)

    def sent(self, space: Any, scope: Scope) -> None:
        """Nothing: whoever has committed goes on."""

    async def _respond(
        self, mock: Mock, context: RequestContext, client: str, name: str
    ) -> PreparedResponse:
        received = await _received(mock, context)

        async def attempt(replica: Replica) -> tuple[RequestContext, Any, PreparedResponse]:
            made = RequestContext(
                context.method, context.path, context.headers, context.query, context.body,
                lambda *_: received,
            )  # fmt: skip
            made.space, made.reached = context.space, context.reached
            if replica.is_new_again:
                made.warn(_NEW_AGAIN)
            result = SpaceAccess.respond(self, mock, made, client)
            response = result if isinstance(result, PreparedResponse) else await result
            applied = made.applied
            if made.space is not None:
                response = SpaceAccess.leave(self, made, response, {})
            return made, applied, response

        try:
            made, applied, response = await self.run(name, attempt)
            prepared: PreparedResponse = response
        except StoreError as error:
            context.space, context.trace = name, _LEFT
            return _unavailable(error)
        context.vendor, context.space, context.principal = made.vendor, made.space, made.principal
        context.applied = applied
        if made.space is not None:
            context.trace = _LEFT
        return prepared

    def begin(self) -> None:
        """Look from now on for what others have left undone."""
        self.living.begin()

    async def run(self, name: str, work: Callable[[Replica], Any], **how: bool) -> Any:
        """What `work` gives, done in a space, which then goes on with webhooks and with time.

        Raises StoreError.
        """
        self.living.begin()
        if self._scenario is not None:
            scenario, self._scenario = self._scenario, None
            await self.replicas.run(DEFAULT_SPACE, lambda replica: self._begin(replica, scenario))
        found = await self.replicas.run(name, work, **how)
        space = self.replicas.spaces.held(name)
        if space is not None:
            self.living.leave(space)
        return found

    def _begin(self, replica: Replica, scenario: Any) -> None:
        if replica.space is None:
            play(self.spaces.use(DEFAULT_SPACE, "scenario"), scenario)

    def play(self, file: Path) -> None:
        """Give the default space a scenario, if no process has made it yet."""
        super().play(file)
        self._scenario = self._read(file)
        self.spaces.remove(DEFAULT_SPACE)

    def steered(self, respond: Step) -> Step:
        """The responder of a control route, of which `respond` may be asked several times."""
        return partial(self._steered, respond)

    async def _steered(
        self, respond: Callable[[RequestContext], Any], context: Any
    ) -> PreparedResponse:
        async def work(_: Replica) -> PreparedResponse:
            result = respond(context)
            response: PreparedResponse = await result if isinstance(result, Awaitable) else result
            return response

        name, id = context.path_parameters.get("space"), context.operation.id
        body = context.body_value if context.body and isinstance(context.body_value, dict) else {}
        source = (body.get("from") or {}).get("space") if id == "putSpace" else None
        try:
            if isinstance(source, str) and SPACE_NAME.fullmatch(source):
                await self.look(source)
            if name is not None and SPACE_NAME.fullmatch(unquote(name)):
                is_anew = id == "putSpace"
                found: PreparedResponse
                found = await self.run(unquote(name), work, follow=True, anew=is_anew)
                return found
            if id == "listSpaces":
                await self.look_at_all()
        except StoreError as error:
            return _unavailable(error)
        return await work(self.replicas.of(""))

    async def look(self, name: str) -> None:
        """Have a space as it is. Raises StoreError."""
        await self.run(name, lambda _: None, follow=True)

    async def look_at_all(self) -> None:
        """Have all spaces as they are. Raises StoreError."""
        names = {*await self._store.names(), *(space.name for space in self.spaces.all())}
        for name in sorted(names)[: self.spaces.most]:
            await self.look(name)
            if self.replicas.spaces.held(name) is None:
                await self._store.forget(name)

    async def visited(self, parts: Sequence[str]) -> PreparedResponse | None:
        """Have what a page of the console shows as it is; the response where that fails."""
        try:
            if parts and SPACE_NAME.fullmatch(parts[0]):
                await self.look(parts[0])
            else:
                await self.look_at_all()
        except StoreError as error:
            return _unavailable(error)
        return None


def _unavailable(error: StoreError) -> PreparedResponse:
    after = ((b"retry-after", b"1"),) if error.status == 503 else ()
    refusal = "no-store" if error.status == 503 else "store-is-full"
    decision = Decision(None, refusal, error.status, reason=str(error))
    return problem(error.status, str(error), after, decision)


def _may_name(context: RequestContext) -> bool:
    """Whether a credential may name a space."""
    return b"~" in context.query or any(b"~" in value for value in context.headers.values())


def _named(mock: Mock, context: RequestContext) -> str | None:
    """The space that the credential of a request names."""
    found = mock.route(context.path)
    compiled = found and found[0].operations.get(context.method)
    check = compiled.security_check if compiled else None
    return None if check is None else check(context.headers, context.query).space


async def _received(mock: Mock, context: RequestContext) -> Result:
    """Receive the body of a request, or refuse it, before the space is held for it."""
    found = mock.route(context.path)
    compiled = found and found[0].operations.get(context.method)
    receive = context.receive_body
    if not compiled or receive is None or compiled.operation.body is None:
        return None
    refuse, context.vendor = compiled.refuse, mock.contract.name

    def too_large(limit: int) -> PreparedResponse:
        return refuse(refusals.TOO_LARGE, f"the body is larger than {limit} bytes")

    result = receive(context, too_large)
    return await result if isinstance(result, Awaitable) else result
