"""A space as fragments: JSON texts by key, of which a commit has those that changed.

Records have one each (`record/VENDOR/RESOURCE/ID`, null for one of an example that was deleted),
and so have deliveries; the small rest has few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ..state.life.emission import About
from ..state.record import Record
from ..state.space import Space
from ..state.world import World
from ..stores import recording
from ..stores.recording import Place, RecordingStore
from .deliveries import SharedDeliveries
from .journal import SharedJournal
from .text import is_time, read, read_as, text_of

SPACE, FAULTS, LIMITS, DELIVERIES = "space", "faults", "limits", "deliveries"
_GONE = b"null"
Fragments = dict[str, bytes | None]
# What would be noticed only later, in the midst of a request, if somebody else had written it.
_SPACE = {
    "seed": int | str, "made": (int | str, str | None), "mode": str, "made_by": str,
    "created": is_time, "clock": {"speed": int | float}, "counts": (int, int, int),
    "receivers": lambda value: isinstance(value, dict) and all(
        isinstance(each, str) for each in value.values()
    ),
    "rate_limits": bool, "journal": (str, int), "hops": int,
    "advancing": lambda value: value is None or (isinstance(value, list) and is_time(value[1])),
}  # fmt: skip
_DELIVERIES = {"last": int, "dropped": int, "lines": [list], "held": [int]}
_COUNTS = {"sequence": int, "numbers": [(str, str, int)], "new": bool}
_RECORD = {"id": str, "version": int, "sequence": int, "own": [str], "value": dict}
_FAULTS = {"seed": int | str, "number": int, "all": [{
    "name": str, "match": dict, "effect": dict, "left": int | None, "probability": int | float,
    "seed": int | str, "skip": int, "hits": int, "met": int,
}]}  # fmt: skip


def store_of(world: World) -> RecordingStore:
    """The store of a world of a replica."""
    assert isinstance(world.store, RecordingStore), "replicas have such stores"
    return world.store


def deliveries_of(space: Space) -> SharedDeliveries | None:
    """The deliveries of a replica, None where it gives the documented examples."""
    return space.deliveries if isinstance(space.deliveries, SharedDeliveries) else None


def journal_of(space: Space) -> SharedJournal:
    """The journal of a replica."""
    assert isinstance(space.journal, SharedJournal), "replicas have such journals"
    return space.journal


def changed(space: Space, known: Mapping[str, bytes], advancing: Any, whole: bool) -> Fragments:
    """The fragments that are not as they were `known`, None for those that are gone.

    With `whole` all of them. `advancing` is who moves the time of the space.
    """
    found: Fragments = dict(_small(space, advancing))
    deliveries = deliveries_of(space)
    if deliveries is not None:
        for number, value in deliveries.changes(whole):
            found[f"delivery/{number}"] = None if value is None else text_of(value)
    for name, world in space.worlds.items():
        store = store_of(world)
        counts = {**store.counts(), "new": world.is_new}
        found[f"vendor/{name}"] = text_of(counts)
        for (resource, id), record, is_seed in store.all_changes() if whole else store.changes():
            gone = _GONE if is_seed else None
            text = gone if record is None else text_of(record.document())
            found[f"record/{name}/{resource}/{id}"] = text
    if not whole:
        found = {key: text for key, text in found.items()
                 if key.startswith("record/") or known.get(key) != text}  # fmt: skip
    return found


def _small(space: Space, advancing: Any) -> Iterator[tuple[str, bytes | None]]:
    seed, frozen = space.made
    journal = journal_of(space)
    yield SPACE, text_of({
        "seed": space.seed, "made": [seed, frozen], "mode": space.mode, "made_by": space.made_by,
        "created": space.created, "clock": space.clock.parts(), "receivers": dict(space.receivers),
        "counts": [space.agenda.last, space.changes, space.events],
        "rate_limits": space.rate_limits, "journal": [journal.token, journal.cleared],
        "advancing": advancing, "hops": space.hops,
    })  # fmt: skip
    yield FAULTS, text_of(space.faults.document())
    limits = space.limits
    yield LIMITS, None if limits is None else text_of(limits.document())
    deliveries = deliveries_of(space)
    yield DELIVERIES, None if deliveries is None else text_of(deliveries.document())


def about(text: bytes) -> dict[str, Any]:
    """What the fragment SPACE says."""
    value: dict[str, Any] = read_as(_SPACE, text)
    seed, frozen = value["made"]
    value["made"] = seed, None if frozen is None else datetime.fromisoformat(frozen)
    return value


def apply(space: Space, fragments: Fragments) -> None:
    """Give a replica fragments.

    Raises FullError, and LookupError, TypeError and ValueError for what no process has written.
    """
    if (text := fragments.get(SPACE)) is not None:
        _rest(space, about(text))
    for key, text in fragments.items():
        if key.startswith("vendor/"):
            world = space.world(key[len("vendor/") :])
            value = None if text is None else read_as(_COUNTS, text)
            store_of(world).count_from(value)
            world.is_new = value is None or value["new"]
    found: dict[int, Any] = {}
    for key, text in fragments.items():
        if key.startswith("record/"):
            _, vendor, resource, id = key.split("/", 3)
            document = None if text in (None, _GONE) else read_as(_RECORD, text or b"")
            record = None if document is None else recording.read(document)
            put_back(space, vendor, (resource, id), record)
        elif key.startswith("delivery/"):
            found[int(key[len("delivery/") :])] = None if text is None else read(text)
    if FAULTS in fragments:
        space.faults.load(read_as(_FAULTS, fragments[FAULTS] or b""))
    if (text := fragments.get(LIMITS)) is not None and space.limits is not None:
        space.limits.load(read(text))
    deliveries, text = deliveries_of(space), fragments.get(DELIVERIES)
    if deliveries is not None and (found or text is not None):
        deliveries.load(None if text is None else read_as(_DELIVERIES, text), found)


def _rest(space: Space, value: Mapping[str, Any]) -> None:
    for name in ("seed", "made", "mode", "made_by", "created", "receivers", "hops"):
        setattr(space, name, value[name])
    space.clock.go_by(value["clock"])
    space.agenda.last, space.changes, space.events = value["counts"]
    while space.transitions and space.transitions[-1].number > space.changes:
        space.transitions.pop()
    if space.rate_limits != value["rate_limits"]:
        space.rate_limits = value["rate_limits"]
    journal = journal_of(space)
    journal.token, cleared = value["journal"]
    journal.forget_until(cleared)


def put_back(space: Space, vendor: str, place: Place, record: Record | None) -> None:
    """Have a record at a place of a replica, or none, with what is due of it."""
    before = store_of(space.world(vendor)).put_back(place, record)
    for timer in before.timers if before is not None else ():
        space.agenda.drop(timer.number)
    for timer in record.timers if record is not None else ():
        space.agenda.add(timer.due, About(vendor, *place), timer.number)
