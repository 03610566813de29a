"""Time in a space, and the webhooks that go out while it passes, to real receivers."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections import Counter
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from featured import spaces_of
from living_contract import DELIVERY, SIGNATURE, living, written
from verifying import refusal

from greenroom.errors import GreenroomError
from greenroom.server.background import StartMock
from greenroom.server.spaces import living as living_spaces
from greenroom.testing.mock import GreenroomSpace, VendorMock
from greenroom.webhooks import pending
from raw_servers import Connection, raw_server, response
from servers import HttpRequest, HttpResponse, serving

SECRET = "of the receiver"
PROVENANCE = {"x-provenance": {"basis": "inferred", "note": "Not known to sign."}}
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def mock(greenroom_space: GreenroomSpace, tmp_path: Path) -> VendorMock:
    """The API in a space of the test, over HTTP."""
    file = tmp_path / "acme.json"
    file.write_text(written(living()))
    return greenroom_space(str(file))


def subscribe(mock: VendorMock, url: str, *events: str, **more: Any) -> str:
    """The identifier of a new receiver of events."""
    made = {"url": url, "events": [*(events or ("job.done",))], "secret": SECRET, **more}
    with mock.client() as client:
        response = client.post("/hooks", json=made)
    assert response.status_code == 201
    found: str = response.json()["id"]
    return found


def job(mock: VendorMock, name: str = "Ada", **more: Any) -> str:
    """The identifier of a new job."""
    with mock.client() as client:
        found: str = client.post("/jobs", json={"name": name, **more}).json()["id"]
    return found


def answering(status: int = 200, **headers: str) -> AbstractContextManager[Any]:
    """A receiver that gives one response to everything."""
    return serving(lambda _: HttpResponse(status, b"", headers))


def test_a_receiver_may_create_read_and_ask_to_advance_during_its_own_delivery(
    mock: VendorMock,
) -> None:
    """No lock is held meanwhile: only another advance is refused, and says why."""
    seen: list[tuple[int, Any]] = []

    def respond(request: HttpRequest) -> HttpResponse:
        with mock.client(transport=httpx2.HTTPTransport(), base_url=mock.url) as client:
            created = client.post("/jobs", json={"name": "From the receiver"})
            read = client.get(f"/jobs/{json.loads(request.body)['job']}")
            seen.append((created.status_code, read.json()["status"]))
        root = mock.url.partition("/~")[0]
        advance = f"{root}/_greenroom/spaces/{mock.space}/clock/advance"
        refused = httpx2.post(advance, json={"by": "PT1H"})
        seen.append((refused.status_code, refused.json()["detail"]))
        return HttpResponse(204, b"", {})

    with serving(respond) as (url, requests):
        subscribe(mock, url, "job.done")
        first = job(mock)
        done = mock.clock.advance(minutes=11)

    assert seen == [
        (201, "done"),
        (409, f"the time of {mock.space} is being moved already"),
    ]
    assert [(each.about["id"], each.after) for each in done.transitions] == [
        (first, "running"),
        (first, "done"),
    ]
    assert [(each.event, each.state, each.status) for each in done.deliveries] == [
        ("job.done", "delivered", 204)
    ]
    assert done.pending == 0
    assert mock.clock.now == NINE + timedelta(minutes=11)
    # That of the receiver was made when the first one was done.
    assert mock.clock.advance(minutes=11).transitions[-1].at == NINE + timedelta(minutes=22)
    assert len(requests) == 1


def test_a_webhook_shows_the_record_as_it_was_at_its_moment(mock: VendorMock) -> None:
    """Its times are those of the space; that of its signature is the wall clock's."""
    with answering() as (url, requests):
        hook, id = subscribe(mock, url, "job.started", "job.done"), job(mock)
        mock.clock.advance(hours=1)
    started, done = (json.loads(request.body) for request in requests)
    assert started["event"] == "job.started"
    assert (started["job"], started["status"], started["at"]) == (
        id, "running", "2026-01-05T09:01:00Z",
    )  # fmt: skip
    assert (done["status"], done["at"]) == ("done", "2026-01-05T09:11:00Z")
    assert done["data"] == {"id": id, "name": "Ada", "score": 7}
    assert started["delivery_id"] != done["delivery_id"]
    for request in requests:
        assert refusal(SIGNATURE, SECRET, request.headers, request.body) == ""
        assert request.headers["x-hook"] == hook
        assert request.headers["x-greenroom-space"] == mock.space
    shown = mock.deliveries.of("job.done").last
    assert shown.payload == done
    assert shown.attempts[0].now == NINE + timedelta(minutes=11)
    assert mock.deliveries.wait("job.started").status == 200


