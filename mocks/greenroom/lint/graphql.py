"""The rule for `x-graphql`: executing the request examples gives the response examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..contract.behaviour.values import node_of
from ..contract.loading.companion_files import GRAPHQL_KEY, missing_files
from ..contract.model import Example, MediaType, Operation, Response
from ..contract.provenance import PROVENANCE_KEY
from ..schema import json_pointer as ptr
from .document import Document, Messages, listed

if TYPE_CHECKING:
    from ..graphql.execution import Executable, GraphqlResult

_KEYS = ("schema", "rejected", "resources", "fields", PROVENANCE_KEY)
# One that every schema can execute, and one that none can.
_TYPENAME = {"query": "{ __typename }"}
_BROKEN = {"query": "{"}


def executed(document: Document) -> Messages:
    """Executing the documented GraphQL requests gives the documented responses."""
    for part, where in document.having(GRAPHQL_KEY, "operation"):
        section, *_, method = ptr.split(part.pointer)
        if section == "webhooks":
            yield where, "not for webhooks; leave it out"
        elif method != "post":
            yield where, "a query is sent with POST"
        for name in part.node[GRAPHQL_KEY]:
            if name not in _KEYS:
                yield ptr.join(where, name), f"not a key of {GRAPHQL_KEY}; known: {listed(_KEYS)}"
        fields = node_of(part.node, GRAPHQL_KEY).get("fields", {})
        events = [webhook.path for webhook in document.contract.webhooks]
        for event in (each for entry in fields.values() for each in entry.get("emit", ())):
            if event not in events:
                yield ptr.join(where, "fields"), f"there is no event {event!r}"
    for problem in missing_files(document.parts, document.companions):
        yield problem.pointer, problem.message
    for operation in document.contract.operations:
        if operation.graphql is not None:
            if not any(media.is_json for media in operation.request_content):
                yield operation.graphql.pointer, "no JSON request body; a query is sent in one"
            yield from _rejected(operation)
            yield from _executed(document, operation)


def _rejected(operation: Operation) -> Messages:
    assert operation.graphql is not None
    status = operation.graphql.rejected
    documented = [r.status for r in operation.responses if r.status.startswith("4") and _json(r)]
    if status is not None and status not in documented:
        where = ptr.join(operation.graphql.pointer, "rejected")
        known = listed(documented)
        yield where, f"{status!r} is not a documented 4XX response in JSON; those are {known}"


def _executed(document: Document, operation: Operation) -> Messages:
    # Loads the GraphQL library, which few contracts need.
    from ..contract.graphql_schema import GraphqlSchemaError, compile_schema
    from ..graphql.execution import Executable

    assert operation.graphql is not None
    where = ptr.join(operation.graphql.pointer, "schema")
    try:
        schema = compile_schema(operation.graphql.text)
    except GraphqlSchemaError as error:
        yield where, f"{operation.graphql.file}: {error}"
        return
    executable = Executable(schema, operation)
    yield from _fields(operation, executable, where)
    yield from _requests(operation, executable)
    yield from _schemas(document, operation, executable)


def _fields(operation: Operation, executable: Executable, where: str) -> Messages:
    from ..contract.graphql_schema import roots
    from ..graphql.data import example_pairs

    fields = [(root.name, name) for root in roots(executable.schema) for name in root.fields]
    for type_name, name in fields:
        if (type_name, name) not in executable.fields:
            yield where, f"{type_name}.{name} has no data in an example of a 2XX response"
    names = {name for _, name in fields}
    for request, response in example_pairs(operation):
        for key in response.value["data"] if request is None else ():
            if key not in names:
                message = f"{key!r} is not a root field, and no request example has the same key"
                yield ptr.join(response.pointer, "value", "data", key), message


def _requests(operation: Operation, executable: Executable) -> Messages:
    from ..graphql.data import is_success, request_examples

    by_name: dict[str, list[Example]] = {}
    for response in operation.responses:
        for media in _json(response):
            for example in media.examples:
                by_name.setdefault(example.name, []).append(example)
    for request in request_examples(operation):
        responses = by_name.get(request.name, [])
        # The others are documented errors, which come only if `Prefer` names them.
        if all(is_success(response.value) for response in responses):
            yield from _compared(request, executable.execute(request.value), responses)


def _compared(request: Example, result: GraphqlResult, responses: list[Example]) -> Messages:
    if "errors" in result.value:
        reason = " ".join(result.value["errors"][0]["message"].split())
        yield ptr.join(request.pointer, "value"), f"executing it fails: {reason}"
        return
    for response in responses:
        where = ptr.join(response.pointer, "value", "data")
        difference = _difference(response.value["data"], result.value["data"], where)
        if difference is not None:
            place, documented, executed = difference
            yield place, f"{documented}, but executing {request.pointer} gives {executed}"


def _difference(documented: Any, executed: Any, where: str) -> tuple[str, str, str] | None:
    """The pointer where two JSON values first differ, and what each has there."""
    one, other = dict(ptr.walk(documented, where)), dict(ptr.walk(executed, where))
    for place in dict.fromkeys((*one, *other)):
        if place not in one or place not in other:
            return (place, "absent", "it") if place not in one else (place, "present", "nothing")
        value, result = one[place], other[place]
        is_same = value == result and isinstance(value, bool) == isinstance(result, bool)
        has_parts = type(value) is type(result) and isinstance(value, dict | list)
        if not (is_same or has_parts):
            return place, repr(value)[:80], repr(result)[:80]
    return None


def _schemas(document: Document, operation: Operation, executable: Executable) -> Messages:
    """The response schema allows whatever executing a request can give."""
    assert operation.graphql is not None
    for request in (_TYPENAME, _BROKEN):
        result = executable.execute(request)
        rejected = None if result.executed else operation.graphql.rejected
        responses = [r for r in operation.responses if r.status == rejected]
        responses = responses if rejected else [*operation.successes[:1]]
        for media in (media for response in responses for media in _json(response)):
            if media.schema is not None:
                for error in document.schemas.errors(media.schema, result.value):
                    reason = f"{error.message} (schema {error.schema})"
                    yield media.pointer, f"forbids the response to {request}: {reason}"


def _json(response: Response) -> list[MediaType]:
    return [media for media in response.content if media.is_json]
