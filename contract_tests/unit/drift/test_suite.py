"""A server drifts in one operation at a time, and the drifts are the same in every run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import httpx2
import pytest
from drifting import made

from drift.mutation import Mutation, with_header
from drift.original import Original
from drift.proxy import DriftingServer
from drift.suite import controls, drifts, is_caught, judged, options_for, sample
from greenroom.contract.catalog import load, vendors
from greenroom.http.exchange import Request, Response
from greenroom_contracts.finding import Finding

CONTRACT = made()
ORIGINAL = Original(CONTRACT)
KEY = {"X-Key": "test-key"}


def drifting(operation: str = "getThing") -> Mutation:
    """Another status, and a header field with the request as the proxy saw it."""

    def apply(request: Request, response: Response) -> Response:
        seen = f"{request.method} {request.path}?{request.query} {request.body.decode()}"
        return with_header(replace(response, status=299), "x-seen", seen)

    return Mutation("any", operation, "another status", apply)


@pytest.fixture(scope="module")
def server() -> Iterator[DriftingServer]:
    """A server of the small contract."""
    with DriftingServer(CONTRACT) as running:
        yield running


REQUESTS: list[tuple[str, str, dict[str, str], bytes]] = [
    ("GET", "/things/t-1", KEY, b""),
    ("HEAD", "/things/t-1", KEY, b""),
    ("GET", "/things/t-1", {}, b""),
    ("GET", "/things?team=1", KEY, b""),
    ("POST", "/things", {**KEY, "content-type": "application/json"}, b'{"name":"A","size":1}'),
    ("POST", "/things", {**KEY, "content-type": "application/json"}, b"{"),
    ("DELETE", "/things/t-1", KEY, b""),
    ("PUT", "/things/t-1", KEY, b""),
    ("GET", "/nowhere", KEY, b""),
]


def fields(headers: httpx2.Headers) -> list[tuple[str, str]]:
    """The fields of a response, but for the time."""
    return [pair for pair in headers.multi_items() if pair[0] != "date"]


@pytest.mark.parametrize(("method", "path", "headers", "body"), REQUESTS)
@pytest.mark.parametrize("mutation", [None, drifting("getDoor")], ids=["none", "another"])
def test_without_a_drift_the_response_is_unchanged(
    server: DriftingServer,
    mutation: Mutation | None,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
) -> None:
    """Status, header fields and body are the mock's, byte for byte."""
    with server.drifting(mutation) as proxy:
        got = httpx2.request(method, server.base_url + path, headers=headers, content=body)

    url = f"{ORIGINAL.base_url}{path}"
    own = ORIGINAL.send(Request(method, url, tuple(headers.items()), body))
    assert (got.status_code, got.content) == (own.status, own.body)
    assert fields(got.headers) == list(own.headers)
    assert proxy.changed == 0


def test_the_chosen_operation_drifts_and_no_other(server: DriftingServer) -> None:
    """Its refusals pass through the drift as well."""
    with server.drifting(drifting()) as proxy:
        url = f"{server.base_url}/things/a%2Fb?c=d"
        statuses = [
            httpx2.get(url, headers=KEY).status_code,
            httpx2.get(url).status_code,
            httpx2.head(url, headers=KEY).status_code,
            httpx2.delete(url, headers=KEY).status_code,
        ]

    assert statuses == [299, 299, 299, 204]
    assert proxy.changed == 3


def test_a_drift_sees_the_whole_request(server: DriftingServer) -> None:
    """As it was sent, its body included."""
    with server.drifting(drifting("createThing")):
        got = httpx2.post(f"{server.base_url}/things?a=b%20c", headers=KEY, json={"name": "A"})

    assert got.headers["x-seen"] == 'POST /acme/things?a=b%20c {"name":"A"}'


def test_one_server_can_have_several_drifts_in_turn(server: DriftingServer) -> None:
    """And in nothing afterwards."""
    url = f"{server.base_url}/door"
    for expected in (299, 299):
        with server.drifting(drifting("getDoor")) as proxy:
            assert httpx2.get(url).status_code == expected
            assert proxy.changed == 1

    assert httpx2.get(url).status_code == 200