def test_a_receiver_that_never_answers_holds_up_no_request_and_no_other_receiver(
    mock: VendorMock,
) -> None:
    """However many of its subscriptions wait for it."""
    asked = threading.Event()

    def never(connection: Connection) -> None:
        connection.request()
        asked.set()
        connection.rest()

    with raw_server(never) as silent, answering() as (url, requests):
        for _ in range(40):
            subscribe(mock, silent)
        subscribe(mock, url)
        id = job(mock)
        for _ in range(2):
            mock.resources["Job"].transition(id, "done")
        assert asked.wait(5)
        while len(requests) < 2:
            time.sleep(0.01)
        # The others are still waiting, four at a time.
        root = mock.url.partition("/~")[0]
        listed = httpx2.get(f"{root}/_greenroom/spaces/{mock.space}/deliveries?state=pending")
        assert listed.json()["total"] > 40
        job(mock, "Another")


def test_a_receiver_that_does_not_answer_in_time_has_failed_and_is_asked_again(
    greenroom_space: GreenroomSpace, tmp_path: Path
) -> None:
    """An advance ends all the same, when its attempts have; retries are as documented."""
    file = tmp_path / "hasty.json"
    file.write_text(written(living({**DELIVERY, "timeout": "PT1S"})))
    mock = greenroom_space(str(file))
    answers = iter([b"", b"", response(b"{}")])

    def slow(connection: Connection) -> None:
        connection.request()
        if (answer := next(answers)) == b"":
            connection.rest()
        connection.send(answer)

    with raw_server(slow) as url:
        subscribe(mock, url)
        job(mock)
        first = mock.clock.advance(minutes=11).deliveries
        assert [(d.state, d.status, d.attempts[0].error) for d in first] == [
            ("pending", None, f"{url}: no response within 1 seconds")
        ]
        assert mock.clock.advance(minutes=1).deliveries[0].state == "pending"
        last = mock.clock.advance(minutes=5).deliveries[0]
    assert (last.state, last.status) == ("delivered", 200)
    assert [a.now - NINE for a in last.attempts] == [
        timedelta(minutes=11), timedelta(minutes=12), timedelta(minutes=17),
    ]  # fmt: skip


def test_a_receiver_that_refuses_gets_the_documented_retries_and_no_others(
    mock: VendorMock,
) -> None:
    """With the same identifier and payload, each signed anew; the vendor shows how it went."""
    with answering(500) as (url, requests):
        hook = subscribe(mock, url)
        job(mock)
        mock.clock.advance(days=30)
    assert len(requests) == 3
    assert len({(r.headers["x-delivery"], r.body) for r in requests}) == 1
    assert [refusal(SIGNATURE, SECRET, r.headers, r.body) for r in requests] == ["", "", ""]
    assert mock.deliveries.last.state == "failed"
    with mock.client() as client:
        shown = client.get(f"/hooks/{hook}").json()["deliveries"]
    assert shown == {"last": "2026-01-05T09:17:00Z", "status": 500, "failures": 3}


def test_a_receiver_may_ask_for_a_later_retry(mock: VendorMock) -> None:
    """`Retry-After` is heeded where there is a retry at all, a day at most."""
    for waits, minutes in (("600", 10), ("5", 1), ("9" * 400, 24 * 60), ("soon", 1)):
        with answering(503, **{"Retry-After": waits}) as (url, _):
            subscribe(mock, url)
            mock.resources["Job"].transition(job(mock), "done")
            first = mock.deliveries.last.attempts[0].now
            due = mock.clock.advance(to="next").deliveries
            assert [each.attempts[-1].now - first for each in due] == [timedelta(minutes=minutes)]
            mock.reset(keep=["clock"])


