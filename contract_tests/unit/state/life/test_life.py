"""What happens in a space by itself, in the order and at the times of its contract."""

from __future__ import annotations

from typing import Any

from living import Living, at

from greenroom.contract.catalog import find, load

HEYMILO = load(find(("heymilo",))[0])
INTERVIEWMINDS = load(find(("interviewminds",))[0])
NINJAHIRE = load(find(("ninjahire",))[0])
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
