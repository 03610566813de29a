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
        ("POST", "/hooks", b'{"url": "//stranger.example.com/x"}'),
        ("POST", "/hooks", b'{"url": " https://stranger.example.com/x"}'),
        ("POST", "/hooks", b'{"url": "stranger.example.com"}'),
        ("POST", "/hooks", b'{"host": "stranger.example.com", "port": 443}'),
        ("POST", "/hooks", b'{"about": "stranger.example.com:8080"}'),
        ("POST", "/hooks", b'{"about": "{\\"to\\": [\\"ftp://stranger.example.com\\"]}"}'),
        ("PUT", "/settings", b'{"callbackURL": "stranger.example.com/x"}'),
        ("POST", "/quotes", b'{"webhook_url": "https://stranger.example.com/x"}'),
        ("PUT", "/settings", b"webhook_url=https%3A%2F%2Fstranger.example.com"),
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
        ("POST", "/hooks", b'{"event": "job.made", "at": "10:30", "to": "{odd"}'),
        ("PUT", "/settings", b'{"webhook_url": "greenroom-unknown-value"}'),
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


@pytest.mark.parametrize(
    "fields", [(("X-User-Id", "example-user"),), (("Cookie", "a=b; userId=example-user"),)]
)
def test_header_fields_and_cookies_have_no_identifiers_of_examples(
    fields: tuple[tuple[str, str], ...],
) -> None:
    """As little as the path, the query and the body; other fields may have the same value."""
    guard = Guard(account(), URL, EVERY)
    with pytest.raises(ForbiddenRequestError, match="example-user of an example"):
        guard.admit("PUT", f"{URL}/roles", (*JSON, *fields), b"{}")
    assert guard.admit("PUT", f"{URL}/roles", (*JSON, ("X-Note", "example-user")), b"{}")


def test_the_receiver_of_the_caller_is_admitted() -> None:
    """And no other."""
    guard = Guard(account(), URL, EVERY, Options(receiver="https://me.example.net/x"))
    assert admits(guard, "POST", "/hooks", b'{"url": "https://me.example.net/x"}')
    assert not admits(guard, "POST", "/hooks", b'{"url": "https://me.example.net/y"}')
