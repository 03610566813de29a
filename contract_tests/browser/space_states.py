"""The states of the list of spaces, and of what all pages of a space have in common."""

from __future__ import annotations

from living_contract import living

from browser.scene import Scene, state

_AT = "console/demo"


@state("Spaces", "none yet")
def _(see: Scene) -> None:
    see.open("console")
    see.shows("There is no space yet.")


@state("Spaces", "some, one with webhooks in trouble")
def _(see: Scene) -> None:
    see.held()
    see.jobs.space("other")
    see.jobs.call("POST", "spaces/other/clock/resume", {})
    see.open("console")
    see.shows("withheld", "no trouble")


@state("Spaces", "those of test runs are folded")
def _(see: Scene) -> None:
    for number in range(11):
        see.jobs.space(f"pytest-{number}")
    see.open("console")
    see.shows("11 spaces whose names begin with pytest")


@state("Spaces", "one that cannot be made")
def _(see: Scene) -> None:
    see.jobs.space("other")
    page = see.open("console")
    page.get_by_label("Or as a copy of").select_option("other")
    see.jobs.call("DELETE", "spaces/other")
    see.press("Make it")
    see.page.locator(".bad:visible, [aria-invalid=true]:visible").first.wait_for()
    assert see.window.failures.pop() == "/_greenroom/spaces/demo"


@state("Spaces", "one that is not there, and a name that is near it")
def _(see: Scene) -> None:
    see.jobs.space("demo")
    see.open("console/dem")
    see.shows("The space dem is not there", "Nearest to it:")


@state("Spaces", "one that is yet to come")
def _(see: Scene) -> None:
    see.open(_AT)
    see.shows("The space demo is not there")


@state("Clock", "frozen, nothing is due")
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(_AT)
    see.shows("frozen")
    assert see.window.button("Next").is_disabled()


@state("Clock", "frozen, something is due")
def _(see: Scene) -> None:
    see.jobs.space()
    see.make_job()
    see.open(_AT)
    see.page.get_by_role("button", name="in 1 min").wait_for()


@state("Clock", "running")
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(_AT)
    see.press("Run")
    see.window.button("Freeze").wait_for()


@state("Clock", "advanced: what that did")
def _(see: Scene) -> None:
    see.jobs.space()
    see.register(see.inbox())
    see.make_job()
    see.open(_AT)
    see.press("+1 h")
    see.shows("2 transitions, 2 deliveries")


@state("Clock", "more of it")
def _(see: Scene) -> None:
    see.jobs.space()
    see.make_job()
    page = see.open(_AT)
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Advance by").fill("1.5")
    page.get_by_label("Unit of the advance").select_option("hours")
    see.window.button("Advance").click()
    see.shows("Advanced to Mon 5 Jan 2026 10:30:00 UTC: 2 transitions")


@state("Clock", "a time that has passed")
def _(see: Scene) -> None:
    see.jobs.space()
    page = see.open(_AT)
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Advance to", exact=True).fill("2026-01-04T09:00")
    see.press("Advance to this time (UTC)")
    see.page.locator(".bad:visible, [aria-invalid=true]:visible").first.wait_for()
    assert see.window.failures.pop().endswith("/clock/advance")


@state("Space", "reset, with a way back")
def _(see: Scene) -> None:
    see.held()
    see.open(_AT).get_by_text("More", exact=True).click()
    see.press("Reset")
    see.window.button("Undo").wait_for()


def _chosen(see: Scene) -> None:
    """A snapshot is chosen for a space with other records."""
    see.jobs.space()
    see.make_job(name="Ada")
    job = see.make_job(name="Bob")
    kept = see.jobs.client.get(f"{see.jobs.url}/_greenroom/spaces/demo/snapshot").content
    see.jobs.send("DELETE", f"/~demo/jobs/jobs/{job}")
    see.make_job(name="Cy")
    see.advance("PT2M")
    page = see.open(f"{_AT}/records/jobs/Job")
    page.get_by_text("More", exact=True).click()
    page.locator("input[type=file]").set_input_files(
        [{"name": "kept.json", "mimeType": "application/json", "buffer": kept}]
    )


@state("Space", "what a snapshot would change")
def _(see: Scene) -> None:
    _chosen(see)
    see.shows(
        "Restoring kept.json would change this:", "added", "removed", "changed", "time: frozen at"
    )


@state("Space", "restored from a file")
def _(see: Scene) -> None:
    _chosen(see)
    see.press("Restore")
    see.shows("Restored from kept.json")


@state("Space", "a file that is no snapshot", failures=True)
def _(see: Scene) -> None:
    see.jobs.space()
    page = see.open(_AT)
    page.locator("input[type=file]").set_input_files(
        [{"name": "kept.txt", "mimeType": "text/plain", "buffer": b"{"}]
    )
    see.shows("not JSON")


@state("Space", "paused, with something new")
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(f"{_AT}/requests")
    see.press("Pause view")
    see.make_job()
    see.shows("The view is paused: 1 new")


@state("Space", "read further down, with something new")
def _(see: Scene) -> None:
    see.jobs.space()
    for _ in range(60):
        see.jobs.send("GET", "/~demo/jobs/jobs/none")
    page = see.open(f"{_AT}/requests")
    page.evaluate("scrollTo(0, 800)")
    see.make_job()
    see.shows("1 new")


@state("Space", "the server is gone")
def _(see: Scene) -> None:
    server = see.start(jobs=living().written)
    server.space()
    see.open(f"{_AT}/requests", server)
    see.shows("No request has come to demo yet.")
    see.stop(server)
    see.page.locator("#presence").wait_for()
