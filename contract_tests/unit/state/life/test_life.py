"""What happens in a space by itself, in the order and at the times of its contract."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from living import Living, at

from greenroom.contract.catalog import build, find, load
from greenroom.state.life import life
from greenroom.state.life.clock import Clock

FILE = Path(__file__).parents[3] / "simulation" / "living.yaml"
HEYMILO, LIVING, INTERVIEWMINDS, NINJAHIRE = map(
    load, find(("heymilo", str(FILE), "interviewminds", "ninjahire"))
)
KEY = {"x-api-key": "test-key"}


def invited(here: Living, name: str = "Ada") -> str:
    """The identifier of an interview that a new candidate is invited to."""
    candidate = {"name": name, "email": f"{name.lower()}@example.com"}
    reply = here.post("/api/ingest/x/unique_url_key_for_posting", candidate)
    assert reply.status == 200, reply
    id: str = reply.json["interview_details"][0]["interview_id"]
    return id


def story() -> tuple[Living, list[Any]]:
    """An interview from the invitation to its report, and what was seen of it on the way."""
    here = Living(HEYMILO, KEY)
    id = invited(here)
    seen = [here.get(f"/api/interview/{id}").json]
    happened = here.advance(hours=1)
    seen += [happened, here.get(f"/api/interview/{id}").json]
    return here, seen


def test_an_interview_goes_through_its_states_at_their_times() -> None:
    """Each at its own moment, with its events in order, and the clock ends where it was sent."""
    here, (invitation, happened, done) = story()

    assert "status" not in invitation["details"]
    assert [(h.transitions[0].before, h.transitions[0].after, h.at) for h in happened] == [
        ("invited", "started", at(9, 10)),
        ("started", "completed", at(9, 40)),
        ("completed", "reported", at(9, 42)),
    ]
    assert here.events == [
        ("interview_started", "09:10:00"),
        ("interview_completed", "09:40:00"),
        ("report_available", "09:42:00"),
    ]
    assert here.space.now() == at(10)
    assert done["details"]["name"] == "Ada"
    assert done["details"]["status"] == "completed"
    assert done["interview_id"] == invitation["interview_id"]


def test_an_event_is_about_the_record_as_it_was_then() -> None:
    """Although it has changed since."""
    here, (invitation, *_) = story()
    started, completed, _ = here.sent.events

    assert started.about == ("heymilo", "Interview", invitation["interview_id"])
    assert "status" not in started.value["details"]
    assert completed.value["details"]["status"] == "completed"
    assert [event.number for event in here.sent.events] == [1, 2, 3]
    assert {event.cause.kind for event in here.sent.events} == {"timer"}


def test_the_same_requests_and_times_give_the_same_snapshot() -> None:
    """Byte for byte, timers included."""
    texts = []
    for _ in range(2):
        here, _ = story()
        invited(here, "Grace")
        here.advance(minutes=15)
        texts.append(here.snapshot())
    assert texts[0] == texts[1]
    assert '"timers": [{"due": "2026-01-05T10:40:00+00:00", "state": "completed"' in texts[0]


@pytest.fixture
def here() -> Living:
    """A space of meetings."""
    return Living(LIVING)


def planned(here: Living, **values: Any) -> str:
    """The identifier of a new meeting."""
    reply = here.post("/meetings", {"title": "Mine", "room": "Blue", **values})
    assert reply.status == 201, reply
    assert reply.json["status"] == "planned"
    id: str = reply.json["id"]
    return id


def state(here: Living, id: str) -> Any:
    """The state of a meeting as its client sees it."""
    return here.get(f"/meetings/{id}").json["status"]


def pending(here: Living, id: str, resource: str = "Meeting") -> list[tuple[str, datetime]]:
    """What is to follow of a record, and when."""
    record = here.space.world("living").get(resource, id)
    return [(timer.state, timer.due) for timer in record.timers]


def test_a_record_follows_the_moment_that_it_tells(here: Living) -> None:
    """At that moment, which it also writes where the contract says so, in the documented form."""
    id = planned(here, starts_at="2026-01-05T10:15:00+01:00")
    assert here.advance(minutes=14) == []
    (happening,) = here.advance(minutes=2)

    assert happening.at == at(9, 15)
    meeting = here.get(f"/meetings/{id}").json
    assert meeting["started_at"] == "2026-01-05T09:15:00Z"
    assert meeting["updated_at"] == at(9, 15).timestamp()
    assert here.events == [("meeting.started", "09:15:00")]


def test_a_changed_moment_moves_what_follows(here: Living) -> None:
    """And one that is taken away leaves nothing, while the rest stays as it was."""
    id = planned(here, starts_at="2026-01-05T10:00:00Z")
    rest = ("forgotten", at(9) + timedelta(days=1))
    here.advance(minutes=10)
    assert pending(here, id) == [rest, ("running", at(10))]

    here.send("PATCH", f"/meetings/{id}", {"starts_at": "2026-01-05T09:30:00Z"})
    assert pending(here, id) == [rest, ("running", at(9, 30))]
    here.send("PATCH", f"/meetings/{id}", {"title": "Other"})
    assert pending(here, id) == [rest, ("running", at(9, 30))]
    here.send("PATCH", f"/meetings/{id}", {"starts_at": None})
    assert pending(here, id) == [rest]
    assert len(here.space.agenda) == 1


def test_a_moment_in_the_past_is_now(here: Living) -> None:
    """So that time does not go back; the next request finds it done."""
    here.advance(hours=1)
    id = planned(here, starts_at="2020-01-01T00:00:00Z")

    assert state(here, id) == "running"
    assert here.events == [("meeting.started", "10:00:00")]


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+10:00"])
def test_a_moment_that_no_clock_has_is_none(here: Living, moment: str) -> None:
    """It is kept as it was sent."""
    id = planned(here, starts_at=moment)
    assert [state for state, _ in pending(here, id)] == ["forgotten"]


def test_leaving_a_state_forgets_what_was_to_follow(here: Living) -> None:
    """An operation that leads on is a transition like any other."""
    id = planned(here, starts_at="2026-01-05T10:00:00Z")
    reply = here.post(f"/meetings/{id}/cancel")

    assert reply.json["status"] == "cancelled"
    assert pending(here, id) == []
    assert here.advance(days=2) == []
    assert state(here, id) == "cancelled"


def test_an_operation_of_another_state_is_the_documented_409(here: Living) -> None:
    """Which says what it would need, and changes nothing."""
    id = planned(here)
    here.post(f"/meetings/{id}/cancel")
    reply = here.post(f"/meetings/{id}/cancel")

    assert (reply.status, reply.kind) == (409, "wrong-state")
    assert reply.json == {"error": f"Meeting {id} is cancelled, not planned or running"}
    assert here.get(f"/meetings/{id}").headers["x-greenroom-resource"].endswith("version 2")


def test_without_a_409_an_operation_of_another_state_changes_no_state(here: Living) -> None:
    """Whatever else it does, it does."""
    id = planned(here)
    reply = here.post(f"/meetings/{id}/pause")

    assert (reply.status, reply.json["status"], reply.json["room"]) == (200, "planned", "Red")
    assert [state for state, _ in pending(here, id)] == ["forgotten"]


def test_an_operation_leads_on_from_each_of_its_states(here: Living) -> None:
    """And what follows is that of the state that it leads to."""
    id = planned(here, starts_at="2026-01-05T09:00:00Z")
    seen = []
    for _ in range(3):
        seen.append(here.post(f"/meetings/{id}/pause").json["status"])
        here.advance(minutes=29)
    assert seen == ["paused", "running", "paused"]
    assert pending(here, id) == [("cancelled", at(10, 58))]


def test_writing_the_state_is_the_transition(here: Living) -> None:
    """With everything that it brings; writing the same again is none."""
    id = planned(here)
    here.send("PATCH", f"/meetings/{id}", {"status": "running"})
    assert here.events == [("meeting.started", "09:00:00")]
    assert pending(here, id) == [("ended", at(9, 30))]

    here.advance(minutes=10)
    here.send("PATCH", f"/meetings/{id}", {"status": "running"})
    assert here.events == [("meeting.started", "09:00:00")]
    assert pending(here, id) == [("ended", at(9, 30))]


def test_writing_what_is_no_state_is_just_kept(here: Living) -> None:
    """And stops nothing."""
    id = planned(here)
    here.send("PATCH", f"/meetings/{id}", {"status": "unheard-of"})

    assert state(here, id) == "unheard-of"
    assert [state for state, _ in pending(here, id)] == ["forgotten"]


def test_a_state_makes_other_things_before_it_sends_events(here: Living) -> None:
    """They live too; an event about such a thing is about the one that was made."""
    id = planned(here, starts_at="2026-01-05T09:00:00Z")
    here.advance(minutes=35)
    (minutes,) = here.get(f"/minutes?meeting_id={id}").json

    assert minutes["title"] == "Minutes of Mine"
    assert minutes["id"] not in ("min_0001", "min_0002")
    assert minutes["made_at"] == "2026-01-05T09:30:00Z"
    assert minutes["status"] == "final"
    assert here.events == [
        ("meeting.started", "09:00:00"),
        ("meeting.ended", "09:30:00"),
        ("minutes.ready", "09:30:00"),
        ("minutes.ready", "09:35:00"),
    ]
    about = [event.about and event.about[1:] for event in here.sent.events]
    assert about == [("Meeting", id)] * 2 + [("Minutes", minutes["id"])] * 2


def test_a_state_shows_its_example_but_the_callers_values(here: Living) -> None:
    """What the caller gave stays, as do identifiers and times."""
    id = planned(here, starts_at="2026-01-05T09:00:00Z", title="Mine")
    here.advance(minutes=30)

    assert here.get(f"/meetings/{id}").json == {
        "id": id, "title": "Mine", "room": "Blue", "status": "ended", "rating": 5,
        "starts_at": "2026-01-05T09:00:00Z", "started_at": "2026-01-05T09:00:00Z",
        "updated_at": at(9, 30).timestamp(),
    }  # fmt: skip


def test_the_journal_tells_what_follows_on_a_request(here: Living) -> None:
    """What was to follow before is no news."""
    id = planned(here, starts_at="2026-01-05T10:00:00Z")
    here.send("PATCH", f"/meetings/{id}", {"starts_at": "2026-01-05T09:30:00Z"})
    first, second = ([*entry.trace.timers] for entry in here.space.journal.after())

    assert first == [
        ("Meeting", id, at(9) + timedelta(days=1), "forgotten"),
        ("Meeting", id, at(10), "running"),
    ]
    assert second == [("Meeting", id, at(9, 30), "running")]


def test_who_follows_the_journal_is_told_what_happens_by_itself(here: Living) -> None:
    """Each transition and each changed record, with what it came of."""
    id = planned(here, starts_at="2026-01-05T09:00:00Z")
    here.advance(minutes=30)
    told = [(what, about) for _, _, what, about, _ in here.space.journal.notes]
    ((_, began), (_, changed), (_, ended), (_, _), (_, made)) = told

    about = {"vendor": "living", "resource": "Meeting", "id": id}
    assert [what for what, _ in told] == ["transition", "change", "transition", "change", "change"]
    assert (began["from"], began["to"], began["about"]) == ("planned", "running", about)
    assert changed == {**about, "version": 2, "kind": "changed", "cause": began["cause"]}
    assert (made["kind"], made["resource"], made["cause"]) == ("created", "Minutes", ended["cause"])
    assert began["cause"] != ended["cause"]


def test_an_operation_sends_its_own_events(here: Living) -> None:
    """Although it changes nothing."""
    id = planned(here)
    here.advance(minutes=1)
    reply = here.post(f"/meetings/{id}/remind")

    assert reply.status == 200
    (event,) = here.sent.events
    assert (event.event, event.about.id, event.cause.kind) == ("meeting.reminded", id, "request")
    assert event.cause.number == here.space.journal.last


def test_deleted_things_do_nothing_any_more(here: Living) -> None:
    """Also where something new has the same identifier."""
    id = planned(here, starts_at="2026-01-05T10:00:00Z")
    here.send("DELETE", f"/meetings/{id}")
    assert len(here.space.agenda) == 0

    values = {"id": id, "starts_at": "2026-01-05T12:00:00Z"}
    here.space.world("living").create("Meeting", values, here.space.now())
    assert here.advance(hours=2) == []
    assert state(here, id) == "planned"


def test_things_of_examples_stay_until_something_is_done_to_them(here: Living) -> None:
    """Their states are known all the same."""
    assert here.advance(days=10) == []
    reply = here.post("/meetings/mtg_0001/cancel")

    assert (reply.status, reply.kind) == (409, "wrong-state")
    assert here.space.document()["vendors"] == {}


def test_a_running_space_does_what_was_due_before_each_request() -> None:
    """Each at its own moment, then the clock goes on."""
    wall = [at(9)]
    here = Living(LIVING, now=None)
    here.space.clock = Clock(wall=lambda: wall[0])
    id = planned(here, starts_at="2026-01-05T09:10:00Z")
    wall[0] = at(9, 50)

    assert state(here, id) == "closed"
    assert here.events == [
        ("meeting.started", "09:10:00"),
        ("meeting.ended", "09:40:00"),
        ("minutes.ready", "09:40:00"),
        ("minutes.ready", "09:45:00"),
    ]
    assert here.space.now() == at(9, 50)


def test_requests_during_an_advance_see_the_moment_at_which_it_stands(here: Living) -> None:
    """And leave the rest to it."""
    first, second = (planned(here, starts_at="2026-01-05T09:10:00Z") for _ in range(2))
    assert here.space.step(at(10)) is not None

    later = planned(here, starts_at="2026-01-05T09:10:00Z")
    assert [state(here, id) for id in (first, second, later)] == ["running", "planned", "planned"]
    assert here.get(f"/meetings/{later}").json["updated_at"] == at(9, 10).timestamp()
    assert [h.at for h in here.advance(minutes=10)] == [at(9, 10)] * 2


def test_what_is_no_transition_is_given_back(here: Living) -> None:
    """Or begun, where a request is what finds it due."""
    here.space.agenda.add(at(9, 5), "a retry")
    here.space.agenda.add(at(9, 6), "another")
    assert [h.due for h in here.advance(minutes=5)] == ["a retry"]

    here.space.clock.move(at(9, 7))
    here.get("/meetings")
    assert here.sent.begun == ["another"]
    assert here.space.now() == at(9, 7)


def test_more_timers_than_a_space_may_have_are_507(here: Living) -> None:
    """And nothing of the request is kept."""
    planned(here)
    here.space.agenda.most = len(here.space.agenda)
    reply = here.post("/meetings", {"title": "One more"})

    assert (reply.status, reply.kind) == (507, "space-is-full")
    assert [m["title"] for m in here.get("/meetings").json] == ["Documented", "Mine"]
    # What takes the place of another is no more.
    assert here.send("PATCH", "/meetings/mtg_0001", {"title": "Still"}).status == 200


def test_ten_thousand_timers_due_at_once_end(here: Living) -> None:
    """Each is done, in the order in which they were set."""
    world, now = here.space.world("living"), here.space.now()
    for number in range(10_000):
        world.create("Minutes", {"id": f"min_{number}x"}, now)
    happened = here.advance(hours=1)

    assert [h.transitions[0].about.id for h in happened] == [f"min_{n}x" for n in range(10_000)]
    assert {(h.at, h.emissions[0].event) for h in happened} == {(at(9, 5), "minutes.ready")}
    assert [due.what.resource for due in here.space.agenda.all()] == ["Meeting"]


def test_a_transition_that_has_no_room_is_passed_over(
    here: Living, caplog: pytest.LogCaptureFixture
) -> None:
    """It is reported, everything of it is left out, and all others happen."""
    ending, other = planned(here, starts_at="2026-01-05T09:00:00Z"), planned(here)
    here.advance(minutes=29)
    here.space.world("living").store._budget.most_records = 6
    here.space.world("living").create("Minutes", {"id": "min_x"}, here.space.now())
    happened = here.advance(minutes=10)

    assert [h.transitions[0].about.id for h in happened] == ["min_x"]
    assert (state(here, ending), state(here, other)) == ("running", "planned")
    assert [e for e, _ in here.events] == ["meeting.started", "minutes.ready"]
    (record,) = caplog.records
    assert record.message == "transition"
    (warning,) = record.members["warnings"]
    assert warning.startswith(f"Meeting {ending} stays in its state: the space holds 6 records")


def test_a_thing_that_is_moved_brings_what_its_state_brings() -> None:
    """Other things and events too, at the same moment."""
    document = deepcopy(LIVING.document)
    closed = document["components"]["schemas"]["Meeting"]["x-lifecycle"]["states"]["closed"]
    closed["create"] = [{"resource": "Receiver", "set": {"url": "https://{$parent#/id}.test"}}]
    closed["emit"] = ["meeting.reminded"]
    here = Living(build(document, "living", "living.yaml"))
    id = planned(here, starts_at="2026-01-05T09:00:00Z")
    (*_, happening) = here.advance(minutes=35)

    assert [(t.about.resource, t.after) for t in happening.transitions] == [
        ("Minutes", "final"),
        ("Meeting", "closed"),
    ]
    assert [e.event for e in happening.emissions] == ["minutes.ready", "meeting.reminded"]
    assert here.get("/receivers").json[-1]["url"] == f"https://{id}.test"


@pytest.mark.parametrize(
    ("meeting", "minutes"),
    [
        ({"create": [{"resource": "Minutes"}]}, {"create": [{"resource": "Meeting"}]}),
        ({"create": [{"resource": "Meeting"}]}, {}),
    ],
)
def test_states_that_bring_each_other_do_so_once(meeting: Any, minutes: Any) -> None:
    """Nothing goes on for ever in one step."""
    document = deepcopy(LIVING.document)
    schemas = document["components"]["schemas"]
    schemas["Meeting"]["x-lifecycle"]["states"]["planned"].update(meeting)
    schemas["Minutes"]["x-lifecycle"]["states"]["draft"].update(minutes)
    here = Living(build(document, "living", "living.yaml"))
    planned(here)

    assert len(here.get("/meetings").json) + len(here.get("/minutes").json) <= 5


def test_a_response_shows_the_state_at_the_end() -> None:
    """Although what the request changed has moved on at once."""
    document = deepcopy(LIVING.document)
    schemas = document["components"]["schemas"]
    states = schemas["Meeting"]["x-lifecycle"]["states"]
    states["cancelled"]["create"] = [{"resource": "Minutes", "set": {"/meeting_id": "$parent#/id"}}]
    schemas["Minutes"]["x-lifecycle"]["states"]["draft"]["move"] = {"Meeting": "closed"}
    here = Living(build(document, "living", "living.yaml"))
    id = planned(here)

    assert here.post(f"/meetings/{id}/cancel").json["status"] == state(here, id) == "closed"


def test_states_that_move_each_other_end() -> None:
    """Where they began."""
    document = deepcopy(LIVING.document)
    lives = [document["components"]["schemas"][n]["x-lifecycle"] for n in ("Meeting", "Minutes")]
    meeting, minutes = (life["states"] for life in lives)
    meeting["ended"] = {"move": {"Minutes": "draft"}}
    meeting["running"] = {"move": {"Minutes": "final"}}
    minutes["draft"] = {"move": {"Meeting": "running"}}
    minutes["final"] = {"move": {"Meeting": "ended"}}
    here = Living(build(document, "living", "living.yaml"))
    world = here.space.world("living")
    world.transition("Meeting", "mtg_0001", "ended")

    assert [done.after for done in here.space.transitions] == [
        "ended", "draft", "running", "final", "ended",
    ]  # fmt: skip
    assert world.get("Minutes", "min_0001").state == "final"
    assert world.get("Meeting", "mtg_0001").version == 4


def test_a_life_that_goes_round_for_ever_holds_up_no_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is done in parts."""
    monkeypatch.setattr(life, "_MOST_AT_ONCE", 20)
    document = deepcopy(LIVING.document)
    states = document["components"]["schemas"]["Meeting"]["x-lifecycle"]["states"]
    states["planned"]["after"] = {"PT0S": "planned"}
    here = Living(build(document, "living", "living.yaml"))
    id = planned(here)

    assert [state(here, id), state(here, id)] == ["planned", "planned"]
    assert here.space.changes == 40
    here.space.catch_up(5)
    assert here.space.changes == 45


