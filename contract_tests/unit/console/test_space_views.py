"""Records, webhooks and faults of a space as pages: each state of what they show."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest
from console_pages import calls, leads_somewhere, page, text_of
from controlling import Controlled
from living_contract import living

from greenroom.console.spaces.faults import PRESETS, as_test, sentence
from greenroom.console.spaces.webhooks import explained
from greenroom.contract.webhook_signature import Signing
from html_page import HtmlPage

JOBS = "/spaces/demo/acme/resources/Job"
FAR = {"url": "https://hooks.acme.test/in", "events": ["job.done"]}


@pytest.fixture
def server() -> Controlled:
    """A server whose space has a job and a receiver that is not of this machine."""
    server = Controlled(living())
    server.put("/spaces/demo", {"now": "2026-01-05T09:00:00Z"})
    server.post("/spaces/demo/acme/resources/Hook", FAR)
    return server


def bodies(found: HtmlPage, call: str) -> list[Any]:
    """What buttons that call a route send."""
    return [json.loads(a["data-body"]) for _, a, _ in found.elements
            if a.get("data-call") == call and "data-body" in a]  # fmt: skip


def deliveries(server: Controlled) -> list[Mapping[str, Any]]:
    """The deliveries of the space, by its control route."""
    listed: list[Mapping[str, Any]] = server.get("/spaces/demo/deliveries").json["items"]
    return listed


@pytest.mark.parametrize(
    "path", ["/records", "/records/acme/Job", "/records/acme/Job/job_001", "/webhooks", "/faults"]
)
def test_everything_that_these_pages_lead_to_is_there(server: Controlled, path: str) -> None:
    """No dead link."""
    leads_somewhere(server, f"/demo{path}")


def test_records_are_listed_by_resource_with_what_tells_them_apart(server: Controlled) -> None:
    """Their states are counted; short values are columns."""
    found = page(server, "/demo/records/acme/Job")

    assert "1 of 1 shown, 1 queued" in text_of(found)
    assert found.texts("th")[:5] == ["Id", "State", "name", "team", "Version"]
    assert "POST spaces/demo/acme/resources/Job" in calls(found)


@pytest.mark.parametrize(("asked", "shown"), [("state:queued", 1), ("state:done", 0), ("Doc", 1)])
def test_records_are_filtered(server: Controlled, asked: str, shown: int) -> None:
    """By their state, and by words in their values."""
    found = page(server, f"/demo/records/acme/Job?q={asked}")
    assert (f"1 records, none match {asked}" in text_of(found)) == (shown == 0)


def test_more_records_than_a_page_has_are_reached(
    server: Controlled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From page to page, each of them once."""
    monkeypatch.setattr("greenroom.server.control.space_views.MOST_ROWS", 2)
    for _ in range(4):
        server.post(JOBS, {})
    seen: list[str] = []
    path = "/records/acme/Job"
    while path:
        found = page(server, f"/demo{path}")
        seen += [id for id in found.ids if id[0] == "r" and id[1:].isdigit()]
        older = [link for link in found.links if "before=" in link]
        path = f"/records/acme/Job?{older[0].partition('?')[2]}" if older else ""

    assert seen == ["r6", "r5", "r4", "r3", "r1"]


def test_pages_make_no_records_of_a_vendor_that_was_never_called() -> None:
    """It is not used yet, until it is."""
    server = Controlled(living())
    before = server.put("/spaces/demo").json
    for path in ("/records", "/records/acme/Job", "/records/acme/Job?q=a", "/webhooks", "/faults"):
        page(server, f"/demo{path}")
    page(server, "/demo/records/acme/Job/job_001", 404)
    said = text_of(page(server, "/demo/records/acme/Job"))

    assert server.get("/spaces/demo").json["records"] == before["records"] == 0
    assert "Job not used yet" in said
    assert "acme is not used in demo yet" in said
    server.post(JOBS, {})
    assert "2 of 2 shown" in text_of(page(server, "/demo/records/acme/Job"))


def test_a_resource_without_records_says_what_makes_one(server: Controlled) -> None:
    """And lets one be made here."""
    server.delete(f"{JOBS}/job_001")
    assert "No record. Made by createJob" in text_of(page(server, "/demo/records/acme/Job"))


