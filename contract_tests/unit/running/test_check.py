"""A check sends what its plan holds, learns from the answers, cleans up and knows when to stop."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from checked import things

from greenroom.errors import GreenroomError
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import Options, base_url_of, check
from servers import Change, HttpRequest, HttpResponse, mocking, serving

KEY = "a-good-key"
EVERYTHING = Options(writes=True, allowed=frozenset(("callThing",)), timeout=2)


def checked(
    change: Change | None = None, options: Options | None = None
) -> tuple[Report, list[HttpRequest]]:
    """The report about a mock of the contract, with a change, and the requests that it received."""
    contract = things()

    def with_key(asked: HttpRequest) -> HttpRequest:
        # The mock's good credential is its own.
        key = asked.headers.get("x-key")
        known = {**asked.headers, "x-key": "test-key"} if key == KEY else asked.headers
        return replace(asked, headers=known)

    answer = mocking(contract, change)
    options = replace(options or Options(timeout=2), generated=2, invalid=2)
    with serving(lambda asked: answer(with_key(asked))) as (url, seen):
        return check(contract, url, KEY, options), seen


def examined(report: Report) -> set[str]:
    """The operations that were examined."""
    return {entry.operation for entry in report.operations if entry.examined}


def reason(report: Report, operation: str) -> str:
    """Why an operation was not examined."""
    return next(e.why_not for e in report.operations if e.operation == operation)


def kinds(report: Report) -> set[tuple[str, str]]:
    """The kinds of findings with their operations."""
    return {(finding.kind, finding.operation) for finding in report.findings}


def test_an_unchanged_server_conforms_in_everything() -> None:
    """No finding, no operation left out, exit code 0."""
    report, _ = checked(options=EVERYTHING)
    assert (report.findings, report.problem, report.exit_code) == ((), "", 0)
    assert examined(report) == {operation.id for operation in things().operations}


def test_without_leave_only_reads_are_sent() -> None:
    """A POST among them, since its contract says why it is harmless."""
    report, seen = checked(options=Options(allowed=frozenset(("callThing", "createThing"))))
    sent = {asked.line.partition("?")[0] for asked in seen}
    assert sent == {"GET /things", "GET /things/their-1", "POST /quotes"}
    assert report.exit_code == 0


def test_leave_to_write_rings_no_telephone() -> None:
    """What contacts or costs has to be named."""
    report, seen = checked(options=Options(writes=True))
    assert not [asked for asked in seen if asked.path.endswith("/call")]
    assert "--allow callThing" in reason(report, "callThing")


def test_only_own_things_are_changed_and_removed() -> None:
    """What a list gave is somebody's."""
    _, seen = checked(options=EVERYTHING)
    paths = {asked.path for asked in seen if asked.method in ("PUT", "DELETE")}
    assert paths == {"/things/own-1"}


def test_reading_takes_identifiers_from_the_list() -> None:
    """Not from the example of the path parameter, which it does not even have."""
    _, seen = checked()
    assert "GET /things/their-1" in {asked.line for asked in seen}


