"""Applying an OpenAPI Overlay (https://spec.openapis.org/overlay/v1.1.0.html) to a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import GreenroomError, Problem
from ...schema import json_pointer as ptr
from ...schema.json_path import JsonPathError, Nodes, select
from ..loading.bundling import copied

_VERSIONS = ("1.0.", "1.1.")
_MOST_ADDED = 1_000_000


class OverlayError(GreenroomError):
    """An overlay that is not valid, or cannot be applied to this document."""

    def __init__(self, file: str, pointer: str, message: str) -> None:
        super().__init__(str(Problem(pointer, "overlay", message, file)))


def apply(
    document: Mapping[str, Any], overlay: Any, file: str
) -> tuple[Mapping[str, Any], list[str]]:
    """A copy of a document with an overlay applied, and the targets that selected nothing.

    `file` is the name of the overlay in messages. Raises OverlayError with the place in it.
    """
    version, actions = _read(overlay, file)
    changed = copied(document)
    unused = []
    for index, action in enumerate(actions):
        pointer = ptr.join("/actions", index)
        target = action.get("target") if isinstance(action, dict) else None
        if not isinstance(target, str):
            raise OverlayError(file, pointer, "an action needs a target, which is a JSONPath query")
        try:
            found = select(changed, target)
            if found:
                changed = _acted(changed, found, action, version)
            else:
                unused.append(target)
        except (JsonPathError, _IncompatibleError) as error:
            raise OverlayError(file, pointer, str(error)) from error
    return changed, unused


def _read(overlay: Any, file: str) -> tuple[str, list[Any]]:
    """The version and the actions of an overlay."""
    version = overlay.get("overlay") if isinstance(overlay, dict) else None
    if not isinstance(version, str) or not version.startswith(_VERSIONS):
        message = (
            "not an overlay: expected an object with the key 'overlay' and a version 1.0 or 1.1"
        )
        raise OverlayError(file, "", message)
    actions = overlay.get("actions")
    if not isinstance(actions, list) or not actions:
        raise OverlayError(file, "/actions", "expected a list of at least one action")
    return version, actions


class _IncompatibleError(Exception):
    """A value that cannot be merged with another."""


def _acted(document: Any, found: Nodes, action: Mapping[str, Any], version: str) -> Any:
    """The document after one action on the nodes that its target selects."""
    places = dict(found)
    if action.get("remove") is True:
        if () in places:
            raise _IncompatibleError("the whole document cannot be removed")
        # Later entries of an array first, so that the places of the others stay right.
        for place in sorted(places, key=_order, reverse=True):
            del _at(document, place[:-1])[place[-1]]
        return document
    update = action["update"] if "update" in action else _copied_value(document, action)
    if len({_kind(value) for value in places.values()}) > 1:
        raise _IncompatibleError(f"{action['target']} selects values of different kinds")
    if len(places) * sum(1 for _ in ptr.walk(update)) > _MOST_ADDED:
        raise _IncompatibleError(f"it adds more than {_MOST_ADDED} values")
    for place in places:
        value = _at(document, place)
        # Version 1.0 appends an array to an array as one entry.
        is_entry = isinstance(value, list) and (version < "1.1" or not isinstance(update, list))
        new = _merged(value, copied([update] if is_entry else update), ptr.join("", *place))
        if not place:
            return new
        _at(document, place[:-1])[place[-1]] = new
    return document


def _copied_value(document: Any, action: Mapping[str, Any]) -> Any:
    source = action.get("copy")
    if not isinstance(source, str):
        raise _IncompatibleError("an action needs 'update', 'remove' or 'copy'")
    found = select(document, source)
    if len(found) != 1:
        raise _IncompatibleError(f"copy: {source} selects {len(found)} values instead of one")
    return found[0][1]


def _merged(old: Any, new: Any, where: str) -> Any:
    kinds = _kind(old), _kind(new)
    if kinds == ("array", "array"):
        return [*old, *new]
    if kinds == ("object", "object"):
        merged = {k: _merged(old[k], new[k], ptr.step(where, k)) for k in old if k in new}
        return {**old, **new, **merged}
    if kinds != ("primitive", "primitive"):
        raise _IncompatibleError(f"{kinds[1]} cannot be merged with the {kinds[0]} at #{where}")
    return new


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return "array"
    return "object" if isinstance(value, dict) else "primitive"


def _at(document: Any, place: tuple[str | int, ...]) -> Any:
    for step in place:
        document = document[step]
    return document


def _order(place: tuple[str | int, ...]) -> tuple[tuple[int, str], ...]:
    return tuple((step, "") if isinstance(step, int) else (0, step) for step in place)
