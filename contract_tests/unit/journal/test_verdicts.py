"""What a caller did wrong, and what it did right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contracts import body, contract, response
from journaling import JSON, KEYED

from greenroom.journal.entry import Change, Entry, Trace
from greenroom.journal.verdicts import verdicts
from greenroom.mock.mock import Mock
from greenroom.mock.pipeline import RequestContext
from greenroom.mock.response.prepared import PreparedResponse, prepare

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
ID = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
CONTRACT = contract(
    {
        "/things": {
            "get": {"operationId": "listThings", "responses": {"200": response("list")}},
            "post": {
                "operationId": "createThing",
                "security": [],
                "requestBody": {"content": {JSON: {}}},
                "responses": {"201": response("made")},
            },
        },
        "/things/{id}": {"parameters": ID, "get": {
            "operationId": "getThing", "responses": {"200": response("one")}}},
        "/search": {"post": {
            "operationId": "searchThings", "security": [], "x-effect": ["read"],
            "requestBody": body({}), "responses": {"200": response("found")}}},
    },
    schemes={"Keyed": KEYED},
    security=[{"Keyed": []}],
)  # fmt: skip
MOCK = Mock(CONTRACT)


class Calls:
    """Requests one after the other, with the responses that a test says they got."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.wall = self.own = 0.0

    def wait(self, wall: float = 0.0, own: float = 0.0) -> Calls:
        """Let time pass, on the wall or in the space."""
        self.wall += wall
        self.own += own
        return self

    def get(
        self, status: int = 200, path: str = "/things", key: str = "k", **headers: str
    ) -> Calls:
        """A request with a key, and the header fields of its response."""
        return self.call("GET", path, status, {"x-partner": key} if key else {}, headers=headers)

    def post(
        self, status: int = 201, sent: bytes = b'{"a":1}', path: str = "/things", **given: Any
    ) -> Calls:
        """A creation."""
        return self.call("POST", path, status, {"content-type": JSON}, sent, **given)

    def call(
        self,
        method: str,
        path: str,
        status: int,
        sent: dict[str, str],
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        trace: Trace | None = None,
        cut: int = 0,
        **fields: str,
    ) -> Calls:
        """Any request; `fields` are header fields of it."""
        named = {n.replace("_", "-"): v for n, v in {**sent, **fields}.items()}
        encoded = {n.encode(): v.encode() for n, v in named.items()}
        context = RequestContext(method, path, encoded, b"", body)
        assert isinstance(MOCK.respond(context), PreparedResponse)
        got = {n.replace("_", "-"): v for n, v in (headers or {}).items()}
        found = prepare(status, [(n.encode(), v.encode()) for n, v in got.items()], b"")
        number, now = len(self.entries) + 1, AT + timedelta(seconds=self.own)
        self.entries.append(
            Entry(number, AT.timestamp() + self.wall, 1.0, now, context, len(body) + cut, found, 0,
                  trace or Trace(), 0)
        )  # fmt: skip
        return self

    def judged(self) -> list[tuple[str, list[int]]]:
        """Rules, and the numbers of the requests that show that they were broken."""
        return [(v.rule, [e.number for e in v.entries]) for v in verdicts(self.entries)]


def test_who_waits_as_long_as_retry_after_says_is_right() -> None:
    """On the wall, where a client waits, or on the clock of the space, where a test moves it."""
    for waited in ({"wall": 2.0}, {"own": 2.0}):
        calls = Calls().get(503, retry_after="2").wait(**waited).get()
        assert calls.judged() == []


def test_coming_back_before_retry_after_is_over_is_wrong() -> None:
    """Also a second time; who is early is told by how much."""
    calls = Calls().get(429, retry_after="2").wait(1, 0.5).get(200).get(200).wait(1).get(200)
    assert calls.judged() == [("retry_after", [1, 2, 3])]
    [verdict] = verdicts(calls.entries)
    assert verdict.detail == "listThings came 1 s before Retry-After was over"


