"""What differs between two responses to the same request: only wording, or more.

Wording is `X-Greenroom-Reason`, the messages and the order of `X-Greenroom-Violations`, title and
detail of a problem (RFC 9457), the text of greenroom's own pages, and what a server prints.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from .message import Response

_PROBLEM = b"application/problem+json"
_ORDER = "order of violations"
_WORDING = re.compile(rb'("(?:title|detail|message)": ?)("(?:[^"\\]|\\.)*")')
# A field lists no more violations than fit into it, so that longer messages leave out the last.
_LISTED_LENGTH = 2500
# Values that a message quotes or counts belong to the request.
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_JSON = re.compile(r"[\[{](?:[^\[\]{}]|\[[^\[\]]*\]|\{[^{}]*\})*(?:[\]}]|\.\.\.$)")
_NUMBER = re.compile(r"(?<![\w/])-?\d[\d.,]*(?:e[+-]?\d+)?", re.IGNORECASE)
_PLACE = re.compile(r"^(path|query|header|cookie|body) /\S*: ")
_MOST_WORDS = 300

Fields = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, and how it reads in both responses: the wording, or the whole response."""

    about: str
    old: str = ""
    new: str = ""
    is_wording: bool = False

    @property
    def group(self) -> tuple[bool, str, str, str]:
        """What it has in common with the differences of other requests."""
        has_words = self.is_wording and self.about != _ORDER
        words = changed_words(self.old, self.new) if has_words else ("", "")
        return self.is_wording, self.about, *words


def differences(old: Response, new: Response) -> list[Difference]:
    """The differences of two responses: those in wording, or else one for all others."""
    found = list(_differences(old, new)) if old != new else []
    others = [difference.about for difference in found if not difference.is_wording]
    if not others:
        return found
    about = "; ".join(others)
    return [Difference(about, _text(old.head + old.body), _text(new.head + new.body))]


@lru_cache(maxsize=10_000)
def changed_words(old: str, new: str) -> tuple[str, str]:
    """The words of each text that are not in the other; `...` for common words and for values."""
    before, after = _general(old).split()[:_MOST_WORDS], _general(new).split()[:_MOST_WORDS]
    was: list[str] = []
    became: list[str] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        was += ["..."] if tag == "equal" else before[a:b]
        became += ["..."] if tag == "equal" else after[c:d]
    return " ".join(was), " ".join(became)


def _general(text: str) -> str:
    text = _QUOTED.sub("'...'", _PLACE.sub(r"\1 /...: ", text))
    return _NUMBER.sub("0", _JSON.sub("{...}", text))


def _differences(old: Response, new: Response) -> Iterator[Difference]:
    (status, *before), (new_status, *after) = _fields(old.head), _fields(new.head)
    if status != new_status:
        yield Difference(f"status {_text(status[0][9:12])} -> {_text(new_status[0][9:12])}")
    own_format = _own_format(before)
    if [name for name, _ in before] != [name for name, _ in after]:
        yield Difference("names of header fields")
    else:
        for (name, was), (_, became) in zip(before, after, strict=True):
            if was == became or (name == b"content-length" and old.body != new.body):
                continue
            if name == b"x-greenroom-violations":
                yield from _violations(was, became)
            else:
                # A response to HEAD has the length of a body that it leaves out.
                is_wording = name == b"content-length" and own_format != ""
                is_wording = is_wording or name == b"x-greenroom-reason"
                yield Difference(f"field {_text(name)}", _text(was), _text(became), is_wording)
    if old.body != new.body:
        yield from _body(own_format, old.body, new.body)


def _fields(head: bytes) -> Fields:
    parts = (line.partition(b": ") for line in head.split(b"\r\n"))
    return [(name, value) for name, _, value in parts]


def _own_format(fields: Fields) -> str:
    """`problem` or `page` for a body that greenroom writes itself, empty for one of a contract."""
    kind = next((value for name, value in fields if name.lower() == b"content-type"), b"")
    if kind == _PROBLEM:
        return "problem"
    documented = any(name.startswith(b"x-greenroom-") for name, _ in fields)
    return "page" if kind.startswith(b"text/html") and not documented else ""


def _violations(old: bytes, new: bytes) -> Iterator[Difference]:
    if _without_wording(old) == _without_wording(new):
        yield from _wording("message of a violation", old, new)
        return
    try:
        places, new_places = ([(entry["location"], entry["pointer"]) for entry in json.loads(text)]
                              for text in (old, new))  # fmt: skip
    except (ValueError, TypeError, KeyError):
        places, new_places = [], [("", "")]
    shared = min(len(places), len(new_places))
    listed = "\n".join(map(" ".join, places)), "\n".join(map(" ".join, new_places))
    if Counter(places) == Counter(new_places):
        yield Difference(_ORDER, *listed, True)
    elif places[:shared] == new_places[:shared] and min(len(old), len(new)) >= _LISTED_LENGTH:
        yield Difference("how many violations fit into the field", *listed, True)
    else:
        yield Difference("violations")


def _body(own_format: str, old: bytes, new: bytes) -> Iterator[Difference]:
    if own_format == "problem" and _without_wording(old) == _without_wording(new):
        yield from _wording("title or detail of a problem", old, new)
    elif own_format == "page":
        yield Difference("page", *_changed_lines(_text(old), _text(new)), True)
    else:
        yield Difference("body")


def _without_wording(text: bytes) -> bytes:
    return _WORDING.sub(rb'\1""', text)


def _wording(about: str, old: bytes, new: bytes) -> Iterator[Difference]:
    for was, became in zip(_WORDING.findall(old), _WORDING.findall(new), strict=True):
        if was != became:
            yield Difference(about, json.loads(was[1]), json.loads(became[1]), True)


@lru_cache(maxsize=64)
def _changed_lines(old: str, new: str) -> tuple[str, str]:
    """The lines from the first to the last that differ. Pages are long and similar."""
    before, after = (re.sub(r">(?=[^\n])", ">\n", page).split("\n") for page in (old, new))
    for _ in range(2):
        pairs = zip(before, after, strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        # Backwards for the end, and then once more for their order.
        before, after = before[same:][::-1], after[same:][::-1]
    return "\n".join(before), "\n".join(after)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")
