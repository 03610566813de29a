"""What pages cost: bytes and elements are held, times are printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contracts import document
from playwright.sync_api import Browser

from browser.process import Server, started, written
from browser.window import Window, opened

# Bytes of a page's HTML, its elements, bytes of its styles and of its scripts.
_MOST = {"html": 80_000, "elements": 3_000, "css": 20_000, "js": 20_000}
_COST = """
async () => {
  await new Promise((done) => new PerformanceObserver((list) => (
    list.getEntriesByName("first-contentful-paint").length && done()
  )).observe({ type: "paint", buffered: true }));
  const of = (end) => performance.getEntriesByType("resource")
    .filter((e) => new URL(e.name).pathname.endsWith(end))
    .reduce((sum, e) => sum + e.decodedBodySize, 0);
  return {
    html: performance.getEntriesByType("navigation")[0].decodedBodySize,
    elements: document.getElementsByTagName("*").length,
    css: of(".css"), js: of(".js"),
    paint: Math.round(performance.getEntriesByName("first-contentful-paint")[0].startTime),
  };
}
"""
_LONG_TASKS = """
() => {
  globalThis.tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => e.duration)))
    .observe({ type: "longtask" });
}
"""
Record = Callable[[str, Any], None]


def cost(window: Window, path: str, record_property: Record, name: str) -> dict[str, int]:
    """What a page costs, printed; of two visits the second, as files are kept by browsers."""
    window.open(path)
    window.open(path)
    found: dict[str, int] = window.page.evaluate(_COST)
    record_property(
        "measured",
        f"{name}: first paint {found['paint']} ms, HTML {found['html']:,} bytes, "
        f"{found['elements']:,} elements, styles {found['css']:,}, scripts {found['js']:,} bytes",
    )
    return found


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Start", ""),
        ("contract with the most operations", "reference/interviewminds"),
        ("operation with the largest body", "reference/instaview/createInterview"),
        ("documentation with the most text", "docs/style-guide"),
        ("list of spaces", "console"),
        ("an empty space", "console/demo"),
    ],
)
def test_a_page_keeps_its_budget(
    name: str, path: str, vendor_window: Window, vendors: Server, record_property: Record
) -> None:
    """In bytes and in elements."""
    vendors.space()
    found = cost(vendor_window, path, record_property, name)
    assert {what: found[what] for what, most in _MOST.items() if found[what] > most} == {}


def test_a_full_journal_keeps_its_budget(
    window: Window, jobs: Server, record_property: Record
) -> None:
    """A thousand entries, and fifty more that come while it is seen."""
    jobs.space()
    for _ in range(1000):
        jobs.send("GET", "/~demo/jobs/jobs/none")
    found = cost(window, "console/demo/requests", record_property, "journal of 1,000 entries")
    assert {what: found[what] for what, most in _MOST.items() if found[what] > most} == {}

    window.page.evaluate(_LONG_TASKS)
    for _ in range(50):
        jobs.send("GET", "/~demo/jobs/jobs/none")
    window.page.get_by_text("#1050", exact=True).wait_for()
    longest = max(window.page.evaluate("tasks"), default=0)
    said = f"{longest:.0f} ms" if longest else "under 50 ms"
    record_property("measured", f"50 rows that come into a full journal: longest task {said}")


def large(count: int) -> dict[str, Any]:
    """A contract of many operations, in tags of forty."""
    thing = {"type": "object", "properties": {f"field_{n}": {"type": "string"} for n in range(12)}}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    paths = {
        f"/things{number}/{{id}}": {
            "get": {
                "operationId": f"getThing{number}",
                "summary": f"Get a thing of kind {number}",
                "tags": [f"Part {number // 40}"],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {"200": {"description": "A thing.", "content": content}},
            }
        }
        for number in range(count)
    }
    return document(paths, components={"schemas": {"Thing": thing}})


def test_a_contract_of_1200_operations_is_usable(
    browser: Browser, tmp_path: Path, record_property: Record
) -> None:
    """Each page is small; the search finds an operation of a part that is not unfolded."""
    file = written(tmp_path, "large", large(1200))
    with started(file) as server, opened(browser, server.url) as window:
        for name, path in (
            ("contract", "reference/large"),
            ("operation", "reference/large/getThing1199"),
        ):
            found = cost(window, path, record_property, f"{name} of a file of 1,200 operations")
            side = len(window.page.locator(".side").inner_html().encode())
            assert side < 60_000
            assert {what: found[what] for what, most in _MOST.items() if found[what] > most} == {}
        page = window.open("reference/large")
        page.get_by_role("link", name="Part 29 (40)").first.click()
        page.get_by_role("link", name="Get a thing of kind 1199").first.wait_for()
        page.keyboard.press("Control+k")
        page.get_by_role("combobox", name="Search").fill("getthing717")
        page.locator("#palette-list > li").first.click()
        page.wait_for_url("**/getThing717")
        window.button("Send").click()
        window.page.locator("#response h3").get_by_text("200").wait_for()
        assert (window.barriers(), window.wrong) == ([], [])


def test_the_program_for_a_page_sends_each_request_of_a_contract(
    vendor_window: Window, vendors: Server, record_property: Record
) -> None:
    """As it is shown, in a page of this server: the mock gives a documented success."""
    page = vendor_window.open("docs")
    documents = vendors.client.get(f"{vendors.url}/_greenroom/search.json").json()
    statuses = []
    for kind, id, _, address in documents:
        if kind != "operation":
            continue
        _, vendor, slug = address.split("/")
        at = f"vendors/{vendor}/operations/{slug}/request"
        made = vendors.call("POST", at, {})
        if not made["unsendable"]:
            program = made["snippets"]["fetch"].rpartition("console.log")[0]
            status = page.evaluate(f"async () => {{ {program} return response.status }}")
            statuses.append((id, status))
    assert [each for each in statuses if each[1] >= 400] == []
    record_property("measured", f"programs of {len(statuses)} operations sent their requests")
