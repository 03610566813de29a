"""A server that misses much of a contract is still the API; a login page or a wrong URL is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from checked import things

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract
from greenroom_contracts.planning.options import Options
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import check
from servers import HttpRequest, HttpResponse, Responder, serving

BARE = Options(generated=0, invalid=0, credentials=False, timeout=5)
HTML = {"Content-Type": "text/html; charset=utf-8"}


def wide(count: int = 45, base_path: str = "") -> Contract:
    """A contract with many operations: `/health`, `/ping` and `/op2` to the last."""
    names = ["health", "ping", *(f"op{i}" for i in range(2, count))]

    def answered(schema: dict[str, Any]) -> dict[str, Any]:
        return {"description": "x", "content": {"application/json": {"schema": schema}}}

    paths = {
        f"/{name}": {
            "get": {
                "operationId": name,
                "responses": {"200": answered({"type": "object"})},
            }
        }
        for name in names
    }
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Wide", "version": "1"},
        "paths": paths,
    }
    if base_path:
        document["servers"] = [{"url": f"https://api.wide.example{base_path}"}]
    return build(document, "wide", "wide.yaml")


def express(routes: dict[str, HttpResponse]) -> Responder:
    """A server as Express makes them: a page that names the path where there is no route."""

    def respond(request: HttpRequest) -> HttpResponse:
        path = request.path.partition("?")[0]
        page = (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>Error</title>\n</head>\n<body>\n'
            f"<pre>Cannot {request.method} {path}</pre>\n</body>\n</html>\n"
        )
        return routes.get(path, HttpResponse(404, page.encode(), HTML))

    return respond


def report_about(
    respond: Callable[[HttpRequest], HttpResponse],
    contract: Contract | None = None,
    options: Options = BARE,
) -> Report:
    """The report about a server, with the contract of 45 operations."""
    with serving(respond) as (url, _):
        return check(contract or wide(), url, "key", options)


PONG = HttpResponse(200, b"pong", HTML)


def test_a_server_that_misses_most_operations_is_told_which() -> None:
    """5 of 45 exist, `/health` is missing and `/ping` says that its text is HTML."""
    routes = {f"/op{i}": HttpResponse() for i in (2, 20, 30, 44)}
    report = report_about(express({**routes, "/ping": PONG}))

    existing = {"ping", *(path[1:] for path in routes)}
    examined = {o.operation for o in report.operations if o.examined}
    assert (report.problem, report.exit_code) == ("", 1)
    assert existing <= examined
    gone = {
        name
        for finding in report.findings
        if finding.kind == "operation-gone"
        for name in finding.operations
    }
    assert gone == {operation.id for operation in wide().operations} - existing


def test_an_operation_that_is_gone_gets_no_further_requests() -> None:
    """They would show nothing more."""
    options = replace(BARE, generated=4, invalid=4, credentials=True)
    with serving(express({"/op2": HttpResponse()})) as (url, seen):
        check(wide(5), url, "", options)
    assert [request.path for request in seen].count("/op2") > 1
    assert [request.path for request in seen].count("/health") == 1


@pytest.mark.parametrize(
    "page",
    [
        HttpResponse(200, b"<html><form>Log in</form></html>", HTML),
        HttpResponse(401, b"\n <!DOCTYPE html><p>Log in", HTML),
        HttpResponse(403, b"<html>Forbidden</html>", {"Content-Type": "application/xhtml+xml"}),
    ],
)
def test_a_login_page_everywhere_ends_the_run_early(page: HttpResponse) -> None:
    """Its responses are not drift of the API."""
    report = report_about(lambda request: page)
    assert "an HTML page" in report.problem
    assert (report.exit_code, report.findings) == (2, ())
    assert len(report.exchanges) == 3


def test_a_login_page_at_some_operations_is_drift() -> None:
    """The API is there, as another operation shows."""
    page = HttpResponse(200, b"<html>Log in</html>", HTML)
    report = report_about(
        lambda request: HttpResponse() if request.path == "/ping" else page, wide(6)
    )
    assert report.problem == ""
    assert "undocumented-media-type" in {finding.kind for finding in report.findings}


def test_text_that_is_sent_as_html_is_no_login_page() -> None:
    """A framework that sends a string says text/html of itself."""
    report = report_about(lambda request: PONG)
    assert (report.problem, report.exit_code) == ("", 1)


@pytest.mark.parametrize("body", [b'{"error": "not found"}', b"<p>Cannot GET it</p>"])
def test_a_wrong_base_path_is_named_with_the_right_one(body: bytes) -> None:
    """Every read was tried before, and none exists."""
    kind = HTML if body.startswith(b"<") else {"Content-Type": "application/json"}
    with serving(lambda request: HttpResponse(404, body, kind)) as (url, seen):
        report = check(wide(6, "/api/v2"), url, "", BARE)
        known = check(wide(6, "/api/v2"), f"{url}/api/v2", "", BARE)
    assert f"try {url}/api/v2" in report.problem
    assert "is the base URL right?" in known.problem
    assert (report.exit_code, report.findings, len(seen)) == (2, (), 12)


def test_a_wrong_base_path_is_told_once_where_most_operations_need_identifiers() -> None:
    """Two reads can be called, and none of them exists; where one exists, the other is gone."""
    lost = HttpResponse(404, b'{"error": "x"}', {"Content-Type": "application/json"})
    report = report_about(lambda request: lost, things(), replace(BARE, only=None))
    assert "no path of the contract exists: 404 from 2 of 2 operations" in report.problem
    assert (report.exit_code, report.findings) == (2, ())

    def half(request: HttpRequest) -> HttpResponse:
        return lost if request.method == "POST" else HttpResponse(200, b"[]", lost.headers)

    report = report_about(half, things())
    assert [f.kind for f in report.findings if f.operation == "quoteThing"] == ["operation-gone"]


def test_a_key_without_permission_for_some_operations_is_not_refused() -> None:
    """The first three respond 403, the others work."""

    def scoped(request: HttpRequest) -> HttpResponse:
        is_open = request.path in ("/op3", "/op4", "/op5")
        return HttpResponse() if is_open else HttpResponse(403, b'{"error": "scope"}')

    document = dict(wide(6).document)
    document["security"] = [{"Key": []}]
    scheme = {"type": "apiKey", "in": "header", "name": "X-Key"}
    document["components"] = {"securitySchemes": {"Key": scheme}}
    contract = build(document, "wide", "wide.yaml")
    with serving(scoped) as (url, _):
        report = check(contract, url, "key", BARE)
    assert report.problem == ""
    assert {o.operation for o in report.operations if o.examined} >= {"op3", "op4", "op5"}


def test_three_failing_operations_do_not_hide_the_others() -> None:
    """A 500 is a finding; from a gateway it ends the run."""

    def failing(request: HttpRequest) -> HttpResponse:
        return HttpResponse() if request.path in ("/op4", "/op5") else HttpResponse(500)

    report = report_about(failing, wide(6))
    assert report.problem == ""
    assert {finding.kind for finding in report.findings} >= {"server-error"}
    down = report_about(lambda request: HttpResponse(503), wide(6))
    assert "every request fails: 503" in down.problem
    assert len(down.exchanges) == 3


def test_a_documented_redirect_is_no_login() -> None:
    """Every operation of the contract redirects."""
    document = dict(wide(4).document)
    for path in document["paths"].values():
        path["get"]["responses"] = {"302": {"description": "elsewhere"}}
    away = HttpResponse(302, b"", {"Location": "https://files.example/1"})
    report = report_about(lambda request: away, build(document, "wide", "wide.yaml"))
    assert report.problem == ""


def test_a_refused_connection_is_told_once() -> None:
    """With what to do about it, and not again for each operation."""
    from greenroom_contracts.reports.formats.terminal import report_lines

    report = check(wide(), "http://127.0.0.1:1", "", Options(timeout=1))
    lines = list(report_lines(report))
    assert "no connection: Connection refused; is the server running" in report.problem
    assert len(lines) < 8


@pytest.mark.parametrize(
    ("url", "warned"),
    [("http://nobody.invalid", True), ("https://nobody.invalid", False), ("http://[::1]:1", False)],
)
def test_a_credential_without_encryption_is_a_warning(url: str, warned: bool) -> None:
    """Unless it stays on this machine; no host has the name."""
    report = check(things(), url, "a-key", Options(timeout=1))
    warnings = [note for note in report.notes if "without encryption" in note]
    assert bool(warnings) == warned
    assert "a-key" not in "".join(report.notes)
