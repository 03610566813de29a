"""The control routes of spaces: `openapi.json` says what fits, and a handler does it."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote, unquote

from ...console.reference.api import Api
from ...contract.catalog import build
from ...contract.model import Contract, Operation
from ...errors import GreenroomError
from ...http.pairs import query_pairs
from ...mock.mock import Mock
from ...mock.pipeline import Behaviour, RequestContext, Step
from ...mock.response.prepared import PreparedResponse, prepare, problem
from ...mock.response.selection import ResponseSelector
from ...state.finding import RefusedError
from ..connexion_seams import Receive, Scope, Send
from ..receiving import DisconnectedError, receive_body
from ..space_access import SpaceAccess
from . import clock, deliveries, faults, prepared, received, requests, resources, spaces
from .call import DOCUMENT, Call, Served, reply
from .stream import Stream

# Snapshots are the largest bodies: the records of a space, and what is around them.
_MAX_BODY = 128 * 1024 * 1024
_MODULES = (spaces, resources, requests, clock, deliveries, faults, prepared, received)
_SAFE = ("GET", "HEAD", "OPTIONS")
# In `listSpaces` before each of the words but the first.
_NEXT_WORD = re.compile(r"(?=[A-Z])")


# The URL of a contract's mock in a space, for whoever requests like this.
Url = Callable[[Contract, Scope, str], str]


@dataclass(slots=True, eq=False)
class ControlContext(RequestContext):
    """A request to a control route; `address` gives URLs of mocks as the client reaches them."""

    address: Callable[[Contract, str], str] = field(init=False)


class SpaceRoutes:
    """The routes as an ASGI application: a mock of the document, in which handlers respond."""

    def __init__(self, access: SpaceAccess, apis: Mapping[str, Api], url: Url) -> None:
        self._access, self._url = access, url
        self.served = served = Served(access, apis)

        def compile_step(operation: Operation, selector: ResponseSelector) -> Step | None:
            name = _NEXT_WORD.sub("_", operation.id).lower()
            handlers = (getattr(module, name, None) for module in _MODULES)
            handle = next(filter(None, handlers), None)
            respond = handle and partial(_respond, handle, served)
            return respond and access.steered(respond)

        behaviour = Behaviour(responders=[compile_step])
        contract = build(DOCUMENT, "control", "openapi.json")
        self._mock = Mock(contract, authenticate=False, behaviour=behaviour)
        self._stream = Stream(served, access.look if access.is_shared else None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, which is let in (ASGI 3)."""
        path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
        body = partial(receive_body, receive, _MAX_BODY)
        headers, query, method = dict(scope["headers"]), scope["query_string"], scope["method"]
        context = ControlContext(method, path, headers, query, b"", body)
        context.address = lambda contract, space: self._url(contract, scope, space)
        result = self._mock.respond(context)
        try:
            response = result if isinstance(result, PreparedResponse) else await result
        except DisconnectedError:
            return
        if (response.decision.operation, method, response.status) == ("streamEvents", "GET", 200):
            name = dict(query_pairs(query))["space"]
            await self._stream(unquote(name), scope, receive, send)
            return
        if violations := dict(response.headers).get(b"x-greenroom-violations"):
            own = tuple(each for each in response.headers if each[0].startswith(b"x-greenroom-"))
            said = response.decision.reason
            response = problem(response.status, said, own, violations=json.loads(violations))
        await send(response.start)
        await send(response.end if method != "HEAD" else {"type": "http.response.body"})
        named = getattr(context, "path_parameters", {}).get("space")
        space = self._access.spaces.get(unquote(named)) if named and method not in _SAFE else None
        if space is not None:
            self._access.sent(space, scope)


def _respond(
    handle: Callable[[Call], Any], served: Served, context: ControlContext
) -> PreparedResponse | Awaitable[PreparedResponse]:
    path = {name: unquote(value) for name, value in context.path_parameters.items()}
    query = {name: unquote(value) for name, value in query_pairs(context.query)}
    body = context.body_value if context.body else {}
    call = Call(served, path, query, body, context.address)
    try:
        found = handle(call)
    except (GreenroomError, RefusedError) as error:
        return _refusal(error)
    return _awaited(found) if isinstance(found, Awaitable) else _reply(found)


async def _awaited(found: Awaitable[Any]) -> PreparedResponse:
    try:
        return _reply(await found)
    except (GreenroomError, RefusedError) as error:
        return _refusal(error)


def _refusal(error: Exception) -> PreparedResponse:
    if isinstance(error, RefusedError):
        return problem(409, error.reason)
    return problem(getattr(error, "status", 400), str(error))


def _reply(found: Any) -> PreparedResponse:
    if found is None:
        return prepare(204, (), b"")
    return reply(*found) if isinstance(found, tuple) else reply(found)