def test_a_record_has_its_moves_with_what_follows(server: Controlled) -> None:
    """Declared ones first, timers, and ways to edit and to delete it."""
    found = page(server, "/demo/records/acme/Job/job_001")
    said = text_of(found)

    path = "spaces/demo/acme/resources/Job/job_001"
    moves = bodies(found, f"POST {path}/transition")
    assert moves == [{"to": "running"}, {"to": "done"}, {"to": "failed"}]
    assert "running after 1 min; sends job.started" in said
    assert "not declared from here; sends job.done" in said
    assert {f"PATCH {path}", f"DELETE {path}"} <= set(calls(found))


def test_a_timer_of_a_record_can_be_let_happen_now() -> None:
    """Beside the moment at which it is due."""
    server = Controlled(living())
    server.put("/spaces/demo", {"now": "2026-01-05T09:00:00Z"})
    made = server.post(JOBS, {"name": "Ada"}).json
    found = page(server, f"/demo/records/acme/Job/{made['id']}")

    assert "running at Mon 5 Jan 2026 09:01:00" in text_of(found)
    assert "running now" in [a.get("aria-label") for _, a, _ in found.elements]


def test_a_record_that_was_deleted_is_shown_as_it_was() -> None:
    """Read only, with the request that deleted it."""
    server = Controlled(living())
    key = {"x-key": "test-key"}
    made = server.client.post("/~demo/acme/jobs", {"name": "Ada"}, key).json
    server.client.send("DELETE", f"/~demo/acme/jobs/{made['id']}", key)
    found = page(server, f"/demo/records/acme/Job/{made['id']}", 404)

    assert "Deleted. This is its last version." in text_of(found)
    assert "#2 deleteJob" in text_of(found)
    assert not [call for call in calls(found) if "resources" in call]
    server.delete(f"{JOBS}/job_001")
    by_hand = text_of(page(server, "/demo/records/acme/Job/job_001", 404))
    assert "Deleted. Its values are not kept." in by_hand


@pytest.mark.parametrize("path", ["Job/none", "None", "Job/a/b", "Job/~.", ""])
def test_a_record_or_resource_that_there_never_was_says_so(server: Controlled, path: str) -> None:
    """With the way back."""
    page(server, f"/demo/records/acme/{path}".rstrip("/"), 404)


def test_a_record_is_found_whatever_its_identifier_is(server: Controlled) -> None:
    """Also where a browser would take it for steps, or for several segments."""
    for id in ("..", "a/b", "ü ?#"):
        server.post(JOBS, {"id": id})
    leads_somewhere(server, "/demo/records/acme/Job")


def test_webhooks_have_receivers_and_a_built_in_one(server: Controlled) -> None:
    """With its address, and a way to register it."""
    found = page(server, "/demo/webhooks")
    inbox = "http://127.0.0.1:8080/_greenroom/spaces/demo/inbox"

    assert "job.done to https://hooks.acme.test/in active" in text_of(found)
    assert inbox in found.texts("code")
    assert bodies(found, "POST spaces/demo/acme/resources/Hook") == [{"url": inbox}]
    assert "POST spaces/demo/acme/events" in calls(found)
    assert "No webhook yet." in text_of(found)


def test_without_a_receiver_that_is_said() -> None:
    """As where everybody begins."""
    server = Controlled(living())
    server.put("/spaces/demo", {})
    assert "No one has registered for webhooks in demo." in text_of(page(server, "/demo/webhooks"))


def test_a_webhook_that_was_withheld_names_the_option_that_lets_it_go(server: Controlled) -> None:
    """To copy it."""
    server.post(f"{JOBS}/job_001/transition", {"to": "done"})
    (sent,) = deliveries(server)
    found = page(server, f"/demo/webhooks/{sent['id']}")

    assert "withheld : hooks.acme.test is not this machine" in text_of(found)
    assert "--deliver-to hooks.acme.test" in found.texts("code")
    leads_somewhere(server, f"/demo/webhooks/{sent['id']}")
    assert {"withheld"} & set(text_of(page(server, "/demo/webhooks")).split())
    assert "1 withheld" in text_of(page(server))


