"""The states of the pages of spaces."""

from __future__ import annotations

from typing import Any

from living_contract import living

from browser.process import BEGIN
from browser.scene import Scene, state

_AT = "console/demo"


def _held(see: Scene) -> None:
    """A space in which much has happened: jobs, refusals, webhooks that arrive and that do not."""
    see.jobs.space()
    see.register(see.inbox())
    see.register("https://hooks.example.com/in")
    for name in ("Ada", "Bob", "Cy"):
        see.make_job(name=name)
    see.advance("PT2M")
    see.jobs.send("GET", "/~demo/jobs/jobs/none")
    see.jobs.send("POST", "/~demo/jobs/jobs", {"team": "red"})
    see.jobs.send("GET", "/~demo/jobs/jobs/job_001", key="wrong")
    see.jobs.send("DELETE", "/~demo/jobs/jobs/job_001")


@state("Spaces", "none yet")
def _(see: Scene) -> None:
    see.open("console")
    see.shows("There is no space yet.")


@state("Spaces", "some, one with webhooks in trouble")
def _(see: Scene) -> None:
    _held(see)
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
    _held(see)
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


@state("Timeline", "nothing has happened")
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(_AT)
    see.shows("Nothing has happened in demo.")


@state("Timeline", "much has happened")
def _(see: Scene) -> None:
    _held(see)
    see.open(_AT)
    see.page.locator("#causes > li").nth(7).wait_for()


@state("Timeline", "the story of one record")
def _(see: Scene) -> None:
    _held(see)
    see.open(f"{_AT}?q=kind:delivery")
    see.page.locator("#causes > li").first.wait_for()


@state("Timeline", "filtered to nothing")
def _(see: Scene) -> None:
    _held(see)
    see.open(f"{_AT}?q=nothing-of-the-kind")
    see.shows("none match", "Clear the filter")


@state("Timeline", "full: older ones are elsewhere")
def _(see: Scene) -> None:
    see.jobs.space()
    for _ in range(201):
        see.jobs.send("GET", "/~demo/jobs/jobs/none")
    see.open(_AT)
    see.shows("Older ones are among the")


@state("Requests", "none yet")
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(f"{_AT}/requests")
    see.shows("No request has come to demo yet.")


@state("Requests", "some")
def _(see: Scene) -> None:
    _held(see)
    see.open(f"{_AT}/requests")
    see.shows("9 of 9 shown")


@state("Requests", "filtered")
def _(see: Scene) -> None:
    _held(see)
    see.open(f"{_AT}/requests?q=status:4xx")
    see.shows("3 of 9 shown")


@state("Requests", "filtered to nothing")
def _(see: Scene) -> None:
    _held(see)
    see.open(f"{_AT}/requests?q=status:5xx")
    see.shows("9 entries, none match")


@state("Requests", "full: the oldest are gone")
def _(see: Scene) -> None:
    server = see.start("--journal", "5", jobs=living().written)
    server.space()
    for _ in range(7):
        server.send("GET", "/~demo/jobs/jobs/none")
    see.open(f"{_AT}/requests", server)
    see.shows("2 older ones are gone")


def _one(see: Scene, method: str, path: str, body: Any = None, **sent: Any) -> None:
    see.jobs.space()
    see.jobs.send(method, f"/~demo/jobs{path}", body, **sent)
    see.open(f"{_AT}/requests/1")
    see.shows("Why this response")


@state("Request", "it made something")
def _(see: Scene) -> None:
    _one(see, "POST", "/jobs", {"name": "Ada"})
    see.shows("mock.requests.assert_called")


@state("Request", "refused: the body")
def _(see: Scene) -> None:
    _one(see, "POST", "/jobs", {"team": 1})
    see.shows("refused", "Not reached")


@state("Request", "refused: the credential")
def _(see: Scene) -> None:
    _one(see, "GET", "/jobs/job_001", key="a-key-that-nobody-knows")
    see.shows("401")


@state("Request", "refused: no such path")
def _(see: Scene) -> None:
    _one(see, "GET", "/job")
    see.shows("404")


@state("Request", "refused: no such method")
def _(see: Scene) -> None:
    _one(see, "PUT", "/jobs", {})
    see.shows("405")


@state("Request", "a fault was in force")
def _(see: Scene) -> None:
    see.jobs.space()
    see.jobs.call("POST", "spaces/demo/faults", {"name": "outage", "effect": {"status": 503}})
    see.jobs.send("GET", "/~demo/jobs/jobs/job_001")
    see.open(f"{_AT}/requests/1")
    see.shows("was in force")


@state("Request", "the body is cut")
def _(see: Scene) -> None:
    _one(see, "POST", "/jobs", {"name": "long " * 20_000})
    see.shows("The body is cut")


@state("Request", "the body is not text")
def _(see: Scene) -> None:
    fields = {"headers": {"Content-Type": "application/octet-stream"}}
    _one(see, "POST", "/jobs", content=bytes(range(256)), **fields)
    see.shows("415")


@state("Request", "no longer kept", failures=True)
def _(see: Scene) -> None:
    server = see.start("--journal", "2", jobs=living().written)
    server.space()
    for _ in range(4):
        server.send("GET", "/~demo/jobs/jobs/none")
    see.open(f"{_AT}/requests/1", server)
    see.shows("The journal keeps the newest 2 of 4 requests")


@state("Records", "nothing is used yet")
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(f"{_AT}/records/jobs/Job")
    see.shows("is not used in demo yet")


@state("Records", "none of a kind")
def _(see: Scene) -> None:
    see.jobs.space()
    see.make_job()
    see.open(f"{_AT}/records/jobs/Hook")
    see.shows("No record.", "createHook")


