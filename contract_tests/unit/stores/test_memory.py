"""The store in memory is bounded, and costs no more among many records than among few."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import pytest
from contracts import Client
from featured import NOW, Featured, contract, spaces_of
from journaling import context

from greenroom.contract.behaviour.reading import behaviour_of
from greenroom.errors import FullError
from greenroom.journal.journal import Journal
from greenroom.mock.response.prepared import prepare
from greenroom.state.record import Record
from greenroom.state.space import SpaceError
from greenroom.state.spaces import Spaces
from greenroom.state.store import Change, Query
from greenroom.stores.memory import Budget, MemoryStore
from greenroom.stores.total import Share, Total

FEW, MANY = 1_000, 100_000


def record(number: int) -> Record:
    """A record of which a hundredth has the same group."""
    return Record(
        f"r{number}", {"id": f"r{number}", "group": number % 100, "rank": number * 7 % 13}
    )


def filled(count: int) -> MemoryStore:
    """A store with records, and with the views that queries have made."""
    store = MemoryStore(Budget(most_records=count + 10))
    store.commit(Change("Thing", None, record(number)) for number in range(count))
    store.page(Query("Thing", equal=(("/group", "5"),), limit=1))
    store.page(Query("Thing", order="/rank", offset=count // 3, limit=1))
    store.page(Query("Thing", offset=count // 3, limit=1))
    return store


def lines(action: Callable[[], Any]) -> int:
    """How many lines of Python an action executes."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(before)
    return count


