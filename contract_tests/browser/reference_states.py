"""The states of the pages of contracts."""

from __future__ import annotations

from contracts import document
from living_contract import living

from browser.scene import JSON, Scene, operation, state


@state("Reference", "all contracts")
def _(see: Scene) -> None:
    see.open("reference", see.vendors())
    see.shows("heymilo")


@state("Contract", "its operations")
def _(see: Scene) -> None:
    see.open("reference/heymilo", see.vendors())
    see.shows("Operations")


@state("Contract", "filtered")
def _(see: Scene) -> None:
    page = see.open("reference/heymilo", see.vendors())
    page.get_by_label("Filter operations").fill("webhook create")
    see.shows("1 of ")


@state("Contract", "filtered to nothing")
def _(see: Scene) -> None:
    page = see.open("reference/heymilo", see.vendors())
    page.get_by_label("Filter operations").fill("nothing of the kind")
    see.shows("No operation matches.")


@state("Contract", "side list unfolded on a small screen")
def _(see: Scene) -> None:
    see.open(server=see.vendors())
    see.window.view(400, "light")
    see.open("reference/heymilo", see.vendors())
    see.page.get_by_text("Operations of heymilo").click()
    # Pictures are of other widths, too.
    keep = "(e) => e.addEventListener('toggle', () => (e.open = true))"
    see.page.locator(".side > details").evaluate(keep)
    see.page.locator(".side a").first.wait_for()


@state("Contract", "what it stands on")
def _(see: Scene) -> None:
    see.open("reference/heymilo/provenance", see.vendors())


@state("Contract", "GraphQL")
def _(see: Scene) -> None:
    see.open("reference/interviewminds/graphql", see.vendors())
    see.shows("Queries")


@state("Schema", "its fields")
def _(see: Scene) -> None:
    see.open("reference/heymilo/schemas/WebhookCreate", see.vendors())


@state("Operation", "example mode")
def _(see: Scene) -> None:
    see.open("reference/heymilo/createWebhook", see.vendors())
    see.shows("No space is chosen", "The contract has no objection.")


@state("Operation", "in a space")
def _(see: Scene) -> None:
    see.part = "#try"
    see.open("reference/heymilo/createWebhook?space=demo", see.vendors())
    see.shows("In the space demo", "The contract has no objection.")


@state("Operation", "objections of the contract")
def _(see: Scene) -> None:
    see.part = "#try"
    page = see.open("reference/heymilo/createWebhook?space=demo", see.vendors())
    page.get_by_role("textbox", name="Body", exact=True).fill(
        '{"event_type": "interview_finished"}'
    )
    see.shows("The contract objects")


@state("Operation", "a response")
def _(see: Scene) -> None:
    see.part = "#try"
    page = see.open("reference/heymilo/createWebhook?space=demo", see.vendors())
    see.press("Send")
    see.shows("in the space demo")
    page.get_by_text("Why, by greenroom").click()


@state("Operation", "a refusal")
def _(see: Scene) -> None:
    see.part = "#try"
    page = see.open("reference/heymilo/createWebhook?space=demo", see.vendors())
    page.get_by_role("textbox", name="Body", exact=True).fill(
        '{"event_type": "interview_finished"}'
    )
    see.press("Send")
    see.shows("422")


@state("Operation", "no response, since a fault drops the connection")
def _(see: Scene) -> None:
    see.part = "#try"
    see.jobs.space()
    see.jobs.call("POST", "spaces/demo/faults", {"effect": {"reset": True}, "times": 1})
    see.open("reference/jobs/createJob?space=demo")
    see.window.connections_fail = True
    see.press("Send")
    see.shows("No response")


@state("Operation", "no response, since the server is gone")
def _(see: Scene) -> None:
    see.part = "#try"
    server = see.start(jobs=living().written)
    see.open("reference/jobs/createJob?space=demo", server)
    see.shows("The contract has no objection.")
    see.stop(server)
    see.press("Send")
    see.shows("Is it still running?")


@state("Operation", "a request that a page cannot send")
def _(see: Scene) -> None:
    see.part = "#try"
    trace = {"trace": operation("traceThings"), "get": operation("listThings")}
    see.open("reference/odd/traceThings", see.start(odd=document({"/things": trace})))
    see.shows("use the curl line below")
    assert see.window.button("Send").is_disabled()


@state("Operation", "deprecated")
def _(see: Scene) -> None:
    old = {"/things": {"get": operation("listThings", deprecated=True)}}
    see.open("reference/old/listThings", see.start(old=document(old)))
    see.shows("Deprecated.")


@state("Operation", "nothing has an example or an id")
def _(see: Scene) -> None:
    bare = {"requestBody": JSON, "responses": {"200": {"description": "", **JSON}}}
    see.open("reference/bare/POST~things", see.start(bare=document({"/things": {"post": bare}})))
    see.shows("No example is documented")


@state("Event", "without a space")
def _(see: Scene) -> None:
    see.open("reference/jobs/events/job.done")
    see.shows("Send it from the command line")


@state("Event", "no one has registered")
def _(see: Scene) -> None:
    see.part = "#send-event"
    see.jobs.space()
    see.open("reference/jobs/events/job.done?space=demo")
    see.press("Send it now")
    see.page.locator("#sent").get_by_text("registered").wait_for()


@state("Event", "one that was received is judged")
def _(see: Scene) -> None:
    see.part = "#verify"
    page = see.open("reference/jobs/events/job.done")
    form = page.locator("form[data-received]")
    form.get_by_label("Body, exactly as it came").fill('{"event": "job.done"}')
    form.get_by_role("button").click()
    form.get_by_role("status").wait_for()


@state("Event", "of a vendor, not signed")
def _(see: Scene) -> None:
    see.open("reference/heymilo/events/report_available", see.vendors())
