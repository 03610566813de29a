"""Things go wrong in the space of a test, as it says."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from state_contract import API

from greenroom import GreenroomError, GreenroomSpace, VendorMock


@pytest.fixture
def mock(greenroom_space: GreenroomSpace, tmp_path: Path) -> VendorMock:
    """A small API."""
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(API.written))
    return greenroom_space(str(file))


def statuses(mock: VendorMock, *paths: str) -> list[int]:
    """What GET requests get; 0 for no response."""

    def status(path: str) -> int:
        try:
            return client.get(path).status_code
        except httpx2.TransportError:
            return 0

    with mock.client() as client:
        return [status(path) for path in paths]


def test_the_next_requests_fail(mock: VendorMock) -> None:
    """One, or some, of one operation or of any."""
    mock.fail_next(headers={"Retry-After": "3"})
    mock.fail_next("getThing", 429, times=2)
    assert statuses(mock, *["things/thing_001"] * 4) == [503, 429, 429, 200]
    assert mock.requests[0].response["headers"]["retry-after"] == "3"
    assert [request.kind for request in mock.requests] == ["fault"] * 3 + ["accepted"]


def test_a_fault_ends_with_its_block(mock: VendorMock) -> None:
    """Also one that has been used up, and after an error."""
    with mock.fail_next() as down:
        assert statuses(mock, "things", "things") == [503, 200]
        assert down.hits == 1
    with pytest.raises(LookupError, match="there is no fault"):
        assert down.hits
    with pytest.raises(ZeroDivisionError), mock.fault(status=500):
        statuses(mock, str(1 // 0))
    assert statuses(mock, "things") == [200]
    down.remove()


def test_connections_are_dropped_and_responses_late(mock: VendorMock) -> None:
    """As their names say."""
    mock.drop_connection(times=2)
    assert statuses(mock, "things", "things", "things") == [0, 0, 200]
    with mock.slow(seconds=60, operation="listThings") as late, mock.client(timeout=0.01) as client:
        with pytest.raises(httpx2.ReadTimeout):
            client.get("things")
        assert client.get("things/thing_001").status_code == 200
        assert late.hits == 1


def test_a_share_of_requests_fails_always_the_same(mock: VendorMock) -> None:
    """By the seed of the space, or by its own."""
    paths = ["things"] * 30
    runs = []
    for seed in (None, None, 7, 8):
        with mock.fault(status=503, probability=0.5, seed=seed):
            runs.append(statuses(mock, *paths))
    assert runs[0] == runs[1]
    assert len({tuple(run) for run in runs}) == 3
    assert {status for run in runs for status in run} == {200, 503}


def test_all_that_a_fault_may_say_is_kept(mock: VendorMock) -> None:
    """A length of time is a timedelta or text."""
    mock.fault(
        path="/things/{id}", method="GET", credential="reader", status=404, skip=1, times=2,
        example="ThingMissing", latency=timedelta(seconds=0.5), name="lost", seed="s",
    )  # fmt: skip
    [found] = mock._control("GET", f"spaces/{mock.space}/faults")["items"]
    assert found["match"] == {"path": "/things/{id}", "method": "GET", "credential": "reader",
                              "vendor": mock.vendor}  # fmt: skip
    assert found["effect"] == {"status": 404, "example": "ThingMissing", "latency": "PT0.5S"}
    assert [found[n] for n in ("name", "skip", "left", "seed")] == ["lost", 1, 2, "s"]


def test_a_fault_that_cannot_be_is_an_error(mock: VendorMock) -> None:
    """It says what would be right."""
    with pytest.raises(GreenroomError, match="did you mean listThings"):
        mock.fail_next("listThing")
    with pytest.raises(GreenroomError, match="/effect"):
        mock.fault(explode=True)


def test_faults_stay_over_a_reset_where_that_is_asked(mock: VendorMock) -> None:
    """Else they go."""
    mock.fault(status=503)
    mock.reset(keep=["faults"])
    assert statuses(mock, "things") == [503]
    mock.reset()
    assert statuses(mock, "things") == [200]


def test_rate_limits_are_kept_where_the_test_asks(greenroom_space: GreenroomSpace) -> None:
    """HeyMilo promises header fields, but names none."""
    mock = greenroom_space("heymilo", rate_limits=True)
    with mock.client() as client:
        found = [client.get("/api/postings") for _ in range(301)]
    assert [each.status_code for each in found] == [200] * 300 + [429]
    assert not [n for n in found[-1].headers if "limit" in n or n == "retry-after"]


def test_two_limits_are_told_of_until_the_clock_has_passed_them(
    greenroom_space: GreenroomSpace,
) -> None:
    """InstaView counts by the minute and by the hour."""
    mock = greenroom_space("instaview", rate_limits=True)
    begin = int(mock.clock.now.timestamp())

    def told(response: httpx2.Response) -> list[int]:
        names = [f"{what}-{per}" for per in ("minute", "hour") for what in ("remaining", "reset")]
        return [int(response.headers[f"x-ratelimit-{name}"]) for name in names]

    with mock.client() as client:
        found = [client.get("/interviews") for _ in range(61)]
        assert [each.status_code for each in found] == [200] * 60 + [429]
        assert told(found[0]) == [59, begin + 60, 1999, begin + 3600]
        assert told(found[-1]) == [0, begin + 60, 1940, begin + 3600]
        assert found[-1].headers["retry-after"] == "60"
        mock.clock.advance(minutes=1)
        again = client.get("/interviews")
    assert (again.status_code, told(again)) == (200, [59, begin + 120, 1939, begin + 3600])
    mock.requests.assert_no_verdicts()


def test_the_routes_of_a_tier_share_its_counter(greenroom_space: GreenroomSpace) -> None:
    """InterviewMinds takes ten uploads in a quarter of an hour, and looking at one counts."""
    mock = greenroom_space("interviewminds", rate_limits=True)
    paths = ["/api/resume/1", "/api/resume/2"] * 6
    with mock.client() as client:
        found = [client.get(path) for path in paths]
    assert [each.status_code for each in found] == [404] * 10 + [429] * 2
    assert found[-1].headers["ratelimit-remaining"] == "0"
    assert found[-1].headers["retry-after"] == found[-1].headers["ratelimit-reset"] == "900"


def test_a_caller_without_fault_has_no_verdicts(mock: VendorMock) -> None:
    """And one with some is told which requests show it."""
    statuses(mock, "things")
    mock.requests.assert_no_verdicts()
    mock.fail_next(status=429, headers={"Retry-After": "60"})
    statuses(mock, "things", "things")
    with pytest.raises(AssertionError) as raised:
        mock.requests.assert_no_verdicts()
    first, *rest = str(raised.value).splitlines()
    assert first.startswith("retry_after: listThings came ")
    assert rest == ["  2: GET /things 429", "  3: GET /things 200"]
