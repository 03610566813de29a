"""An operation with its documented exchange, from which its drifts are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from greenroom.contract.model import Operation
from greenroom.http.exchange import Request, Response
from greenroom.schema.instance_walk import Path, SchemaUse, SchemaWalk

from .mutation import NOTHING, Change, Mutation, json_of, succeeded, with_json
from .original import Original


@dataclass(frozen=True, slots=True)
class Subject:
    """An operation, its documented request and the response to it.

    `schema` is the pointer of the schema of a JSON body, None if there is none, and `value`
    that body, NOTHING for none.
    """

    original: Original
    operation: Operation
    request: Request
    response: Response
    schema: str | None
    value: Any

    @property
    def walk(self) -> SchemaWalk:
        """The schemas of the contract."""
        return self.original.walk

    def mutation(self, kind: str, description: str, apply: Change, finding: str = "") -> Mutation:
        """A drift of the operation."""
        return Mutation(kind, self.operation.id, description, apply, finding)

    def breaks(self, value: Any) -> bool:
        """Whether a value as the body violates the contract."""
        return self.schema is not None and not self.walk.accepts(self.schema, value)

    def places(self) -> Iterator[SchemaUse]:
        """The values of the body, each with the schemas that apply to it."""
        if self.schema is not None:
            yield from self.walk.places(self.schema, self.value)

    def rewritten(self, path: Path, change: Callable[[Any], Any]) -> Any:
        """The documented body with another value at a path."""
        return rewritten(self.value, path, change)


def subject_of(original: Original, operation: Operation) -> Subject:
    """An operation with the mock's response."""
    request = original.request(operation)
    response = original.send(request)
    media = original.media(operation, response) if succeeded(response) else None
    value = json_of(response) if media is not None else NOTHING
    schema = media.schema if media is not None and value is not NOTHING else None
    return Subject(original, operation, request, response, schema, value)


def rewritten(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """A copy of a value, changed at a path; an index in it means every item."""
    if not path:
        return change(value)
    head, rest = path[0], path[1:]
    if isinstance(head, int) and isinstance(value, list):
        return [rewritten(entry, rest, change) for entry in value]
    if isinstance(value, dict) and head in value:
        return {**value, head: rewritten(value[head], rest, change)}
    return value


def in_body(path: Path, change: Callable[[Any], Any]) -> Change:
    """The change of every success in JSON that alters the value at a path."""

    def apply(_: Request, response: Response) -> Response:
        value = json_of(response) if succeeded(response) else NOTHING
        if value is NOTHING:
            return response
        return with_json(response, rewritten(value, path, change))

    return apply


def on_success(change: Callable[[Request, Response], Response]) -> Change:
    """A change of successes only."""

    def apply(request: Request, response: Response) -> Response:
        return change(request, response) if succeeded(response) else response

    return apply


def as_status(response: Response, status: int) -> Response:
    """The same response with another status."""
    return replace(response, status=status)


def path_text(path: Path) -> str:
    """A path as text, `*` for every item."""
    return "/" + "/".join("*" if isinstance(name, int) else name for name in path)


def without(name: str) -> Callable[[Any], Any]:
    """A change that takes a member out of an object, and leaves other values as they are."""

    def change(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: entry for key, entry in value.items() if key != name}

    return change