def test_a_receiver_that_is_gone_is_switched_off(mock: VendorMock) -> None:
    """By the documented status; nothing is sent to it afterwards."""
    with answering(410) as (url, requests):
        hook = subscribe(mock, url)
        job(mock)
        job(mock, "Another")
        mock.clock.advance(days=1)
    assert [(each.state, each.status) for each in mock.deliveries] == [
        ("disabled", 410), ("dropped", None),
    ]  # fmt: skip
    assert len(requests) == 1
    assert mock.resources["Hook"][hook]["enabled"] is False


def test_nothing_is_sent_after_deactivation(mock: VendorMock) -> None:
    """Nor for other events, nor of things that do not match."""
    with answering() as (url, requests):
        hook = subscribe(mock, url, team="red")
        mock.resources["Job"].transition(job(mock, team="blue"), "done")
        mock.resources["Job"].transition(job(mock, team="red"), "failed")
        assert list(mock.deliveries) == []
        mock.resources["Job"].transition(job(mock, team="red"), "done")
        assert [each.state for each in mock.deliveries] == ["delivered"]
        with mock.client() as client:
            client.patch(f"/hooks/{hook}", json={"enabled": False})
        mock.resources["Job"].transition(job(mock, team="red"), "done")
        assert len(mock.deliveries) == len(requests) == 1
        assert mock.deliveries.resend(mock.deliveries.last).status == 200


def test_a_retry_is_not_made_after_deactivation(mock: VendorMock) -> None:
    """Nor after deletion of what registered the receiver."""
    for end in ({"enabled": False}, None):
        with answering(500) as (url, requests):
            hook = subscribe(mock, url)
            mock.resources["Job"].transition(job(mock), "done")
            assert mock.deliveries.last.state == "pending"
            if end is None:
                mock.resources["Hook"].delete(hook)
            else:
                mock.resources["Hook"].update(hook, **end)
            mock.clock.advance(hours=1)
            assert mock.deliveries.last.state == "dropped"
            assert len(requests) == 1


def test_a_deleted_thing_sends_nothing(mock: VendorMock) -> None:
    """What was to become of it is forgotten with it."""
    with answering() as (url, requests), mock.client() as client:
        subscribe(mock, url, "job.started", "job.done")
        client.delete(f"/jobs/{job(mock)}")
        done = mock.clock.advance(days=1)
    assert (done.transitions, done.deliveries, requests) == ((), (), [])


def test_what_may_not_be_sent_can_be_read(
    mock: VendorMock, greenroom_space: GreenroomSpace, tmp_path: Path
) -> None:
    """With the reason, and what would have been sent; or goes where a developer listens."""
    subscribe(mock, "https://ada:hush@hooks.acme.test/in")
    mock.resources["Job"].transition(job(mock), "done")
    (withheld,) = mock.deliveries.withheld
    assert withheld.to == "https://hooks.acme.test/in"
    assert "hooks.acme.test is not this machine" in withheld.reason
    assert (withheld.status, withheld.payload["event"]) == (None, "job.done")
    assert mock.deliveries.resend(withheld).state == "withheld"
    with answering() as (url, requests):
        greenroom_space(str(tmp_path / "acme.json"), receivers={"https://hooks.acme.test": url})
        assert mock.deliveries.resend(withheld).state == "delivered"
    assert [request.path for request in requests] == ["/in"]