def test_an_empty_list_leaves_what_needs_it_unexamined() -> None:
    """Which is reported, and is not a success: exit code 2."""

    def empty(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        is_list = asked.line.partition("?")[0] == "GET /things"
        return replace(told, body=b"[]") if is_list and told.status == 200 else told

    report, _ = checked(empty)
    assert report.exit_code == 2
    assert reason(report, "getThing") == "no response supplied id; --param getThing.id=…"


def test_the_caller_may_give_an_identifier() -> None:
    """For one operation alone, or for all that have it."""
    given = {"getThing.id": "mine"}
    _, seen = checked(options=Options(given=given))
    assert {asked.path for asked in seen if asked.path.startswith("/things/")} == {"/things/mine"}


def test_what_was_created_is_deleted_in_the_end() -> None:
    """Each thing once, by the operation that the answer links to."""
    count = 0
    alive: set[str] = set()

    def store(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        nonlocal count
        if asked.method == "POST" and asked.path == "/things" and told.status == 201:
            count += 1
            alive.add(f"own-{count}")
            return replace(told, body=json.dumps({"id": f"own-{count}", "name": "n"}).encode())
        if asked.method == "DELETE" and told.status == 204:
            alive.discard(asked.path.rpartition("/")[2])
        return told

    report, _ = checked(store, EVERYTHING)
    assert count > 0
    assert (alive, report.leftovers) == (set(), ())


def test_what_cannot_be_deleted_is_listed() -> None:
    """With what deleting it was answered."""

    def keep(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        return HttpResponse(409) if asked.method == "DELETE" and told.status == 204 else told

    report, _ = checked(keep, EVERYTHING)
    assert [(left.operation, left.why) for left in report.leftovers] == [
        ("createThing", "deleteThing responded 409")
    ]


def test_an_interrupted_run_cleans_up_and_reports() -> None:
    """What was found so far stays, and it is no success."""
    deleted: list[str] = []

    def interrupt(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        if asked.method == "DELETE":
            deleted.append(asked.path)
        return told

    class Impatient:
        def operation(self, name: str, phase: str, number: int, total: int) -> None:
            if name == "changeThing":
                raise KeyboardInterrupt

    contract = things()
    answer = mocking(contract, interrupt)
    with serving(answer) as (url, _):
        report = check(contract, url, "test-key", EVERYTHING, Impatient())
    assert (report.problem, report.exit_code) == ("interrupted", 2)
    assert deleted == ["/things/own-1"]


def answering(told: HttpResponse, options: Options | None = None) -> Report:
    """The report about a server that says the same to everything."""
    with serving(lambda asked: told) as (url, _):
        return check(things(), url, KEY, options or Options(timeout=1))


HTML = HttpResponse(200, b"<html>Log in</html>", {"Content-Type": "text/html"})
AWAY = HttpResponse(302, b"", {"Location": "https://login.example.com/"})


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (
            HttpResponse(401, b'{"error": "no"}'),
            "the credential is refused: 401 from 3 of 3 operations",
        ),
        (
            HttpResponse(403, b'{"error": "no"}'),
            "the credential is refused: 403 from 3 of 3 operations",
        ),
        (HTML, "every response is an HTML page (200): a login page or a proxy?"),
        (AWAY, "every response is a redirect, the first to https://login.example.com/"),
        (HttpResponse(404, b"no"), "no path of the contract exists"),
        (HttpResponse(502, b"no"), "every request fails: 502"),
    ],
)
def test_what_is_not_the_api_ends_the_run(told: HttpResponse, problem: str) -> None:
    """In one line, with exit code 2 where nothing was drift."""
    options = Options(given={"id": "mine"}, timeout=1, generated=0, invalid=0)
    report = answering(told, options)
    assert problem in report.problem
    assert "\n" not in report.problem
    assert len(report.exchanges) <= 3


@pytest.mark.parametrize("told", [HttpResponse(401, b'{"error": "no"}'), HTML, AWAY])
def test_what_is_not_the_api_is_no_drift(told: HttpResponse) -> None:
    """Nothing is held against operations that were never reached."""
    report = answering(told, Options(given={"id": "mine"}, timeout=1))
    assert (report.findings, report.exit_code) == ((), 2)


def test_html_from_one_operation_is_drift() -> None:
    """The others answer as they should."""

    def page(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        return HTML if asked.path == "/quotes" else told

    report, _ = checked(page)
    assert ("undocumented-media-type", "quoteThing") in kinds(report)
    assert report.exit_code == 1


def test_a_host_that_does_not_answer_is_told() -> None:
    """A port where nobody listens."""
    report = check(things(), "http://127.0.0.1:1", KEY, Options(timeout=1))
    assert "127.0.0.1:1: no connection" in report.problem
    assert report.exit_code == 2


def test_a_server_without_tls_is_told() -> None:
    """https to a server that speaks http."""
    with serving(lambda asked: HttpResponse()) as (url, _):
        report = check(things(), url.replace("http:", "https:"), KEY, Options(timeout=1))
    assert "TLS error" in report.problem
    assert report.exit_code == 2


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://API.Example.com/V1/", "https://api.example.com/V1"),
        ("http://bücher.example", "http://xn--bcher-kva.example"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
    ],
)
def test_a_base_url_is_taken_as_requests_write_it(given: str, used: str) -> None:
    """Or the guard would take every request for one to somewhere else."""
    assert base_url_of(given) == used


@pytest.mark.parametrize("url", ["example.com", "ftp://example.com", "http://", "http://x/?a=1"])
def test_a_base_url_that_is_none_is_refused(url: str) -> None:
    """Before anything is sent."""
    with pytest.raises(GreenroomError, match="--base-url"):
        check(things(), url, KEY)


def test_a_missing_credential_is_told() -> None:
    """By the name of the variable that it would come from."""
    with pytest.raises(GreenroomError, match="GREENROOM_THINGS_KEY"):
        check(things(), "http://127.0.0.1:1", "")


def test_a_request_budget_is_kept() -> None:
    """And what was not reached because of it is no success."""
    report, seen = checked(options=Options(requests=4))
    assert len(seen) == 4
    assert (report.problem, report.exit_code) == ("the budget of 4 requests is used up", 2)


def test_a_redirect_is_not_followed() -> None:
    """Nobody else is contacted, and it is reported."""
    with serving(lambda asked: HttpResponse()) as (elsewhere, seen):

        def away(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
            return (
                HttpResponse(307, b"", {"Location": elsewhere}) if asked.path == "/quotes" else told
            )

        report, _ = checked(away)
    assert seen == []
    assert ("redirect", "quoteThing") in kinds(report)


def test_findings_carry_what_is_needed_to_follow_them() -> None:
    """Basis, pointer, what was expected and seen, and a line that repeats it without the key."""

    def bare(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        if asked.path == "/quotes" and told.status == 200:
            return replace(told, body=b'{"name": 1}')
        return told

    report, _ = checked(bare)
    found = {finding.kind: finding for finding in report.findings}
    missing, wrong = found["missing-field"], found["wrong-type"]
    assert missing.pointer == "/components/schemas/Thing/required"
    assert (missing.detail, missing.basis) == ("id", "documented")
    assert wrong.pointer == "/components/schemas/Thing/properties/name/type"
    assert (wrong.expected, wrong.seen, wrong.instance) == (
        "a string",
        "1",
        "response body /name",
    )
    assert KEY not in wrong.curl
    assert "${GREENROOM_THINGS_KEY}" in wrong.curl
    assert wrong.count > 1


def test_an_inferred_statement_that_fails_is_our_guess() -> None:
    """The basis is that of the statement, not of the operation."""

    def numbered(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        if asked.path == "/quotes" and told.status == 200:
            return replace(told, body=b'{"id": 7, "name": "n"}')
        return told

    report, _ = checked(numbered)
    (finding,) = report.findings
    assert (finding.kind, finding.basis, finding.is_guess) == ("wrong-type", "inferred", True)


@pytest.mark.parametrize(("strict", "code"), [(False, 0), (True, 1)])
def test_an_undocumented_field_is_an_addition(strict: bool, code: int) -> None:
    """Which breaks no client, unless the caller is strict."""

    def more(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        if asked.path == "/quotes" and told.status == 200:
            return replace(told, body=b'{"id": "a", "name": "n", "colour": "red"}')
        return told

    report, _ = checked(more, Options(strict=strict))
    assert kinds(report) == {("undocumented-field", "quoteThing")}
    assert report.exit_code == code


def test_what_never_appeared_is_listed_and_no_finding() -> None:
    """A documented field and an enum value that no answer had."""
    report, _ = checked()
    names = {(unseen.name, unseen.value) for unseen in report.unseen}
    assert ("size", "") in names
    assert report.exit_code == 0


def test_statuses_that_nothing_provoked_are_listed() -> None:
    """A 404 cannot be had from a mock; a 401 was."""
    report, _ = checked()
    seen: dict[Any, bool] = {(s.operation, s.status): s.seen for s in report.statuses}
    assert seen["getThing", "404"] is False
    assert seen["getThing", "401"] is True


_DEEP = b'{"a":' * 5000 + b"1" + b"}" * 5000
_JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "told",
    [
        HttpResponse(200, b"1e999"),
        HttpResponse(200, b"NaN"),
        HttpResponse(200, _DEEP),
        HttpResponse(200, b"\xff\xfe"),
        HttpResponse(200, b'{"id": "\\ud800"}'),
        HttpResponse(200, b"9" * 5000),
        HttpResponse(200, b"{}", {**_JSON, "Content-Encoding": "gzip"}),
        HttpResponse(200, b"{}", {"Content-Type": ";;;"}),
        HttpResponse(302, b"", {"Location": "http://[::1"}),
        HttpResponse(302, b"", {}),
        HttpResponse(429, b"", {"Retry-After": "soon"}),
        HttpResponse(999, b"{}"),
    ],
)
def test_whatever_a_server_says_is_judged(told: HttpResponse) -> None:
    """The run goes on to its end, and does not call it good."""

    def broken(asked: HttpRequest, given: HttpResponse) -> HttpResponse:
        return told if asked.path == "/quotes" and given.status == 200 else given

    some = frozenset(("listThings", "quoteThing"))
    report, _ = checked(broken, Options(only=some))
    assert report.problem == ""
    assert report.exit_code in (1, 2)
