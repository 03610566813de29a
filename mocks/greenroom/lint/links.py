"""Rules for links: their targets, their values, and the effects of following them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..contract.effects import CHANGE, CONTACT, CREATE, DELETE, READ
from ..contract.extension_schemas import problems
from ..contract.links import target_parameter, with_link_body
from ..contract.model import Example, Link, Operation, Response
from ..contract.runtime_expressions import NOTHING, Message, evaluate, expressions, parse
from ..schema import json_pointer as ptr
from .document import Document, Messages, examples_of, listed, values_at

# Effects that are only allowed on objects that the caller has created.
_ONLY_TO_CREATED = frozenset((CHANGE, DELETE, CONTACT))
_NO_BODY = Example("", NOTHING, "")


@dataclass(frozen=True, slots=True)
class _LinkUse:
    """A link of a response of an operation, and the operation that it targets."""

    source: Operation
    response: Response
    link: Link
    target: Operation


def _uses(document: Document) -> Iterator[_LinkUse]:
    known = {operation.id: operation for operation in document.contract.operations}
    for operation in known.values():
        for response in operation.responses:
            for link in response.links:
                yield _LinkUse(operation, response, link, known[link.operation_id])


def targets(document: Document) -> Messages:
    """A link has the operationId of an operation under paths, and its name begins with it."""
    known = {operation.id for operation in document.contract.operations}
    for part in document.of_kind("link"):
        name = ptr.split(part.pointer)[-1]
        target = part.node.get("operationId", "")
        if "operationRef" in part.node:
            yield ptr.join(part.pointer, "operationRef"), "write the operationId instead"
        elif target not in known:
            where = ptr.join(part.pointer, "operationId")
            yield where, f"{target!r} is not an operationId under paths"
        elif not name.startswith(prefix := target[:1].upper() + target[1:]):
            yield part.pointer, f"the name {name!r} does not begin with its target's, {prefix!r}"


def places(document: Document) -> Messages:
    """A link sets parameters of its target, and properties that an example of its body has."""
    for use in _uses(document):
        if not use.link.parameters and use.link.body is None:
            yield use.link.pointer, "sets nothing; write `parameters` or `requestBody`"
        for key in use.link.parameters:
            if target_parameter(use.target, key) is None:
                where = ptr.join(use.link.pointer, "parameters", key)
                known = listed(parameter.name for parameter in use.target.parameters)
                yield where, f"{use.target.id} has no parameter {key!r}; its parameters: {known}"
        body = ptr.walk(use.link.body) if use.link.body is not None else ()
        for where in (where for where, value in body if not isinstance(value, dict | list)):
            if not list(values_at(examples_of(use.target.body), where)):
                message = f"not in any example of the request body of {use.target.id}"
                yield ptr.join(use.link.pointer, "requestBody") + where, message


def well_formed(document: Document) -> Messages:
    """Every expression in a link is a valid runtime expression."""
    for part in document.of_kind("link"):
        for key in ("parameters", "requestBody"):
            for where, text in expressions(part.node.get(key)):
                try:
                    parse(text)
                except ValueError as error:
                    yield ptr.join(part.pointer, key) + where, str(error)


def resolved(document: Document) -> Messages:
    """For some example of the response, a link evaluates to values that fit its target."""
    for use in _uses(document):
        exchanges = _exchanges(use)
        for key, value in use.link.parameters.items():
            parameter = target_parameter(use.target, key)
            if parameter is not None and parameter.schema is not None:
                where = ptr.join(use.link.pointer, "parameters", key)
                yield from _evaluated(document, exchanges, where, value, parameter.schema)
        body = use.target.body if use.link.body is not None else None
        for media_type in body.content if body else ():
            for example in media_type.examples if media_type.schema else ():
                where = ptr.join(use.link.pointer, "requestBody")
                yield from _evaluated(
                    document, exchanges, where, use.link.body, media_type.schema or "", example
                )


def _evaluated(
    document: Document,
    exchanges: list[Message],
    where: str,
    value: Any,
    schema: str,
    example: Example | None = None,
) -> Messages:
    """A message unless in one of the exchanges the value becomes one that the schema allows.

    With an example of the target's body the value replaces parts of it.
    """
    reason = ""
    for exchange in exchanges:
        try:
            result = evaluate(value, exchange)
        except LookupError as error:
            reason = reason or str(error.args[0])
            continue
        except ValueError:
            # An invalid expression is reported by another rule.
            return
        if example is not None:
            result = with_link_body(example.value, result)
        violation = next(document.schemas.errors(schema, result), None)
        if violation is None:
            return
        reason = f"{violation.instance or 'the value'}: {violation.message}"
    target = f"the example {example.name!r} of the target" if example is not None else "the target"
    if reason:
        yield where, f"no example of the response has a value that fits {target}: {reason}"


def _exchanges(use: _LinkUse) -> list[Message]:
    """The exchanges that the examples of an operation and of the response describe."""
    given: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
    for parameter in use.source.parameters:
        if parameter.examples:
            given[parameter.location][parameter.name] = parameter.examples[0].value
    headers = {h.name: h.examples[0].value for h in use.response.headers if h.examples}
    requests, responses = examples_of(use.source.body), examples_of(use.response)
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
            response_body=response.value,
        )
        for response in responses or [_NO_BODY]
        for body in _request_bodies(requests, response)
    ]


def _request_bodies(requests: list[Example], response: Example) -> list[Any]:
    """The bodies that a response may belong to: those of examples of its name, else all."""
    same_name = [example.value for example in requests if example.name == response.name]
    return same_name or [example.value for example in requests or [_NO_BODY]]


def effects(document: Document) -> Messages:
    """A link from an operation that creates nothing leads to a read, or creates without contact."""
    for use in _uses(document):
        target_effects = set(use.target.effects)
        if CREATE in use.source.effects or target_effects == {READ}:
            continue
        if CREATE not in target_effects or target_effects & _ONLY_TO_CREATED:
            message = (
                f"{use.source.id} creates nothing, but {use.target.id} has the effect "
                f"{listed(use.target.effects)}; link to it from one that creates"
            )
            yield use.link.pointer, message


def identifiers(document: Document) -> Messages:
    """x-identifier is true, and not on path parameters, which are identifiers without it."""
    for part, where in document.having("x-identifier", "parameter"):
        found = list(problems("x-identifier", part.node, part.pointer))
        yield from found
        if part.node["in"] == "path" and not found:
            yield where, "a path parameter is always an identifier; leave it out"
