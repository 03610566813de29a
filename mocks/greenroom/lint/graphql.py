"""A GraphQL schema beside the contract, and examples that are what it executes to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..contract.loading.companion_files import KEY, missing_files
from ..contract.model import Example, MediaType, Operation, Response
from ..contract.provenance import KEY as PROVENANCE
from ..schema import json_pointer as ptr
from .document import Document, Found, listed

if TYPE_CHECKING:
    from ..graphql.execution import Executable, Outcome

_KEYS = ("schema", "rejected", PROVENANCE)
# Every client can ask the first of these; nobody gets further with the second.
_TYPENAME = {"query": "{ __typename }"}
_BROKEN = {"query": "{"}


def executed(document: Document) -> Iterator[Found]:
    """Executing the documented requests over a GraphQL schema gives the documented answers."""
    for part in document.of_kind("operation"):
        if KEY in part.node:
            yield from _well_formed(part.pointer, part.node[KEY])
    for problem in missing_files(document.document, document.beside):
        yield problem.pointer, problem.message
    for operation in document.contract.operations:
        if operation.graphql is not None:
            if operation.body is None or not any(m.is_json for m in operation.body.content):
                yield operation.graphql.pointer, "a query is sent as JSON; document such a body"
            yield from _rejected(operation)
            yield from _executed(document, operation)


def _well_formed(pointer: str, said: Any) -> Iterator[Found]:
    section, *_, method = ptr.split(pointer)
    if section == "webhooks":
        yield ptr.join(pointer, KEY), "nobody calls a webhook; leave x-graphql out"
    elif method != "post":
        yield ptr.join(pointer, KEY), "a query is sent with POST"
    for name in said:
        if name not in _KEYS:
            yield ptr.join(pointer, KEY, name), f"not a key here; known: {listed(_KEYS)}"


def _rejected(operation: Operation) -> Iterator[Found]:
    assert operation.graphql is not None
    status = operation.graphql.rejected
    documented = [r.status for r in operation.responses if r.status.startswith("4") and _json(r)]
    if status is not None and status not in documented:
        where = ptr.join(operation.graphql.pointer, "rejected")
        yield where, f"{status!r} is no documented error in JSON; those are {listed(documented)}"


def _executed(document: Document, operation: Operation) -> Iterator[Found]:
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
    yield from _shapes(document, operation, executable)


def _fields(operation: Operation, executable: Executable, where: str) -> Iterator[Found]:
    from ..contract.graphql_schema import roots
    from ..graphql.data import pairs

    fields = [(root.name, name) for root in roots(executable.schema) for name in root.fields]
    for type_name, name in fields:
        if (type_name, name) not in executable.sayings:
            yield where, f"{type_name}.{name} has no data in an example of a 2XX response"
    names = {name for _, name in fields}
    for pair in pairs(operation):
        for key in pair.answer.value["data"] if pair.request is None else ():
            if key not in names:
                message = f"{key!r} is no field to begin with, and no request has this key"
                yield ptr.join(pair.answer.pointer, "value", "data", key), message


def _requests(operation: Operation, executable: Executable) -> Iterator[Found]:
    from ..graphql.data import is_answer, requests

    answers: dict[str, list[Example]] = {}
    for response in operation.responses:
        for example in _examples(response):
            answers.setdefault(example.name, []).append(example)
    for request in requests(operation):
        answered = answers.get(request.name, [])
        # What fails by design is only ever named by a `Prefer`.
        if all(is_answer(answer.value) for answer in answered):
            outcome = executable.execute(request.value)
            yield from _compared(request, outcome, answered)


def _compared(request: Example, outcome: Outcome, answered: list[Example]) -> Iterator[Found]:
    if "errors" in outcome.value:
        told = " ".join(outcome.value["errors"][0]["message"].split())
        yield ptr.join(request.pointer, "value"), f"executing it fails: {told}"
        return
    for answer in answered:
        where = ptr.join(answer.pointer, "value", "data")
        difference = _difference(answer.value["data"], outcome.value["data"], where)
        if difference is not None:
            place, shown, got = difference
            yield place, f"{shown}, but executing {request.pointer} gives {got}"


def _difference(shown: Any, got: Any, where: str) -> tuple[str, str, str] | None:
    """The first place where two JSON values differ, and what either has there."""
    if isinstance(shown, dict) and isinstance(got, dict):
        for key in dict.fromkeys((*shown, *got)):
            if key not in shown or key not in got:
                return (
                    ptr.join(where, key),
                    "present" if key in shown else "absent",
                    "it" if key in got else "nothing",
                )
            if found := _difference(shown[key], got[key], ptr.join(where, key)):
                return found
        return None
    if isinstance(shown, list) and isinstance(got, list) and len(shown) == len(got):
        for i, (one, other) in enumerate(zip(shown, got, strict=True)):
            if found := _difference(one, other, ptr.join(where, i)):
                return found
        return None
    same = shown == got and isinstance(shown, bool) == isinstance(got, bool)
    return None if same else (where, repr(shown)[:80], repr(got)[:80])


def _shapes(document: Document, operation: Operation, executable: Executable) -> Iterator[Found]:
    """What is executed is answered in the documented shape, whatever it is."""
    assert operation.graphql is not None
    statuses = sorted(r.status for r in operation.responses if r.status.startswith("2"))
    for request in (_TYPENAME, _BROKEN):
        outcome = executable.execute(request)
        rejected = None if outcome.ran else operation.graphql.rejected
        for response in operation.responses:
            if response.status != (rejected or next(iter(statuses), None)):
                continue
            for media in _json(response):
                if media.schema is not None:
                    for error in document.schemas.errors(media.schema, outcome.value):
                        message = f"{error.message}; says {error.schema} of the answer to {request}"
                        yield media.pointer, message


def _json(response: Response) -> list[MediaType]:
    return [media for media in response.content if media.is_json]


def _examples(response: Response) -> Iterator[Example]:
    for media in _json(response):
        yield from media.examples
