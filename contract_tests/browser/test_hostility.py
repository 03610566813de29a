"""A hostile contract, and a hostile page of another origin, get nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from browser.process import Server, started, written
from browser.window import Window, opened
from servers import HttpRequest, HttpResponse, serving

_SCRIPT = "<script>globalThis.owned = 1; fetch('/_greenroom/spaces')</script>"
_MARKUP = f'{_SCRIPT}<img src=x onerror="globalThis.owned=1"><b onclick=x>bold</b>{{{{ 7 * 7 }}}}'
_LINK = "[here](javascript:globalThis.owned=1) <javascript:x> ![x](https://evil.example/x.png)"
_OWNED = "'owned' in globalThis"
_BIDI = "\u202egnol\u202c a\u2066b\u2069\u0000c\u200b"
_LONG = "long " * 200_000
# What a stranger may put where a contract has text.
_TEXTS = {"markup": _MARKUP, "links": _LINK, "bidi": _BIDI, "a megabyte": _LONG}
_TYPES = {
    "text/html": f"<title>before</title>{_SCRIPT}",
    "image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'>{_SCRIPT}</svg>",
    "application/xhtml+xml": f"<html xmlns='http://www.w3.org/1999/xhtml'>{_SCRIPT}</html>",
}


def hostile(text: str) -> dict[str, Any]:
    """A contract that has a text wherever there may be one."""
    about = {"title": text, "description": text}
    value = {"enum": [text], "default": text, "description": text}
    schema = {"type": "object", **about, "properties": {text[:2000]: value}}
    example = {"summary": text, "value": text}
    content = {"application/json": {"schema": schema, "examples": {"E": example}}}
    string = {"type": "string"}
    parameter = {"name": text[:200], "in": "query", "description": text, "schema": string}
    operation = {
        "summary": text,
        "description": text,
        "tags": [text[:200]],
        "parameters": [{**parameter, "example": text[:200]}],
        "requestBody": {"description": text, "content": content},
        "responses": {"200": {"description": text, "content": content}},
    }
    return {
        "openapi": "3.1.0",
        "info": {**about, "version": text[:50]},
        "servers": [{"url": "https://evil.example", "description": text}],
        "paths": {"/things": {"post": {"operationId": "make", **operation}}},
        "webhooks": {"made": {"post": operation}},
    }


_PAGES = ("", "reference", "reference/bad", "reference/bad/make", "reference/bad/events/made")


@pytest.mark.parametrize("kind", _TEXTS)
def test_no_text_of_a_contract_runs_or_loads_anything(
    kind: str, browser: Browser, tmp_path: Path
) -> None:
    """On no page that shows it, nor in the search, nor in a response that was tried."""
    file = written(tmp_path, "bad", hostile(_TEXTS[kind]))
    with started(file) as server, opened(browser, server.url) as window:
        for path in _PAGES:
            page = window.open(path)
            assert not page.evaluate(_OWNED)
            assert page.locator("body :is(script, iframe, img, object, [onclick])").count() == 0
            assert page.locator("a[href^='javascript']").count() == 0
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        window.open("reference/bad/make?space=demo")
        window.button("Send").click()
        # A megabyte is more than is composed for a page.
        window.page.locator("#response h3, #objections .bad, .objection").first.wait_for()
        window.page.keyboard.press("Control+k")
        window.page.locator("#palette-list > li").first.wait_for()
        for path in ("console/demo", "console/demo/requests/1"):
            assert not window.open(path).evaluate(_OWNED)
        assert window.wrong == []


@pytest.mark.parametrize("kind", _TYPES)
def test_no_response_that_runs_scripts_runs_them_on_our_origin(
    kind: str, browser: Browser, tmp_path: Path
) -> None:
    """Opened as a page, in a frame of another page, or shown by try-it: it asks for nothing."""
    example = {"description": "A page.", "content": {kind: {"example": _TYPES[kind]}}}
    paths = {"/page": {"get": {"operationId": "getPage", "responses": {"200": example}}}}
    info = {"title": "Pages", "version": "1"}
    document = {"openapi": "3.1.0", "info": info, "paths": paths}
    with (
        started(written(tmp_path, "bad", document)) as server,
        opened(browser, server.url) as window,
    ):
        asked: list[str] = []
        window.context.on("request", lambda request: asked.append(request.url))
        window.page.goto(f"{server.url}/bad/page")
        assert not window.page.evaluate(_OWNED)
        assert not [url for url in asked if "/_greenroom/" in url]
        window.open("reference/bad/getPage")
        window.button("Send").click()
        window.page.locator("#response pre").get_by_text("owned").wait_for()
        assert not window.page.evaluate(_OWNED)
        # The first page was kept from running its script, and the browser says so.
        assert all("sandboxed" in each for each in window.wrong)


# What a page of another origin tries at `T`; what it gets is the value, null for nothing.
_TRIES = {
    "read the spaces": "read('/spaces')",
    "read the journal": "read('/spaces/demo/requests')",
    "read a page": "read('/')",
    "follow a space": "follow('/events?space=demo')",
    "use a script of ours": "import(T + SCRIPT).then((found) => Object.keys(found).join())",
    "hold a window of ours": "hold('/')",
    "delete a space": "read('/spaces/demo', { method: 'DELETE' })",
    "reset it without reading": "read('/spaces/demo/reset', { ...PLAIN, mode: 'no-cors' })",
    "reset it with a form": "submit('/spaces/demo/reset')",
}
_HELP = """
const PLAIN = { method: "POST", body: "{}" };
const read = (path, sent) => fetch(T + path, sent).then((reply) => reply.text() || null);
const after = (ms, value) => new Promise((done) => setTimeout(() => done(value()), ms));
const follow = (path) => new Promise((yes, no) => {
  const source = new EventSource(T + path);
  source.onmessage = source.onopen = () => yes("open");
  source.onerror = no;
});
const hold = (path) => {
  const held = open(T + path);
  return after(1000, () => (held.closed ? null : "held"));
};
const submit = (path) => {
  const form = Object.assign(document.createElement("form"), {
    method: "post", enctype: "text/plain", action: T + path, target: "_blank" });
  document.body.append(form);
  form.submit();
  return after(1000, () => null);
};
"""


def tried(window: Window, kind: str, at: str, script: str) -> Any:
    """What a page gets from a server by a try."""
    known = f"const T = {json.dumps(at)}, SCRIPT = {json.dumps(script)};{_HELP}"
    return window.page.evaluate(
        f"async () => {{ {known} try {{ return (await {_TRIES[kind]}) || null }}"
        " catch { return null } }"
    )


def careless(request: HttpRequest) -> HttpResponse:
    """What a server gives to every page that asks."""
    kind, body = "text/html", b"<title>other</title><body>"
    if request.path.startswith("/events"):
        kind, body = "text/event-stream", b"data: x\n\n"
    elif request.path.endswith(".js"):
        kind, body = "text/javascript", b"export const found = 1;"
    allowed = {f"Access-Control-Allow-{name}": "*" for name in ("Origin", "Methods", "Headers")}
    return HttpResponse(200, body, {"Content-Type": kind, **allowed})


@pytest.fixture
def other() -> Iterator[tuple[str, list[HttpRequest]]]:
    """A server of pages on another port of this machine, and what it got."""
    with serving(careless) as found:
        yield found


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("kind", _TRIES)
def test_a_page_of_another_origin_learns_and_changes_nothing(
    kind: str, name: str, browser: Browser, jobs: Server, other: tuple[str, list[HttpRequest]]
) -> None:
    """Whether the browser takes both for one site or not."""
    jobs.space()
    job = jobs.make("jobs", {"name": "Ada"})
    start = jobs.client.get(f"{jobs.url}/_greenroom/").text
    script = "/assets/" + start.partition("assets/")[2].partition("/")[0] + "/dom.js"
    with opened(browser, other[0]) as window:
        window.page.goto(other[0].replace("127.0.0.1", name))
        assert tried(window, kind, f"{jobs.url}/_greenroom", script) is None
    assert jobs.send("GET", f"/~demo/jobs/jobs/{job}").status_code == 200


@pytest.mark.parametrize("kind", _TRIES)
def test_a_careless_server_gives_what_is_tried(
    kind: str, browser: Browser, other: tuple[str, list[HttpRequest]]
) -> None:
    """So that the tries are worth something."""
    with serving(careless) as (at, seen), opened(browser, other[0]) as window:
        window.page.goto(other[0])
        learnt = tried(window, kind, at, "/dom.js")
        changed = [request.line for request in seen if request.method in ("POST", "DELETE")]
    assert learnt or changed


def test_no_page_of_ours_is_shown_in_a_frame(
    browser: Browser, jobs: Server, other: tuple[str, list[HttpRequest]]
) -> None:
    """Of whatever page."""
    with opened(browser, other[0]) as window:
        page = window.page
        page.goto(other[0])
        for at in (f"{jobs.url}/_greenroom/", f"{other[0]}/in"):
            page.evaluate(
                "(at) => new Promise((done) => { const f = document.createElement('iframe');"
                " f.onload = done; f.src = at; document.body.append(f) })",
                at,
            )
        shown = [frame.evaluate("document.title") for frame in page.frames[1:]]
    assert shown[-1] == "other"
    assert "greenroom" not in shown[0]


def test_a_page_reached_by_the_name_of_another_host_gets_nothing(jobs: Server) -> None:
    """DNS rebinding: the browser would believe that it is of that host."""
    port = jobs.url.rpartition(":")[2]
    for path in ("", "spaces", "vendors", "console"):
        host = {"Host": f"evil.example:{port}"}
        assert jobs.client.get(f"{jobs.url}/_greenroom/{path}", headers=host).status_code == 421