@state("Records", "some, in several states")
def _(see: Scene) -> None:
    _held(see)
    see.make_job(name="Dee")
    see.open(f"{_AT}/records/jobs/Job")
    see.shows("running")


@state("Records", "filtered to nothing")
def _(see: Scene) -> None:
    _held(see)
    see.open(f"{_AT}/records/jobs/Job?q=state:lost")
    see.shows("none match")


@state("Records", "more than a page")
def _(see: Scene) -> None:
    see.jobs.space()
    for number in range(210):
        see.make_job(name=f"Job {number}")
    see.open(f"{_AT}/records/jobs/Job")
    see.shows("Older records")


@state("Record", "it lives")
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(f"{_AT}/records/jobs/Job/{see.make_job()}")
    see.shows("What follows by itself", "History")


@state("Record", "deleted", failures=True)
def _(see: Scene) -> None:
    see.jobs.space()
    job = see.make_job()
    see.jobs.send("DELETE", f"/~demo/jobs/jobs/{job}")
    see.open(f"{_AT}/records/jobs/Job/{job}")
    see.shows("Deleted.")


@state("Record", "never made", failures=True)
def _(see: Scene) -> None:
    see.jobs.space()
    see.make_job()
    see.open(f"{_AT}/records/jobs/Job/job_none")
    see.shows("It was never made")


@state("Webhooks", "no receiver, no delivery")
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(f"{_AT}/webhooks")
    see.shows("No one has registered for webhooks in demo.", "No webhook yet.")
    see.press("Send an event of jobs")
    see.shows("went to nobody")


@state("Webhooks", "receivers and deliveries")
def _(see: Scene) -> None:
    _held(see)
    see.open(f"{_AT}/webhooks")
    see.shows("delivered", "withheld")


def _delivery(see: Scene, url: str, state_: str, by: str = "PT1M", **hook: Any) -> None:
    see.jobs.space()
    see.register(url, **hook)
    see.make_job()
    see.advance(by)
    sent = see.jobs.call("GET", "spaces/demo/deliveries")["items"][0]
    see.open(f"{_AT}/webhooks/{sent['id']}")
    see.shows(state_)


@state("Delivery", "delivered and signed")
def _(see: Scene) -> None:
    _delivery(see, see.inbox(), "delivered")
    see.shows("What is signed")


@state("Delivery", "it is tried again")
def _(see: Scene) -> None:
    _delivery(see, see.inbox(503), "it is tried again")


@state("Delivery", "failed")
def _(see: Scene) -> None:
    _delivery(see, see.inbox(503), "failed", "PT1H")


@state("Delivery", "nobody listens")
def _(see: Scene) -> None:
    _delivery(see, "http://127.0.0.1:9/hooks", "refused", "PT1H")


@state("Delivery", "withheld")
def _(see: Scene) -> None:
    _delivery(see, "https://hooks.example.com/in", "withheld")
    see.shows("--deliver-to hooks.example.com")


@state("Delivery", "the receiver says that it is gone")
def _(see: Scene) -> None:
    _delivery(see, see.inbox(410), "410")


@state("Delivery", "dropped by a fault")
def _(see: Scene) -> None:
    see.jobs.space()
    fault = {"match": {"event": "job.started"}, "effect": {"drop": True}}
    see.jobs.call("POST", "spaces/demo/faults", fault)
    see.register(see.inbox())
    see.make_job()
    see.advance("PT1M")
    sent = see.jobs.call("GET", "spaces/demo/deliveries")["items"][0]
    see.open(f"{_AT}/webhooks/{sent['id']}")
    see.shows("dropped")


@state("Delivery", "of a vendor that does not sign")
def _(see: Scene) -> None:
    server = see.vendors()
    server.call("PUT", "spaces/demo", {"now": BEGIN})
    body = {"posting_id": "posting_123", "event_type": "report_available"}
    body["url"] = f"{server.url}/_greenroom/spaces/demo/inbox"
    headers = {"X-API-KEY": "test-key"}
    server.send("POST", "/~demo/heymilo/api/webhook/create", body, headers=headers)
    kept = server.call("GET", "spaces/demo/heymilo/resources/Interview")["items"][0]
    event = {"event": "report_available", "about": kept["id"]}
    server.call("POST", "spaces/demo/heymilo/events", event)
    see.open(f"{_AT}/webhooks", server)
    see.page.locator("#deliveries a").first.click()
    see.shows("Signature")


@state("Delivery", "no longer kept", failures=True)
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(f"{_AT}/webhooks/dlv_none")
    see.shows("is not there")


@state("Faults", "none")
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(f"{_AT}/faults")
    see.shows("Nothing goes wrong in demo.")


@state("Faults", "in force, used up, of webhooks")
def _(see: Scene) -> None:
    see.jobs.space()
    once = {"match": {"operation": "createJob"}, "effect": {"status": 503}, "times": 1}
    dropped = {"match": {"event": "job.done"}, "effect": {"drop": True}}
    for fault in ({"effect": {"latency": "PT1S"}, "probability": 0.5}, once, dropped):
        see.jobs.call("POST", "spaces/demo/faults", fault)
    see.jobs.send("POST", "/~demo/jobs/jobs", {"name": "Ada"})
    see.open(f"{_AT}/faults")
    see.shows("used up after 1 hit", "Webhooks of job.done are not sent")


@state("Faults", "one that cannot be")
def _(see: Scene) -> None:
    see.jobs.space()
    page = see.open(f"{_AT}/faults")
    page.get_by_label("How late it comes").fill("soon")
    see.press("Add")
    see.page.locator("#told .bad:visible").wait_for()
    # The preview is refused, too.
    see.page.locator("[data-preview] .bad:visible").wait_for()
    assert all(each.partition("?")[0].endswith("/faults") for each in see.window.failures)
    see.window.failures.clear()