def test_a_webhook_that_was_attempted_tells_how_it_was_signed() -> None:
    """Every attempt, the exact request, and how to send it again, also wrongly."""
    server = Controlled(living())
    asyncio.run(_attempted(server))
    (sent,) = deliveries(server)
    found = page(server, f"/demo/webhooks/{sent['id']}")
    said = text_of(found)

    assert "pending : it is tried again" in said
    resent = bodies(found, f"POST spaces/demo/deliveries/{sent['id']}/resend")
    assert resent == [{}, {"tamper": "signature"}, {"expire": True}, {"duplicate": 2}]
    assert "hmac-sha256, hex, after v1=" in said
    assert "test-secret" in found.texts("code")
    assert "curl -i http://127.0.0.1:9/" in said
    leads_somewhere(server, f"/demo/webhooks/{sent['id']}")


async def _attempted(server: Controlled, *effects: Mapping[str, Any]) -> list[int]:
    """The times that the attempts of a webhook carry, to a port where nobody listens.

    It is sent again with each of the effects.
    """
    hook = {"url": "http://127.0.0.1:9/", "events": ["job.done"]}
    server.post("/spaces/demo/acme/resources/Hook", hook)
    server.post(f"{JOBS}/job_001/transition", {"to": "done"})
    times: list[int] = []
    async with asyncio.timeout(20):
        for effect in (None, *effects):
            if effect is not None:
                path = f"/spaces/demo/deliveries/{deliveries(server)[0]['id']}/resend"
                server.post(path, effect)
            while len(deliveries(server)[0]["attempts"]) <= len(times):
                await asyncio.sleep(0.02)
            times.append(int(deliveries(server)[0]["request"]["headers"]["X-Timestamp"]))
    return times


def test_a_webhook_is_sent_again_with_what_is_to_go_wrong() -> None:
    """Only this once."""
    first, old, last = asyncio.run(_attempted(Controlled(living()), {"expire": True}, {}))
    assert old < first - 80_000
    assert last >= first


def test_a_webhook_that_is_not_sent_has_the_time_of_its_event(server: Controlled) -> None:
    """In the interface, in the list, on its own page and in the timeline."""
    server.post(f"{JOBS}/job_001/transition", {"to": "done"})
    (sent,) = deliveries(server)
    assert (sent["state"], sent["attempts"]) == ("withheld", [])
    assert sent["now"] == "2026-01-05T09:00:00.000Z"
    assert "09:00:00 job.done job_001" in text_of(page(server, "/demo/webhooks"))
    own = text_of(page(server, f"/demo/webhooks/{sent['id']}"))
    assert "Mon 5 Jan 2026 09:00:00 in the space" in own


def test_a_webhook_names_the_fault_that_it_had(server: Controlled) -> None:
    """Otherwise one that is sent twice would look like one that was tried again."""
    fault = {"name": "twice", "match": {"event": "job.done"}, "effect": {"duplicate": 2}}
    server.post("/spaces/demo/faults", fault)
    hook = {"url": "http://127.0.0.1:9/", "events": ["job.done"]}
    server.post("/spaces/demo/acme/resources/Hook", hook)
    server.post(f"{JOBS}/job_001/transition", {"to": "done"})
    sent = deliveries(server)[-1]
    assert sent["fault"] == "twice"
    assert "(fault twice)" in text_of(page(server, "/demo"))
    assert "with the fault twice" in text_of(page(server, f"/demo/webhooks/{sent['id']}"))
    server.post(f"/spaces/demo/deliveries/{sent['id']}/resend", {})
    assert deliveries(server)[-1]["fault"] is None


