"""The control routes of spaces: `openapi.json` says what fits, and a handler does it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote, unquote

from ...contract.catalog import build
from ...contract.model import Contract, Operation
from ...errors import GreenroomError
from ...http.json_decoding import decode_json
from ...http.pairs import query_pairs
from ...journal.ring import RequestRing
from ...mock.mock import Mock
from ...mock.pipeline import Behaviour, RequestContext, Step
from ...mock.response.prepared import PreparedResponse, prepare, problem
from ...mock.response.selection import ResponseSelector
from ...state.spaces import Spaces
from ..connexion_seams import Receive, Scope, Send
from ..receiving import DisconnectedError, receive_body
from . import faults, requests, resources, spaces, verdicts
from .call import DOCUMENT, Call, Served, reply
from .stream import Stream

# Snapshots are the largest bodies: the records of a space, and what is around them.
_MAX_BODY = 128 * 1024 * 1024
_MODULES = (spaces, resources, requests, faults, verdicts)
# In `listSpaces` before each of the words but the first.
_NEXT_WORD = re.compile(r"(?=[A-Z])")


class SpaceRoutes:
    """The routes as an ASGI application: a mock of the document, in which handlers respond."""

    def __init__(
        self, spaces: Spaces, ring: RequestRing, contracts: Mapping[str, Contract]
    ) -> None:
        served = Served(spaces, ring, contracts)

        def compile_step(operation: Operation, selector: ResponseSelector) -> Step | None:
            name = _NEXT_WORD.sub("_", operation.id).lower()
            handlers = (getattr(module, name, None) for module in _MODULES)
            handle = next(filter(None, handlers), None)
            return None if handle is None else partial(_respond, handle, served)

        behaviour = Behaviour(responders=[compile_step])
        contract = build(DOCUMENT, "control", "openapi.json")
        self._mock = Mock(contract, authenticate=False, behaviour=behaviour)
        self._stream = Stream(served)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, which is let in (ASGI 3)."""
        path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
        body = partial(receive_body, receive, _MAX_BODY)
        headers, query, method = dict(scope["headers"]), scope["query_string"], scope["method"]
        result = self._mock.respond(RequestContext(method, path, headers, query, b"", body))
        try:
            response = result if isinstance(result, PreparedResponse) else await result
        except DisconnectedError:
            return
        if (response.decision.operation, method, response.status) == ("streamEvents", "GET", 200):
            name = dict(query_pairs(query))["space"]
            await self._stream(unquote(name), scope, receive, send)
            return
        await send(response.start)
        await send(response.end if method != "HEAD" else {"type": "http.response.body"})


def _respond(
    handle: Callable[[Call], Any], served: Served, context: RequestContext
) -> PreparedResponse:
    path = {name: unquote(value) for name, value in context.path_parameters.items()}
    query = {name: unquote(value) for name, value in query_pairs(context.query)}
    call = Call(served, path, query, decode_json(context.body) if context.body else {})
    try:
        found = handle(call)
    except GreenroomError as error:
        return problem(getattr(error, "status", 400), str(error))
    if found is None:
        return prepare(204, (), b"")
    return reply(*found) if isinstance(found, tuple) else reply(found)
