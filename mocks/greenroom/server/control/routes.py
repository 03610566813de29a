"""The control routes of spaces: `openapi.json` says what fits, and a handler does it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ...contract.catalog import build
from ...contract.model import Operation
from ...errors import GreenroomError
from ...http.json_decoding import decode_json
from ...http.pairs import query_pairs
from ...mock.mock import Mock
from ...mock.pipeline import Behaviour, RequestContext, Step
from ...mock.response.prepared import PreparedResponse, prepare, problem
from ...mock.response.selection import ResponseSelector
from ...state.store import FullError
from . import requests, resources, scenarios, spaces
from .call import Call, Served, reply

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


def control_mock(served: Served) -> Mock:
    """A mock of the control document in which handlers respond in place of examples."""

    def compile_step(operation: Operation, selector: ResponseSelector) -> Step | None:
        handle = _HANDLERS.get(operation.id)
        return None if handle is None else partial(_respond, handle, served)

    contract = build(DOCUMENT, "control", "openapi.json")
    return Mock(contract, authenticate=False, behaviour=Behaviour(responders=[compile_step]))


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