def test_each_retry_after_is_waited_for() -> None:
    """A date is one, by the clock of the space."""
    date = "Mon, 05 Jan 2026 09:00:10 GMT"
    calls = Calls().get(429, retry_after="1").get(429, retry_after=date).wait(9).get().wait(1).get()
    assert calls.judged() == [("retry_after", [1, 2]), ("retry_after", [2, 3])]


@pytest.mark.parametrize("value", ["soon", "", "0"])
def test_a_retry_after_that_says_nothing_is_no_wait(value: str) -> None:
    """RFC 9110 section 10.2.3."""
    assert Calls().get(503, retry_after=value).get().judged() == []


def test_other_operations_need_not_wait() -> None:
    """What the response is about is its own operation."""
    assert Calls().get(503, retry_after="9").get(path="/things/1").judged() == []


CREATED = Trace(changes=[Change("acme", "Thing", "1", 1, None, {})])


@pytest.mark.parametrize("first", [201, 0], ids=["successful", "without a response"])
def test_the_same_creation_again_is_wrong(first: int) -> None:
    """If the first may have been successful; those after it are, too."""
    calls = Calls().post(first).post().wait(299).post()
    assert calls.judged() == [("repeated_creation", [1, 2, 3])]


RIGHT: dict[str, Calls] = {
    "the first was refused": Calls().post(503).post(201),
    "another body": Calls().post().post(sent=b'{"a":2}'),
    "without a body": Calls().post(sent=b"").post(sent=b""),
    "bodies of which the rest is not kept": Calls().post(cut=9).post(cut=9),
    "an idempotency key": Calls().post(idempotency_key="1").post(idempotency_key="1"),
    "the API recognizes it": Calls().post(trace=CREATED).post(200),
    "the API refuses it": Calls().post().post(409),
    "six minutes later": Calls().post().wait(360).post(),
    "six minutes later in the space": Calls().post().wait(own=360).post(),
    "a search": Calls().post(path="/search").post(path="/search"),
}


@pytest.mark.parametrize("case", RIGHT)
def test_another_creation_is_right(case: str) -> None:
    """Where there is a reason for it."""
    assert RIGHT[case].judged() == []


def test_a_creation_that_changes_two_things_is_repeated_all_the_same() -> None:
    """Both times something was created."""
    calls = Calls().post(trace=CREATED).post(trace=CREATED)
    assert calls.judged() == [("repeated_creation", [1, 2])]


def test_going_on_with_a_credential_that_got_a_401_is_wrong() -> None:
    """Whatever is asked with it, and whatever comes of it; also without any."""
    calls = (
        Calls().get(401, key="old").get(401, key="").get(key="new").get(path="/things/1", key="old")
    )
    assert calls.get(401, key="").judged() == [("credential", [1, 4]), ("credential", [2, 5])]


def test_another_credential_after_a_401_is_right() -> None:
    """As is what needs none."""
    assert Calls().get(401, key="").get(key="k").post().judged() == []
    assert Calls().get(403).get(403).judged() == []


def test_asking_again_for_what_is_gone_is_wrong() -> None:
    """By its path; a 404 may be of something that is yet to come."""
    calls = Calls().get(410, "/things/1").get(200, "/things/2").get(404, "/things/1")
    assert calls.judged() == [("gone", [1, 3])]
    assert Calls().get(404, "/things/1").get(404, "/things/1").judged() == []


def test_of_many_requests_the_first_ten_are_shown() -> None:
    """They are enough."""
    calls = Calls().get(410)
    for _ in range(20):
        calls.get(410)
    assert calls.judged() == [("gone", list(range(1, 11)))]


def test_requests_without_an_operation_are_not_judged() -> None:
    """404 for a path that there is not."""
    calls = Calls().call("GET", "/nothing", 410, {}).call("GET", "/nothing", 410, {})
    assert calls.judged() == []