def costs(store: MemoryStore, count: int) -> dict[str, int]:
    """The lines that each kind of access takes, the middle of a list where it has one."""
    middle = store.get("Thing", f"r{count // 2}")
    new = Record("new", {"id": "new", "group": 5, "rank": 3})
    changed = middle.changed({**middle.value, "rank": 4}) if middle is not None else None
    page = Query("Thing", equal=(("/group", "5"),), offset=count // 200, limit=5)
    return {
        "read": lines(lambda: store.get("Thing", f"r{count // 3}")),
        "page": lines(lambda: store.page(Query("Thing", offset=count // 2, limit=20))),
        "ordered page": lines(
            lambda: store.page(Query("Thing", order="/rank", offset=count // 2, limit=20))
        ),
        "filtered page": lines(lambda: store.page(page)),
        "page after a place": lines(
            lambda: store.page(Query("Thing", order="/rank", limit=20, place=(6, count // 2)))
        ),
        "create": lines(lambda: store.commit([Change("Thing", None, new)])),
        "change": lines(lambda: store.commit([Change("Thing", middle, changed)])),
        "delete": lines(lambda: store.commit([Change("Thing", changed, None)])),
    }


def test_nothing_costs_twice_as_much_among_a_hundred_times_as_many_records() -> None:
    """Reading, creating, changing, deleting, and a page in the middle, filtered or not."""
    few, many = costs(filled(FEW), FEW), costs(filled(MANY), MANY)
    assert {name: many[name] for name in few if many[name] > 2 * few[name]} == {}, (few, many)


def test_a_full_space_refuses_what_is_new() -> None:
    """With 507 and the reason, and nothing is changed; what is there can be changed and deleted."""
    here = Featured()
    budget = here.space.world("features").store._budget
    budget.most_records = budget.records + 1
    assert here.post("/projects", {"slug": "a", "name": "A"}).status == 201
    reply = here.post("/projects", {"slug": "b", "name": "B"})
    assert (reply.status, reply.kind) == (507, "space-is-full")
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json.keys() == {"type", "title", "status", "detail"}
    assert f"holds {budget.most_records} records" in reply.json["detail"]
    assert here.send("PATCH", "/projects/prj_a1b2c3", {"stars": 1}).status == 200
    assert here.send("DELETE", "/bookings/b-1").status == 200
    assert here.post("/projects", {"slug": "b", "name": "B"}).status == 201


def test_all_spaces_together_are_bounded() -> None:
    """507 for what is new, whichever space it is in, and the reason; less can be held always."""
    client = Client(contract(), max_state=40_000)
    spaces, long = spaces_of(client), "x" * 8_000
    answers = [
        client.post(f"/~s{n}/features/projects", {"slug": "a", "name": long}) for n in range(9)
    ]
    statuses = [reply.status for reply in answers]
    assert statuses == sorted(statuses)
    assert {201, 507} == {*statuses}
    full = answers[-1]
    assert full.kind == "space-is-full"
    assert "all spaces together may take 40000 bytes" in full.json["detail"]
    assert client.get("/~s0/features/projects").status == 200
    assert client.send("DELETE", "/~s0/features/bookings/b-1").status == 200
    spaces.remove("s1")
    again = client.post("/~s8/features/projects", {"slug": "a", "name": long})
    assert again.status == 201


def test_a_space_that_cannot_have_its_examples_is_full() -> None:
    """Also over the control routes, but for those that only look."""
    client = Client(contract(), max_state=400)
    assert client.get("/~a/features/projects").status == 507
    records = "/_greenroom/spaces/a/features/resources/Project"
    assert client.post(records, {"values": {"name": "A"}}).status == 507
    for path in (records, "/_greenroom/spaces/a", "/_greenroom/spaces"):
        assert client.get(path).status == 200


def test_what_is_gone_takes_no_room() -> None:
    """Spaces that are removed, reset, made anew or restored, and journals that are cleared."""
    client = Client(contract())
    spaces = spaces_of(client)
    client.post("/~a/features/projects", {"slug": "a", "name": "A"})
    total = spaces.get("a").world("features").store._budget.share.total
    size, document = total.size, spaces.snapshot("a")
    for name in ("a", "b"):
        spaces.restore(name, document)
        spaces.restore(name, document)
        spaces.get(name).journal.clear()
    with pytest.raises(SpaceError):
        spaces.restore("a", {**document, "vendors": {"nobody": {}}})
    alone = total.size // 2
    assert 0 < alone < size
    spaces.put("b")
    assert total.size == alone
    spaces.reset("a")
    spaces.remove("b")
    assert total.size == 0


@pytest.mark.parametrize("end", ["reset", "remove", "put"])
def test_what_is_gone_is_freed_at_once(end: str) -> None:
    """Not when the garbage collector comes by, since there may be very many records."""
    client = Client(contract())
    client.post("/~a/features/projects", {"slug": "a", "name": "A"})
    client.get("/~a/features/projects")
    spaces = spaces_of(client)
    space = spaces.get("a")
    parts = space, space.world("features"), space.journal, space.deliveries
    kept = [weakref.ref(part) for part in parts]
    gc.collect()
    gc.disable()
    try:
        del space, parts
        getattr(spaces, end)("a")
        assert [each() for each in kept] == [None] * len(kept)
    finally:
        gc.enable()


def test_room_is_made_of_unused_spaces_and_then_of_journals() -> None:
    """First the journal of the space not used for longest; never the records of a used one."""
    now = [0.0]
    total = Total(20_000)
    spaces = Spaces(
        [contract()],
        behaviour_of,
        lambda: partial(MemoryStore, Budget(share=Share(total))),
        lambda: Journal(take=Share(total).take),
        clock=lambda: now[0],
    )
    total.make_room = spaces.make_room
    for name in ("old", "first", "second"):
        space = spaces.use(name)
        space.world("features")
        made = context()
        made.vendor = "features"
        space.journal.append(made, prepare(200, (), b"x" * 2000), NOW)
        now[0] = 3000.0
    held = total.size
    now[0] = 4000.0
    assert Share(total).take(20_000 - held + 1)
    assert spaces.get("old") is None
    assert [spaces.get(name).journal.size > 0 for name in ("first", "second")] == [True, True]
    share = Share(total)
    assert share.take(total.largest - total.size + 1)
    first, second = (spaces.get(name).journal for name in ("first", "second"))
    assert (first.size, first.dropped, second.dropped) == (0, 1, 0)
    assert not share.take(total.largest)
    assert (second.size, second.dropped) == (0, 1)
    assert spaces.get("first").records == spaces.get("second").records > 0


def test_records_are_bounded_in_size() -> None:
    """All of a space together, as JSON."""
    store = MemoryStore(Budget(largest=200))
    big = Record("a", {"text": "x" * 150})
    store.commit([Change("Thing", None, big)])
    with pytest.raises(FullError, match="200 bytes"):
        store.commit([Change("Thing", None, Record("b", {"text": "x" * 150}))])
    store.commit([Change("Thing", big, None)])
    assert store.commit([Change("Thing", None, Record("b", {"text": "x" * 150}))])


def test_a_change_of_another_version_is_refused_whole() -> None:
    """Another process may have been faster."""
    store = MemoryStore()
    first = record(1)
    store.commit([Change("Thing", None, first)])
    second = first.changed({"id": "r1", "group": 2})
    assert store.commit([Change("Thing", first, second)])
    changes = [Change("Thing", None, record(2)), Change("Thing", first, second)]
    assert not store.commit(changes)
    assert not store.commit([Change("Thing", None, record(1))])
    assert store.page(Query("Thing")).total == 1


def test_a_share_that_is_closed_while_room_is_made_counts_nowhere() -> None:
    """What it takes then is not held by the total that it belonged to."""
    total = Total(100)
    share = Share(total)
    assert share.take(60)

    def make_room() -> bool:
        share.close()
        return True

    total.make_room = make_room
    assert share.take(60)
    assert total.size == 0
