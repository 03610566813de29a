"""What requests to a space do, seen from outside."""

from __future__ import annotations

from typing import Any

import pytest
from featured import Featured

from greenroom.state.store import Change

PROJECT = "prj_a1b2c3"
TASK = "5d1c0f6e-1f0a-4a8e-9a42-8b1f6d2e7c01"


@pytest.fixture
def here() -> Featured:
    """A new space."""
    return Featured()


def made(here: Featured, **values: Any) -> Any:
    """A new project."""
    reply = here.post("/projects", {"slug": "mine", "name": "Mine", **values})
    assert reply.status == 201, reply
    return reply.json


def refusal(reply: Any) -> tuple[int, str | None, Any]:
    """The status, the kind and the error of a refused request."""
    return reply.status, reply.kind, reply.json["error"]


def test_what_is_created_has_the_callers_values_and_our_own(here: Featured) -> None:
    """A new identifier, the clock in the form of the examples, defaults of both schemas.

    The documented caller sent a note, which is not kept for another one.
    """
    project = made(here)
    assert project == {
        "id": project["id"], "slug": "mine", "name": "Mine", "stars": 0, "active": True,
        "created": 1767603600, "changed": "2026-01-05T09:00:00.000Z",
    }  # fmt: skip
    assert here.get(f"/projects/{project['id']}").json == project


def test_null_is_kept_where_it_is_allowed(here: Featured) -> None:
    """And is what a client reads."""
    assert made(here, note=None)["note"] is None


def test_a_response_says_what_it_stands_on(here: Featured) -> None:
    """Simulated, and about which version of which record."""
    project = made(here)
    headers = here.send("PATCH", f"/projects/{project['id']}", {"stars": 9}).headers
    assert headers["x-greenroom-basis"] == "simulated"
    assert headers["x-greenroom-resource"] == f"Project {project['id']} version 2"
    assert headers["x-greenroom-space"] == "here"
    assert headers["x-greenroom-seed"] == "1"


def test_a_preferred_response_changes_nothing(here: Featured) -> None:
    """The client gets what it names, whatever the space has."""
    body = {"slug": "mine", "name": "Mine"}
    reply = here.client.post(f"{here.base}/projects", body, {"prefer": "code=409"})
    assert (reply.status, reply.json) == (409, {"error": "conflict"})
    assert here.get("/projects").json["total"] == 1
    reply = here.client.get(f"{here.base}/projects/nope", {"prefer": "code=200"})
    assert reply.json["id"] == PROJECT


def test_an_unknown_thing_is_the_documented_404(here: Featured) -> None:
    """In the vendor's shape, with the identifier that was asked for."""
    reply = here.get("/projects/nope")
    assert refusal(reply) == (404, "unknown-resource", "there is no Project nope")
    assert here.send("DELETE", "/projects/nope").status == 404
    reply = here.get(f"/projects/{PROJECT}/tasks/{TASK[:-1]}2")
    assert "there is no Task" in reply.json["error"]
    assert "there is no Project" in here.get(f"/projects/nope/tasks/{TASK}").json["error"]


def test_a_child_belongs_to_its_parent(here: Featured) -> None:
    """Below another one it is not found."""
    other = made(here)["id"]
    assert here.get(f"/projects/{PROJECT}/tasks/{TASK}").status == 200
    assert here.get(f"/projects/{other}/tasks/{TASK}").status == 404
    assert here.get(f"/projects/{other}/tasks/{TASK}/notes/note-1").status == 404


def test_an_unknown_reference_is_refused_with_what_there_is(here: Featured) -> None:
    """With the declared status, and nothing is created."""
    reply = here.post(f"/projects/{PROJECT}/tasks", {"title": "T", "assignee_id": 5})
    said = "body /assignee_id: there is no Member 5; known: 7"
    assert refusal(reply) == (422, "unknown-reference", said)
    assert len(here.get(f"/projects/{PROJECT}/tasks?per_page=9").json) == 1


