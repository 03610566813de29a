"""Making, resetting and removing spaces, and their snapshots."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .call import Call, about
from .scenarios import scenario_of


def list_spaces(call: Call) -> Any:
    """All spaces by name."""
    spaces = [about(space) for space in call.served.spaces.all()]
    return {"items": spaces, "total": len(spaces), "dropped": 0}


def get_space(call: Call) -> Any:
    """One space."""
    return about(call.space())


def put_space(call: Call) -> Any:
    """A space made anew: 201 for a new one, 200 in place of another."""
    given = call.body
    source = given.get("from") or {}
    space, is_new = call.served.spaces.put(
        call.name,
        seed=given.get("seed"),
        now=_moment(given.get("now")),
        mode=given.get("mode", "stateful"),
        from_=source.get("snapshot", source) or None,
        scenario=scenario_of(call, given["scenario"]) if "scenario" in given else None,
    )
    return about(space), 201 if is_new else 200


def delete_space(call: Call) -> None:
    """Forget a space."""
    call.space()
    call.served.spaces.remove(call.name)


def reset_space(call: Call) -> Any:
    """The space as it was made."""
    space = call.served.spaces.reset(call.name, call.body.get("keep", ()))
    space.journal.note("reset")
    return about(space)


def get_snapshot(call: Call) -> Any:
    """All records of a space, as a document."""
    call.space()
    return call.served.spaces.snapshot(call.name)


def put_snapshot(call: Call) -> Any:
    """The records of a document in place of those of the space."""
    space = call.served.spaces.restore(call.name, call.body)
    space.journal.note("restored")
    return about(space)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
