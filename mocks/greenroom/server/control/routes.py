"""The control routes of spaces: `openapi.json` says what fits, and a handler does it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
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
from ...state.store import FullError
from ..connexion_seams import Receive, Scope, Send
from ..receiving import DisconnectedError, receive_body
from . import requests, resources, scenarios, spaces
from .call import Call, Served, reply
from .stream import Stream

# Snapshots are the largest bodies: the records of a space, and what is around them.
_MAX_BODY = 128 * 1024 * 1024
DOCUMENT = json.loads(Path(__file__).with_name("openapi.json").read_text("utf-8"))
# By operation id. A handler returns a JSON value, one with its status, or None for 204.
_HANDLERS: Mapping[str, Callable[[Call], Any]] = {
    "listSpaces": spaces.list_spaces,
    "getSpace": spaces.get_space,
    "putSpace": spaces.put_space,
    "deleteSpace": spaces.delete_space,
    "resetSpace": spaces.reset_space,
    "getSnapshot": spaces.get_snapshot,
    "putSnapshot": spaces.put_snapshot,
    "listResources": resources.list_resources,
    "listRecords": resources.list_records,
    "createRecord": resources.create_record,
    "getRecord": resources.get_record,
    "updateRecord": resources.update_record,
    "deleteRecord": resources.delete_record,
    "listRequests": requests.list_requests,
    "clearRequests": requests.clear_requests,
    "getRequest": requests.get_request,
    "verifyRequests": requests.verify_requests,
    "listScenarios": scenarios.list_scenarios,
    "playScenario": scenarios.play_scenario,
    "listExampleRequests": requests.list_example_requests,
    "getControlDocument": lambda call: DOCUMENT,
}


class SpaceRoutes:
    """The routes as an ASGI application: a mock of the document, in which handlers respond."""

    def __init__(
        self, spaces: Spaces, ring: RequestRing, contracts: Mapping[str, Contract]
    ) -> None:
        served = Served(spaces, ring, contracts)

        def compile_step(operation: Operation, selector: ResponseSelector) -> Step | None:
            handle = _HANDLERS.get(operation.id)
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
    try:
        call = Call(served, path, query, decode_json(context.body) if context.body else {})
        found = handle(call)
    except GreenroomError as error:
        return problem(getattr(error, "status", 400), str(error))
    except FullError as error:
        return problem(507, str(error))
    if found is None:
        return prepare(204, (), b"")
    return reply(*found) if isinstance(found, tuple) else reply(found)
