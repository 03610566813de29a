"""Drifts of GraphQL responses from their query and schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from greenroom.http.exchange import Request, Response
from greenroom.schema.instance_walk import Path

from .mutation import NOTHING, Mutation, json_of, with_json
from .subject import Subject, in_body, path_text, without


def responses(subject: Subject) -> Iterator[Mutation]:
    """A field is missing, of another type, null or not selected; errors are left out."""
    graphql = subject.operation.graphql
    # A custom scalar may have any value.
    if graphql is None or "\nscalar " in graphql.text or not isinstance(subject.value, dict):
        return
    for path, value in _leaves(subject.value.get("data"), ("data",)):
        *above, name = path
        holder: Path = tuple(above)
        yield subject.mutation(
            "graphql-missing-field", f"no {path_text(path)}", in_body(holder, without(str(name)))
        )
        other = _other(value)
        if other is not None:
            yield subject.mutation(
                "graphql-wrong-scalar", f"{path_text(path)} of another type", in_body(path, other)
            )
        yield subject.mutation(
            "graphql-extra-field",
            f"an extra field at {path_text(holder)}",
            in_body(holder, _with_more),
        )
        if isinstance(value, str):
            yield subject.mutation(
                "graphql-no-object", f"{path_text(holder)} is a string",
                in_body(holder, lambda _: "drifted"),
            )  # fmt: skip
    yield subject.mutation("graphql-errors-dropped", "errors are left out", _without_errors)
    yield subject.mutation("graphql-data-renamed", "result instead of data", _renamed)


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The fields without subfields; of a list, those of its first item."""
    if isinstance(value, list):
        if value:
            yield from _leaves(value[0], (*path, 0))
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _leaves(entry, (*path, name))
    elif isinstance(path[-1], str):
        yield path, value


def _other(value: Any) -> Callable[[Any], Any] | None:
    if isinstance(value, str):
        return lambda _: 12
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str
    return None


def _with_more(value: Any) -> Any:
    return {**value, "driftedField": 1} if isinstance(value, dict) else value


def _without_errors(_: Request, response: Response) -> Response:
    value = json_of(response)
    if not isinstance(value, dict) or "errors" not in value:
        return response
    return with_json(response, {name: entry for name, entry in value.items() if name != "errors"})


def _renamed(_: Request, response: Response) -> Response:
    value = json_of(response)
    if value is NOTHING or not isinstance(value, dict) or "data" not in value:
        return response
    return with_json(
        response, {"result" if name == "data" else name: entry for name, entry in value.items()}
    )