def test_certificates_of_receivers_on_this_machine_are_not_verified(
    mock: VendorMock, tmp_path: Path
) -> None:
    """They are seldom of an authority; the delivery says so."""
    file = tmp_path / "certificate.pem"
    file.write_text(CERTIFICATE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(202)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        subscribe(mock, f"https://localhost:{server.server_port}/in")
        mock.resources["Job"].transition(job(mock), "done")
        sent = mock.deliveries.last
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert (sent.state, sent.status, sent.attempts[0].verified) == ("delivered", 202, False)


def test_a_redirect_is_not_followed(mock: VendorMock) -> None:
    """It could lead anywhere."""
    with answering() as (elsewhere, others), answering(307, Location=elsewhere) as (url, _):
        subscribe(mock, url)
        mock.resources["Job"].transition(job(mock), "done")
        assert mock.deliveries.last.status == 307
    assert others == []


def test_a_response_without_an_end_is_read_in_part(mock: VendorMock) -> None:
    """Its status counts, and so does the documented time."""

    def endless(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
        connection.drip(b"x" * 65536, 0.0001)

    with raw_server(endless) as url:
        subscribe(mock, url)
        mock.resources["Job"].transition(job(mock), "done")
        assert mock.deliveries.last.state == "delivered"


def test_the_method_the_media_type_and_the_fields_are_as_registered(mock: VendorMock) -> None:
    """A GET has the values of the payload's top in its query."""
    with answering() as (url, requests):
        subscribe(mock, f"{url}/?of=mine", method="get")
        subscribe(mock, url, method="PUT", content_type="form", fields=["event", "status"])
        subscribe(mock, url, method="TRACE")
        id = job(mock)
        mock.resources["Job"].transition(id, "done")
        assert [each.status for each in mock.deliveries] == [200, 200, 200]
    by_method = {request.method: request for request in requests}
    assert sorted(by_method) == ["GET", "POST", "PUT"]
    got = httpx2.URL(url + by_method["GET"].path).params
    assert (got["of"], got["event"], got["job"], "data" in got) == ("mine", "job.done", id, False)
    assert by_method["GET"].body == b""
    assert refusal(SIGNATURE, SECRET, by_method["GET"].headers, b"") == ""
    put = by_method["PUT"]
    assert put.headers["content-type"] == "application/x-www-form-urlencoded"
    assert put.body == b"event=job.done&status=done"


def test_webhooks_of_a_subscription_arrive_in_order(mock: VendorMock) -> None:
    """One at a time, so that a slow one is not overtaken."""
    busy, most = Counter[str](), Counter[str]()

    def respond(request: HttpRequest) -> HttpResponse:
        busy[request.path] += 1
        most[request.path] = max(most[request.path], busy[request.path])
        time.sleep(0.02)
        busy[request.path] -= 1
        return HttpResponse(200, b"", {})

    with serving(respond) as (url, requests):
        subscribe(mock, f"{url}/one")
        subscribe(mock, f"{url}/two")
        ids = [job(mock, str(number)) for number in range(5)]
        for id in ids:
            mock.resources["Job"].transition(id, "done")
        assert [each.state for each in mock.deliveries] == ["delivered"] * 10
    for path in ("/one", "/two"):
        got = [json.loads(r.body)["job"] for r in requests if r.path == path]
        assert got == ids
        assert most[path] == 1


@pytest.mark.parametrize(("hours", "later"), [(0, 60), (1, 0)])
def test_a_retry_counts_from_the_end_of_its_attempt_though_time_was_moved_since(
    mock: VendorMock, hours: int, later: int
) -> None:
    """With a clock that stands it ends when it began: one that is overdue then follows at once."""
    asked, answer, seen = threading.Event(), threading.Event(), list[HttpRequest]()

    def respond(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        asked.set()
        answer.wait(10)
        return HttpResponse(500 if len(seen) == 1 else 204, b"", {})

    with serving(respond) as (url, _):
        subscribe(mock, url)
        mock.resources["Job"].transition(job(mock), "done")
        assert asked.wait(10)
        mock.clock.advance(hours=hours, seconds=0 if hours else 30)
        answer.set()
        moments = [each.now - NINE for each in mock.deliveries.last.attempts]
        assert moments == [timedelta(), *[timedelta(hours=hours)] * (hours > 0)]
        due = mock.clock.advance(to="next").deliveries if later else [mock.deliveries.last]
    assert [each.now - NINE for each in due[0].attempts] == [
        timedelta(), timedelta(hours=hours, seconds=later),
    ]  # fmt: skip


def test_an_event_is_sent_by_hand(mock: VendorMock) -> None:
    """About a record, which stays as it is; what there is not is refused."""
    with answering() as (url, requests):
        subscribe(mock, url)
        id = job(mock)
        (sent,) = mock.emit("job.done", about=id)
        assert (sent.event, sent.status, sent.payload["job"]) == ("job.done", 200, id)
        assert mock.resources["Job"][id]["status"] == "queued"
        again = mock.deliveries.resend(sent)
        assert (again.id, len(again.attempts)) == (sent.id, 2)
    assert requests[0].body == requests[1].body
    for event, about in (("job.lost", id), ("job.done", "job_none")):
        with pytest.raises(LookupError):
            mock.emit(event, about=about)


def test_a_running_clock_does_what_is_due_by_itself(mock: VendorMock) -> None:
    """Faster than the wall clock if wanted; a frozen one does nothing."""
    with answering() as (url, _):
        subscribe(mock, url)
        id = job(mock)
        assert mock.resources["Job"][id]["status"] == "queued"
        mock.clock.resume(speed=3600)
        sent = mock.deliveries.wait("job.done")
        mock.clock.freeze()
        assert (sent.state, mock.resources["Job"][id]["status"]) == ("delivered", "done")
        stood = mock.clock.now
        assert stood >= NINE + timedelta(minutes=11)
        assert mock.clock.now == stood


def test_an_advance_need_not_wait_for_receivers(mock: VendorMock) -> None:
    """What was not attempted yet is pending, and attempted later."""
    answer = threading.Event()

    def respond(request: HttpRequest) -> HttpResponse:
        answer.wait(10)
        return HttpResponse(204, b"", {})

    with serving(respond) as (url, _):
        subscribe(mock, url)
        job(mock)
        root = mock.url.partition("/~")[0]
        advance = f"{root}/_greenroom/spaces/{mock.space}/clock/advance?wait=false"
        told = httpx2.post(advance, json={"by": "PT11M"}).json()
        assert (told["pending"], [each["state"] for each in told["deliveries"]]) == (1, ["pending"])
        assert told["now"] == "2026-01-05T09:11:00.000Z"
        answer.set()
        assert mock.deliveries.last.status == 204


def test_a_vendor_that_sends_in_order_waits_for_the_one_before(
    greenroom_space: GreenroomSpace, tmp_path: Path
) -> None:
    """Its retries included; all attempts of a message have one identifier."""
    file = tmp_path / "fifo.json"
    policy = {"retries": ["PT1M"], "order": "fifo", "id-header": "X-Message"}
    file.write_text(written(living(policy, {"algorithm": "none", **PROVENANCE})))
    mock = greenroom_space(str(file))
    statuses = [500, 204, 204]

    def respond(request: HttpRequest) -> HttpResponse:
        return HttpResponse(statuses.pop(0), b"", {})

    with serving(respond) as (url, requests):
        subscribe(mock, url)
        ids = [job(mock, "first"), job(mock, "second")]
        for id in ids:
            mock.emit("job.done", about=id)
        assert [json.loads(r.body)["job"] for r in requests] == ids[:1]
        mock.clock.advance(seconds=60)
        assert [each.state for each in mock.deliveries] == ["delivered", "delivered"]
    assert [json.loads(r.body)["job"] for r in requests] == [ids[0], *ids]
    named = [r.headers["x-message"] for r in requests]
    assert (len(set(named)), named[0]) == (2, named[1])
    assert "x-signature" not in requests[0].headers


def test_a_line_goes_on_when_its_first_receiver_is_switched_off(
    greenroom_space: GreenroomSpace, tmp_path: Path
) -> None:
    """What waited behind it is sent or dropped as well, and what comes later is sent."""
    file = tmp_path / "fifo.json"
    file.write_text(written(living({"retries": ["PT1M"], "order": "fifo"})))
    mock = greenroom_space(str(file))
    with answering(500) as (url, _):
        hook = subscribe(mock, url)
        id = job(mock)
        for _ in range(2):
            mock.emit("job.done", about=id)
        mock.resources["Hook"].update(hook, enabled=False)
        mock.clock.advance(seconds=60)
    assert [each.state for each in mock.deliveries] == ["dropped", "dropped"]
    with answering() as (url, requests):
        mock.resources["Hook"].update(hook, enabled=True, url=url)
        assert [each.state for each in mock.emit("job.done", about=id)] == ["delivered"]
    assert len(requests) == 1


def test_what_waits_for_later_is_bounded_too(
    mock: VendorMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each may be as large as a record; what is too much is dropped, and room comes back."""
    monkeypatch.setattr(pending, "MOST_BYTES", 10_000)
    with answering() as (url, requests):
        subscribe(mock, url)
        id = job(mock)
        mock.fault(event="*", delay="PT1H")
        made = [mock.emit("job.done", about=id)[0].state for _ in range(20)]
        kept = made.count("pending")
        assert 0 < kept < 10
        assert made == ["pending"] * kept + ["dropped"] * (20 - kept)
        mock.clock.advance(hours=1)
        assert len(requests) == kept
        assert mock.emit("job.done", about=id)[0].state == "pending"


def test_what_is_due_after_all_years_has_failed(mock: VendorMock) -> None:
    """As a fault, or a retry, of the last second."""
    mock._control("PUT", f"spaces/{mock.space}", {"now": "9999-12-31T23:59:59Z"})
    with answering(500) as (url, requests):
        subscribe(mock, url)
        id = job(mock)
        mock.emit("job.done", about=id)
        mock.fault(event="*", delay="PT1H")
        mock.emit("job.done", about=id)
        assert [each.state for each in mock.deliveries] == ["failed", "failed"]
        assert len(requests) == 1


@pytest.mark.parametrize("field", ["Thu, 01 Jan 99999999999999999999 00:00:00 GMT", "9" * 5000])
def test_a_receiver_that_asks_for_an_impossible_time_is_asked_again(
    mock: VendorMock, field: str
) -> None:
    """After the documented pause, or the longest."""
    with answering(503, **{"Retry-After": field}) as (url, requests):
        subscribe(mock, url)
        mock.resources["Job"].transition(job(mock), "done")
        assert mock.deliveries.last.state == "pending"
        mock.clock.advance(days=3)
        assert (len(requests), mock.deliveries.last.state) == (3, "failed")


def test_an_advance_ends_though_the_clock_has_run_on_meanwhile(mock: VendorMock) -> None:
    """A receiver let it run, or put the records of another time in place of all."""
    root = mock.url.partition("/~")[0]
    space = f"{root}/_greenroom/spaces/{mock.space}"
    later = {"version": 1, "seed": 1, "now": "2030-01-01T00:00:00Z", "vendors": {}}

    def respond(request: HttpRequest) -> HttpResponse:
        httpx2.put(f"{space}/snapshot", json=later)
        return HttpResponse(204, b"", {})

    with serving(respond) as (url, _):
        subscribe(mock, url)
        job(mock)
        told = httpx2.post(f"{space}/clock/advance", json={"by": "PT1H"})
    assert (told.status_code, told.json()["now"]) == (200, "2030-01-01T00:00:00.000Z")


def test_a_server_ends_while_a_receiver_is_silent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without waiting for it, and without a word in the log."""
    asked = threading.Event()

    def never(connection: Connection) -> None:
        connection.request()
        asked.set()
        connection.rest()

    file = tmp_path / "acme.json"
    file.write_text(written(living()))
    with raw_server(never) as silent:
        with StartMock() as start:
            space = GreenroomSpace(start, "node", "name", "worker", None, None)
            mock = space(str(file))
            subscribe(mock, silent)
            mock.resources["Job"].transition(job(mock), "done")
            assert asked.wait(10)
        assert caplog.records == []


def test_time_never_goes_back(mock: VendorMock) -> None:
    """A moment that is past is refused, and one that nobody can name."""
    mock.clock.freeze(NINE + timedelta(days=1))
    for wrong in (NINE, NINE + timedelta(hours=23)):
        with pytest.raises(GreenroomError, match="is before now"):
            mock.clock.advance(to=wrong)
        with pytest.raises(GreenroomError, match="is before now"):
            mock.clock.freeze(wrong)
    with pytest.raises(GreenroomError):
        mock.clock.advance(days=-1)
    assert mock.clock.now == NINE + timedelta(days=1)
    assert mock.clock.advance(to="next").pending == 0
    assert mock.clock.now == NINE + timedelta(days=1)


def test_a_moment_far_ahead_is_reached_through_all_that_is_due(mock: VendorMock) -> None:
    """Each thing at its own time, in order."""
    ids = [job(mock, str(number)) for number in range(3)]
    mock.clock.advance(seconds=30)
    late = job(mock, "late")
    mock.clock.freeze(NINE + timedelta(hours=1))
    root = mock.url.partition("/~")[0]
    with mock.client() as client:
        assert client.get(f"/jobs/{late}").json()["status"] == "done"
    assert httpx2.get(f"{root}/_greenroom/spaces/{mock.space}/clock").json()["next"] is None
    assert len(ids) == 3


def test_ten_thousand_things_that_are_due_at_once_are_done(mock: VendorMock) -> None:
    """One more has no room; requests are answered while they are done."""
    root = mock.url.partition("/~")[0]
    job(mock)
    spaces = spaces_of(mock._control.server)  # type: ignore[arg-type]
    space = spaces.get(mock.space)
    for number in range(9_999):
        space.world(mock.vendor).create("Job", {"name": str(number)}, space.now())
    with mock.client() as client:
        assert client.post("/jobs", json={"name": "one too many"}).status_code == 507
        done = mock.clock.advance(minutes=1)
        assert (len(done.transitions), done.pending) == (10_000, 0)
        assert {each.after for each in done.transitions} == {"running"}
        assert client.post("/jobs", json={"name": "still one too many"}).status_code == 507
    assert httpx2.get(f"{root}/_greenroom/health").status_code == 200


TAMPERED = [("body", "wrong signature"), ("signature", "wrong signature"), ("timestamp", "too old")]


def test_states_that_follow_each_other_for_ever_do_not_hold_an_advance(
    greenroom_space: GreenroomSpace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time stands where it came, and what is left is pending."""
    monkeypatch.setattr(living_spaces, "MOST_SECONDS", 0.05)
    monkeypatch.setattr(living_spaces, "MOST_STEPS", 10**9)
    api = json.loads(written(living()))
    states = api["components"]["schemas"]["Job"]["x-lifecycle"]["states"]
    states["running"]["after"] = {"PT1S": "queued"}
    file = tmp_path / "round.json"
    file.write_text(json.dumps(api))
    mock = greenroom_space(str(file))
    job(mock)
    root = mock.url.partition("/~")[0]
    advance = f"{root}/_greenroom/spaces/{mock.space}/clock/advance"
    told = httpx2.post(advance, json={"by": "P36500D"}, timeout=60).json()
    assert told["pending"] == 1
    assert "2026-01-05T09:01:00.000Z" <= told["now"] < "2100"
    assert told["transitions"][-1]["at"] == told["now"]


@pytest.mark.parametrize(("part", "reason"), TAMPERED)
def test_a_tampered_webhook_is_refused_by_whoever_verifies(
    mock: VendorMock, part: Any, reason: str
) -> None:
    """It is the next one alone."""
    with answering() as (url, requests):
        subscribe(mock, url)
        mock.tamper_next_delivery(part)
        for name in ("first", "second"):
            mock.resources["Job"].transition(job(mock, name), "done")
        assert [each.state for each in mock.deliveries] == ["delivered"] * 2
    found = [refusal(SIGNATURE, SECRET, r.headers, r.body) for r in requests]
    assert found == [reason, ""]
    assert json.loads(requests[0].body)


def test_a_webhook_may_come_too_late_or_be_signed_with_another_secret(mock: VendorMock) -> None:
    """The old one is signed rightly, for its time."""
    with answering() as (url, requests):
        subscribe(mock, url)
        mock.expire_next_delivery()
        mock.rotate_secret_of_next_delivery()
        for name in ("first", "second", "third"):
            mock.resources["Job"].transition(job(mock, name), "done")
        assert len(mock.deliveries) == 3
    found = [refusal(SIGNATURE, SECRET, r.headers, r.body) for r in requests]
    assert found == ["too old", "wrong signature", ""]
    patient = {**SIGNATURE, "timestamp-tolerance": 10**6}
    assert refusal(patient, SECRET, requests[0].headers, requests[0].body) == ""


def test_webhooks_get_lost_doubled_delayed_and_out_of_order(mock: VendorMock) -> None:
    """When it is asked for, so that a receiver can be tested with them."""
    with answering() as (url, requests):
        subscribe(mock, url)
        mock.drop_next_delivery()
        mock.duplicate_next_delivery()
        mock.delay_next_delivery(minutes=5)
        ids = [job(mock, str(number)) for number in range(5)]
        for id in ids[:3]:
            mock.resources["Job"].transition(id, "done")
        dropped, doubled, delayed = mock.deliveries
        assert (dropped.state, doubled.state, delayed.state) == ("dropped", "delivered", "pending")
        assert "fault" in dropped.reason
        assert len({(r.headers["x-delivery"], r.body) for r in requests}) == 1
        assert len(requests) == len(doubled.attempts) == 2
        mock.clock.advance(minutes=5)
        assert json.loads(requests[2].body)["job"] == ids[2]
        mock.reorder_deliveries(2)
        mock.resources["Job"].transition(ids[3], "failed")
        for id in ids[3:]:
            mock.emit("job.done", about=id)
        assert [json.loads(r.body)["job"] for r in requests[3:]] == [ids[4], ids[3]]


@pytest.mark.parametrize("copies", [2, 3])
def test_all_copies_of_a_delivery_are_sent_at_its_moment(mock: VendorMock, copies: int) -> None:
    """None is left when the advance is over."""
    with answering() as (url, requests):
        subscribe(mock, url)
        job(mock)
        mock.fault(event="job.done", duplicate=copies)
        done = mock.clock.advance(days=1)
        (sent,) = (each for each in mock.deliveries if each.event == "job.done")
        moments = {attempt.now for attempt in sent.attempts}
    assert (done.pending, sent.state, len(sent.attempts)) == (0, "delivered", copies)
    assert moments == {max(each.at for each in done.transitions)}
    assert len(requests) == copies


def test_deliveries_are_bounded(mock: VendorMock) -> None:
    """The oldest go, and are counted."""
    with answering() as (url, _):
        for _ in range(101):
            subscribe(mock, url)
        id = job(mock)
        for _ in range(10):
            mock.emit("job.done", about=id)
        listed = mock._control("GET", f"spaces/{mock.space}/deliveries", limit=1)
        assert (listed["total"], listed["dropped"]) == (1000, 10)
        assert mock.deliveries[0].n == 11


def test_a_reset_ends_what_was_to_be_sent(mock: VendorMock) -> None:
    """And the deliveries so far stay if that is wanted."""
    with answering(500) as (url, requests):
        subscribe(mock, url)
        mock.resources["Job"].transition(job(mock), "done")
        assert mock.deliveries.last.state == "pending"
        mock.reset(keep=["deliveries"])
        assert mock.deliveries.last.state == "dropped"
        mock.clock.advance(days=1)
        assert len(requests) == 1
        mock.reset()
        assert list(mock.deliveries) == []


def test_a_webhook_cannot_use_the_control_routes(mock: VendorMock) -> None:
    """Whoever may register a receiver could do what this machine may."""
    root = mock.url.partition("/~")[0]
    subscribe(mock, f"{root}/_greenroom/spaces/{mock.space}", method="DELETE")
    mock.resources["Job"].transition(job(mock), "done")
    assert mock.deliveries.last.status == 403
    assert mock.resources["Job"]


CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgl8fR0yPtvR1XDsIg
hwXc+9MXohW58D2ZtkVDspoZZL+hRANCAARRCWsXi+7B73OHEYj214W3Wm/NBOoX
nnlzGTctleHOjXidJUnBgEFfv1vy/2lYVi5XPM9w4+vSr3sY6kT2fkTK
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBgzCCASmgAwIBAgIUejZnFhsdBTi3OuqSR7zu1TiuZ3AwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLbm9ib2R5LnRlc3QwIBcNMjYxMTMwMTE0MjU4WhgPMjEyNjEx
MDYxMTQyNThaMBYxFDASBgNVBAMMC25vYm9keS50ZXN0MFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEUQlrF4vuwe9zhxGI9teFt1pvzQTqF555cxk3LZXhzo14nSVJ
wYBBX79b8v9pWFYuVzzPcOPr0q97GOpE9n5EyqNTMFEwHQYDVR0OBBYEFGQCyiCK
R2tC4tei+hhYhexUApG9MB8GA1UdIwQYMBaAFGQCyiCKR2tC4tei+hhYhexUApG9
MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgPgUWZE5XZUJiHprq
/mt/D1wUu+PY0XTAGsKN9kSYn3oCIQDIHEGeuGcWNBR9rKn91ic1eNQn1B8iPCEa
7eYzhuYs2Q==
-----END CERTIFICATE-----
"""
