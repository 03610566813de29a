"""Links: they lead somewhere, can be worked out, and touch nothing that the caller did not make."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..contract.links import LinkReader, filled, with_link_body
from ..contract.model import Example, Link, Operation, Response
from ..contract.runtime_expressions import NOTHING, Message, evaluate, expressions, parse
from ..schema import json_pointer as ptr
from .document import Document, Found, listed

# What may be sent with something that the caller did not make: to nobody, changing nothing.
_NEVER_OF_OTHERS = frozenset(("change", "delete", "contact"))
_NO_BODY = Example("", NOTHING, "")


@dataclass(frozen=True, slots=True)
class _Use:
    """A link of an answer of an operation, and the operation that it leads to."""

    source: Operation
    response: Response
    link: Link
    target: Operation


def _uses(document: Document) -> Iterator[_Use]:
    known = {operation.id: operation for operation in document.contract.operations}
    for operation in known.values():
        for response in operation.responses:
            for link in response.links:
                yield _Use(operation, response, link, known[link.operation_id])


def targets(document: Document) -> Iterator[Found]:
    """A link leads to an operation here, by its operationId, and is called after it."""
    reader = LinkReader(document.document)
    for part in document.of_kind("link"):
        name = ptr.split(part.pointer)[-1]
        target = reader.target(part.node)
        if "operationRef" in part.node:
            yield ptr.join(part.pointer, "operationRef"), "write the operationId instead"
        elif target is None:
            where = ptr.join(part.pointer, "operationId")
            yield where, f"no operation under paths is called {part.node['operationId']!r}"
        elif not name.startswith(target[:1].upper() + target[1:]):
            right = target[:1].upper() + target[1:]
            yield part.pointer, f"called {name!r}; begin with what it leads to: {right}"


def places(document: Document) -> Iterator[Found]:
    """A link fills parameters of its target, and members that an example of its body has."""
    for use in _uses(document):
        if not use.link.parameters and use.link.body is None:
            yield use.link.pointer, "gives nothing; write `parameters` or `requestBody`"
        for key in use.link.parameters:
            if filled(use.target, key) is None:
                where = ptr.join(use.link.pointer, "parameters", key)
                known = listed(parameter.name for parameter in use.target.parameters)
                yield where, f"{use.target.id} has no parameter {key!r}; it has {known}"
        for where in _members(use.link.body) if use.link.body is not None else ():
            if not any(_has(example, where) for example in _bodies(use.target)):
                message = f"no example of the body of {use.target.id} has anything at {where!r}"
                yield ptr.join(use.link.pointer, "requestBody") + where, message


def _members(body: Any) -> Iterator[str]:
    return (where for where, value in ptr.walk(body) if not isinstance(value, (dict, list)))


def _bodies(operation: Operation) -> list[Any]:
    content = operation.body.content if operation.body else ()
    return [example.value for media_type in content for example in media_type.examples]


def _has(value: Any, pointer: str) -> bool:
    with suppress(LookupError):
        ptr.look_up(value, pointer)
        return True
    return False


def well_formed(document: Document) -> Iterator[Found]:
    """Every expression of a link is a runtime expression."""
    for part in document.of_kind("link"):
        for key in ("parameters", "requestBody"):
            for where, text in expressions(part.node.get(key)):
                try:
                    parse(text)
                except ValueError as error:
                    yield ptr.join(part.pointer, key) + where, str(error)


def resolved(document: Document) -> Iterator[Found]:
    """What a link gives can be worked out from an example of its answer, and fits its target."""
    for use in _uses(document):
        messages = _messages(use)
        for key, value in use.link.parameters.items():
            parameter = filled(use.target, key)
            if parameter is not None and parameter.schema is not None:
                where = ptr.join(use.link.pointer, "parameters", key)
                yield from _judged(document, messages, where, value, parameter.schema)
        body = use.target.body if use.link.body is not None else None
        for media_type in body.content if body else ():
            for example in media_type.examples if media_type.schema else ():
                where = ptr.join(use.link.pointer, "requestBody")
                yield from _judged(
                    document, messages, where, use.link.body, media_type.schema or "", example
                )


def _judged(
    document: Document,
    messages: list[Message],
    where: str,
    value: Any,
    schema: str,
    example: Example | None = None,
) -> Iterator[Found]:
    """Whether a value resolves in one message to what a schema allows, laid over an example."""
    reason = ""
    for message in messages:
        try:
            given = evaluate(value, message)
        except LookupError as error:
            reason = reason or str(error.args[0])
            continue
        except ValueError:
            return
        if example is not None:
            given = with_link_body(example.value, given)
        fault = next(document.schemas.errors(schema, given), None)
        if fault is None:
            return
        reason = f"{fault.instance or 'the value'}: {fault.message}"
    over = f" the example {example.name!r} of" if example is not None else ""
    if reason:
        yield where, f"no example of the answer gives what fits{over} the target: {reason}"


def _messages(use: _Use) -> list[Message]:
    """The exchanges that the examples of an operation and one of its answers tell of."""
    given: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
    for parameter in use.source.parameters:
        if parameter.examples:
            given[parameter.location][parameter.name] = parameter.examples[0].value
    headers = {h.name: h.examples[0].value for h in use.response.headers if h.examples}
    content = use.source.body.content if use.source.body else ()
    asked = [example for media_type in content for example in media_type.examples]
    answered = [example for media_type in use.response.content for example in media_type.examples]
    return [
        Message(
            url=use.source.path,
            method=use.source.method,
            status=int(use.response.status) if use.response.status.isdigit() else 0,
            path=given["path"],
            query=given["query"],
            headers=given["header"],
            request_body=body,
            response_headers=headers,
            response_body=answer.value,
        )
        for answer in answered or [_NO_BODY]
        for body in _requests(asked, answer)
    ]


def _requests(asked: list[Example], answer: Example) -> list[Any]:
    """The bodies that an answer may belong to: those that share its key, else all."""
    paired = [example.value for example in asked if example.name == answer.name]
    return paired or [example.value for example in asked or [_NO_BODY]]


def effects(document: Document) -> Iterator[Found]:
    """What a call did not make is only read, or referred to by what is made without a contact."""
    for use in _uses(document):
        said = set(use.target.effects)
        if "create" in use.source.effects or said == {"read"}:
            continue
        if "create" not in said or said & _NEVER_OF_OTHERS:
            message = (
                f"{use.source.id} made nothing, so what it answers is not for {use.target.id}, "
                f"whose effect is {listed(use.target.effects)}; link it from what was created"
            )
            yield use.link.pointer, message


def identifiers(document: Document) -> Iterator[Found]:
    """x-identifier is true, on a parameter outside of the path: those in it are identifiers."""
    for part in document.of_kind("parameter"):
        if "x-identifier" not in part.node:
            continue
        where = ptr.join(part.pointer, "x-identifier")
        if part.node["x-identifier"] is not True:
            yield where, f"{part.node['x-identifier']!r}; write true, or leave it out"
        elif part.node["in"] == "path":
            yield where, "a path parameter is an identifier anyhow; leave it out"
