"""The body of a refusal: the error that is documented, with words that say what is wrong.

An example tells of another request than the one that is refused. Where its message is free text in
the contract, it is replaced by the reason; where it is not, the example is sent as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http import HTTPStatus
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any

from ...codec.bodies.serializing import to_json
from ...http.json_decoding import MalformedError, decode_json
from ...http.media_type import essence, is_json, is_text
from .candidates import ResponseCandidate
from .prepared import phrase, problem_members

# The usual names of the message of an error, without case and separators; the likeliest first.
_MESSAGES = (
    "message", "detail", "errormessage", "errordescription", "msg", "error", "description",
    "reason", "errors", "title", "",
)  # fmt: skip
# The usual names of what is about one request alone.
_ABOUT_REQUEST = frozenset((
    "details", "field", "fields", "loc", "location", "locations", "param", "parameter", "path",
    "pointer",
))  # fmt: skip
_LONGEST = 300
# What a message may have to hold: a contract that refuses one of these does not take free text.
_PROBES = ("x", 'body /a: "\u00e9" is not of type "integer" ' * 7)
_ERRORS = range(400, 600)
_PHRASES = frozenset(status.phrase for status in HTTPStatus if status in _ERRORS)
_MARK = "\x00reason\x00"

# The path to a part of a value.
_Path = tuple[str | int, ...]


def writer(candidate: ResponseCandidate) -> Callable[[str], bytes] | None:
    """Writes the body of an error with a reason; None where it is sent as it is documented.

    Raises UnsatisfiedError where no body can be generated.
    """
    if not candidate.media_type:
        return None
    name = essence(candidate.media_type)
    if not is_json(name):
        is_open = is_text(name) and name != "text/html" and not candidate.is_described
        return _plain if is_open else None
    if not candidate.is_described:
        return _with(problem_members(candidate.status, _MARK))
    try:
        value = decode_json(candidate.response.body)
    except MalformedError:
        return None
    return _reworded(value, candidate)


def _reworded(value: Any, candidate: ResponseCandidate) -> Callable[[str], bytes] | None:
    texts = dict(_texts(value, ()))
    ranked = sorted(
        (path for path, text in texts.items() if text not in _PHRASES and _rank(path) is not None),
        key=lambda path: (_rank(path), len(path)),
    )
    for path in ranked:
        words = [other for other, text in texts.items() if other != path and " " in text]
        words = [other for other in words if texts[other] not in _PHRASES]
        about = _of_status(_replaced(value, path), candidate)
        reworded = _without(about, path, words, candidate)
        if all(candidate.accepts(_filled(reworded, probe)) for probe in _PROBES):
            return _with(reworded)
    return None


def _of_status(value: Any, candidate: ResponseCandidate) -> Any:
    """A value that names the status which is sent, where it names another as an error's."""
    for path, old in list(_leaves(value, ())):
        new: Any = None
        if isinstance(old, int) and old in _ERRORS:
            new = candidate.status
        elif old in _PHRASES:
            new = phrase(candidate.status, "") or old
        changed = value if new is None else _edited(value, list(path), new)
        if candidate.accepts(_filled(changed, _PROBES[0])):
            value = changed
    return value


def _leaves(node: Any, path: _Path) -> Iterator[tuple[_Path, Any]]:
    if not isinstance(node, dict | list):
        yield path, node
    for key, part in _parts(node):
        yield from _leaves(part, (*path, key))


def _texts(node: Any, path: _Path) -> Iterator[tuple[_Path, str]]:
    return ((where, leaf) for where, leaf in _leaves(node, path) if isinstance(leaf, str))


def _parts(node: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, list):
        yield from enumerate(node)


def _name(path: _Path) -> str:
    """The name of the nearest property, without case and separators."""
    named = next((step for step in reversed(path) if isinstance(step, str)), "")
    return named.lower().replace("_", "").replace("-", "")


def _rank(path: _Path) -> int | None:
    name = _name(path)
    return _MESSAGES.index(name) if name in _MESSAGES else None


def _replaced(node: Any, path: _Path) -> Any:
    """A value with the mark in the place of one text; of each array around it that item alone."""
    if not path:
        return _MARK
    step, *rest = path
    if isinstance(node, list):
        return [_replaced(node[int(step)], tuple(rest))]
    return {k: _replaced(part, tuple(rest)) if k == step else part for k, part in node.items()}


def _without(value: Any, path: _Path, words: list[_Path], candidate: ResponseCandidate) -> Any:
    """A value without what else it says about another request, as far as the contract allows.

    `words` are the places of other texts; one that is required has the reason too.
    """
    at: Any = value
    places = [(list(other), True) for other in words]
    for depth, step in enumerate(path):
        if isinstance(at, dict):
            about = (k for k in at if k != step and _name((k,)) in _ABOUT_REQUEST)
            places += [([*path[:depth], key], False) for key in about]
        at = at[0] if isinstance(at, list) else at[step]
    for place, is_text_there in places:
        shorter = _edited(value, place, None)
        if candidate.accepts(_filled(shorter, _PROBES[0])):
            value = shorter
        elif is_text_there:
            value = _edited(value, place, _MARK)
    return value


def _edited(node: Any, path: list[Any], new: Any) -> Any:
    """A value with another leaf at a place; None removes the property or item there."""
    step, *rest = path or [None]
    found = dict(_parts(node))
    if step not in found:
        return node if path else new
    found[step] = _edited(found[step], rest, new) if rest else new
    kept = {key: part for key, part in found.items() if key != step or rest or new is not None}
    return list(kept.values()) if isinstance(node, list) else kept


def _filled(node: Any, text: str) -> Any:
    """A value with a text in the place of each mark."""
    return json.loads(to_json(node).replace(to_json(_MARK), to_json(text)))


def _with(value: Any) -> Callable[[str], bytes]:
    parts = to_json(value).split(to_json(_MARK))
    return lambda reason: _quoted(reason[:_LONGEST]).encode().join(parts)


def _plain(reason: str) -> bytes:
    return reason.encode("utf-8", "replace")
