"""Whoever has only a keyboard reaches everything, sees where they are, and gets out again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.process import Server
from browser.window import Window

_PAGES = (
    "", "reference/jobs", "reference/jobs/createJob?space=demo", "reference/jobs/events/job.done",
    "docs/headers", "console", "console/demo", "console/demo/requests", "console/demo/faults",
    "console/demo/webhooks",
)  # fmt: skip
# What stops the Tab key: of the buttons of a group one, and nothing in what is folded.
_STOPS = """
() => [...document.querySelectorAll(
  "a[href], button, input, select, textarea, summary, [tabindex='0']"
)].filter((e) => e.checkVisibility() && !e.disabled && (e.type !== "radio" || e.checked)).length
"""
# Where the focus is: whether it comes after the last place, is outlined, and lies under nothing. A
# field of a date stops it several times.
_PLACE = """
() => {
  const here = document.activeElement;
  if (here === document.body) return null;
  const was = globalThis.was ?? document.body;
  if (was === here) return "again";
  globalThis.was = here;
  const { left, top, width, height } = here.getBoundingClientRect();
  const x = Math.min(Math.max(left + width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(top + Math.min(height / 2, 20), 0), innerHeight - 1);
  const over = document.elementFromPoint(x, y);
  const wrong = [];
  if (!(was.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING)) wrong.push("order");
  if (getComputedStyle(here).outlineStyle === "none") wrong.push("no outline");
  const named = over?.closest("label")?.contains(here);
  if (!named && !here.contains(over) && !over?.contains(here))
    wrong.push(`under ${over?.outerHTML.slice(0, 60)}`);
  return wrong.length ? `${here.outerHTML.slice(0, 80)}: ${wrong.join(", ")}` : "";
}
"""


@pytest.mark.parametrize("window", [(1280, "light"), (320, "dark")], ids=str, indirect=True)
@pytest.mark.parametrize("path", _PAGES)
def test_tab_leads_through_all_of_a_page_in_its_order_and_out_of_it(
    path: str, window: Window, jobs: Server
) -> None:
    """The focus is seen everywhere, also below the bar (WCAG 2.1.2, 2.4.3, 2.4.7, 2.4.11)."""
    jobs.space()
    jobs.make("jobs", {"name": "Ada"})
    page = window.open(path)
    page.wait_for_load_state("networkidle") if "console/" not in path else None
    most = page.evaluate(_STOPS)
    places = []
    for _ in range(2 * most):
        page.keyboard.press("Tab")
        place = page.evaluate(_PLACE)
        if place is None:
            break
        if place != "again":
            places.append(place)
    assert [place for place in places if place] == []
    assert len(places) == most


def test_esc_closes_the_menu_and_gives_the_focus_back(window: Window) -> None:
    """To what opened it."""
    page = window.open()
    menu = page.get_by_label("Help and theme")
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.get_by_role("radio", name="system").and_(page.locator(":focus")).wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Theme")).to_be_hidden()
    expect(menu).to_be_focused()


def test_the_theme_is_what_was_chosen_on_every_page(window: Window) -> None:
    """Whatever the system has, until it is given back to the system."""
    page = window.open()
    dark = "getComputedStyle(document.body).backgroundColor === 'rgb(18, 21, 19)'"
    assert not page.evaluate(dark)
    page.get_by_label("Help and theme").click()
    page.get_by_label("dark").check()
    assert page.evaluate(dark)
    assert window.open("docs").evaluate(dark)
    page.get_by_label("Help and theme").click()
    page.get_by_label("system").check()
    assert not page.evaluate(dark)


def test_the_skip_link_leads_past_the_bar(window: Window) -> None:
    """To the content, with the first press of Tab."""
    page = window.open("reference/jobs")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_pages_can_be_read_without_scripts(window: Window, jobs: Server) -> None:
    """Whatever needs one is not shown."""
    jobs.space()
    jobs.make("jobs", {"name": "Ada"})
    context = window.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    page = context.new_page()
    for path in (
        "",
        "reference/jobs",
        "reference/jobs/createJob",
        "docs",
        "console/demo/requests/1",
    ):
        page.goto(f"{jobs.url}/_greenroom/{path}")
        assert page.locator("h1").count() == 1
        assert page.locator(":is([data-scripted], .copy, [data-call]) >> visible=true").count() == 0
    context.close()


@pytest.mark.parametrize("window", [(400, "light")], ids=str, indirect=True)
def test_a_table_that_is_cut_off_has_a_shadow_until_it_is_scrolled_to_its_end(
    window: Window,
) -> None:
    """Beside its head, where no text and no line is."""
    page = window.open()
    table = page.locator(".scroll").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box is not None
    corner = {"x": box["x"] + box["width"] - 4, "y": box["y"] + 1, "width": 3, "height": 3}
    seen = []
    for left in (0, 1, 9999):
        table.evaluate("(e, left) => { e.scrollLeft = left; }", left)
        seen.append(page.screenshot(clip=corner))
    assert seen[0] == seen[1] != seen[2]
