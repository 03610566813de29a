"""No request makes a mock fail: it gives one complete response without a 5XX.

`GREENROOM_EXAMPLES` sets how many requests are generated for each contract.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenroom.codec.credentials import GOOD_KEY, credentials_of
from greenroom.contract import catalog
from greenroom.contract.model import Contract, Operation
from greenroom.server.app import build_app
from hostility import everything, monsters
from hostility.requests import Fields, Sent, requests
from wire import send

EXAMPLES = int(os.environ.get("GREENROOM_EXAMPLES", "15"))
HOSTILE = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=EXAMPLES,
    suppress_health_check=list(HealthCheck),
)
SOURCES = {source.name: source for source in catalog.vendors()}
VENDORS = list(SOURCES)
EVERYTHING = "everything"


@cache
def contract(name: str) -> Contract:
    """A vendor's contract, or the one with every kind of parameter and body."""
    return everything.contract() if name == EVERYTHING else catalog.load(SOURCES[name])


@cache
def app(name: str) -> Any:
    """The application that serves it."""
    return build_app([contract(name)])


def check(name: str, sent: Sent) -> None:
    """Assert one complete response, and no 5XX but for a documented success without an example."""
    reply = send(app(name), sent.method, sent.target, sent.headers, sent.chunks)
    assert 200 <= reply.status < 500
    assert reply.is_whole


@pytest.mark.parametrize("name", [*VENDORS, EVERYTHING])
def test_a_request_with_any_bytes_gets_a_response(name: str) -> None:
    """In path, query, headers, cookies, Content-Type and body."""

    @HOSTILE
    @given(requests(contract(name), contract(name).operations))
    def made_up(sent: Sent) -> None:
        check(name, sent)

    made_up()


def _target(found: Contract, operation: Operation) -> bytes:
    """A path of an operation with a digit for every parameter, in its style."""
    path = operation.path
    for parameter in operation.parameters:
        prefix = {"label": ".", "matrix": f";{parameter.name}="}.get(parameter.style, "")
        path = path.replace(f"{{{parameter.name}}}", f"{prefix}1")
    return (f"/{found.name}{operation.base_paths[0]}{path}").encode()


def _fields(operation: Operation) -> Fields:
    found = credentials_of(operation, GOOD_KEY) if operation.secured else []
    return [(c.name.lower().encode(), c.value.encode()) for c in found if c.location == "header"]


def _documented(operation: Operation) -> bytes:
    assert operation.body is not None
    return operation.body.content[0].name.encode()


def _taking_bodies(name: str) -> list[Operation]:
    """The first operation of a contract for each media type of a body."""
    found = {
        media.name: operation
        for operation in reversed(contract(name).operations)
        if operation.body is not None
        for media in operation.body.content
    }
    return list({operation.id: operation for operation in found.values()}.values())


@pytest.mark.parametrize("name", [*VENDORS, EVERYTHING])
@pytest.mark.parametrize("monster", monsters.BODIES)
def test_a_body_may_be_excessive_in_any_way(name: str, monster: str) -> None:
    """Too deep, too many, too long; with its own media type and with the documented one."""
    kind, body = monsters.BODIES[monster]
    for operation in _taking_bodies(name):
        target, fields = _target(contract(name), operation), _fields(operation)
        for given_kind in {kind, _documented(operation) + b"; boundary=b"}:
            headers = [*fields, (b"content-type", given_kind)]
            check(name, Sent(operation.method, target, headers, [body]))


def _reading(place: str) -> list[tuple[Operation, bytes]]:
    """An operation with a parameter of each style in a location."""
    operation = contract(EVERYTHING).operations[0]
    found = {
        (parameter.style, parameter.content is None): parameter.name.encode()
        for parameter in operation.parameters
        if parameter.location == place
    }
    assert found
    return [(operation, name) for name in found.values()]


@pytest.mark.parametrize("monster", monsters.QUERIES)
def test_a_query_may_be_excessive_in_any_way(monster: str) -> None:
    """For parameters of every style."""
    for operation, parameter in _reading("query"):
        query = monsters.QUERIES[monster].replace(b"%b", parameter).replace(b"%%", b"%")
        target = _target(contract(EVERYTHING), operation) + b"?" + query
        check(EVERYTHING, Sent(operation.method, target, [], [b""]))


@pytest.mark.parametrize("monster", monsters.HEADERS)
@pytest.mark.parametrize("place", ["header", "cookie"])
def test_a_header_may_be_excessive_in_any_way(place: str, monster: str) -> None:
    """One of a parameter, and one that every request has."""
    for operation, parameter in _reading(place):
        key, text = monsters.HEADERS[monster]
        field = (key.replace(b"%b", parameter), text.replace(b"%b", parameter))
        check(EVERYTHING, Sent(operation.method, _target(contract(EVERYTHING), operation), [field],
                               [b""]))  # fmt: skip


@HOSTILE
@given(st.sampled_from(["", "/", "/everything", "/everything/v1/s0/"]), st.integers(1, 60_000),
       st.sampled_from([b"/", b"%2F", b"a", b".", b";", b"%", b"\xff", b"a/", b"./"]))  # fmt: skip
def test_a_path_may_be_of_any_length(start: str, count: int, piece: bytes) -> None:
    """And repeat anything."""
    check(EVERYTHING, Sent("GET", start.encode() + piece * count, [], [b""]))
