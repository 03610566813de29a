"""A check sends the planned requests, learns from responses, cleans up, and may end early."""

from __future__ import annotations

import json
import time
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from checked import DOCUMENT, things

from greenroom.contract.catalog import build
from greenroom.errors import GreenroomError
from greenroom_contracts.judge.exchange_judge import ExchangeJudge
from greenroom_contracts.planning.options import Options
from greenroom_contracts.planning.plan import make_plan
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import base_url_of, check
from servers import Change, HttpRequest, HttpResponse, mocking, serving

KEY = "a-good-key"
EVERYTHING = Options(writes=True, allowed=frozenset(("callThing",)), timeout=2)


def checked(
    change: Change | None = None,
    options: Options | None = None,
    document: dict[str, Any] = DOCUMENT,
) -> tuple[Report, list[HttpRequest]]:
    """The report about a mock of the contract, with a change, and the requests that it received."""
    contract = things(document)

    def with_key(request: HttpRequest) -> HttpRequest:
        # The mock's good credential is its own.
        key = request.headers.get("x-key")
        known = {**request.headers, "x-key": "test-key"} if key == KEY else request.headers
        return replace(request, headers=known)

    respond = mocking(contract, change)
    options = replace(options or Options(timeout=2), generated=2, invalid=2)
    with serving(lambda request: respond(with_key(request))) as (url, seen):
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
    """No finding, every operation examined, exit code 0."""
    report, _ = checked(options=EVERYTHING)
    assert (report.findings, report.problem, report.exit_code) == ((), "", 0)
    assert examined(report) == {operation.id for operation in things().operations}


def test_without_permission_only_reads_are_sent() -> None:
    """One of them is a POST whose contract states why it only reads."""
    report, seen = checked(options=Options())
    sent = {request.line.partition("?")[0] for request in seen}
    unknown = {line for line in sent if line.startswith("GET /things/greenroom-")}
    assert sent - unknown == {"GET /things", "GET /things/their-1", "POST /quotes"}
    assert len(unknown) == 1
    assert report.exit_code == 0


def test_permission_to_write_does_not_include_calls_of_people() -> None:
    """Operations that contact people or cost money have to be allowed one by one."""
    report, seen = checked(options=Options(writes=True))
    assert not [request for request in seen if request.path.endswith("/call")]
    assert "--allow callThing" in reason(report, "callThing")


def test_only_resources_of_the_run_are_changed_and_deleted() -> None:
    """Entries of a list belong to the account."""
    _, seen = checked(options=EVERYTHING)
    paths = {request.path for request in seen if request.method in ("PUT", "DELETE")}
    assert paths == {"/things/own-1"}


def test_reading_takes_identifiers_from_the_list() -> None:
    """They do not come from an example of the path parameter."""
    _, seen = checked()
    assert "GET /things/their-1" in {request.line for request in seen}