def test_a_record_shows_what_it_refers_to(here: Featured) -> None:
    """Copied when the reference is set, by a creation or a change."""
    member = here.post("/members", {"name": "Ada"}).json["id"]
    task = here.post(f"/projects/{PROJECT}/tasks", {"title": "T", "assignee_id": member})
    assert task.json["task"]["assignee_name"] == "Ada"
    path = f"/projects/{PROJECT}/tasks/{task.json['task']['id']}"
    assert here.send("PATCH", path, {"assignee_id": 7}).json["assignee_name"] == "Grace"


def test_unique_values_are_refused_a_second_time(here: Featured) -> None:
    """On creation and on change, unless the record has them itself."""
    project = made(here)
    reply = here.post("/projects", {"slug": "mine", "name": "Other"})
    assert reply.status == 409
    assert f"Project {project['id']} has the same /slug mine" in reply.json["error"]
    path = f"/projects/{project['id']}"
    assert here.send("PATCH", path, {"slug": "documented"}).status == 409
    assert here.send("PATCH", path, {"slug": "mine", "stars": 1}).status == 200


def test_a_change_merges_and_leaves_identifiers_and_times_alone(here: Featured) -> None:
    """A property that is null is removed where it may not be null."""
    path = f"/projects/{made(here, stars=4)['id']}"
    before = here.get(path).json
    after = here.send("PATCH", path, {"note": "New", "created": 5}).json
    assert after == {**before, "note": "New"}


def test_a_replacement_drops_what_is_not_sent(here: Featured) -> None:
    """Or gives it its default."""
    path = f"/projects/{made(here, stars=4, note='A')['id']}"
    found = here.send("PUT", path, {"slug": "mine", "name": "New"}).json
    assert ("note" in found, found["stars"], found["active"], found["name"]) == (
        False, 0, True, "New",
    )  # fmt: skip


def test_a_put_creates_and_replaces(here: Featured) -> None:
    """By the identifier in the path; without it 404."""
    assert here.get("/badges/gold").status == 404
    first = here.send("PUT", "/badges/gold", {"label": "Gold", "points": 5})
    assert first.json == {"code": "gold", "label": "Gold", "points": 5}
    second = here.send("PUT", "/badges/gold", {"label": "New"})
    assert second.json == here.get("/badges/gold").json == {"code": "gold", "label": "New"}
    assert here.send("DELETE", "/badges/gold").status == 204
    assert here.send("DELETE", "/badges/gold").status == 404


def test_a_soft_deletion_keeps_the_record(here: Featured) -> None:
    """As the difference of the examples shows it."""
    member = here.post("/members", {"name": "Ada"}).json["id"]
    assert here.send("POST", f"/members/{member}/deactivate").json["active"] is False
    assert here.get(f"/members/{member}").json["active"] is False
    assert len(here.get("/members").json["members"]) == 2


def test_children_go_with_their_parent_or_hold_it(here: Featured) -> None:
    """As declared: tasks go, a booking keeps its task."""
    task = f"/projects/{PROJECT}/tasks/{TASK}"
    assert refusal(here.send("DELETE", task))[:2] == (409, "conflict")
    assert here.send("DELETE", f"/projects/{PROJECT}").kind == "conflict"
    assert here.send("DELETE", "/bookings/b-1").json == {"deleted": True, "booking_id": "b-1"}
    assert here.send("DELETE", f"/projects/{PROJECT}").status == 204
    assert here.space.world("features").count("Task") == 0


def test_a_singleton_begins_with_its_example(here: Featured) -> None:
    """One for each parent, and one of all."""
    other = made(here)["id"]
    assert here.get(f"/projects/{other}/settings").json == {
        "project_id": other, "theme": "light", "size": 10,
    }  # fmt: skip
    here.send("PUT", f"/projects/{other}/settings", {"theme": "dark"})
    assert here.get(f"/projects/{other}/settings").json == {"project_id": other, "theme": "dark"}
    assert here.get(f"/projects/{PROJECT}/settings").json["theme"] == "light"
    here.send("PATCH", "/account", {"plan": "pro"})
    assert here.get("/account").json == {"name": "Us", "plan": "pro"}


