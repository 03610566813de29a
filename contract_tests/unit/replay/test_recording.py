"""Which exchanges of a recording belong to an operation, and which can be replayed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from replaying import ACME, HOST, KEY, added, got

from greenroom.http.exchange import Entry, Request, Response
from greenroom.replay.recording import Recording, differences


@pytest.mark.parametrize(
    ("url", "operation"),
    [
        (f"{HOST}/v1/jobs/1", ""),
        ("http://127.0.0.1:8080/v1/jobs/1", ""),
        ("http://127.0.0.1:8080/acme/v1/jobs/1", "getJob"),
        ("https://sandbox.acme.invalid/other/base/jobs/1", "getJob"),
    ],
)
def test_a_request_belongs_to_an_operation_by_its_path_or_as_the_recording_says(
    url: str, operation: str
) -> None:
    """What stands before the path of an operation may be anything where it is named."""
    entry = Entry(Request("GET", url), Response(200), operation=operation)
    assert Recording(ACME, [entry]).counts == {"getJob": 1}


@pytest.mark.parametrize(
    ("method", "url", "operation"),
    [
        ("GET", f"{HOST}/v1/people/1", ""),
        ("DELETE", f"{HOST}/v1/jobs/1", ""),
        ("GET", f"{HOST}/v1/people/1", "getJob"),
        ("GET", f"{HOST}/other/jobs/1", ""),
        ("GET", f"{HOST}/other/jobs/1", "otherOperation"),
    ],
)
def test_requests_of_no_operation_are_left_out(method: str, url: str, operation: str) -> None:
    """Also where a recording names one whose path they do not have."""
    entry = Entry(Request(method, url), Response(200), operation=operation)
    recording = Recording(ACME, [entry])
    assert (recording.counts, recording.left_out) == ({}, {"of no documented operation": 1})


def test_what_cannot_be_replayed_is_counted_by_its_reason() -> None:
    """No response, no body of the one or the other, an example that was preferred."""
    usual, posted = got(1), added(1, b"{}")
    assert usual.response is not None
    entries = [
        replace(usual, response=None),
        replace(usual, response=replace(usual.response, recorded=False)),
        replace(posted, request=replace(posted.request, body=b"", recorded=False)),
        got(1, headers={**KEY, "Prefer": "code=404"}),
        replace(usual, response=Response(204, recorded=False)),
    ]
    recording = Recording(ACME, entries)
    assert recording.counts == {"getJob": 1}
    assert recording.left_out == {
        "without a response": 1,
        "without the body of the response": 1,
        "without the body of the request": 1,
        "that preferred an example of the contract": 1,
    }


def test_differences_of_values_are_bounded_and_tell_numbers_from_booleans() -> None:
    """What only one of them has is one, also null."""
    found = differences(
        {"a": 1, "b": None, "c": [0], "d": 2}, {"a": True, "c": [1], "d": 2, "e": 3}
    )
    assert [each.pointer for each in found] == ["/a", "/b", "/c/0", "/e"]
    assert len(differences(dict.fromkeys(map(str, range(100))), {})) == 20
