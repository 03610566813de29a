"""A server with a recording responds as was recorded, and says where it cannot."""

from __future__ import annotations

import json
from dataclasses import replace
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

import pytest
from contracts import Client
from replaying import KEY, Replaying, added, got, replayed
from sockets import listening

from greenroom.codec.credentials import EXPIRED_KEY, GOOD_KEY, WRONG_KEY
from greenroom.codec.made_up import of_the_form
from greenroom.http import exchange as ex
from greenroom.redaction.secrets import MARK

JOB = "/acme/v1/jobs/1"


def test_the_recorded_response_is_sent_and_says_that_it_was_observed() -> None:
    """With its status, header fields and body; the date and the framing are the server's."""
    reply = Replaying(got({"id": "1", "extra": True}, status=203)).get(JOB, KEY)
    assert (reply.status, reply.json) == (203, {"id": "1", "extra": True})
    assert reply.headers["x-trace"] == "t1"
    assert "date" not in reply.headers
    assert reply.headers["content-length"] == str(len(reply.body))
    assert reply.headers["x-greenroom-basis"] == "observed"
    assert reply.headers["x-greenroom-operation"] == "getJob"


def test_a_recording_of_a_stranger_breaks_no_response() -> None:
    """Names and values that would end a field, fields about the connection and the host."""
    entry = got(1)
    assert entry.response is not None
    fields = (
        *(("A\r\nB", "1"), ("A b", "1"), ("é", "1"), ("Good", "1\r\nBad: 2\0"), ("", "1")),
        *(("Content-Length", "999"), ("Transfer-Encoding", "chunked"), ("Connection", "close")),
        *(
            ("Content-Encoding", "gzip"),
            ("Strict-Transport-Security", "max-age=9"),
            ("Alt-Svc", "x"),
        ),
        ("Content-Type", "application/json"),
    )
    client = Replaying(replace(entry, response=replace(entry.response, headers=fields)))
    reply = client.get(JOB, KEY)
    assert reply.is_whole
    ours = ("content-type", "content-length", "x-greenroom-basis", "x-greenroom-operation")
    assert {n: v for n, v in reply.headers.items() if n not in ours} == {"good": "1  Bad: 2"}


def test_equal_requests_get_their_responses_in_order_and_the_last_one_stays() -> None:
    """Those between them do not matter."""
    client = Replaying(got(1), got("other", "/v1/jobs/2"), got(2), got(3))
    assert [client.value() for _ in range(4)] == [1, 2, 3, 3]
    assert client.value("/acme/v1/jobs/2") == "other"


def test_every_space_goes_through_the_recording_by_itself() -> None:
    """From the beginning again after it was reset; its journal has the requests."""
    client = Replaying(got(1), got(2))
    assert [client.value(X_Greenroom_Space=name) for name in ("a", "a", "b")] == [1, 2, 1]
    assert client.value() == 1
    assert client.get(JOB, {"X-Key": f"{GOOD_KEY}~b"}).json == 2
    assert client.post("/_greenroom/spaces/a/reset", {}).status == 200
    assert client.value("/~a/acme/v1/jobs/1") == 1
    rows = client.get("/_greenroom/spaces/b/requests").json["items"]
    assert [row["operation"] for row in rows] == ["getJob", "getJob"]


def test_with_stateful_requests_without_a_space_have_that_of_the_server() -> None:
    """Which is reset as any other."""
    client = Replaying(got(1), got(2), stateful=True)
    assert [client.value(), client.value()] == [1, 2]
    client.post("/_greenroom/spaces/default/reset", {})
    assert client.value() == 1


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("/acme/v1/jobs/%31?size=2&page=a+b", 1),
        ("/acme/v1/jobs/1?page=a%20b&size=2", 1),
        ("/acme/v1/jobs/1?size=3&page=a+b", None),
        ("/acme/v1/jobs/1?size=2", None),
        ("/acme/v1/jobs/1?size=2&page=a+b&page=c", None),
        ("/acme/v1/jobs/2?size=2&page=a+b", None),
    ],
)
def test_identifiers_and_query_decide_but_not_their_encoding_and_order(
    target: str, found: int | None
) -> None:
    """All of them, and nothing else."""
    reply = Replaying(got(1, "/v1/jobs/1?page=a%20b&size=2")).get(target, KEY)
    assert (reply.status, reply.json) == (200, found) if found else reply.status == 501