def test_a_drift_that_changes_nothing_is_not_counted(server: DriftingServer) -> None:
    """So that a drift without any effect is noticed."""
    with server.drifting(Mutation("any", "getDoor", "none", lambda _, response: response)) as proxy:
        assert httpx2.get(f"{server.base_url}/door").status_code == 200

    assert proxy.changed == 0


FINDING = Finding("missing-field", "getThing", None, "/x", "is missing")
ADDITION = replace(FINDING, kind="undocumented-field")
CAUGHT: list[tuple[str, list[Finding], bool]] = [
    ("", [FINDING], True),
    ("", [ADDITION, FINDING], True),
    ("", [ADDITION], False),
    ("", [], False),
    ("", [replace(FINDING, operation="getDoor")], False),
    ("undocumented-field", [ADDITION], True),
    ("undocumented-field", [FINDING], False),
    ("undocumented-field", [replace(ADDITION, operation="getDoor")], False),
    ("undocumented-field", [replace(ADDITION, kind="undocumented-header")], False),
]


@pytest.mark.parametrize(("finding", "findings", "expected"), CAUGHT)
def test_a_drift_is_caught_by_a_finding_about_its_operation(
    finding: str, findings: list[Finding], expected: bool
) -> None:
    """Not by other findings; an addition shows only a drift that is an addition."""
    assert is_caught(replace(drifting(), finding=finding), findings) == expected


def test_the_same_drifts_are_chosen_every_time() -> None:
    """In every process."""
    again = drifts(Original(made()))

    assert [str(mutation) for mutation in again] == [str(m) for m in drifts(ORIGINAL)]
    assert [m.description for m in again] == [m.description for m in drifts(ORIGINAL)]


@pytest.mark.parametrize("source", vendors(), ids=lambda source: source.name)
def test_drifts_are_spread_over_kinds_and_operations(source: object) -> None:
    """At most a number of a kind, each of another operation, and no operation has most of them."""
    original = Original(load(source))  # type: ignore[arg-type]
    chosen = drifts(original, per_kind=2)
    kinds = Counter(mutation.kind for mutation in chosen)
    operations = Counter(mutation.operation for mutation in chosen)

    assert 60 <= len(chosen) <= 120
    assert max(kinds.values()) == 2
    assert len(set(map(str, chosen))) == len(chosen)
    assert len(operations) >= 0.8 * len(original.contract.operations)


def test_a_sample_takes_from_every_suite() -> None:
    """A number of each kind, from different contracts if possible."""
    suites = [
        [Mutation(kind, f"{name}{i}", "", lambda _, a: a) for kind in "xy" for i in range(2)]
        for name in "abc"
    ]
    suites[0].append(Mutation("z", "a9", "", lambda _, a: a))

    taken = sample(suites, 2)

    assert Counter(mutation.kind for _, mutation in taken) == {"x": 2, "y": 2, "z": 1}
    for kind in "xy":
        assert len({i for i, mutation in taken if mutation.kind == kind}) == 2
    assert {i for i, _ in taken} == {0, 1, 2}


@pytest.mark.parametrize(
    ("operation", "expected", "given"),
    [
        ("getThing", {"getThing", "createThing", "getDoor", "listThings"}, {}),
        ("getDoor", {"getDoor", "listThings"}, {}),
        ("getLost", {"getLost", "getDoor", "listThings"}, {"getLost.key": "t-9"}),
    ],
)
def test_the_sources_of_an_operation_are_called_too(
    operation: str, expected: set[str], given: dict[str, str]
) -> None:
    """And two that respond as documented; unknown identifiers are given."""
    options = options_for(CONTRACT, operation)

    assert options.only == expected
    assert options.given == given


def test_a_caught_drift_is_returned_with_its_report(server: DriftingServer) -> None:
    """Without a drift nothing is caught."""

    drifted = judged(server, drifting(), generated=0)
    kept = judged(server, replace(drifting(), apply=lambda _, response: response), generated=0)

    assert (drifted.caught, drifted.changed > 0) == (True, True)
    assert {f.operation for f in drifted.report.findings} == {"getThing"}
    assert (kept.caught, kept.changed, kept.report.findings) == (False, 0, ())


def test_a_list_with_pages_is_a_control() -> None:
    """One for each list."""
    assert [mutation.operation for mutation in controls(ORIGINAL)] == ["listThings"]
