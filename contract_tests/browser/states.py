"""The states of the pages outside of a space."""

from __future__ import annotations

from typing import Any

from contracts import document
from living_contract import living

from browser.scene import Scene, state

_THING = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
_JSON = {"content": {"application/json": {"schema": _THING}}}


def _operation(id: str, **more: Any) -> dict[str, Any]:
    return {"operationId": id, "responses": {"200": {"description": "Fine.", **_JSON}}, **more}


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
    fine, bad = {"get": _operation("listThings")}, {"get": {"responses": {"200": {}}, "tags": 1}}
    see.open(server=see.start("--lenient", faulty=document({"/things": fine, "/bad": bad})))
    see.shows("Rehearse against Acme")


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
    trace = {"trace": _operation("traceThings"), "get": _operation("listThings")}
    see.open("reference/odd/traceThings", see.start(odd=document({"/things": trace})))
    see.shows("use the curl line below")
    assert see.window.button("Send").is_disabled()


@state("Operation", "deprecated")
def _(see: Scene) -> None:
    old = {"/things": {"get": _operation("listThings", deprecated=True)}}
    see.open("reference/old/listThings", see.start(old=document(old)))
    see.shows("Deprecated.")


@state("Operation", "nothing has an example or an id")
def _(see: Scene) -> None:
    bare = {"requestBody": _JSON, "responses": {"200": {"description": "", **_JSON}}}
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


@state("Event", "one that was received fits")
def _(see: Scene) -> None:
    see.part = "#verify"
    page = see.open("reference/jobs/events/job.done")
    form = page.locator("form[data-received]")
    form.get_by_role("button").click()
    form.get_by_role("status").wait_for()


@state("Event", "of a vendor, not signed")
def _(see: Scene) -> None:
    see.open("reference/heymilo/events/report_available", see.vendors())


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
    see.open("reference/jobs/nothing")
    see.shows("There is no page")


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