@pytest.mark.parametrize(
    ("recorded", "sent", "kind"),
    [
        (b'{"a": 1, "b": [1, 2]}', b'{"b":[1,2],"a":1}', "application/json"),
        (b"a=1&b=2", b"b=%32&a=1", "application/x-www-form-urlencoded"),
        (b'{"email": "[redacted]"}', b'{"email": "ada@acme.invalid"}', "application/json"),
        (b'{"at": "2026-01-02"}', b'{"at": "2026-03-04"}', "application/json"),
        (
            b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
            b'--y\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--y--\r\n',
            "multipart/form-data; boundary=",
        ),
    ],
)
def test_bodies_are_compared_by_what_they_say(recorded: bytes, sent: bytes, kind: str) -> None:
    """After redaction, and without boundaries and relative times."""
    kinds = [kind + end if kind.endswith("=") else kind for end in "xy"]
    client = Replaying(added("found", recorded, kinds[0]))
    fields = {**KEY, "Content-Type": kinds[1], "Content-Length": str(len(sent))}
    reply = client.send("POST", "/acme/v1/jobs", fields, [sent])
    assert (reply.status, reply.json) == (200, "found")


def test_a_request_that_is_not_recorded_gets_the_nearest_and_its_differences() -> None:
    """Redacted, and not those of another operation."""
    near = added("near", b'{"a": 1, "b": {"c": [1, 2]}, "email": "ada@acme.invalid"}')
    client = Replaying(got(1), added("far", b'{"x": 1}'), near)
    reply = client.post(
        "/acme/v1/jobs",
        {"a": 1, "b": {"c": [1, 3]}, "email": "b@acme.invalid", "d": "x " * 250},
        KEY,
    )
    problem = reply.json
    assert (reply.status, reply.headers["x-greenroom-refusal"]) == (501, "not-recorded")
    assert reply.headers["x-greenroom-reason"] == problem["detail"]
    assert problem["detail"] == (
        "the recording has no request for addJob like this one; "
        "number 3, the nearest, differs in /body/b/c/1, /body/d"
    )
    assert problem["nearest"] == {
        "number": 3, "request": "POST https://api.acme.invalid/v1/jobs"
    }  # fmt: skip
    first, second = problem["differences"]
    assert first == {"pointer": "/body/b/c/1", "recorded": 2, "sent": 3}
    assert (second["recorded"], len(second["sent"])) == (None, 201)
    assert "b@acme" not in reply.body.decode()


def test_an_operation_that_is_not_recorded_is_never_made_up() -> None:
    """It is not the contract's example either."""
    reply = Replaying(got(1)).post("/acme/v1/jobs", {}, KEY)
    assert (reply.status, reply.json["detail"]) == (
        501,
        "the recording has no request for addJob",
    )


def test_nothing_of_a_request_is_refused_that_was_recorded() -> None:
    """Neither for its credential nor for what the contract says of its parameters."""
    client = Replaying(got(1, "/v1/jobs/1?unknown=1", headers={"X-Key": "whatever"}))
    assert client.value("/acme/v1/jobs/1?unknown=1", X_Key="another") == 1


def test_a_credential_chooses_among_equal_requests() -> None:
    """One that a check calls wrong or expired too; where none is alike, there is a warning."""
    client = Replaying(
        got("good"),
        got("none", headers={}),
        got("wrong", purpose=ex.WRONG_CREDENTIAL),
        got("expired", purpose=ex.EXPIRED_CREDENTIAL),
    )
    sent: list[dict[str, str]] = [{}, {"X-Key": WRONG_KEY}, {"X-Key": EXPIRED_KEY}, KEY, KEY]
    found = [client.get(JOB, headers).json for headers in sent]
    assert found == ["none", "wrong", "expired", "good", "good"]
    reply = Replaying(got(1)).get(JOB)
    assert (reply.status, reply.json) == (200, 1)
    assert reply.headers["x-greenroom-warning"] == (
        "the request has no credential, unlike the recorded one"
    )


def test_accept_chooses_among_equal_requests() -> None:
    """Where none is alike, any is sent."""
    csv, other = ({**KEY, "Accept": kind} for kind in ("text/csv", "application/json"))
    client = Replaying(got("json", headers=other), got("csv", headers=csv))
    assert [client.get(JOB, h).json for h in (csv, other, KEY)] == ["csv", "json", "csv"]


