"""Drifts that only few requests or items show."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from greenroom.codec.documented_request import request_body_examples
from greenroom.http.exchange import Request, Response
from greenroom.mock.response.refusals import INVALID
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import Path

from .mutation import Change, Mutation, json_of, refusal, succeeded, with_json
from .subject import Subject, in_body, path_text

_STRANGE: tuple[Any, ...] = (12, "drifted", True, [], {})
_CRASH = {"error": "Internal Server Error"}


def unchecked(subject: Subject) -> Iterator[Mutation]:
    """One rule of many is not enforced: for one field of the body, or one parameter."""
    if not succeeded(subject.response):
        return
    for name, required in _fields(subject):
        pointer = ptr.join("", name)
        if required:
            yield subject.mutation(
                "body-field-not-required",
                f"served without {name}",
                _lenient(subject, _lacking(name)),
            )
        yield subject.mutation(
            "body-field-unchecked", f"served with any {name}",
            _lenient(subject, _about("body", pointer)),
        )  # fmt: skip
    for parameter in subject.operation.parameters:
        if parameter.location == "query" and _is_restrictive(subject, parameter.schema):
            pointer = ptr.join("", parameter.name)
            yield subject.mutation(
                "query-parameter-unchecked", f"served with any {parameter.name}",
                _lenient(subject, _about("query", pointer)),
            )  # fmt: skip


def in_last_item(subject: Subject) -> Iterator[Mutation]:
    """The last of several items lacks a required field."""
    for place in subject.places():
        if not isinstance(place.value, list) or len(place.value) < 2 or _crosses(place.path):
            continue
        for name in place.value[-1] if isinstance(place.value[-1], dict) else ():
            change = _without_in_last(name)
            if subject.breaks(subject.rewritten(place.path, change)):
                description = f"no {name} in the last of {path_text(place.path)}"
                apply = in_body(place.path, change)
                yield subject.mutation("missing-field-in-last-item", description, apply)


def sometimes(subject: Subject) -> Iterator[Mutation]:
    """The server fails for some valid requests: another example, an optional parameter."""
    bodies = [example.value for _, example in request_body_examples(subject.operation)]
    if len(bodies) > 1 and subject.request.body:
        first = subject.request.body
        yield subject.mutation(
            "other-example-fails", "500 for any body but the first example",
            _failing(lambda request: request.body != first),
        )  # fmt: skip
    optional = {
        p.name for p in subject.operation.parameters if p.location == "query" and not p.required
    }
    if optional:
        yield subject.mutation(
            "optional-parameter-fails", "500 for any optional parameter",
            _failing(lambda r: any(name in optional for name, _ in parse_qsl(r.query))),
        )  # fmt: skip


def graphql(subject: Subject) -> Iterator[Mutation]:
    """A query that is not valid by the schema is executed."""
    if subject.operation.graphql is None or not succeeded(subject.response):
        return
    success = subject.response

    def apply(_: Request, response: Response) -> Response:
        value = json_of(response)
        rejected = isinstance(value, dict) and "errors" in value and not refusal(response)
        return success if rejected else response

    yield subject.mutation("graphql-unfit-query-served", "any query is executed", apply)


def _without_in_last(name: str) -> Callable[[Any], Any]:
    def change(value: Any) -> Any:
        if not isinstance(value, list) or not value or not isinstance(value[-1], dict):
            return value
        rest = {key: entry for key, entry in value[-1].items() if key != name}
        return [*value[:-1], rest]

    return change


def _about(location: str, pointer: str) -> Callable[[Any], bool]:
    """Whether a violation is in one place of a request."""

    def is_it(violation: Any) -> bool:
        at = str(violation["pointer"])
        within = at == pointer or at.startswith(f"{pointer}/")
        return bool(violation["location"] == location and within)

    return is_it


def _fields(subject: Subject) -> Iterator[tuple[str, bool]]:
    """The fields of a JSON request body that do not allow every value, and whether required."""
    for media in subject.operation.body.content if subject.operation.body else ():
        if media.is_json and media.schema is not None:
            required = subject.walk.required(media.schema)
            for name, schema in subject.walk.properties(media.schema).items():
                if _is_restrictive(subject, schema):
                    yield name, name in required
            return


def _is_restrictive(subject: Subject, schema: str | None) -> bool:
    if schema is None:
        return False
    kinds = [subject.walk.node(place).get("type") for place in subject.walk.conjuncts(schema)]
    # Every value in a query is a string.
    if kinds and all(kind in (None, "string") for kind in kinds) and "/parameters/" in schema:
        return not subject.walk.accepts(schema, "drifted")
    return not all(subject.walk.accepts(schema, value) for value in _STRANGE)


def _lacking(name: str) -> Callable[[Any], bool]:
    message = f'"{name}" is a required property'
    return lambda violation: violation["location"] == "body" and violation["message"] == message


def _lenient(subject: Subject, forgiven: Callable[[Any], bool]) -> Change:
    """Accept a request if all its violations are forgiven."""
    success = subject.response

    def apply(_: Request, response: Response) -> Response:
        violations = json.loads(response.header("x-greenroom-violations") or "[]")
        is_it = refusal(response) == INVALID and bool(violations) and all(map(forgiven, violations))
        return success if is_it else response

    return apply


def _failing(chosen: Callable[[Request], bool]) -> Change:
    def apply(request: Request, response: Response) -> Response:
        if not succeeded(response) or not chosen(request):
            return response
        return replace(with_json(response, _CRASH, "application/json"), status=500)

    return apply


def _crosses(path: Path) -> bool:
    return any(isinstance(name, int) for name in path)
