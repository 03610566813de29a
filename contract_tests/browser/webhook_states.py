"""The states of the webhooks and the faults of a space."""

from __future__ import annotations

from typing import Any

from browser.process import BEGIN
from browser.scene import Scene, state

_AT = "console/demo"


@state("Webhooks", "no receiver, no delivery")
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(f"{_AT}/webhooks")
    see.shows("No one has registered for webhooks in demo.", "No webhook yet.")
    see.press("Send an event of jobs")
    see.shows("went to nobody")


@state("Webhooks", "receivers and deliveries")
def _(see: Scene) -> None:
    see.held()
    see.open(f"{_AT}/webhooks")
    see.shows("delivered", "withheld")


@state("Webhooks", "what an event would carry")
def _(see: Scene) -> None:
    see.jobs.space()
    see.register(see.inbox())
    see.open(f"{_AT}/webhooks")
    see.press("Preview an event of jobs")
    see.shows("job.started would go to http://127.0.0.1")
    assert see.jobs.call("GET", "spaces/demo/deliveries")["total"] == 0


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
    page.get_by_label("How many seconds late it comes").fill("601")
    see.press("Add")
    see.page.locator("#told .bad:visible").wait_for()
    # The preview is refused, too.
    see.page.locator("[data-preview] .bad:visible").wait_for()
    assert all(each.partition("?")[0].endswith("/faults") for each in see.window.failures)
    see.window.failures.clear()