def test_a_record_moves_the_one_that_it_belongs_to() -> None:
    """In the same step, after its own events, and once: then that is in the state already."""
    here = Living(NINJAHIRE, {"authorization": "Bearer test-key"})
    application = here.get("/v1/applications?page=1&size=20").json["data"][0]
    for _ in range(2):
        here.post(f"/v1/applications/{application['id']}/instant-call")
    first, second = here.advance(minutes=5)

    assert [t.about.resource for t in first.transitions] == ["Call", "Application"]
    assert [t.about.resource for t in second.transitions] == ["Call"]
    told = [each.event for each in here.sent.events]
    assert told == ["call_activity", "application_activty", "call_activity"]
    shown = here.get(f"/v1/applications/{application['id']}").json
    assert (shown["screening_status"], shown["score"]) == ("completed", 82)


def test_a_graphql_field_sends_what_it_says() -> None:
    """Like an ordinary operation, about the record that it changed."""
    here = Living(INTERVIEWMINDS, {"authorization": "Bearer test-key"})
    interview = here.get("/api/interview/history").json[0]["_id"]
    query = "mutation ($id: ID!) { updateScore(interviewId: $id, score: {score: 91}) { score } }"
    here.post("/graphql", {"query": query, "variables": {"id": interview}})

    (sent,) = here.sent.events
    assert (sent.event, sent.about.id, sent.value["score"]) == ("score.generated", interview, 91)
    assert sent.cause.kind == "request"
