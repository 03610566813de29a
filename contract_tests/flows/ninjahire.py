"""NinjaHire: from a job and its applications over phone calls to the webhooks of the tenant.

The steps bear the headings of the vendor's developer portal.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .frame import Account, Received, Receiver, after, step
from .signature import verify

TENANT = "8c1f9a52-6d0b-4b7e-9a55-1f3e2c7d8b90"
SECRET = "whsec_of_this_test"
FOREIGN = "https://hooks.example.com/ninjahire"
CALL, APPLICATION = "call_activity", "application_activty"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def flow(account: Account, receiver: Receiver) -> None:
    """Live through what the document tells."""
    account.headers["Authorization"] = "Bearer test-key"
    examples = account.document["components"]["examples"]

    def save(event: str, **values: Any) -> Any:
        given = {
            "tenant_id": TENANT,
            "triggered_event": event,
            "type": "post_call_screening",
            "fields": ["id", "status", "candidate_id", "job_id"],
            "url": f"{receiver.origin}/{event}",
            "http_method": "POST",
            "content_type": JSON,
            "secret": SECRET,
            "is_active": True,
            **values,
        }
        given = {name: value for name, value in given.items() if value is not None}
        made = account.call("POST", "/v1/tenant-webhook", given)
        assert made == made | given
        return made

    with step("Create or update a webhook URL for a tenant"):
        first = save(CALL, fields=["id"])
        calls = save(CALL)
        shaped = {"fields": ["status", "id"], "http_method": "PUT", "content_type": FORM}
        applications = save(APPLICATION, **shaped, is_active=None)
    with step("Create or update a webhook URL for a tenant", "known by tenant, event and type"):
        assert calls["id"] == first["id"] != applications["id"]
        abroad = save(CALL, tenant_id="0d3c5c9e-4d41-4f0e-8a3c-2b8e6a1f7c44", url=FOREIGN)
        assert abroad["id"] not in (calls["id"], applications["id"])
    with step("Get webhook configuration for a tenant", "of several the one saved last"):
        assert account.call("GET", "/v1/tenant-webhook")["id"] == abroad["id"]

    with step("Add a new job"):
        posting = {**examples["JobCreateLlmEngineer"]["value"], "source_id": "ats-job-1"}
        job = account.call("POST", "/v1/jobs", posting, status=201)["id"]
        assert account.call("GET", f"/v1/jobs/{job}")["source_id"] == "ats-job-1"
    with step("Update job scheduling settings; Retrieve job scheduling settings"):
        window = {**examples["ScheduleSettingUpdateWorkingDays"]["value"], "daily_attempts": 2}
        account.call("PUT", f"/v1/jobs/{job}/schedule-setting", window)
        assert account.call("GET", f"/v1/jobs/{job}/schedule-setting")["daily_attempts"] == 2
    with step("Update job scheduling status; Get job scheduling status"):
        account.call("PATCH", f"/v1/jobs/{job}/scheduling", {"scheduling": True})
        shown = account.call("GET", f"/v1/jobs/{job}/scheduling")
        assert shown == {"job_id": job, "scheduling": True}
    with step("Add a new candidate"):
        person = {
            **examples["CandidateCreateFirstname"]["value"],
            "first_name": "Ada",
            "source_id": "ats-candidate-1",
        }
        candidate = account.call("POST", "/v1/candidates", person, status=201)["id"]

    def apply(path: str = "/v1/applications", **values: Any) -> str:
        given = {
            "candidate_source_id": "ats-candidate-1",
            "job_source_id": "ats-job-1",
            "source_application_status": "Applied",
            "application_stage": "ACTIVE",
            **values,
        }
        made = account.call("POST", path, given, status=201)
        assert (made["candidate_id"], made["job_id"]) == (candidate, job)
        assert made["screening_status"] == "pending"
        found: str = made["id"]
        return found

    with step("Submit a new application"):
        application = apply()
    with step("Create a new application with questions"):
        asked = [{"question_text": "Why here?", "source_id": "q-1"}]
        other = apply("/v1/applications/with-questions", questions=asked)
        listed = account.call("GET", f"/v1/jobs/{job}/questions")
        assert "Why here?" in [each["question_text"] for each in listed]
    with step("Update job scheduling status", "whom it calls, and when, is not said: nobody"):
        assert account.advance("P7D") == []
        assert account.call("GET", f"/v1/calls?page=1&size=20&job_id={job}")["data"] == []
        assert not told(account, receiver)

    def dial(about: str) -> str:
        found: str = account.call("POST", f"/v1/applications/{about}/instant-call")["call_id"]
        shown = account.call("GET", f"/v1/calls/{found}")
        assert (shown["call_id"], shown["call_status"]) == (found, "call_in_progress")
        assert "call_score" not in shown
        return found

    def is_of_call(received: Received, call: str, status: str) -> None:
        account.judge(CALL, received)
        verify(account.document, received, SECRET)
        assert (received.request.method, received.path) == ("POST", f"/{CALL}")
        assert received.headers["content-type"].startswith(JSON)
        expected = {"id": call, "status": status, "candidate_id": candidate, "job_id": job}
        assert received.data == expected

    def is_of_application(received: Received, about: str, status: str) -> None:
        account.judge(APPLICATION, received)
        verify(account.document, received, SECRET)
        assert (received.request.method, received.path) == ("PUT", f"/{APPLICATION}")
        assert received.headers["content-type"].startswith(FORM)
        assert received.data == {"id": about, "status": status}

    with step("Initiate an instant call for an application"):
        call = dial(application)
    with step("Retrieve all calls"):
        page = account.call("GET", f"/v1/calls?page=1&size=20&application_id={application}")
        assert [each["call_id"] for each in page["data"]] == [call]
    with step("Create or update a webhook URL for a tenant", "the beginning of a call is not told"):
        assert not told(account, receiver)
    week = timedelta(days=7)
    with step("Retrieve call details for a specific call", "a call takes five minutes"):
        assert account.advance("PT4M59S") == []
        assert account.advance("PT1S") == [
            (after(minutes=5) + week, call, "call_completed"),
            (after(minutes=5) + week, application, "completed"),
        ]
        shown = account.call("GET", f"/v1/calls/{call}")
        assert shown["call_id"] == call
        assert shown["ninjahire_intelligence"] == "call_success"
        assert shown["call_summary"]
        assert shown["transcript"]
    with step("Create or update a webhook URL for a tenant", "told when the call has ended"):
        # Who gets two events of one moment gets them at once.
        ended, screened = sorted(told(account, receiver), key=lambda each: each.path != f"/{CALL}")
        is_of_call(ended, call, "call_completed")
        made = [each for each in account.deliveries() if each["to"] != FOREIGN]
        assert [each["event"] for each in made[-2:]] == [CALL, APPLICATION]
    with step("Retrieve a specific application", "the call has completed the screening"):
        is_of_application(screened, application, "Applied")
        found = account.call("GET", f"/v1/applications/{application}")
        assert (found["screening_status"], found["score"]) == ("completed", shown["call_score"])
        listed = "/v1/applications?page=1&size=20&filter_screening_status=completed&job_id="
        page = account.call("GET", listed + job)
        assert [each["id"] for each in page["data"]] == [application]
    with step("Update a specific application"):
        change = examples["ApplicationUpdateHired"]["value"]
        account.call("PATCH", f"/v1/applications/{application}", change)
        (changed,) = told(account, receiver)
        is_of_application(changed, application, "hired")

    with step("Retrieve call details for a specific call", "a call fails where a test says so"):
        failed = dial(other)
        to = {"to": "call_failed"}
        account.control("POST", f"/ninjahire/resources/Call/{failed}/transition", to)
        (ended,) = told(account, receiver)
        is_of_call(ended, failed, "call_failed")
        assert account.advance("P1D") == []
        found = account.call("GET", f"/v1/applications/{other}")
        assert (found["screening_status"], "score" in found) == ("pending", False)
    with step("Create or update a webhook URL for a tenant", "no retry is documented, so none"):
        receiver.statuses = [500]
        account.call("PATCH", f"/v1/applications/{other}", change)
        assert len(told(account, receiver)) == 1
        account.advance("P1D")
        assert not told(account, receiver)
        last = account.deliveries()[-1]
        assert (last["state"], len(last["attempts"])) == ("failed", 1)

    def is_silent() -> None:
        account.call("PATCH", f"/v1/applications/{other}", change)
        dial(other)
        account.advance("PT1H")
        assert not [each for each in told(account, receiver) if each.path == f"/{CALL}"]

    with step("Create or update a webhook URL for a tenant, is_active"):
        save(CALL, is_active=False)
        is_silent()
        save(CALL)
    with step("Unsubscribe from a tenant webhook"):
        gone = account.call("POST", f"/v1/tenant-webhook/unsubscribe/{calls['id']}")
        assert (gone["id"], gone["is_deleted"]) == (calls["id"], True)
        is_silent()
    with step("Subscribe to a tenant webhook"):
        back = account.call("POST", f"/v1/tenant-webhook/subscribe/{calls['id']}")
        assert (back["id"], back["is_deleted"]) == (calls["id"], False)
        call = dial(application)
        account.advance("PT5M")
        (ended,) = told(account, receiver)
        is_of_call(ended, call, "call_completed")

    with step("Create or update a webhook URL for a tenant, url", "no foreign address gets any"):
        sent = [each for each in account.deliveries() if each["to"] == FOREIGN]
        assert {each["event"] for each in sent} == {CALL}
        assert all(each["state"] == "withheld" and not each["attempts"] for each in sent)


def told(account: Account, receiver: Receiver) -> list[Received]:
    """What arrived since the last time, once nothing that is due is pending."""
    account.deliveries()
    return receiver.take()
