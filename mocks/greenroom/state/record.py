"""A record: one thing that a simulated API keeps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from pydantic_core import from_json

from ..mock.response.prepared import PreparedResponse
from .life.timer import Timer

# The identifier of the only record of its kind.
SINGLE = "default"


@dataclass(slots=True, eq=False)
class Record:
    """One thing, as its fullest documented representation shows it.

    `id` is the text of its identifier, of several as `identity` joins them. A change replaces the
    record by one of the next version. `sequence` is its place in the order of creation, given when
    it is stored first. `own` are pointers to the values that a client gave. `state` is that of its
    life cycle, None where nothing tells it, and `timers` are what follows on that. `made` holds
    responses that show it: the operation, the response and its trace by the `Accept` that it is
    for. `size` is its length as JSON, known when it is stored. Neither is part of a snapshot. With
    `text`, its JSON, it has no value until that is needed, since one object takes less room and
    time than all that are in a value.
    """

    id: str
    value: Mapping[str, Any]
    version: int = 1
    sequence: int = 0
    own: tuple[str, ...] = ()
    state: str | None = None
    timers: tuple[Timer, ...] = ()
    made: Mapping[bytes, tuple[str, PreparedResponse, Any]] | None = field(default=None, repr=False)
    size: int = 0
    text: bytes | None = field(default=None, repr=False)

    def __getattr__(self, name: str) -> Any:
        if name != "value" or self.text is None:
            raise AttributeError(name)
        self.value, self.text = from_json(self.text), None
        return self.value

    def changed(self, value: Mapping[str, Any], own: Iterable[str] = ()) -> Record:
        """The next version, with a value and further pointers to what a client gave."""
        owned = tuple(dict.fromkeys((*self.own, *own)))
        kept = self.state, self.timers
        return Record(self.id, value, self.version + 1, self.sequence, owned, *kept)

    def document(self) -> dict[str, Any]:
        """The record as JSON."""
        found: dict[str, Any] = {"id": self.id, "version": self.version, "sequence": self.sequence}
        if self.state is not None:
            found["state"] = self.state
        if self.timers:
            found["timers"] = [timer.document() for timer in self.timers]
        return {**found, "own": list(self.own), "value": self.value}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Record:
        """The record of a document that `document` made."""
        return cls(
            document["id"],
            document["value"],
            document["version"],
            document["sequence"],
            tuple(document["own"]),
            document.get("state"),
            tuple(map(Timer.read, document.get("timers", ()))),
        )


def identity(parts: Iterable[Any]) -> str:
    """The text of an identifier; the parts of one that has several are encoded and joined."""
    texts = [part if isinstance(part, str) else text_of(part) or "" for part in parts]
    return texts[0] if len(texts) == 1 else ",".join([quote(text, safe="") for text in texts])


def text_of(value: Any) -> str | None:
    """A text that is the same for equal values, also for a number and its text; None for null."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True)
