"""Records are read and changed without the rules of the vendor's API."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import contract
from controlling import Controlled
from state_contract import KEYS, PATHS, SCHEMAS

THINGS = "/spaces/demo/acme/resources/Thing"


@pytest.fixture
def server() -> Controlled:
    """A server whose space `demo` is used."""
    server = Controlled()
    server.put("/spaces/demo", {"seed": 1, "now": "2026-01-05T09:00:00Z"})
    return server


def test_resources_are_listed_with_the_number_of_records(server: Controlled) -> None:
    """Those of the examples among them."""
    server.make("Ada")
    listed = server.get("/spaces/demo/acme/resources").json
    assert listed == {"items": [{"name": "Thing", "records": 2}], "total": 1, "dropped": 0}


def test_a_record_is_made_changed_and_dropped(server: Controlled) -> None:
    """And the vendor's API shows it so."""
    made = server.post(THINGS, {"name": "Ada", "note": "x"})
    assert made.status == 201
    record = made.json
    assert record["value"] == {
        "id": record["id"], "name": "Ada", "note": "x", "created_at": "2026-01-05T09:00:00Z",
    }  # fmt: skip
    assert server.names() == ["Documented", "Ada"]
    path = f"{THINGS}/{record['id']}"
    assert server.get(path).json == record
    changed = server.call("PATCH", path, {"name": "Bob", "note": None}).json
    assert (changed["version"], changed["value"]["name"]) == (2, "Bob")
    assert "note" not in changed["value"]
    assert server.names() == ["Documented", "Bob"]
    assert server.delete(path).status == 204
    assert [server.call(m, path).status for m in ("GET", "DELETE")] == [404, 404]
    assert server.call("PATCH", path, {}).status == 404


def test_an_identifier_is_given_once(server: Controlled) -> None:
    """409 for one that a record has."""
    assert server.post(THINGS, {"id": "a/b c"}).json["id"] == "a/b c"
    assert server.get(f"{THINGS}/a%2Fb%20c").status == 200
    again = server.post(THINGS, {"id": "a/b c"})
    assert (again.status, again.json["detail"]) == (409, "there is a Thing a/b c already")


def test_records_are_listed_in_parts(server: Controlled) -> None:
    """The newest without `after`, with it the first after that number."""
    made = [server.post(THINGS, {"name": str(n)}).json["n"] for n in range(5)]
    newest = server.get(f"{THINGS}?limit=2").json
    assert ([r["n"] for r in newest["items"]], newest["total"]) == (made[-2:], 6)
    after = server.get(f"{THINGS}?limit=2&after={made[0]}").json["items"]
    assert [record["n"] for record in after] == made[1:3]
    assert server.get(f"{THINGS}?limit=1001").status == 400


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/spaces/nothing/acme/resources", "there is no space nothing"),
        ("/spaces/demo/nobody/resources", "nobody is not served here; served: acme"),
        ("/spaces/demo/acme/resources/Other", "acme has no resource Other; it has: Thing"),
        ("/spaces/demo/acme/resources/Thing/none", "there is no Thing none"),
    ],
)
def test_what_is_not_there_is_404(server: Controlled, path: str, said: str) -> None:
    """The reason says what there is."""
    reply = server.get(path)
    assert (reply.status, reply.json["detail"]) == (404, said)


def test_a_changing_route_makes_the_space(server: Controlled) -> None:
    """Like a request of a client does."""
    assert server.post("/spaces/other/acme/resources/Thing", {"name": "Ada"}).status == 201
    assert server.names("other") == ["Documented", "Ada"]


def test_a_vendor_may_be_called_like_a_word_of_the_routes() -> None:
    """Then it is controlled with `vendor-` before its name."""
    parts = {"schemes": KEYS, "components": {"schemas": SCHEMAS}}
    server = Controlled(contract(PATHS, "requests", security=[{"Keyed": []}], **parts))
    server.put("/spaces/demo")
    listed = server.get("/spaces/demo/vendor-requests/resources").json["items"]
    assert listed == [{"name": "Thing", "records": 1}]


WRONG = [
    ({"name": 5}, '/name: 5 is not of type "string"'),
    ({"created_at": "today"}, '/created_at: "today" is not a "date-time"'),
    ({"name": 5, "note": ["x"]}, '/name: 5 is not of type "string"; /note: ["x"] is not of type'),
]


@pytest.mark.parametrize(("values", "said"), WRONG, ids=str)
def test_a_record_that_no_response_may_show_is_refused(
    server: Controlled, values: Any, said: str
) -> None:
    """400 names each property and what would be right; nothing is made or changed."""
    made = server.post(THINGS, {"name": "Ada"}).json
    for reply in (
        server.post(THINGS, values),
        server.call("PATCH", f"{THINGS}/{made['id']}", values),
    ):
        assert reply.status == 400
        assert reply.json["detail"].startswith(said)
    assert server.get(f"{THINGS}/{made['id']}").json == made
    assert server.names() == ["Documented", "Ada"]


def test_a_required_property_is_not_removed(server: Controlled) -> None:
    """An optional one is, by null."""
    made = server.post(THINGS, {"name": "Ada", "note": "x"}).json
    path = f"{THINGS}/{made['id']}"
    reply = server.call("PATCH", path, {"name": None})
    assert (reply.status, reply.json["detail"]) == (400, "/name: required, but removed")
    assert server.call("PATCH", path, {"note": None}).status == 200
