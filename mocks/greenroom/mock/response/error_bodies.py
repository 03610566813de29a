"""The body of a refusal: the error that is documented, with words that say what is wrong.

An example tells of another request than the one that is refused. Where its message is free text in
the contract, it is replaced by the reason; where it is not, the example is sent as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from http import HTTPStatus
from itertools import product
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any

from ...codec.bodies.serializing import to_json
from ...http.json_decoding import MalformedError, decode_json, json_or
from ...http.media_type import essence, is_json, is_text
from .candidates import ResponseCandidate
from .prepared import PROBLEM, phrase, problem_members

# The usual names of the message of an error, without case and separators; the likeliest first.
_MESSAGES = (
    "message", "detail", "errormessage", "errordescription", "msg", "error", "description",
    "reason", "errors", "title", "",
)  # fmt: skip
# The usual names of what is about one request alone.
_ABOUT_REQUEST = frozenset((
    "details", "field", "fields", "instance", "loc", "location", "locations", "param", "parameter",
    "path", "pointer",
))  # fmt: skip
# The usual names of codes, which are about the status that they are documented for.
_CODES = frozenset(("code", "errorcode", "errortype", "kind", "type"))
_LONGEST = 300
# What a message may have to hold: a contract that refuses one of these does not take free text.
_PROBES = ("x", 'body /a: "\u00e9" is not of type "integer" ' * 7)
_ERRORS = range(400, 600)
_PHRASES = frozenset(status.phrase for status in HTTPStatus if status in _ERRORS)
_MARK = "\x00reason\x00"
# What becomes of other texts about a request, the best first.
_LEFT_OUT, _SAME, _KEPT = range(3)
_GONE = object()

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
    if name == PROBLEM and isinstance(value, dict) and candidate.documents("detail"):
        value.setdefault("detail", "")
    about = _ABOUT_REQUEST if candidate.is_of_its_status else _ABOUT_REQUEST | _CODES
    places = sorted(_messages(value, ()), key=lambda path: (_rank(path), len(path)))
    for path, others in product(places, (_LEFT_OUT, _SAME, _KEPT)):
        left_out = frozenset[str]() if others == _KEPT else about
        reworded = _reworded(value, path, others, left_out, candidate.status)
        if all(candidate.accepts(_filled(reworded, probe)) for probe in _PROBES):
            return _with(reworded)
    return None


def naming(candidate: ResponseCandidate, known: Collection[str], text: str) -> bytes | None:
    """The documented error about another thing: with a text in the place of known identifiers.

    None where it names none of them, or where the contract does not allow the text.
    """
    value = json_or(None, candidate.response.body)
    renamed = _renamed(value, known, text[:_LONGEST])
    return to_json(renamed) if renamed != value and candidate.accepts(renamed) else None


def _renamed(node: Any, known: Collection[str], text: str) -> Any:
    if isinstance(node, dict):
        return {key: _renamed(part, known, text) for key, part in node.items()}
    if isinstance(node, list):
        return [_renamed(part, known, text) for part in node]
    named = (each for each in known if isinstance(node, str) and each in node)
    found = next(named, None)
    return node if found is None else node.replace(found, text)


def _messages(node: Any, path: _Path) -> Iterator[_Path]:
    """The paths to texts that may be the message."""
    if isinstance(node, str) and node not in _PHRASES and _rank(path) < len(_MESSAGES):
        yield path
    for key, part in _parts(node):
        yield from _messages(part, (*path, key))


def _rank(path: _Path) -> int:
    """How likely a message is, by the name of the nearest property."""
    name = _plain_name(next((step for step in reversed(path) if isinstance(step, str)), ""))
    return _MESSAGES.index(name) if name in _MESSAGES else len(_MESSAGES)


def _plain_name(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _parts(node: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, list):
        yield from enumerate(node)


def _reworded(
    node: Any, path: _Path | None, others: int, left_out: frozenset[str], status: int
) -> Any:
    """A value with the mark at a path, of each array around it that item alone.

    Members with the names `left_out` are left out, unless the path leads there. Where the value
    names the status of another error, it names the one that is sent.
    """
    if path == ():
        return _MARK
    if isinstance(node, dict | list):
        found = {}
        for key, part in _parts(node):
            below = path[1:] if path and path[0] == key else None
            is_needless = path if isinstance(node, list) else _plain_name(str(key)) in left_out
            if below is not None or not is_needless:
                found[key] = _reworded(part, below, others, left_out, status)
        found = {key: part for key, part in found.items() if part is not _GONE}
        return found if isinstance(node, dict) else list(found.values())
    if isinstance(node, str):
        if node in _PHRASES:
            return phrase(status, "") or node
        return (_GONE, _MARK, node)[others] if " " in node else node
    return status if isinstance(node, int) and node in _ERRORS else node


def _filled(node: Any, text: str) -> Any:
    """A value with a text in the place of each mark."""
    return json.loads(to_json(node).replace(to_json(_MARK), to_json(text)))


def _with(value: Any) -> Callable[[str], bytes]:
    parts = to_json(value).split(to_json(_MARK))
    return lambda reason: _quoted(reason[:_LONGEST]).encode().join(parts)


def _plain(reason: str) -> bytes:
    return reason.encode("utf-8", "replace")
