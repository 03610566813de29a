"""What people do with the console, from beginning to end, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from living_contract import living
from playwright.sync_api import Browser, expect

from browser.process import Server, started, written
from browser.window import Window, opened
from flows.frame import receiving

# The three widths, in both themes.
_VIEWS = ((1280, "light"), (400, "dark"), (320, "light"))


def everywhere(window: str) -> pytest.MarkDecorator:
    """Runs a story in every view."""
    return pytest.mark.parametrize(window, _VIEWS, ids=lambda v: f"{v[0]} {v[1]}", indirect=True)


def copied(window: Window) -> str:
    """What is in the clipboard."""
    return str(window.page.evaluate("navigator.clipboard.readText()"))


@everywhere("vendor_window")
def test_a_newcomer_copies_a_base_url_sends_a_request_and_sees_why(vendor_window: Window) -> None:
    """From Start, with the mouse, without reading anything else."""
    page = vendor_window.open()
    vendor_window.button("Copy base URL of heymilo").click()
    expect(page.locator("#announcer")).to_have_text("Copied")
    assert copied(vendor_window) == f"{vendor_window.origin}/~demo/heymilo"

    page.get_by_role("link", name="Try GET").click()
    vendor_window.button("Send").click()
    page.get_by_role("link", name="Why: request #1").click()
    vendor_window.shows("Why this response")
    assert vendor_window.barriers() == []

    vendor_window.open()
    vendor_window.shows("Last: GET")


@everywhere("window")
def test_a_refused_request_becomes_an_assertion(window: Window, jobs: Server) -> None:
    """By the keyboard in the form; the contract objects before and does not stop it."""
    jobs.space()
    page = window.open("reference/jobs/createJob?space=demo")
    page.get_by_role("textbox", name="Body", exact=True).fill('{"name": 7}')
    window.shows("The contract objects")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#response h3")).to_contain_text("400 in")
    assert page.evaluate("document.activeElement.name") == "body", "the focus stays in the form"

    page.get_by_role("link", name="Why: request #1").click()
    window.shows("refused", "/name")
    window.button("Copy assertion for a test").click()
    expect(page.locator("#announcer")).to_have_text("Copied")
    assert copied(window).startswith("mock.requests.assert_called('createJob', times=1, body=")
    assert window.failures == ["/~demo/jobs/jobs"]


@everywhere("window")
def test_a_webhook_arrives_when_its_time_has_come_and_again_when_asked(
    window: Window, jobs: Server
) -> None:
    """Signed by the secret that the page names; a broken signature is another one."""
    jobs.space()
    with receiving() as receiver:
        jobs.make("hooks", {"url": f"{receiver.origin}/in", "events": ["job.started"]})
        jobs.make("jobs", {"name": "Ada"})
        page = window.open("console/demo")
        page.get_by_role("button", name="Next").click()
        window.shows("Advanced to", "1 transition", "job.started")

        page.get_by_role("link", name="Webhooks").click()
        page.locator("#deliveries a").first.click()
        window.shows("delivered")
        rows = page.locator("#attempts tbody tr")
        expect(rows).to_have_count(1)
        for count, button in ((2, "Resend"), (3, "Resend with a broken signature")):
            window.button(button).click()
            expect(rows).to_have_count(count)
            assert page.evaluate("document.activeElement.ariaLabel") == button

        signed = [(r.headers["x-timestamp"], r.headers["x-signature"]) for r in receiver.take()]
    assert len(signed) == 3
    assert window.barriers() == []
    shown = page.get_by_role("group", name="signed text").inner_text()
    assert signed[0][0] in shown or signed[-1][0] in shown


@everywhere("window")
def test_what_is_withheld_says_which_option_lets_it_go(window: Window, jobs: Server) -> None:
    """The option is there to be copied."""
    jobs.space()
    jobs.make("hooks", {"url": "https://hooks.example.com/in", "events": ["job.started"]})
    jobs.make("jobs", {"name": "Ada"})
    page = window.open("console/demo/webhooks")
    window.button("+1 h").click()
    page.locator("#deliveries a", has_text="withheld").first.click()
    window.shows("hooks.example.com is not this machine")
    window.button("Copy option of serve").click()
    expect(page.locator("#announcer")).to_have_text("Copied")
    assert copied(window) == "--deliver-to hooks.example.com"


@everywhere("window")
def test_a_reset_can_be_undone(window: Window, jobs: Server) -> None:
    """Records and time are there again."""
    jobs.space()
    job = jobs.make("jobs", {"name": "Ada"})
    page = window.open("console/demo/records/jobs/Job")
    row = page.get_by_role("rowheader", name=job)
    window.button("+1 h").click()
    window.shows("10:00:00")
    row.wait_for()

    page.get_by_text("More", exact=True).click()
    window.button("Reset").click()
    expect(row).to_have_count(0)
    window.shows("09:00:00")
    window.button("Undo").click()
    row.wait_for()
    window.shows("10:00:00")
    assert window.barriers() == []


@everywhere("window")
def test_a_fault_is_one_click_and_is_used_up(window: Window, jobs: Server) -> None:
    """The next request fails, the one after it does not; the page tells which was hit."""
    jobs.space()
    page = window.open("console/demo/faults")
    window.button("the next call fails").click()
    window.shows("Responses have the status 503, once more.")
    statuses = [
        jobs.send("POST", "/~demo/jobs/jobs", {"name": n}).status_code for n in ("Ada", "Bob")
    ]
    assert statuses == [503, 201]
    window.shows("used up after 1 hit")

    page.get_by_role("link", name="Requests").click()
    page.locator("#log a", has_text="503").click()
    window.shows("was in force")


@everywhere("window")
def test_everything_with_a_page_is_found_by_the_keyboard_alone(
    window: Window, jobs: Server
) -> None:
    """Ctrl K, words, arrow keys, Enter; Esc leads back to where the focus was."""
    page = window.open("docs")
    page.keyboard.press("Tab")
    before = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Control+k")
    page.get_by_role("option").first.wait_for()
    page.keyboard.type("hook")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("ook")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    assert window.barriers() == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == before

    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()
    page.keyboard.type("createhook")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/reference/jobs/createHook*")


def test_whoever_has_the_token_signs_in_and_is_where_they_wanted_to_be(
    browser: Browser, tmp_path: Path
) -> None:
    """By the field, or by the address that the server printed; a wrong token is told so."""
    file, token = written(tmp_path, "jobs", living().written), "token-for-tests-0123"
    with started(file, token=token) as server, opened(browser, server.url) as window:
        server.space()
        page = window.open("console/demo/records")
        page.get_by_label("Control token").fill("wrong")
        page.keyboard.press("Enter")
        window.shows("That is not the token.")
        page.get_by_label("Control token").fill(token)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="demo").wait_for()
        assert page.url == f"{server.url}/_greenroom/console/demo/records"

        window.context.clear_cookies()
        window.open(f"sign-in#{token}")
        page.get_by_role("navigation", name="Console").wait_for()
        assert token not in page.url
        assert window.wrong == []


def test_a_page_goes_on_by_itself_when_the_server_is_restarted(
    browser: Browser, tmp_path: Path
) -> None:
    """It says that the server is gone, and shows what comes to the new one."""
    file = written(tmp_path, "jobs", living().written)
    with started(file) as first, opened(browser, first.url) as window:
        first.space()
        window.open("console/demo/requests")
        window.shows("No request has come to demo yet.")
        window.connections_fail = True
        first.stop()
        gone = window.page.locator("#presence")
        gone.wait_for()
        with started(file, port=int(first.url.rpartition(":")[2])) as second:
            second.space()
            second.make("jobs", {"name": "Ada"})
            window.page.locator("#log a").first.wait_for()
            expect(gone).to_be_hidden()
            second.make("jobs", {"name": "Bob"})
            expect(window.page.locator("#log a")).to_have_count(2)
    assert window.wrong == []


def test_a_full_journal_is_read_page_by_page_and_goes_on(window: Window, jobs: Server) -> None:
    """A thousand entries: 200 of them are in a page, and what comes is put before them."""
    jobs.space()
    for _ in range(1000):
        jobs.send("GET", "/~demo/jobs/jobs/none")
    page = window.open("console/demo/requests")
    window.shows("200 of 1000 shown")
    for _ in range(50):
        jobs.send("GET", "/~demo/jobs/jobs/none")
    page.get_by_text("#1050", exact=True).wait_for()
    page.get_by_role("link", name="Older requests").click()
    window.shows("#850")
    assert page.locator("#log a").count() == 200
    assert window.barriers() == []


_HIDE = """
(is_hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => is_hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""


def test_six_tabs_of_a_space_leave_the_browser_its_connections(
    window: Window, jobs: Server
) -> None:
    """HTTP/1.1 has six for an origin: a tab that is hidden gives its own back, and takes it again.

    Browsers without a screen hide no tab, so each is told that it is hidden.
    """
    jobs.space()
    window.open("console/demo/requests")
    for _ in range(6):
        window.page.evaluate(_HIDE, True)
        window.page = window.context.new_page()
        window.open("console/demo/requests")
    status = window.page.evaluate("fetch('/jobs/jobs/none').then((reply) => reply.status)")
    assert status == 401

    jobs.make("jobs", {"name": "Ada"})
    window.page.locator("#log a").first.wait_for()
    first = window.context.pages[0]
    assert first.locator("#log a").count() == 0
    first.evaluate(_HIDE, False)
    first.locator("#log a").first.wait_for()


def test_a_command_is_done_from_any_page(window: Window, jobs: Server) -> None:
    """In the chosen space, whose page shows what it did; there with the way back of its button."""
    jobs.space()

    def command(words: str) -> None:
        page.keyboard.press("Control+k")
        page.get_by_role("combobox", name="Search").fill(words)
        window.page.get_by_role("option").get_by_text(words).wait_for()
        page.keyboard.press("Enter")

    page = window.open("reference/jobs?space=demo")
    command("advance demo by 1 hour")
    page.wait_for_url("**/console/demo")
    window.shows("10:00:00")
    command("advance demo by 1 day")
    window.shows("Advanced to Tue 6 Jan 2026 10:00:00 UTC")
    command("reset demo")
    window.shows("5 Jan 2026 09:00:00")
    window.button("Undo").click()
    window.shows("Tue 6 Jan 2026 10:00:00")
