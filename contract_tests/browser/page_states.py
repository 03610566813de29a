"""The states of the pages that are about no contract and no space."""

from __future__ import annotations

from contracts import document
from living_contract import living

from browser.scene import Scene, operation, state


@state("Start", "no request yet")
def _(see: Scene) -> None:
    see.open(server=see.vendors())
    see.shows("Waiting for the first request in the space demo")


@state("Start", "the first request has come")
def _(see: Scene) -> None:
    see.open()
    see.make_job()
    see.shows("Last: POST /jobs 201")


@state("Start", "one contract at the root")
def _(see: Scene) -> None:
    see.open(server=see.start("--at-root", jobs=living().written))
    see.shows("Rehearse against Acme")


@state("Start", "a contract without an operation")
def _(see: Scene) -> None:
    see.open(server=see.start(empty=document({})))
    see.shows("Rehearse against Acme")


@state("Start", "a file with faults")
def _(see: Scene) -> None:
    fine, bad = {"get": operation("listThings")}, {"get": {"responses": {"200": {}}, "tags": 1}}
    see.open(server=see.start("--lenient", faulty=document({"/things": fine, "/bad": bad})))
    see.shows("Rehearse against Acme")


@state("Start", "requests that named no space")
def _(see: Scene) -> None:
    see.jobs.send("GET", "/jobs/jobs/job_001")
    see.open("example-requests")
    see.shows("/jobs/job_001")


@state("Docs", "all pages")
def _(see: Scene) -> None:
    see.open("docs")


@state("Docs", "a page")
def _(see: Scene) -> None:
    see.open("docs/rehearse-heymilo")
    see.shows("Make a space")


@state("Docs", "a page with tables")
def _(see: Scene) -> None:
    see.open("docs/cli")


@state("Not found", "no such page", failures=True)
def _(see: Scene) -> None:
    see.open("reference/nobody")
    see.shows("There is no page")


@state("Not found", "no such operation", failures=True)
def _(see: Scene) -> None:
    see.open("reference/jobs/createjobs")
    see.shows("There is no page", "Nearest to it:", "reference/jobs/createJob")


@state("Sign-in", "asked for the token", failures=True)
def _(see: Scene) -> None:
    server = see.start(token="a control token for tests", jobs=living().written)
    see.open("console", server)
    see.page.get_by_label("Control token").wait_for()


@state("Sign-in", "a wrong token", failures=True)
def _(see: Scene) -> None:
    server = see.start(token="a control token for tests", jobs=living().written)
    page = see.open("sign-in", server)
    page.get_by_label("Control token").fill("wrong")
    see.press("Sign in")
    see.shows("That is not the token.")


@state("Search", "what is found")
def _(see: Scene) -> None:
    page = see.open(server=see.vendors())
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search").fill("webhook")
    page.get_by_role("option").first.wait_for()


@state("Search", "a record, by its identifier")
def _(see: Scene) -> None:
    see.jobs.space()
    job = see.make_job()
    page = see.open("?space=demo")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search").fill(job)
    page.get_by_role("option").get_by_text(f"Job {job}").wait_for()


@state("Search", "commands of the chosen space")
def _(see: Scene) -> None:
    see.jobs.space()
    page = see.open("?space=demo")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search").fill("command")
    see.shows("advance demo by 1 hour")


@state("Search", "nothing is found")
def _(see: Scene) -> None:
    page = see.open()
    page.keyboard.press("Control+k")
    page.get_by_role("option").first.wait_for()
    page.get_by_role("combobox", name="Search").fill("nothing of the kind")
    see.shows("Nothing has")


@state("Frame", "the server was updated")
def _(see: Scene) -> None:
    page = see.open()
    newer = {"status": "ok", "version": "99.0.0"}
    page.route("**/_greenroom/health", lambda route: route.fulfill(json=newer))
    page.evaluate("document.dispatchEvent(new CustomEvent('gone'))")
    see.shows("greenroom was updated to 99.0.0.")


@state("Search", "the server is gone")
def _(see: Scene) -> None:
    server = see.start(jobs=living().written)
    page = see.open("docs", server)
    see.stop(server)
    page.keyboard.press("Control+k")
    see.page.locator("#presence").wait_for()


@state("Frame", "help and theme")
def _(see: Scene) -> None:
    page = see.open(server=see.vendors())
    page.get_by_label("Help and theme").click()
    see.shows("Theme")
