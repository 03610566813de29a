"""What happened in a space by its causes: a request, a timer or what a person did, and its effects.

Documents are those of the control routes and of the stream of events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..wording import short
from .frame import segment

_DONE = {
    "clock": "clock was changed", "faults removed": "faults were removed",
    "reset": "space was reset", "restored": "state was restored",
    "cleared": "requests were cleared", "changed": "settings were changed",
    "scenario": "scenario was played", "fault": "fault was added",
    "record": "record was changed", "event": "event was sent",
}  # fmt: skip


@dataclass(slots=True)
class Effect:
    """What came of a cause: its kind, what it says, and where its page is below the space.

    `title` has in full what it says in short.
    """

    kind: str
    text: str
    to: Sequence[str] = ()
    is_bad: bool = False
    title: str = ""


@dataclass(slots=True)
class Group:
    """A cause with its effects; `id` is its own on the page, `at` the time in the space.

    `seen` is when it came first on this machine, for the order.
    """

    id: str
    kind: str
    seen: tuple[str, int]
    at: str
    text: str = ""
    status: int | None = None
    to: Sequence[str] = ()
    effects: list[Effect] = field(default_factory=list)

    def row(self) -> Mapping[str, Any]:
        """What a filter sees."""
        kinds = " ".join(dict.fromkeys((self.kind, *(each.kind for each in self.effects))))
        records = " ".join(part for each in self.effects for part in each.to)
        words = " ".join((self.text, *(f"{each.text} {each.title}" for each in self.effects)))
        return {"kind": kinds, "status": self.status, "record": records, "text": words, "is": self}


def groups(
    requests: Iterable[Mapping[str, Any]],
    changes: Iterable[tuple[int, Mapping[str, Any]]],
    notes: Iterable[tuple[int, str, str, Mapping[str, Any] | str | None, str]],
    deliveries: Iterable[Mapping[str, Any]],
) -> Sequence[Group]:
    """The causes, the newest first.

    `changes` are of the requests with a number; `notes` have number, time on this machine, what,
    of what or more words, and time in the space.
    """
    found: dict[tuple[str, int], Group] = {}
    for each in requests:
        text = f"{each['method']} {each['operation'] or each['path']}"
        group = Group(f"q{each['n']}", "request", (each["at"], each["n"]), each["now"], text,
                      each["status"], ("requests", str(each["n"])))  # fmt: skip
        found["request", each["n"]] = group
        if each["kind"] == "fault":
            group.effects.append(Effect("fault", each["reason"], ("faults",), True))
    for number, change in changes:
        if (of := found.get(("request", number))) is not None:
            of.effects.append(_change(change))
    untitled: Group | None = None
    for n, wall, what, about, now in notes:
        more = about if isinstance(about, str) else ""
        about = about if isinstance(about, Mapping) else None
        if what == "transition" and about is not None:
            group = _caused(found, about["cause"], wall, about["at"])
            untitled = group if group.kind == "control" and not group.text else untitled
            it, before = about["about"], about["from"] or "new"
            to = ("records", it["vendor"], it["resource"], segment(it["id"]))
            said = f"{it['resource']} {it['id']}: {before} → {about['to']}"
            group.effects.append(Effect("transition", said, to))
        elif what not in ("transition", "delivery", "change"):
            # What a person did is noted after what came of it.
            made = Group(f"c{n}", "control", (wall, n), now)
            by_hand = untitled or found.setdefault(("control", n), made)
            by_hand.text = _DONE.get(what, what) + (f": {more}" if more else "")
            untitled = None
            by_hand.effects += [_change(about)] if about else []
    for sent in deliveries:
        first = sent["attempts"][0] if sent["attempts"] else {"at": "", "now": sent["now"]}
        group = _caused(found, sent["cause"], first["at"], first["now"])
        tries, troubled = len(sent["attempts"]), sent["state"] not in ("delivered", "pending")
        tried = f", {tries} attempts" if tries > 1 else ""
        tried += f" (fault {sent['fault']})" if sent["fault"] else ""
        said = f"{sent['event']} to {short(sent['to'])}: {sent['state']}{tried}"
        at = ("webhooks", sent["id"])
        group.effects.append(Effect("delivery", said, at, troubled, sent["to"]))
    return sorted(found.values(), key=lambda group: group.seen, reverse=True)


def _caused(
    found: dict[tuple[str, int], Group], cause: Mapping[str, int], wall: str, at: str
) -> Group:
    ((kind, number),) = cause.items()
    if (kind, number) not in found:
        texts = {"timer": "timer", "request": f"request #{number}, not kept any more"}
        made = Group(f"{kind}{number}", kind, (wall, number), at, texts.get(kind, ""))
        found[kind, number] = made
    return found[kind, number]


def _change(about: Mapping[str, Any]) -> Effect:
    to = ("records", about["vendor"], about["resource"], segment(about["id"]))
    return Effect("change", f"{about['resource']} {about['id']} {about['kind']}", to)