def test_a_webhook_that_a_fault_dropped_says_so(server: Controlled) -> None:
    """With the name of the fault."""
    fault = {"name": "lossy", "match": {"event": "job.done"}, "effect": {"drop": True}}
    server.post("/spaces/demo/faults", fault)
    hook = {"url": "http://127.0.0.1:9/", "events": ["job.done"]}
    server.post("/spaces/demo/acme/resources/Hook", hook)
    server.post(f"{JOBS}/job_001/transition", {"to": "done"})
    found = page(server, f"/demo/webhooks/{deliveries(server)[-1]['id']}")
    assert "dropped : by the fault lossy" in text_of(found)


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        ({"algorithm": "none"}, "This vendor does not sign, as its contract says."),
        ({"algorithm": "hmac-sha256"}, "No signature: the contract lacks encoding"),
    ],
)
def test_a_webhook_without_a_signature_says_why(signature: dict[str, Any], said: str) -> None:
    """That its vendor does not sign is another thing than that nobody knows how."""
    server = Controlled(living(signature=signature))
    server.put("/spaces/demo", {})
    server.post("/spaces/demo/acme/resources/Hook", FAR)
    server.post(f"{JOBS}/job_001/transition", {"to": "done"})
    found = page(server, f"/demo/webhooks/{deliveries(server)[0]['id']}")
    assert said in text_of(found)
    resent = [call for call in calls(found) if call.endswith("/resend")]
    assert len(resent) == 2


def test_deliveries_are_filtered(server: Controlled) -> None:
    """By what became of them and by their record; the empty list says how to go on."""
    server.post(f"{JOBS}/job_001/transition", {"to": "done"})
    for asked, count in (("state:withheld", 1), ("record:job_001", 1), ("state:failed", 0)):
        found = page(server, f"/demo/webhooks?q={asked}")
        assert len([id for id in found.ids if id.startswith("d") and id[1:].isdigit()]) == count
    assert "1 deliveries, none match state:failed" in text_of(found)


def test_an_event_is_about_a_record_of_the_space(server: Controlled) -> None:
    """The newest of those that it can be about are suggested."""
    server.post(JOBS, {"name": "Ada"})
    found = page(server, "/demo/webhooks")
    made = server.get(JOBS).json["items"]
    options = [a["value"] for tag, a, _ in found.elements if tag == "option" and "value" in a]
    assert [each for each in options if each.startswith("job")] == [
        each["id"] for each in made[::-1]
    ]


def test_what_is_due_next_is_named(server: Controlled) -> None:
    """Beside how long it takes until then."""
    made = server.post(JOBS, {"name": "Ada"}).json
    assert f"Next Job {made['id']}, in 1 min" in text_of(page(server, "/demo/webhooks"))


def test_the_timeline_groups_what_a_timer_and_a_person_caused(server: Controlled) -> None:
    """Transitions and webhooks stand below their cause, newest first."""
    server.post(f"{JOBS}/job_001/transition", {"to": "done"})
    said = text_of(page(server, "/demo"))
    caused = said.partition("transition Job job_001: queued → done")[2]
    sent = "delivery job.done to https://hooks.acme.test/in: withheld"
    assert caused.strip().startswith(f"change Job job_001 changed {sent}")
    assert "entries, none match" in text_of(page(server, "/demo?q=kind:fault"))
    shown = text_of(page(server, "/demo?q=record:job_001"))
    assert "Job job_001: queued → done" in shown
    assert "Hook" not in shown.partition("Filter")[2]


def test_a_webhook_that_is_gone_says_so(server: Controlled) -> None:
    """With the way back."""
    assert "is not there" in text_of(page(server, "/demo/webhooks/none", 404))


@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_the_program_that_is_given_verifies_the_signature(encoding: str) -> None:
    """It says no to another body."""
    content = "{timestamp}.{body}"
    signing = Signing(
        "hmac-sha256", encoding, "X-Sig", "X-Time", signed_content=content, prefix="v1="
    )
    digest = hmac.new(b"secret", b"7.{}", hashlib.sha256)
    written = (
        digest.hexdigest() if encoding == "hex" else base64.b64encode(digest.digest()).decode()
    )
    fields = {"x-time": "7", "x-sig": f"v1={written}"}
    found = explained(signing, {"X-Time": "7"}, b"{}", "secret")
    assert found is not None
    assert found.signed == "7.{}"
    names: dict[str, Any] = {}
    exec(found.programs["Python"], names)

    assert names["is_genuine"](fields, b"{}")
    assert not names["is_genuine"](fields, b"{ }")