def test_an_empty_list_leaves_operations_that_need_its_entries_unexamined() -> None:
    """This is reported, with exit code 2."""

    def empty(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_list = request.line.partition("?")[0] == "GET /things"
        return replace(response, body=b"[]") if is_list and response.status == 200 else response

    report, _ = checked(empty)
    assert report.exit_code == 2
    assert reason(report, "getThing") == "no response supplied id; --param getThing.id=…"


def test_the_caller_may_give_an_identifier() -> None:
    """For one operation, or for all that have the parameter."""
    given = {"getThing.id": "mine"}
    _, seen = checked(options=Options(given=given))
    read = {request.path for request in seen if request.path.startswith("/things/")}
    assert {path for path in read if "greenroom-" not in path} == {"/things/mine"}


def test_created_resources_are_deleted_at_the_end() -> None:
    """Each of them once, by the operation that the response links to."""
    count = 0
    alive: set[str] = set()

    def store(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        nonlocal count
        if request.method == "POST" and request.path == "/things" and response.status == 201:
            count += 1
            alive.add(f"own-{count}")
            return replace(response, body=json.dumps({"id": f"own-{count}", "name": "n"}).encode())
        if request.method == "DELETE" and response.status == 204:
            alive.discard(request.path.rpartition("/")[2])
        return response

    report, _ = checked(store, EVERYTHING)
    assert count > 0
    assert (alive, report.leftovers) == (set(), ())


def test_created_resources_that_cannot_be_deleted_are_listed() -> None:
    """With the response to the deletion."""

    def keep(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return (
            HttpResponse(409) if request.method == "DELETE" and response.status == 204 else response
        )

    report, _ = checked(keep, EVERYTHING)
    assert [(left.operation, left.why) for left in report.leftovers] == [
        ("createThing", "deleteThing responded 409")
    ]


@pytest.mark.parametrize(
    ("target", "identifiers", "why"),
    [
        (
            "GetThing",
            "id=own-1",
            "no link of its responses leads to deleteThing, so it was not deleted",
        ),
        ("", "1 time", "no link of its responses leads to deleteThing, so it was not deleted"),
    ],
)
def test_a_created_resource_without_a_link_to_its_deletion_is_listed_with_its_identifier(
    target: str, identifiers: str, why: str
) -> None:
    """If a response identified it."""
    document = deepcopy(DOCUMENT)
    created = document["paths"]["/things"]["post"]["responses"]["201"]
    links = created.pop("links")
    created["links"] = {target: links[target]} if target else {}
    report, _ = checked(None, EVERYTHING, document)

    (left,) = (left for left in report.leftovers if left.operation == "createThing")
    assert (left.identifiers, left.why) == (identifiers, why)


def test_a_created_resource_that_no_operation_deletes_is_listed() -> None:
    """With the identifier that other links supply."""
    document = deepcopy(DOCUMENT)
    del document["paths"]["/things/{id}"]["delete"]
    links = document["paths"]["/things"]["post"]["responses"]["201"]["links"]
    del links["DeleteThing"]
    report, _ = checked(None, EVERYTHING, document)
    (left,) = (left for left in report.leftovers if left.operation == "createThing")
    assert (left.identifiers, left.why) == ("id=own-1", "no operation of the contract deletes it")


def test_a_created_resource_that_no_response_identified_is_listed() -> None:
    """Its deletion is documented, but of what?"""

    def nameless(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        made = request.method == "POST" and request.path == "/things" and response.status == 201
        return replace(response, body=b'{"name": "n"}') if made else response

    report, _ = checked(nameless, EVERYTHING)
    (left,) = report.leftovers
    assert left.why == "no response identified the created resource, so it was not deleted"


def test_an_interrupted_run_cleans_up_and_reports() -> None:
    """The findings so far are kept, and the exit code is not 0."""
    deleted: list[str] = []

    def interrupt(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.method == "DELETE":
            deleted.append(request.path)
        return response

    class Impatient:
        def operation(self, name: str, phase: str, number: int, total: int) -> None:
            if name == "changeThing":
                raise KeyboardInterrupt

    contract = things()
    respond = mocking(contract, interrupt)
    with serving(respond) as (url, _):
        report = check(contract, url, "test-key", EVERYTHING, Impatient())
    assert (report.problem, report.exit_code) == ("interrupted", 2)
    assert deleted == ["/things/own-1"]


def report_for(response: HttpResponse, options: Options | None = None) -> Report:
    """The report about a server with the same response to every request."""
    with serving(lambda request: response) as (url, _):
        return check(things(), url, KEY, options or Options(timeout=1))


HTML = HttpResponse(200, b"<html>Log in</html>", {"Content-Type": "text/html"})
AWAY = HttpResponse(302, b"", {"Location": "https://login.example.com/"})


@pytest.mark.parametrize(
    ("response", "problem"),
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
def test_a_server_that_is_not_the_api_ends_the_run(response: HttpResponse, problem: str) -> None:
    """The report has the reason in one line, with exit code 2 if nothing was drift."""
    options = Options(given={"id": "mine"}, timeout=1, generated=0, invalid=0)
    report = report_for(response, options)
    assert problem in report.problem
    assert "\n" not in report.problem
    assert len(report.exchanges) <= 3


@pytest.mark.parametrize("response", [HttpResponse(401, b'{"error": "no"}'), HTML, AWAY])
def test_responses_of_another_server_are_not_drift(response: HttpResponse) -> None:
    """There are no findings about operations that were never reached."""
    report = report_for(response, Options(given={"id": "mine"}, timeout=1))
    assert (report.findings, report.exit_code) == ((), 2)


def test_html_from_one_operation_is_drift() -> None:
    """The other operations conform."""

    def page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return HTML if request.path == "/quotes" else response

    report, _ = checked(page)
    assert ("undocumented-media-type", "quoteThing") in kinds(report)
    assert report.exit_code == 1


def test_an_unreachable_host_is_the_problem_of_the_report() -> None:
    """No process listens on the port."""
    report = check(things(), "http://127.0.0.1:1", KEY, Options(timeout=1))
    assert "127.0.0.1:1: no connection" in report.problem
    assert report.exit_code == 2


def test_a_server_without_tls_is_the_problem_of_the_report() -> None:
    """The base URL has the scheme https, the server uses http."""
    with serving(lambda request: HttpResponse()) as (url, _):
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
def test_a_base_url_has_the_form_that_requests_sends(given: str, used: str) -> None:
    """Otherwise the guard would refuse every request as one to another host."""
    assert base_url_of(given) == used


@pytest.mark.parametrize("url", ["example.com", "ftp://example.com", "http://", "http://x/?a=1"])
def test_an_invalid_base_url_is_refused(url: str) -> None:
    """Before anything is sent."""
    with pytest.raises(GreenroomError, match="--base-url"):
        check(things(), url, KEY)


def test_a_missing_credential_is_refused_with_the_name_of_its_variable() -> None:
    """The variable is read from the environment."""
    with pytest.raises(GreenroomError, match="GREENROOM_THINGS_KEY"):
        check(things(), "http://127.0.0.1:1", "")


@pytest.mark.parametrize("credential", [None, ""])
@pytest.mark.parametrize("security", [[{}, {"Key": []}], [{"Key": []}, {}]])
def test_where_a_credential_is_optional_none_is_needed_and_none_sent(
    security: list[Any], credential: str | None
) -> None:
    """Nor an empty header field in its place, which a server may refuse."""
    document = {**deepcopy(DOCUMENT), "security": security}
    contract = things(document)
    with serving(mocking(contract)) as (url, seen):
        report = check(contract, url, credential, Options(timeout=2, generated=2))
    assert report.problem == ""
    assert report.verdict == "conforms"
    assert len(seen) > 3
    assert not [request for request in seen if request.headers.get("x-key") == ""]


def test_a_request_budget_is_kept() -> None:
    """Operations that were not reached because of it are not examined."""
    report, seen = checked(options=Options(requests=4))
    assert len(seen) == 4
    assert (report.problem, report.exit_code) == ("the budget of 4 requests is used up", 2)


def test_a_run_that_a_budget_ended_does_not_conform() -> None:
    """Whatever was examined before; with the last request of the plan it does."""
    whole, seen = checked()
    assert whole.exit_code == 0
    for most in range(len(seen)):
        report, _ = checked(options=Options(requests=most))
        assert (report.exit_code, report.findings) == (2, ()), most
    assert checked(options=Options(requests=len(seen)))[0].exit_code == 0
    late, _ = checked(options=Options(seconds=0.001))
    assert (late.problem, late.exit_code) == ("the budget of 0.001 seconds is used up", 2)


def test_the_time_that_judging_takes_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The budget is looked at after each judgement."""
    judge = ExchangeJudge.findings

    def slowly(self: ExchangeJudge, *arguments: Any) -> Any:
        time.sleep(2.1)
        return judge(self, *arguments)

    monkeypatch.setattr(ExchangeJudge, "findings", slowly)
    report, seen = checked(options=Options(seconds=2.0))
    assert (report.problem, len(seen)) == ("the budget of 2 seconds is used up", 1)


def test_a_foreign_read_is_a_read_everywhere() -> None:
    """Without x-effect, a GET gets as many requests as one that is declared, and waits."""

    def planned(declared: bool) -> dict[str, int]:
        document = deepcopy(DOCUMENT)
        for path in document["paths"].values():
            if "get" in path and not declared:
                del path["get"]["x-effect"]
        contract = build(document, "things", "things.yaml")
        entries = make_plan(contract, Options()).entries
        return {e.operation.id: e.requests for e in entries if e.operation.method == "GET"}

    assert planned(declared=False) == planned(declared=True)


def test_a_redirect_is_not_followed() -> None:
    """No other host is contacted, and the redirect is a finding."""
    with serving(lambda request: HttpResponse()) as (elsewhere, seen):

        def away(request: HttpRequest, response: HttpResponse) -> HttpResponse:
            return (
                HttpResponse(307, b"", {"Location": elsewhere})
                if request.path == "/quotes"
                else response
            )

        report, _ = checked(away)
    assert seen == []
    assert ("redirect", "quoteThing") in kinds(report)


def test_a_finding_has_all_evidence_to_reproduce_it() -> None:
    """Basis, pointer, expected and seen values, and a curl command without the credential."""

    def bare(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path == "/quotes" and response.status == 200:
            return replace(response, body=b'{"name": 1}')
        return response

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

    def numbered(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path == "/quotes" and response.status == 200:
            return replace(response, body=b'{"id": 7, "name": "n"}')
        return response

    report, _ = checked(numbered)
    (finding,) = report.findings
    assert (finding.kind, finding.basis, finding.is_guess) == ("wrong-type", "inferred", True)


@pytest.mark.parametrize(("strict", "code"), [(False, 0), (True, 1)])
def test_an_undocumented_field_is_an_addition(strict: bool, code: int) -> None:
    """It is no drift, unless the caller is strict."""

    def more(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path == "/quotes" and response.status == 200:
            return replace(response, body=b'{"id": "a", "name": "n", "colour": "red"}')
        return response

    report, _ = checked(more, Options(strict=strict))
    assert kinds(report) == {("undocumented-field", "quoteThing")}
    assert report.exit_code == code


def test_fields_and_values_that_never_appeared_are_listed_and_not_findings() -> None:
    """A documented field and an enum value that no response had."""
    report, _ = checked()
    names = {(unseen.name, unseen.value) for unseen in report.unseen}
    assert ("size", "") in names
    assert report.exit_code == 0


def test_documented_statuses_that_no_response_had_are_listed() -> None:
    """The mock never responds 404, but it responded 401."""
    report, _ = checked()
    seen: dict[Any, bool] = {(s.operation, s.status): s.seen for s in report.statuses}
    assert seen["getThing", "404"] is False
    assert seen["getThing", "401"] is True


_DEEP = b'{"a":' * 5000 + b"1" + b"}" * 5000
_JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "response",
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
def test_every_possible_response_is_judged(response: HttpResponse) -> None:
    """The run ends normally, and the response is a finding."""

    def broken(request: HttpRequest, given: HttpResponse) -> HttpResponse:
        return response if request.path == "/quotes" and given.status == 200 else given

    some = frozenset(("listThings", "quoteThing"))
    report, _ = checked(broken, Options(only=some))
    assert report.problem == ""
    assert report.exit_code in (1, 2)
