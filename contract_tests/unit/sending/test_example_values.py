"""The guard refuses identifiers and receivers of examples, whoever made the request."""

from __future__ import annotations

import pytest
from accounts import account

from greenroom_contracts.planning.options import Options
from greenroom_contracts.sending.guard import ForbiddenRequestError, Guard

URL = "http://vendor.example"
JSON = (("Content-Type", "application/json"),)
EVERY = [operation.id for operation in account().operations]


def admits(guard: Guard, method: str, path: str, body: bytes = b"") -> bool:
    """Whether a request is admitted."""
    try:
        guard.admit(method, URL + path, JSON, body)
    except ForbiddenRequestError:
        return False
    return True


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/tasks", b'{"jobId": "example-job"}'),
        ("PUT", "/roles", b'{"who": [{"userId": "me"}, {"userId": "example-user"}]}'),
        ("POST", "/close", b"--a\r\n\r\nexample-job\r\n--a--"),
        ("POST", "/hooks", b'{"url": "https://stranger.example.com/x"}'),
        ("POST", "/hooks?to=https%3A%2F%2Fstranger.example.com", b""),
        ("POST", "/hooks", b"url=https%3A%2F%2Fstranger.example.com"),
        ("POST", "/hooks", b'{"url": "https://receiver.invalid.example.com/x"}'),
    ],
)
def test_values_of_examples_are_refused(method: str, path: str, body: bytes) -> None:
    """In JSON, forms, parts and the query."""
    with pytest.raises(ForbiddenRequestError, match="of an example; it was not sent"):
        Guard(account(), URL, EVERY).admit(method, URL + path, JSON, body)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/tasks", b'{"jobId": "another", "title": "example-job"}'),
        ("POST", "/jobs", b'{"sourceId": "made-up"}'),
        ("POST", "/quotes", b'{"jobIds": ["example-job"]}'),
        ("POST", "/hooks", b'{"url": "https://receiver.invalid/x"}'),
        ("PUT", "/settings", b'{"logo": "https://stranger.example.com/logo.png"}'),
    ],
)
def test_other_values_are_admitted(method: str, path: str, body: bytes) -> None:
    """Also in requests that only read, and addresses that receive nothing."""
    assert admits(Guard(account(), URL, EVERY), method, path, body)


def test_identifiers_of_a_response_and_of_the_caller_are_admitted() -> None:
    """A mock has the identifiers of the examples."""
    body = b'{"jobId": "example-job"}'
    guard = Guard(account(), URL, EVERY)
    guard.saw(b'[{"id": "example-job"}]')
    assert admits(guard, "POST", "/tasks", body)
    given = Options(given={"createTask.jobId": "example-job"})
    assert admits(Guard(account(), URL, EVERY, given), "POST", "/tasks", body)
    own = Options(bodies={"createTask": ("application/json", body)})
    assert admits(Guard(account(), URL, EVERY, own), "POST", "/tasks", body)


def test_the_receiver_of_the_caller_is_admitted() -> None:
    """And no other."""
    guard = Guard(account(), URL, EVERY, Options(receiver="https://me.example.net/x"))
    assert admits(guard, "POST", "/hooks", b'{"url": "https://me.example.net/x"}')
    assert not admits(guard, "POST", "/hooks", b'{"url": "https://me.example.net/y"}')
