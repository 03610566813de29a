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


@state("Spaces", "a name that is no name")
def _(see: Scene) -> None:
    page = see.open("console")
    page.get_by_label("Seed of its identifiers").fill("1")
    page.get_by_label("Its time stands at").fill("yesterday")
    see.press("Make it")
    see.page.locator(".bad:visible, [aria-invalid=true]:visible").first.wait_for()
    assert see.window.failures.pop() == "/_greenroom/spaces/demo"


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


@state("Clock", "a duration that is none")
def _(see: Scene) -> None:
    see.jobs.space()
    page = see.open(_AT)
    page.get_by_placeholder("PT90M").fill("soon")
    see.press("Advance")
    see.page.locator(".bad:visible, [aria-invalid=true]:visible").first.wait_for()
    assert see.window.failures.pop().endswith("/clock/advance")


@state("Space", "reset, with a way back")
def _(see: Scene) -> None:
    see.held()
    see.open(_AT)
    see.press("Reset")
    see.window.button("Undo").wait_for()


@state("Space", "restored from a file")
def _(see: Scene) -> None:
    see.jobs.space()
    see.make_job()
    kept = see.jobs.client.get(f"{see.jobs.url}/_greenroom/spaces/demo/snapshot").content
    page = see.open(f"{_AT}/records/jobs/Job")
    see.jobs.call("POST", "spaces/demo/reset", {})
    page.locator("input[type=file]").set_input_files(
        [{"name": "kept.json", "mimeType": "application/json", "buffer": kept}]
    )
    see.shows("Restored from kept.json")


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