def test_what_a_contract_does_not_say_of_signatures_is_not_explained() -> None:
    """Nothing is made up."""
    assert explained(Signing("hmac-sha256"), {}, b"", "secret") is None


@pytest.mark.parametrize("name", PRESETS)
def test_faults_that_are_one_click_away_are_faults(server: Controlled, name: str) -> None:
    """The server takes each, and it is told in words."""
    page(server, "/demo/faults")
    assert server.post("/spaces/demo/faults", PRESETS[name]).status == 201
    assert "fault-1 Responses" in text_of(page(server, "/demo/faults"))


def test_without_faults_some_are_proposed(server: Controlled) -> None:
    """And removing them is not."""
    found = page(server, "/demo/faults")
    assert "Nothing goes wrong in demo." in text_of(found)
    assert len(bodies(found, "POST spaces/demo/faults")) >= len(PRESETS)
    assert "DELETE spaces/demo/faults" not in calls(found)


FAULT = {"match": {}, "left": None, "probability": 1.0, "skip": 0, "hits": 0}


@pytest.mark.parametrize(
    ("fault", "said", "line"),
    [
        (
            {"match": {"vendor": "acme", "operation": "getJob"},
             "effect": {"status": 503}, "left": 1, "hits": 1},
            "Responses of getJob (vendor acme) have the status 503, once more.",
            "mock.fault(operation='getJob', status=503, times=2)",
        ),
        (
            {"effect": {"status": 503}, "left": 0, "hits": 1},
            "Responses have the status 503, used up after 1 hit.",
            "mock.fault(status=503, times=1)",
        ),
        (
            {"effect": {"latency": "PT2S"}, "probability": 0.25},
            "Responses come 2 s late in 25 % of cases, until it is removed.",
            "mock.fault(latency='PT2S', probability=0.25)",
        ),
        (
            {"match": {"event": "job.done"}, "effect": {"tamper": "body"}, "left": 3},
            "Webhooks of job.done have another body than was signed, 3 more times.",
            "mock.fault(event='job.done', tamper='body', times=3)",
        ),
    ],
)  # fmt: skip
def test_faults_are_told_in_words_and_as_lines_of_a_test(
    fault: dict[str, Any], said: str, line: str
) -> None:
    """What happens to what, and how often."""
    assert (sentence(FAULT | fault), as_test(FAULT | fault)) == (said, line)


@pytest.mark.parametrize(
    ("match", "status", "said"),
    [
        ({"operation": "getJob"}, 418, " 418 is not documented there; documented: 200, 404."),
        ({"operation": "getJob", "vendor": "acme"}, 201, " 201 is not documented there;"),
        ({"operation": "getJob"}, 404, ""),
        ({}, 418, ""),
    ],
)
def test_a_preview_of_a_fault_says_that_its_status_is_not_documented(
    server: Controlled, match: dict[str, str], status: int, said: str
) -> None:
    """And which are."""
    fault = {"match": match, "effect": {"status": status}}
    found = server.post("/spaces/demo/faults?preview=true", fault).json["sentence"]
    assert said in found
    assert ("not documented" in found) == bool(said)


def test_events_of_webhook_faults_stand_below_the_name_of_their_vendor(server: Controlled) -> None:
    """Two vendors may call theirs alike."""
    html = page(server, "/demo/faults").html
    assert '<optgroup label="acme"><option>' in html


def test_a_fault_that_is_used_up_says_so(server: Controlled) -> None:
    """It stays in the list until it is removed."""
    server.post("/spaces/demo/faults", {"effect": {"status": 503}, "times": 1})
    server.client.get("/~demo/acme/jobs/x", {"x-key": "test-key"})
    said = text_of(page(server, "/demo/faults"))
    assert "have the status 503, used up after 1 hit. Remove" in said


def test_a_request_leads_to_a_fault_of_its_operation(server: Controlled) -> None:
    """The form has it already."""
    found = page(server, "/demo/faults?vendor=acme&operation=getJob")
    values = [a.get("value") for _, a, _ in found.elements if a.get("name") == "match.operation"]
    assert values == ["getJob"]
