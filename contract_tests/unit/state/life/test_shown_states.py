"""What a record shows in a state, and the moments that its elements tell."""

from __future__ import annotations

from typing import Any

from contracts import contract
from living import Living, at
from state_contract import STRING, answer, content, ref

STOP = {"id": "stop_01", "at": "2025-01-01T10:00:00Z"}
TRIP = {"id": "trip_01", "state": "planned", "begun": "2025-01-01T10:00:00Z", "stops": [STOP]}
ENDED = {
    **TRIP,
    "state": "ended",
    "begun": "2025-01-01T10:00:05Z",
    "report": {"of": "trip_01", "links": ["https://acme.test/trip_01.pdf", "https://acme.test/"]},
}
LIFE = {
    "state": "/state",
    "states": {
        "planned": {"set": {"/begun": None}, "at": {"/stops/0/at": "begun"}},
        "begun": {"set": {"/begun": "$event#/time"}, "after": {"PT1H": "ended"}},
        "ended": {"example": "Ended"},
    },
}


def trips() -> Living:
    """A space of an API whose trips begin at the time of their first stop."""
    sent = {"type": "object", "properties": {"stops": {"type": "array", "items": ref("Stop")}}}
    stop = {"type": "object", "properties": {"id": STRING, "at": {}}}
    trip = {"id": STRING, "state": STRING, "begun": STRING, "report": {"type": "object"}}
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": STRING, "example": example}
        for name, example in (("id", "trip_01"), ("stop", "stop_01"))
    ]

    def does(kind: str) -> dict[str, Any]:
        names = {"resource": "Stop", "identifier": {"id": "$request.path.stop"}}
        return {"x-resource-operation": {**names, "kind": kind}}

    paths = {
        "/trips": {
            "post": {
                "operationId": "createTrip",
                "requestBody": {"content": content(sent, Trip={"stops": [STOP]})},
                "responses": {"201": answer(ref("Trip"), Trip=TRIP)},
            }
        },
        "/trips/{id}": {
            "parameters": parameters[:1],
            "get": {"operationId": "getTrip", "responses": {"200": answer(ref("Trip"), Trip=TRIP)}},
        },
        "/trips/{id}/stops/{stop}": {
            "parameters": parameters,
            "patch": {
                "operationId": "updateStop",
                "requestBody": {"content": content(ref("Stop"))},
                "responses": {"200": answer(ref("Stop"), Stop=STOP)},
                **does("update"),
            },
            "delete": {
                "operationId": "deleteStop",
                "responses": {"204": {"description": "Gone."}},
                **does("delete"),
            },
        },
    }
    schemas = {
        "Trip": {
            "type": "object",
            "properties": {**trip, "stops": {"type": "array", "items": ref("Stop")}},
            "x-lifecycle": LIFE,
        },
        "Stop": {
            **stop,
            "x-resource": {"identifier": "id", "within": {"resource": "Trip", "at": "/stops"}},
        },
    }
    shown = {"Ended": {"value": ENDED}}
    components: dict[str, Any] = {"schemas": schemas, "examples": shown}
    return Living(contract(paths, components=components))


def planned(here: Living) -> str:
    """The identifier of a trip that begins at ten."""
    made: str = here.post("/trips", {"stops": [{"id": "a", "at": "2026-01-05T10:00:00Z"}]}).json[
        "id"
    ]
    return made


def changes(here: Living, **length: float) -> list[tuple[Any, str]]:
    """When records go into which states meanwhile."""
    return [(h.at, h.transitions[0].after) for h in here.advance(**length) if h.transitions]


def test_the_example_of_a_state_is_about_the_record() -> None:
    """Wherever it repeats its own identifier, in texts too."""
    here = trips()
    id = planned(here)
    here.advance(hours=3)

    shown = here.get(f"/trips/{id}").json
    assert shown["state"] == "ended"
    assert shown["report"] == {
        "of": id,
        "links": [f"https://acme.test/{id}.pdf", "https://acme.test/"],
    }


def test_a_time_that_a_state_tells_stays_in_later_ones() -> None:
    """Whatever time their examples have there."""
    here = trips()
    id = planned(here)
    assert "begun" not in here.get(f"/trips/{id}").json

    assert changes(here, hours=3) == [(at(10), "begun"), (at(11), "ended")]
    assert here.get(f"/trips/{id}").json["begun"] == "2026-01-05T10:00:00Z"


def test_an_element_that_is_changed_moves_what_it_tells() -> None:
    """The transition is that of the record which has it."""
    here = trips()
    id = planned(here)
    assert here.send("PATCH", f"/trips/{id}/stops/a", {"at": "2026-01-05T12:00:00Z"}).status == 200

    assert changes(here, hours=2) == []
    assert changes(here, hours=1) == [(at(12), "begun")]


def test_a_moment_that_only_the_example_tells_is_not_followed() -> None:
    """A record that is made without the API stays as it is until somebody tells when."""
    here = trips()
    world = here.space.world(here.name)
    untold = world.create("Trip", {}, here.space.now()).after
    told = world.create("Trip", {"stops": [{"at": "2026-01-05T10:00:00Z"}]}, here.space.now()).after
    assert untold is not None
    assert told is not None
    assert untold.value["stops"] == [STOP]
    assert [(h.at, h.transitions[0].about.id) for h in here.advance(hours=1)] == [(at(10), told.id)]

    world.update("Trip", untold.id, {"stops": [{"at": "2026-01-05T11:00:00Z"}]})
    begun = [h for h in here.advance(minutes=60) if h.transitions[0].about.id == untold.id]
    assert [(h.at, h.transitions[0].after) for h in begun] == [(at(11), "begun")]


def test_an_element_that_is_gone_tells_nothing() -> None:
    """The record stays as it is."""
    here = trips()
    id = planned(here)
    assert here.send("DELETE", f"/trips/{id}/stops/a").status == 204

    assert changes(here, hours=9) == []
    assert here.get(f"/trips/{id}").json["state"] == "planned"