def test_a_request_that_prefers_an_example_gets_it_from_the_contract() -> None:
    """As long as its credential is one of the mock; other preferences change nothing."""
    client = Replaying(got(1), got("not replayed", headers={**KEY, "Prefer": "code=404"}))
    sent = {"X-Key": GOOD_KEY, "Prefer": "code=404"}
    assert client.get(JOB, sent).status == 404
    assert client.value(Prefer="return=minimal") == 1


def test_redacted_values_that_the_contract_refuses_are_the_contracts() -> None:
    """Generated by their schemas; a text that may be anything stays redacted."""
    values = {"id": "1", "link": MARK, "token": MARK, "note": MARK}
    reply = Replaying(got(values)).get(JOB, KEY)
    found: dict[str, Any] = reply.json
    assert (found["link"], found["note"]) == ("https://example.com/", MARK)
    assert len(found["token"]) == 8
    assert reply.headers["x-greenroom-warning"] == (
        "redacted in the recording, so of the contract: /link, /token"
    )


def test_a_large_body_is_compared_in_a_thread_and_a_larger_one_refused() -> None:
    """Redaction takes long, and other requests go on."""
    sent = json.dumps({"text": ["word"] * 20_000}).encode()
    fields = {**KEY, "Content-Type": "application/json"}
    with listening(replayed([added("found", sent)], max_body=1_000_000)) as address:
        found = []
        for body in (sent, b" " * 1_000_001):
            connection = HTTPConnection(*address)
            connection.request("POST", "/acme/v1/jobs", body, fields)
            found.append(connection.getresponse().status)
            connection.close()
    assert found == [200, 413]


def test_a_name_of_a_space_that_breaks_the_rule_is_refused() -> None:
    """As without a recording."""
    client = Client()
    client.app = replayed([got(1)])
    assert client.get(JOB, {**KEY, "X-Greenroom-Space": "a b"}).status == 400


@pytest.mark.parametrize("form", ["6a02f31ab7d3e40012a4c901", "2000000017", "greenroom-0123456789"])
def test_an_identifier_that_a_check_made_up_is_another_in_each_run(form: str) -> None:
    """The response is the recorded one, and a warning says so; an equal request comes first."""
    old, equal, new = (str(of_the_form(form)) for _ in range(3))
    sent = [json.dumps({"room": each, "n": [each]}).encode() for each in (old, equal, new)]
    client = Replaying(
        got({"none": old}, f"/v1/jobs/{old}", 404), added("old", sent[0]), added("equal", sent[1])
    )
    reply = client.get(f"/acme/v1/jobs/{new}", KEY)
    assert (reply.status, reply.json) == (404, {"none": old})
    assert "made up" in reply.headers["x-greenroom-warning"]
    fields = {**KEY, "Content-Type": "application/json", "Content-Length": str(len(sent[0]))}
    replies = [client.send("POST", "/acme/v1/jobs", fields, [each]) for each in sent[::-1]]
    assert [reply.json for reply in replies] == ["old", "equal", "old"]
    assert "x-greenroom-warning" not in replies[1].headers
    assert client.get("/acme/v1/jobs/another", KEY).status == 501


def test_a_credential_of_the_recording_is_in_no_refusal() -> None:
    """An archive of a browser is not redacted, and other fields may have the same value."""
    secret = "s3cr3t/of+a=recording"
    kept = {**KEY, "X-Key": secret}
    client = Replaying(
        got(1, f"/v1/jobs/2?page={quote(secret)}", headers=kept),
        added(1, json.dumps({"a": secret, "b": [f"x {secret}"], secret: 1}).encode()),
        added(1, b"Bearer " + secret.encode() + b"-" * 100_000, "text/plain"),
    )
    replies = [client.get("/acme/v1/jobs/2?page=2", KEY)]
    for kind in ("application/json", "text/plain"):
        fields = {**KEY, "Content-Type": kind, "Content-Length": "2"}
        replies.append(client.send("POST", "/acme/v1/jobs", fields, [b"{}"]))
    for reply in replies:
        assert reply.status == 501
        assert "differences" in reply.json
        everything = f"{reply.body.decode()} {reply.headers}"
        assert not any(each in everything for each in (secret, quote(secret), "s3cr3t"))
