"""Faults and rate limits, as requests of a space meet them."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import Client, contract
from controlling import GOOD, Controlled
from state_contract import API, ID, KEYS, MISSING, PATHS, SCHEMAS, STRING, answer, ref

from greenroom.codec.credentials import credentials_of
from greenroom.contract.behaviour.rate_limit import limits_of
from greenroom.contract.catalog import find, load
from greenroom.schema.validators import SchemaSet
from wire import Reply

FAULTS = "/spaces/demo/faults"
THINGS = "/~demo/acme/things"
DOWN = {
    "description": "Down.",
    "headers": {
        "Retry-After": {"schema": {"type": "integer"}, "example": 30},
        "X-Why": {"schema": STRING, "example": "maintenance"},
    },
    "content": answer(ref("Problem"), Down={"error": "down"}, Full={"error": "full"})["content"],
}
DOCUMENTED = contract(
    {
        "/things": {"get": {**PATHS["/things"]["get"], "responses": {
            **PATHS["/things"]["get"]["responses"], "503": DOWN, "4XX": answer(
                ref("Problem"), Wrong={"error": "wrong"})}}},
        "/things/{id}": {"parameters": [ID], "get": {"operationId": "getThing", "responses": {
            "200": answer(ref("Thing")), **MISSING}}},
    },
    schemes=KEYS,
    components={"schemas": SCHEMAS},
    security=[{"Keyed": []}],
)  # fmt: skip


@pytest.fixture
def server() -> Controlled:
    """An API of things."""
    return Controlled()


def fault(server: Controlled, **given: Any) -> Reply:
    """A fault of the space, of status 503 unless something else is given."""
    reply = server.post(FAULTS, {"effect": {"status": 503}, **given})
    assert reply.status == 201, reply.json
    return reply


def statuses(server: Controlled, *targets: str, **headers: str) -> list[int]:
    """The statuses of GET requests."""
    return [server.client.get(t, {**GOOD, **headers}).status for t in targets]


def test_a_fault_is_the_documented_response_of_its_status() -> None:
    """Its first example or the one that is named, with its header fields; 4XX covers 418."""
    server = Controlled(DOCUMENTED)
    for effect, status, text in (
        ({"status": 503}, 503, "down"),
        ({"status": 503, "example": "Full"}, 503, "full"),
        ({"status": 418}, 418, "wrong"),
    ):
        fault(server, name=f"f-{text}", effect=effect, times=1)
        reply = server.client.get("/~demo/acme/things", GOOD)
        assert (reply.status, reply.json) == (status, {"error": text})
        assert reply.headers["x-greenroom-fault"] == f"f-{text}"
        assert reply.kind == "fault"
        assert ("retry-after" in reply.headers) == (status == 503)
    fault(server, effect={"status": 503, "headers": {"Retry-After": "2"}}, times=1)
    reply = server.client.get("/~demo/acme/things", GOOD)
    assert (reply.headers["retry-after"], reply.headers["x-why"]) == ("2", "maintenance")


def test_an_undocumented_status_is_a_problem_that_names_the_fault(server: Controlled) -> None:
    """RFC 9457; every client can read it."""
    fault(server, name="down", effect={"status": 503, "headers": {"Retry-After": "9"}})
    reply = server.client.get(THINGS, GOOD)
    assert (reply.status, reply.media_type) == (503, "application/problem+json")
    assert reply.json["detail"] == "listThings documents no 503; this is the fault down"
    assert (reply.headers["retry-after"], reply.headers["x-greenroom-fault"]) == ("9", "down")


def test_an_example_that_is_not_documented_is_a_501_that_lists_those_that_are() -> None:
    """As with `Prefer`."""
    server = Controlled(DOCUMENTED)
    fault(server, name="down", effect={"status": 503, "example": "Lost"})
    reply = server.client.get("/~demo/acme/things", GOOD)
    assert (reply.status, reply.json["documented"]["503"]) == (501, ["Down", "Full"])
    assert (reply.kind, reply.headers["x-greenroom-fault"]) == ("fault", "down")


MATCHES: list[tuple[dict[str, str], list[int]]] = [
    ({}, [503, 503]),
    ({"operation": "getThing"}, [200, 503]),
    ({"method": "POST"}, [200, 200]),
    ({"method": "GET"}, [503, 503]),
    ({"path": "/things"}, [503, 200]),
    ({"path": "/things/thing_001"}, [200, 503]),
    ({"path": "/things/{any}"}, [200, 503]),
    ({"path": "/things/{id}", "method": "DELETE"}, [200, 200]),
    ({"vendor": "acme"}, [503, 503]),
    ({"credential": "test-key"}, [503, 503]),
    ({"credential": "reader"}, [200, 200]),
]


@pytest.mark.parametrize(("match", "expected"), MATCHES)
def test_a_fault_happens_to_what_has_all_that_it_names(
    server: Controlled, match: dict[str, str], expected: list[int]
) -> None:
    """And in its space only."""
    fault(server, match=match)
    assert statuses(server, THINGS, f"{THINGS}/thing_001") == expected
    assert statuses(server, "/~other/acme/things", "/acme/things") == [200, 200]


def test_a_fault_for_deliveries_leaves_requests_alone(server: Controlled) -> None:
    """Its match has an event."""
    reply = server.post(FAULTS, {"match": {"event": "made"}, "effect": {"drop": True}})
    assert reply.status == 201
    assert statuses(server, THINGS) == [200]


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        (THINGS, {}),
        (THINGS, {"x-key": "expired-key"}),
        ("/acme/things", {"x-greenroom-space": "demo"}),
        ("/acme/things", {"x-key": "test-key~demo"}),
        ("/acme/things", {"x-key": "expired-key~demo"}),
        (f"{THINGS}?unknown=1", {"x-key": "test-key", "accept": "text/nothing"}),
    ],
)
def test_a_fault_comes_before_the_credential_and_all_else(
    server: Controlled, target: str, headers: dict[str, str]
) -> None:
    """However the space is named; the journal has it."""
    fault(server)
    reply = server.client.get(target, headers)
    assert (reply.status, reply.headers["x-greenroom-space"]) == (503, "demo")
    [entry] = server.get("/spaces/demo/requests").json["items"]
    assert (entry["status"], entry["kind"]) == (503, "fault")


def test_a_fault_is_for_paths_and_methods_that_there_are(server: Controlled) -> None:
    """404 and 405 come first."""
    fault(server, times=1)
    assert statuses(server, "/~demo/acme/nothing") == [404]
    assert server.client.send("PUT", THINGS, GOOD).status == 405
    assert statuses(server, THINGS) == [503]


def test_the_space_of_requests_without_one_has_faults_too() -> None:
    """With `--stateful`; example mode has none."""
    server = Controlled(API, stateful=True)
    assert server.post("/spaces/default/faults", {"effect": {"status": 503}}).status == 201
    assert statuses(server, "/acme/things", THINGS) == [503, 200]


def test_a_space_of_examples_has_faults(server: Controlled) -> None:
    """As one with records."""
    server.put("/spaces/demo", {"mode": "examples"})
    fault(server, times=1)
    assert statuses(server, THINGS, THINGS) == [503, 200]


def test_the_journal_has_the_body_of_a_request_to_which_a_fault_happened(
    server: Controlled,
) -> None:
    """And the name of the fault."""
    fault(server, name="down", times=1)
    assert server.client.post(THINGS, {"name": "Ada"}, GOOD).status == 503
    entry = server.get("/spaces/demo/requests/1").json
    assert (entry["request"]["body"], entry["reason"]) == ({"name": "Ada"}, "the fault down")
    decision = entry["decision"]
    assert (decision["outcome"], decision["fault"]) == ("fault", "down")
    assert [(s["step"], s["said"]) for s in decision["steps"]] == [
        ("path", "passed"), ("faults", "refused")]  # fmt: skip
    assert server.names() == ["Documented"]


@pytest.mark.parametrize("effect", [{"reset": True}, {"timeout": True}, {"malformed": True}])
def test_without_a_connection_that_can_be_broken_a_fault_is_a_501(
    server: Controlled, effect: dict[str, Any]
) -> None:
    """The request is not processed, and the journal has no status of it."""
    fault(server, name="cut", effect=effect, times=1)
    reply = server.client.post(THINGS, {"name": "Ada"}, GOOD)
    assert (reply.status, reply.json["detail"]) == (
        501, "the fault cut needs a connection of uvicorn")  # fmt: skip
    [entry] = server.get("/spaces/demo/requests").json["items"]
    assert (entry["status"], entry["kind"]) == (0, "fault")
    assert server.names() == ["Documented"]


def test_header_fields_alone_are_added_to_the_usual_response(server: Controlled) -> None:
    """Which is that of the request, refused or not."""
    fault(server, name="odd", effect={"headers": {"X-Odd": "1"}})
    for target, status in ((THINGS, 200), (f"{THINGS}/none", 404)):
        reply = server.client.get(target, GOOD)
        assert (reply.status, reply.headers["x-odd"]) == (status, "1")
        assert reply.headers["x-greenroom-fault"] == "odd"
        assert reply.is_whole
    assert server.get("/spaces/demo/requests/1").json["decision"]["fault"] == "odd"


def test_head_gets_the_fault_without_a_body(server: Controlled) -> None:
    """RFC 9110 section 9.3.2."""
    fault(server)
    reply = server.client.send("HEAD", THINGS, GOOD)
    assert (reply.status, reply.body) == (503, b"")


@pytest.mark.parametrize("status", [204, 205, 304])
def test_a_fault_with_a_status_that_has_no_content_has_no_body(
    server: Controlled, status: int
) -> None:
    """RFC 9110 section 6.4.1: it would be read as the beginning of the next response."""
    fault(server, effect={"status": status})
    reply = server.client.get(THINGS, GOOD)
    assert (reply.status, reply.body) == (status, b"")
    assert reply.headers.get("content-length") == ("0" if status == 205 else None)
    assert "content-type" not in reply.headers


def test_faults_stay_over_a_reset_only_where_that_is_asked(server: Controlled) -> None:
    """With what is left of them."""
    fault(server, name="down", times=2)
    assert statuses(server, THINGS) == [503]
    server.post("/spaces/demo/reset", {"keep": ["faults"]})
    assert [each["left"] for each in server.get(FAULTS).json["items"]] == [1]
    assert statuses(server, THINGS) == [503]
    server.post("/spaces/demo/reset")
    assert server.get(FAULTS).json["items"] == []
    assert statuses(server, THINGS) == [200]


def limited(*limits: dict[str, Any], documents: Any = None, **settings: Any) -> Controlled:
    """An API of things with limits of its whole, in a space whose clock stands."""
    paths = {
        "/things": {
            "get": {
                **PATHS["/things"]["get"],
                "responses": {
                    **PATHS["/things"]["get"]["responses"],
                    **({"429": documents} if documents else {}),
                },
            }
        }
    }
    found = contract(
        paths,
        schemes=KEYS,
        components={"schemas": SCHEMAS},
        security=[{"Keyed": []}],
        **{"x-rate-limit": [*limits]},
    )  # fmt: skip
    server = Controlled(found, **settings)
    assert server.put("/spaces/demo", {"now": "2026-01-05T09:00:00Z"}).status == 201
    return server


TWO = {"requests": 2, "seconds": 60, "per": "API key", "headers": {
    "limit": "X-Limit", "remaining": "X-Left", "reset": "X-Reset", "retry-after": "Retry-After"},
    "reset-is": "unix-seconds"}  # fmt: skip
SLOW = {
    "description": "Too many.",
    "headers": {"X-Left": {"schema": {"type": "integer"}, "example": 17}},
    "content": answer(ref("Problem"), Slow={"error": "slow down"})["content"],
}


def test_limits_are_off_unless_they_are_asked_for() -> None:
    """By the space, or by the server for all new ones."""
    server = limited(TWO)
    assert statuses(server, *[THINGS] * 3) == [200] * 3
    assert server.call("PATCH", "/spaces/demo", {"rate_limits": True}).json["rate_limits"] is True
    assert statuses(server, *[THINGS] * 3) == [200, 200, 429]
    assert server.call("PATCH", "/spaces/demo", {"rate_limits": False}).status == 200
    assert statuses(server, THINGS) == [200]
    assert server.put("/spaces/demo", {"mode": "examples", "rate_limits": True}).status == 200
    assert statuses(server, *[THINGS] * 3) == [200, 200, 429]
    server = limited(TWO, rate_limits=True)
    assert server.get("/spaces/demo").json["rate_limits"] is True
    assert statuses(server, *[THINGS] * 3) == [200, 200, 429]
    assert statuses(server, *["/~new/acme/things"] * 3) == [200, 200, 429]
    assert statuses(server, *["/acme/things"] * 3) == [200] * 3
    assert server.put("/spaces/demo", {"rate_limits": False}).json["rate_limits"] is False
    assert statuses(server, *[THINGS] * 3) == [200] * 3


def test_responses_tell_what_is_left_by_the_documented_names() -> None:
    """In place of the values of examples, by the clock of the space."""
    server = limited(TWO, documents=SLOW, rate_limits=True)
    replies = [server.client.get(THINGS, GOOD) for _ in range(3)]
    reset = str(1767603600 + 60)
    for reply, left in zip(replies, ("1", "0", "0"), strict=True):
        assert [reply.headers[n] for n in ("x-limit", "x-left", "x-reset")] == ["2", left, reset]
        assert reply.is_whole
    refused = replies[-1]
    assert (refused.status, refused.json) == (429, {"error": "slow down"})
    assert (refused.kind, refused.headers["retry-after"]) == ("rate-limited", "60")
    assert refused.headers["x-greenroom-reason"] == (
        "2 requests in 60 s were sent; more are taken in 60 s")  # fmt: skip
    assert "retry-after" not in replies[0].headers


def test_the_body_of_a_refusal_tells_what_its_header_fields_do() -> None:
    """As far as the documented one does; an example that is asked for stays as it is."""
    example = {"error": "slow down", "wait": 30, "about": {"left": 5}}
    documents = {**SLOW, "content": answer(ref("Problem"), Slow=example)["content"]}
    body = {"retry-after": "/wait", "remaining": "/about/left", "reset": "/about/until"}
    server = limited({**TWO, "body": body}, documents=documents, rate_limits=True)
    *_, refused = (server.client.get(THINGS, GOOD) for _ in range(3))
    assert (refused.status, refused.is_whole) == (429, True)
    assert refused.json == {"error": "slow down", "wait": 60, "about": {"left": 0}}
    assert refused.headers["retry-after"] == "60"
    asked = server.client.get("/acme/things", {**GOOD, "Prefer": "code=429"})
    assert (asked.status, asked.json) == (429, example)
    # A problem of ours has no such members.
    server = limited({**TWO, "body": body}, rate_limits=True)
    *_, refused = (server.client.get(THINGS, GOOD) for _ in range(3))
    assert (refused.status, "wait" in refused.json) == (429, False)


@pytest.mark.parametrize("vendor", ["instaview", "interviewminds"])
def test_a_refusal_of_a_vendor_agrees_with_itself_and_its_contract(vendor: str) -> None:
    """Whatever number of seconds stands in its example."""
    api = load(find([vendor])[0])
    limits = limits_of(api)
    fewest, operation = min(
        (
            (min(each.requests for each in (*limits.get("", ()), *limits.get(o.id, ()))), o)
            for o in api.operations
            if o.method == "GET" and "{" not in o.path and not o.graphql
        ),
        key=lambda pair: pair[0],
    )
    client, path = Client(api, rate_limits=True), f"/~demo/{vendor}{api.base_path}{operation.path}"
    sent = credentials_of(operation, "test-key")
    headers = {each.name: each.value for each in sent if each.location == "header"}
    *_, refused = (client.get(path, headers) for _ in range(fewest + 1))
    assert (refused.status, refused.kind) == (429, "rate-limited")
    assert str(refused.json["retryAfter"]) == refused.headers["retry-after"]
    documented = next(each for each in operation.responses if each.status == "429")
    schema = documented.content[0].schema
    assert schema is not None
    assert list(SchemaSet(api.document).errors(schema, refused.json)) == []


def test_undocumented_names_are_not_sent() -> None:
    """A documented 429 without `Retry-After` stays without; a problem has it."""
    bare = {"requests": 1, "seconds": 60, "per": "API key"}
    for documents, expected in ((SLOW, False), (None, True)):
        server = limited(bare, documents=documents, rate_limits=True)
        assert statuses(server, THINGS) == [200]
        refused = server.client.get(THINGS, GOOD)
        assert (refused.status, "retry-after" in refused.headers) == (429, expected)
        assert not {"x-limit", "x-reset", "x-ratelimit-limit"} & refused.headers.keys()
        assert refused.media_type == (
            "application/json" if documents else "application/problem+json"
        )


def test_of_several_limits_the_one_with_the_longest_wait_refuses() -> None:
    """And a refused request counts for none of them."""
    hour = {**TWO, "requests": 3, "seconds": 3600, "headers": {"remaining": "X-Left-Hour"}}
    server = limited(TWO, hour, rate_limits=True)
    assert statuses(server, *[THINGS] * 4) == [200, 200, 429, 429]
    refused = server.client.get(THINGS, GOOD)
    assert [refused.headers[n] for n in ("x-left", "x-left-hour")] == ["0", "1"]


def test_keys_are_counted_apart_and_after_they_are_accepted() -> None:
    """What is refused for its credential takes nothing."""
    server = limited(TWO, rate_limits=True)
    assert statuses(server, *[THINGS] * 3, **{"x-key": "wrong"}) == [401] * 3
    assert statuses(server, *[THINGS] * 3) == [200, 200, 429]
    assert statuses(server, *[THINGS] * 3, **{"x-key": "reader"}) == [200, 200, 429]
    server = limited(TWO, rate_limits=True, any_credential=True)
    for key in ("one", "two"):
        assert statuses(server, *[THINGS] * 3, **{"x-key": key}) == [200, 200, 429]


def test_addresses_are_counted_apart_and_before_the_credential() -> None:
    """Also those requests that are refused for it."""
    server = limited({**TWO, "per": "IP address"}, rate_limits=True)
    assert statuses(server, THINGS, **{"x-key": "wrong"}) == [401]
    assert statuses(server, THINGS, THINGS) == [200, 429]
    assert statuses(server, THINGS, **{"x-key": "wrong"}) == [429]
    other = {"client": ("192.0.2.1", 1)}
    assert server.client.get(THINGS, GOOD, **other).status == 200
    [first, *_] = server.get("/spaces/demo/requests").json["items"]
    assert (first["status"], first["kind"]) == (401, "unknown-credential")


def test_a_record_that_was_read_before_has_each_field_once() -> None:
    """Its response is kept, the fields of a limit are not."""
    found = contract(
        PATHS, schemes=KEYS, components={"schemas": SCHEMAS}, security=[{"Keyed": []}],
        **{"x-rate-limit": {**TWO, "requests": 9}},
    )  # fmt: skip
    client = Client(found, rate_limits=True)
    replies = [client.get(f"{THINGS}/thing_001", GOOD) for _ in range(3)]
    assert [reply.headers["x-left"] for reply in replies] == ["8", "7", "6"]
    assert {reply.headers["x-greenroom-space"] for reply in replies} == {"demo"}


def test_a_new_space_counts_its_first_request_too() -> None:
    """For each address, although the space is made once the credential is accepted."""
    server = limited({**TWO, "per": "client address"}, rate_limits=True)
    assert statuses(server, *["/~new/acme/things"] * 3) == [200, 200, 429]


def test_a_limit_is_empty_again_when_the_clock_has_passed_its_window() -> None:
    """The clock of the space."""
    server = limited(TWO, rate_limits=True)
    assert statuses(server, *[THINGS] * 3) == [200, 200, 429]
    snapshot = server.get("/spaces/demo/snapshot").json
    server.put("/spaces/demo/snapshot", {**snapshot, "now": "2026-01-05T09:01:00Z"})
    assert statuses(server, *[THINGS] * 3) == [200, 200, 429]
    server.put("/spaces/demo/snapshot", snapshot)
    assert statuses(server, *[THINGS] * 3) == [200, 200, 429]


def test_the_journal_says_that_a_limit_refused() -> None:
    """After the credential, where it is for each key."""
    server = limited({**TWO, "requests": 1}, rate_limits=True)
    assert statuses(server, THINGS, THINGS) == [200, 429]
    entry = server.get("/spaces/demo/requests/2").json
    assert entry["kind"] == "rate-limited"
    steps = [(s["step"], s["said"]) for s in entry["decision"]["steps"]]
    assert steps == [("path", "passed"), ("credential", "passed"), ("rate limits", "refused")]


def test_an_operation_has_its_own_limit_beside_that_of_the_api() -> None:
    """Both count its requests."""
    one = {**PATHS["/things"]["get"], "x-rate-limit": {**TWO, "requests": 1}}
    two = {**PATHS["/things"]["post"], "x-effect": ["create"]}
    found = contract(
        {"/things": {"get": one, "post": two}},
        schemes=KEYS,
        components={"schemas": SCHEMAS},
        security=[{"Keyed": []}],
        **{"x-rate-limit": TWO},
    )
    client = Client(found, rate_limits=True)
    sent = [client.get(THINGS, GOOD), client.get(THINGS, GOOD)]
    sent += [client.post(THINGS, {"name": "Ada"}, GOOD) for _ in range(2)]
    assert [reply.status for reply in sent] == [200, 429, 201, 429]
