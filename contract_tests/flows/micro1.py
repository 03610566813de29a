"""micro1: an interview from its creation to the report, and applicants of a job.

The steps bear the headings of the vendor's AI Recruiter API documentation. What its newer OpenAPI
file and pages say beside that is marked as published.
"""

from __future__ import annotations

from typing import Any

from .frame import Account, Received, Receiver, after, step

DOCUMENTED = ("interview_report.created", "interview_recording.completed")
FOREIGN = "https://hooks.example.com/micro1"
# The order is ours: no source has one.
AT_THE_END = (
    "interview_recording.completed", "interview.completed",
    "interview_webcam_recording.completed", "proctoring_score.completed",
    "interview_report.created",
)  # fmt: skip


def flow(account: Account, receiver: Receiver) -> None:
    """Live through what the document tells."""
    with step("Authentication, Error Handling"):
        assert account.call("GET", "/interviews", status=401)["status"] is False
        account.headers["x-api-key"] = "test-key"

    with step("Create a webhook", "the fields are published, the document shows no body"):
        webhooks = {}
        for event in account.document["webhooks"]:
            given = {"url": f"{receiver.origin}/{event}", "event": event}
            webhooks[event] = account.call("POST", "/webhook", given)["id"]
        account.call("POST", "/webhook", {"url": FOREIGN, "event": DOCUMENTED[0]})
    with step("Introduction, Available Events"):
        assert webhooks.keys() >= set(DOCUMENTED)
    with step("Get all webhooks"):
        listed = {each["webhook_id"]: each for each in account.call("GET", "/webhooks")["data"]}
        assert all(listed[id]["event"] == event for event, id in webhooks.items())

    with step("Create a new interview"):
        created = account.document["components"]["examples"]["InterviewCreateFullStack"]["value"]
        given = {**created, "interview_name": "Analytical Engine"}
        interview = account.call("POST", "/interview", given)["data"]["interview_id"]

    def invite(**who: Any) -> list[str]:
        given = {"interview_id": interview, **who}
        made = account.call("POST", "/interview/invite", given)["data"]["invitations"]
        assert all(each["candidate_id"] in each["invite_url"] for each in made)
        return [each["candidate_id"] for each in made]

    def invites() -> dict[str, Any]:
        found = account.call("GET", f"/interview/invites?interview_id={interview}")["data"]
        return {each["candidate_id"]: each for each in found}

    def reports(query: str) -> list[Any]:
        found: list[Any] = account.call("GET", f"/interview/reports?{query}")["data"]
        return found

    def told(*events: str) -> list[Received]:
        """What arrived since the last time: these events, sent in this order.

        What is sent to several webhooks at one moment may arrive in any.
        """
        sent = [each for each in account.deliveries() if each["to"].startswith(receiver.origin)]
        assert [each["event"] for each in sent[len(sent) - len(events) :]] == list(events)
        arrived = receiver.take()
        assert sorted(each.data["event"] for each in arrived) == sorted(events)
        for each in arrived:
            assert each.request.line == f"POST /{each.data['event']}"
            account.judge(each.data["event"], each)
            assert not any("sign" in name for name in each.headers)
        return arrived

    with step("Invite candidates to an interview"):
        people = [{"name": name, "email": f"{name}@example.com"} for name in ("Ada", "Grace")]
        ada, grace = invite(candidates=people)
    with step("Get all invited candidates"):
        assert [invites()[each]["candidate_name"] for each in (ada, grace)] == ["Ada", "Grace"]
    with step("Invite candidates to an interview", "a candidate_id is published to send it again"):
        assert invite(candidate_id=ada) == [ada]
        assert len(invites()) == 2
    with step("Invite candidates to an interview: no report before it is taken"):
        assert not reports(f"interview_id={interview}")
        told()

    ids = [f"{interview},{each}" for each in (ada, grace)]
    with step("Introduction: interview.started is published", "ten minutes after the invitation"):
        assert account.advance("PT10M") == [(after(minutes=10), id, "started") for id in ids]
        first, second = told("interview.started", "interview.started")
        assert first.data["data"] == {
            "candidate_id": ada,
            "candidate_name": "Ada",
            "candidate_email_id": "Ada@example.com",
            "ats_job_id": None,
            "ats_job_application_id": None,
            "interview_id": interview,
            "interview_name": "Analytical Engine",
            "date_started": "2026-01-05 09:10:00",
        }
        assert second.data["data"]["candidate_id"] == grace
    with step(
        "Introduction: after they finish, reports follow", "half an hour, then three minutes"
    ):
        assert account.advance("PT30M") == [(after(minutes=40), id, "ended") for id in ids]
        told()
        done = account.advance("PT3M")
        assert [each for each in done if each[1] in ids] == [
            (after(minutes=43), id, "reported") for id in ids
        ]
        arrived = told(*AT_THE_END, *AT_THE_END)
    for candidate, name in ((ada, "Ada"), (grace, "Grace")):
        data = {
            each.data["event"]: each.data["data"]
            for each in arrived
            if each.data["data"]["candidate_id"] == candidate
        }
        assert data.keys() == set(AT_THE_END)
        report = data["interview_report.created"]
        with step("Event types, interview_report.created"):
            expected = {
                "interview_id": interview,
                "interview_name": "Analytical Engine",
                "candidate_id": candidate,
                "candidate_name": name,
                "candidate_email_id": f"{name}@example.com",
                "report_date": "2026-01-05",
                "date_created": "2026-01-05 09:43:00",
                "date_modified": "2026-01-05 09:43:00",
            }
            assert report == report | expected
            assert report["report_url"].endswith(f"/{report['report_id']}.pdf")
        with step("Event types, interview_recording.completed"):
            for event in AT_THE_END[:2]:
                assert data[event]["report_id"] == report["report_id"]
                recording = data[event]["interview_recording_url"]
                assert recording == report["interview_recording_url"]
                assert report["report_id"] in recording
        with step("Event types: two more are published"):
            assert {each["report_id"] for each in data.values()} == {report["report_id"]}
            score = data["proctoring_score.completed"]["proctoring_score"]
            assert score == report["proctoring_score"]
        with step("Get all completed reports"):
            for query in ("report_id", "candidate_id"):
                assert reports(f"{query}={report[query]}") == [report]
    with step("Get all completed reports"):
        found = reports(f"interview_id={interview}")
        assert len({each["report_id"] for each in found}) == 2

    with step("Add an applicant to a job, published", "a resume is scored in a minute and a half"):
        (job,) = account.call("GET", "/jobs")["data"]
        alan = {
            "first_name": "Alan",
            "last_name": "Turing",
            "email_id": "alan@example.com",
            "resume_url": "https://example.com/alan.pdf",
        }
        path = f"/job/{job['job_id']}/applicant"
        made = account.call("POST", path, alan)["data"]["job_application_id"]
        (created,) = told("applicant.created")
        assert account.advance("PT90S") == [(after(minutes=44, seconds=30), made, "completed")]
        (scored,) = told("applicant.completed")
        for each in (created, scored):
            expected = {
                "micro1_job_id": job["job_id"],
                "micro1_job_application_id": made,
                "email_id": "alan@example.com",
                "candidate_name": "Alan Turing",
                "job_name": job["job_title"],
                "resume_url": alan["resume_url"],
            }
            assert each.data["data"] == each.data["data"] | expected
        shown = account.call("GET", f"/job/applicant/{made}")["data"]
        assert "resume_score" not in created.data["data"]
        assert scored.data["data"]["resume_score"] == shown["resume_score"]
    with step("Invite candidates to an interview: an applicant, published"):
        (candidate,) = invite(job_application_id=made)
        (event,) = told("applicant.invited")
        assert event.data["data"] == event.data["data"] | expected | {"candidate_id": candidate}
        assert invites()[candidate]["candidate_name"] == "Alan Turing"
        account.advance("PT1H")
        arrived = told("interview.started", *AT_THE_END)
        data = {each.data["event"]: each.data["data"] for each in arrived}
        begun = data["interview.started"]
        assert (begun["job_id"], begun["job_name"]) == (job["job_id"], job["job_title"])
        assert data["interview_report.created"]["job_applicant_id"] == made
    with step("Add an applicant to a job, published", "without a resume there is no score"):
        del alan["resume_url"]
        account.call("POST", path, {**alan, "email_id": "kurt@example.com"})
        told("applicant.created")
        assert account.advance("PT1H") == []

    with step("Update a webhook"):
        moved = {"url": f"{receiver.origin}/moved", "event": "interview.started"}
        account.call("PUT", f"/webhook/{webhooks.pop('interview.started')}", moved)
    with step("Delete a webhook"):
        for id in webhooks.values():
            account.call("DELETE", f"/webhook/{id}")
        assert not webhooks.keys() & {
            each["webhook_id"] for each in account.call("GET", "/webhooks")["data"]
        }
        (late,) = invite(candidates=[{"name": "Late", "email": "late@example.com"}])
        account.advance("PT1H")
        (only,) = receiver.take()
        assert (only.path, only.data["data"]["candidate_id"]) == ("/moved", late)

    with step("Create a webhook", "that no foreign address gets anything is ours"):
        abroad = [each for each in account.deliveries() if each["to"] == FOREIGN]
        assert len(abroad) == 4
        assert all(each["state"] == "withheld" and not each["attempts"] for each in abroad)