def test_an_embedded_thing_is_in_its_record(here: Featured) -> None:
    """Added, read, deleted, and part of what is read around it."""
    task = f"/projects/{PROJECT}/tasks/{TASK}"
    note = here.post(f"{task}/notes", {"text": "Hello"}).json
    assert here.get(f"{task}/notes/{note['note_id']}").json == note
    assert here.get(task).json["notes"] == [note]
    assert here.send("DELETE", f"{task}/notes/{note['note_id']}").status == 204
    assert here.get(f"{task}/notes/{note['note_id']}").status == 404
    assert here.get(task).json["notes"] == []


def test_one_request_creates_several_things(here: Featured) -> None:
    """One that is there already is not created again, unless that is asked for."""
    people = [{"email": "a@b.c"}, {"email": "ada@example.com"}, {"email": "a@b.c"}]
    first, second, third = here.post("/subscribers/import", {"people": people}).json["ids"]
    assert (second, first) == ("SUB00AF", third)
    again = {"people": [{"email": "a@b.c", "again": True}]}
    assert here.post("/subscribers/import", again).json["ids"] != [first]
    found = here.get("/subscribers").json
    assert [each["email"] for each in found] == ["ada@example.com", "a@b.c", "a@b.c"]
    assert found[1]["since"] == "2026-01-05"


def test_what_is_created_begins_in_its_first_state(here: Featured) -> None:
    """Or in the one that the caller writes; a state sets what its example shows."""
    task = here.post(f"/projects/{PROJECT}/tasks", {"title": "T"}).json["task"]
    assert (task["status"], task["done_at"], task["title"]) == ("open", None, "T")
    done = here.post(f"/projects/{PROJECT}/tasks", {"title": "U", "status": "done"}).json["task"]
    assert (done["status"], done["done_at"], done["title"]) == ("done", "2025-02-02", "U")


def test_writing_the_state_is_the_transition(here: Featured) -> None:
    """The caller's own values stay; a value that is no state is stored."""
    task = here.post(f"/projects/{PROJECT}/tasks", {"title": "Mine"}).json["task"]
    path = f"/projects/{PROJECT}/tasks/{task['id']}"
    done = here.send("PATCH", path, {"status": "done"}).json
    assert (done["title"], done["done_at"], done["id"]) == ("Mine", "2025-02-02", task["id"])
    assert here.send("PATCH", path, {"status": "open"}).json["done_at"] is None
    other = here.send("PATCH", path, {"status": "asleep"}).json
    assert (other["status"], other["done_at"]) == ("asleep", None)


def test_what_is_hidden_is_kept_and_not_shown(here: Featured) -> None:
    """It is in the record, and in no response."""
    reply = here.client.send(
        "POST", f"{here.base}/tasks/{TASK}/bookings",
        {"content-type": "application/x-www-form-urlencoded", "content-length": "20"},
        [b"minutes=15&comment=x"],
    )  # fmt: skip
    assert reply.json == {"booking_id": reply.json["booking_id"], "task_id": TASK, "minutes": 15}
    assert here.get(f"/bookings/{reply.json['booking_id']}").json == reply.json
    record = here.space.world("features").get("Booking", reply.json["booking_id"])
    assert record.value["comment"] == "x"


def test_a_response_that_the_contract_forbids_is_never_sent(here: Featured) -> None:
    """The documented example is, and the response says so."""
    world = here.space.world("features")
    record = world.get("Project", PROJECT)
    assert record is not None
    # No request makes such a record.
    world.commit([Change("Project", record, record.changed({**record.value, "stars": "many"}))])
    reply = here.get(f"/projects/{PROJECT}")
    assert reply.json["stars"] == 3
    assert reply.headers["x-greenroom-reason"] == (
        "the example is sent: the simulated response does not match its schema"
    )
