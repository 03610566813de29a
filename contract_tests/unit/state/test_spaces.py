"""Spaces are made when used, bounded, reset, and go back to snapshots."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from contracts import Client
from contracts import contract as make_contract
from featured import NOW, Featured, contract
from state_contract import answer, content

from greenroom.contract.behaviour.reading import behaviour_of
from greenroom.errors import FullError
from greenroom.state.space import SpaceError
from greenroom.state.spaces import Spaces
from greenroom.state.store import Store
from greenroom.stores.memory import Budget, MemoryStore


def spaces(**bounds: Any) -> Spaces:
    """Spaces of the contract with every feature."""
    return Spaces([contract()], behaviour_of, lambda: MemoryStore, **bounds)


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_space_is_made_when_it_is_first_used() -> None:
    """And is the same from then on."""
    found = spaces()
    assert found.get("a") is None
    space = found.use("a", "request")
    assert (space.name, space.made_by, space.mode, space.seed) == ("a", "request", "stateful", 1)
    assert found.use("a") is found.get("a") is space


@pytest.mark.parametrize("name", ["", "a b", "a" * 65, ".a", "~", "a/b"])
def test_a_name_keeps_the_rule(name: str) -> None:
    """Else nothing is made."""
    found = spaces()
    with pytest.raises(SpaceError, match="matches"):
        found.use(name)
    assert found.all() == []


def test_above_the_bound_the_longest_unused_space_goes() -> None:
    """Whenever it was made."""
    found = spaces(most=2)
    for name in ("a", "b", "a", "c"):
        found.use(name)
    assert [space.name for space in found.all()] == ["a", "c"]


def test_an_unused_space_is_forgotten() -> None:
    """After an hour, and then it is made anew."""
    clock = Clock()
    found = spaces(clock=clock)
    first = found.use("a")
    clock.now = 3600
    assert found.use("a") is first
    clock.now = 7201
    assert found.all() == []
    assert found.use("a") is not first


def test_time_stands_or_runs() -> None:
    """As the space was made."""
    found = spaces()
    assert found.put("a", now=NOW)[0].now() == NOW
    assert abs((found.use("b").now() - datetime.now(UTC)).total_seconds()) < 60


def test_a_space_can_be_made_anew() -> None:
    """With another seed and mode, and nothing of before."""
    here = Featured()
    here.post("/projects", {"slug": "mine", "name": "Mine"})
    space, is_new = here.spaces.put("here", seed="x", mode="examples")
    assert (is_new, space.seed, space.mode) == (False, "x", "examples")
    reply = here.post("/projects", {"slug": "mine", "name": "Mine"})
    assert (reply.json["id"], reply.headers["x-greenroom-space"]) == ("prj_a1b2c3", "here")
    assert here.space is not space


def test_another_seed_gives_other_identifiers() -> None:
    """The same seed the same ones."""
    body = {"slug": "mine", "name": "Mine"}
    ids = [Featured(seed=seed).post("/projects", body).json["id"] for seed in (1, 2, 1)]
    assert ids[0] == ids[2] != ids[1]


def test_reset_goes_back_to_how_the_space_was_made() -> None:
    """The next identifiers are the first ones again; requests can be kept."""
    here = Featured(seed=7)
    first = here.post("/projects", {"slug": "mine", "name": "Mine"}).json
    kept = here.spaces.reset("here", keep=["requests"])
    assert (kept.seed, kept.now(), len([*kept.journal.after()])) == (7, NOW, 1)
    assert here.get("/projects").json["total"] == 1
    assert here.post("/projects", {"slug": "mine", "name": "Mine"}).json == first
    assert [*here.spaces.reset("here").journal.after()] == []


def test_a_snapshot_brings_everything_back() -> None:
    """Records, their order and versions, numbers, seed and time; also in another space."""
    here = Featured(seed="s")
    here.post("/projects", {"slug": "mine", "name": "Mine"})
    here.send("PATCH", "/projects/prj_a1b2c3", {"stars": 9})
    here.send("DELETE", "/bookings/b-1")
    document = json.loads(json.dumps(here.spaces.snapshot("here")))
    before = here.get("/projects").json
    following = here.post("/projects", {"slug": "next", "name": "Next"}).json
    here.spaces.restore("here", document)
    assert here.get("/projects").json == before
    assert here.spaces.snapshot("here") == document
    assert here.post("/projects", {"slug": "next", "name": "Next"}).json == following
    other, _ = here.spaces.put("other", from_=document)
    assert (other.seed, other.now()) == ("s", NOW)
    assert here.spaces.snapshot("other") == document
    assert here.spaces.put("third", from_={"space": "other"})[0].document() == document


def test_a_space_without_changes_has_no_records_in_its_snapshot() -> None:
    """It begins with the examples anyway."""
    here = Featured()
    here.get("/projects")
    assert here.spaces.snapshot("here")["vendors"] == {}


VALUE = {"code": "gold", "label": "G"}
RECORD = {"id": "gold", "version": 1, "sequence": 1, "own": [], "value": VALUE}


def snapshot(*records: Any, resource: str = "Badge", sequence: int = 9) -> dict[str, Any]:
    """A snapshot of records."""
    world = {"sequence": sequence, "numbers": {}, "resources": {resource: list(records)}}
    return {"version": 1, "seed": 1, "now": None, "vendors": {"features": world}}


WRONG: list[tuple[Any, str]] = [
    (None, "/: null is not of type"),
    ({**snapshot(), "version": 2}, "/version: 1 was expected"),
    ({**snapshot(), "now": "soon"}, '/now: "soon" is not a "date-time"'),
    ({**snapshot(), "vendors": {"acme": snapshot()["vendors"]["features"]}}, "acme is not served"),
    (snapshot(resource="Thing"), "/vendors/features/resources/Thing: features has no resource"),
    (snapshot({**RECORD, "id": "x"}), "/Badge/0/id: is not the identifier of the value"),
    (snapshot(RECORD, RECORD), "/Badge/1: another record has the same id or sequence"),
    (snapshot(RECORD, sequence=0), "/Badge/0/sequence: is above"),
    (
        snapshot({**RECORD, "value": {"code": "gold", "label": 5}}),
        '/vendors/features/resources/Badge/0/value/label: 5 is not of type "string"',
    ),
]


@pytest.mark.parametrize(("document", "reason"), WRONG, ids=range(len(WRONG)))
def test_an_invalid_snapshot_is_refused(document: Any, reason: str) -> None:
    """With the place of what is wrong, and the space stays as it was."""
    here = Featured()
    here.post("/projects", {"slug": "mine", "name": "Mine"})
    before = here.spaces.snapshot("here")
    with pytest.raises(SpaceError) as caught:
        here.spaces.restore("here", document)
    assert reason in str(caught.value)
    assert here.spaces.snapshot("here") == before


def test_a_copy_of_no_space_is_refused() -> None:
    """By its name."""
    with pytest.raises(SpaceError, match="there is no space nope"):
        spaces().put("a", from_={"space": "nope"})


def test_a_scenario_states_records_and_time() -> None:
    """An example, a state, and values over it; nothing else is made."""
    here = Featured()
    scenario = {
        "vendor": "features",
        "now": "2026-02-01T10:00:00+01:00",
        "resources": {
            "Task": [{"state": "done", "set": {"title": "Set"}}, {}],
            "Project": [{"example": "ProjectActive", "set": {"id": "prj_1", "slug": "s"}}],
        },
    }
    here.spaces.put("here", scenario=scenario)
    assert here.spaces.get("here").now() == datetime(2026, 2, 1, 9, tzinfo=UTC)
    tasks = here.get("/projects/prj_a1b2c3/tasks?per_page=9").json
    assert [(t["title"], t["status"], t["done_at"]) for t in tasks] == [
        ("Documented", "open", None), ("Set", "done", "2025-02-02"), ("Documented", "open", None),
    ]  # fmt: skip
    assert here.get("/projects/prj_1").json["slug"] == "s"


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ({}, "vendor"),
        ({"vendor": "acme"}, "/vendor: is not served here; served: features"),
        ({"vendor": "features", "now": 1}, "/now"),
        ({"vendor": "features", "later": []}, "later"),
        (
            {"vendor": "features", "resources": {"Nope": [{}]}},
            "/resources/Nope: is not one of Project",
        ),
        ({"vendor": "features", "resources": {"Task": [{"state": "x"}]}}, "/Task/0/state"),
        ({"vendor": "features", "resources": {"Task": [{"example": "x"}]}}, "/Task/0/example"),
        ({"vendor": "features", "resources": {"Task": [{"example": "TaskOpen"}]}}, "already"),
    ],
)
def test_an_invalid_scenario_is_refused(scenario: Any, reason: str) -> None:
    """With the place of what is wrong, and no space is made."""
    found = spaces()
    with pytest.raises(SpaceError) as caught:
        found.put("a", scenario=scenario)
    assert reason in str(caught.value)
    assert found.all() == []


def small(identifier: Any, parameter: Any) -> Client:
    """An API whose things have an identifier of a schema, and whose pages are numbered so."""
    thing = {"type": "object", "required": ["id"], "properties": {"id": identifier, "name": {}}}
    node = {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}
    example = {"id": "A", "name": "One"}
    listing = {
        "operationId": "list",
        "x-pagination": {"size": "size", "page": "page", "items": ""},
        "parameters": [
            {"name": name, "in": "query", "schema": parameter} for name in ("size", "page")
        ],
        "responses": {"200": answer(node, All=[example])},
    }
    create = {
        "operationId": "create",
        "requestBody": {"content": content({"type": "object"}, One={"name": "One"})},
        "responses": {"201": answer({"$ref": "#/components/schemas/Thing"}, One=example)},
    }
    paths = {"/things": {"get": listing, "post": create}}
    return Client(make_contract(paths, components={"schemas": {"Thing": thing}}))


def test_a_form_without_further_values_is_a_full_space() -> None:
    """Nothing is searched for ever."""
    client = small({"type": "string", "pattern": "^[AB]$"}, {"type": "integer"})
    replies = [client.post("/~a/acme/things", {"name": "New"}) for _ in range(3)]
    assert [reply.status for reply in replies] == [201, 507, 507]
    assert "no other value for /id of Thing" in replies[2].json["detail"]


@pytest.mark.parametrize("parameter", [{}, {"type": "string"}, {"type": "integer"}])
@pytest.mark.parametrize("query", ["size=1&page=2", "size=1&page=x", "size=1&page=-1", "size=x"])
def test_pages_are_numbered_whatever_the_schema_says(parameter: Any, query: str) -> None:
    """A text that is no number counts as none."""
    client = small({"type": "string"}, parameter)
    client.post("/~a/acme/things", {"name": "New"})
    reply = client.get(f"/~a/acme/things?{query}")
    if parameter.get("type") == "integer" and "x" in query:
        assert reply.status == 400
    else:
        second = query.endswith("2")
        names = [each["name"] for each in reply.json]
        assert names == (["One", "New"] if query == "size=x" else ["New" if second else "One"])


def badges(number: int) -> dict[str, Any]:
    """A snapshot of so many records."""
    records = [
        {**RECORD, "id": f"b{n}", "sequence": n + 1, "value": {**VALUE, "code": f"b{n}"}}
        for n in range(number)
    ]
    return snapshot(*records, sequence=number)


def bounded() -> Callable[[], Store]:
    """Stores that hold forty records together."""
    return partial(MemoryStore, Budget(most_records=40))


def test_restoring_takes_the_room_of_one_snapshot_however_often() -> None:
    """What was there before is given back."""
    found = Spaces([contract()], behaviour_of, bounded)
    document = badges(20)
    for _ in range(5):
        assert found.restore("here", document).records == 20


def test_a_snapshot_that_is_too_large_changes_nothing() -> None:
    """Records, seed and time stay."""
    found = Spaces([contract()], behaviour_of, bounded)
    space = found.restore("here", snapshot(RECORD))
    before = space.document()
    with pytest.raises(FullError):
        found.restore("here", {**badges(50), "seed": 5})
    assert space.document() == before


@pytest.mark.parametrize("now", ["2016-12-31T23:59:60Z", "0001-01-01T00:00:00+14:00"])
def test_no_clock_stands_where_there_is_no_moment(now: str) -> None:
    """A leap second, or a time before all years, is refused wherever it is given."""
    found = spaces()
    scenario = {"vendor": "features", "now": now}
    for made in ({"scenario": scenario}, {"from_": {**snapshot(), "now": now}}):
        with pytest.raises(SpaceError, match="no clock can stand"):
            found.put("a", **made)
    assert found.all() == []
