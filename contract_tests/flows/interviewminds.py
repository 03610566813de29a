"""InterviewMinds: from a resume over the interview to its score, by REST and by GraphQL.

The steps bear the headings of the vendor's API reference.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .frame import Account, Received, Receiver, after, moment, step
from .signature import verify

SECRET = "secret of this test"
FOREIGN = "https://hooks.example.com/interviewminds"
COMPLETED, SCORED = "interview.completed", "score.generated"
STARTED, VERIFIED = "interview.started", "verification.completed"


def flow(account: Account, receiver: Receiver) -> None:
    """Live through what the document tells."""
    account.headers["Authorization"] = "Bearer test-key"
    examples = account.document["components"]["examples"]

    def register(path: str, *events: str, **values: Any) -> Any:
        given = {"url": receiver.origin + path, "events": list(events), **values}
        made = account.call("POST", "/api/webhooks/register", given)["webhook"]
        assert made == {**made, **given, "enabled": True}
        return made

    def listed() -> dict[str, Any]:
        found = account.call("GET", "/api/webhooks")["webhooks"]
        assert not any("secret" in each for each in found)
        return {each["id"]: each for each in found}

    with step("Webhooks, POST /api/webhooks/register"):
        ours = register("/ours", COMPLETED, SCORED, secret=SECRET)
    with step("Webhooks, POST /api/webhooks/register", "names and secrets of the repository"):
        other = register("/other", STARTED, VERIFIED)
        assert other["secret"] not in (SECRET, "")
        register("", COMPLETED, SCORED, url=FOREIGN)
    with step("Webhooks, GET /api/webhooks", "the names of the tracking are the repository's"):
        tracked = listed()[ours["id"]]
        assert tracked["lastDeliveredAt"] is tracked["lastStatusCode"] is None
        assert tracked["failureCount"] == 0

    secrets = {"/ours": (ours["id"], SECRET), "/other": (other["id"], other["secret"])}
    begun = 0.0

    def told(*events: tuple[str, str, dict[str, Any]]) -> list[Received]:
        """Assert that these arrived since the last time, in this order, `begun` seconds on."""
        account.deliveries()
        arrived = receiver.take()
        assert [(each.path, each.data["event"]) for each in arrived] == [e[:2] for e in events]
        for each, (path, event, data) in zip(arrived, events, strict=True):
            webhook, secret = secrets[path]
            account.judge(event, each)
            verify(account.document, each, secret)
            assert each.request.method == "POST"
            assert each.headers["x-webhook-event"] == event
            assert each.headers["x-webhook-id"] == each.data["webhookId"] == webhook
            assert each.data["data"] == data
            assert moment(each.data["timestamp"]) == after(seconds=begun)
        return arrived

    def wait(seconds: float) -> list[tuple[timedelta, str, str]]:
        """Let time pass: how long after now, identifier and new state of each transition."""
        nonlocal begun
        since, begun = begun, begun + seconds
        done = account.advance(f"PT{seconds}S")
        return [(at - after(seconds=since), id, state) for at, id, state in done]

    with step("Resume Routes, POST /api/resume/upload"):
        file = {"resume": ("ada.pdf", b"%PDF-1.7 Ada Lovelace", "application/pdf")}
        resume = account.call("POST", "/api/resume/upload", files=file)["id"]
    with step("Resume Routes, GET /api/resume/:id", "parsed after five seconds"):
        shown = account.call("GET", f"/api/resume/{resume}")
        assert (shown["status"], shown["chunks"]) == ("processing", [])
        assert wait(5) == [(timedelta(seconds=5), resume, "completed")]
        shown = account.call("GET", f"/api/resume/{resume}")
        assert (shown["id"], shown["status"]) == (resume, "completed")
        assert all(each["text"] and each["embedding"] for each in shown["chunks"])
    with step("Resume Routes, POST /api/resume/verify", "its event, whose name is published"):
        account.call("POST", "/api/resume/verify", {"resumeId": resume})
        verified = account.deliveries()[-1]
        told(("/other", VERIFIED, {"resumeId": resume, "overallScore": 50}))
        assert verified["about"] == {
            "vendor": "interviewminds", "resource": "Resume", "id": resume
        }  # fmt: skip

    with step("Scheduling", "a booked slot is taken"):
        slot, _ = account.call("GET", "/api/scheduling/available")["slots"]
        booking = {**examples["ScheduleLive"]["value"], "slotId": slot["id"]}
        made = account.call("POST", "/api/scheduling/create", booking, status=201)
        assert made["interview"]["slotId"] == slot["id"]
        slots = account.call("GET", "/api/scheduling/available")["slots"]
        assert [each["available"] for each in slots] == [False, True]

    with step("Interview Routes, POST /api/interview", "its event, whose name is published"):
        made = account.call("POST", "/api/interview", {"resumeId": resume}, status=201)
        interview, user = made["_id"], made["userId"]
        assert (made["resumeId"], made["status"], made["score"]) == (resume, "ongoing", 0)
        of = {"interviewId": interview, "userId": user}
        told(("/other", STARTED, {**of, "status": "ongoing"}))
    with step("Interview Routes, PUT /api/interview/:id", "nothing else completes an interview"):
        assert wait(86400) == []
        account.call("PUT", f"/api/interview/{interview}", {"metadata": {"round": "second"}})
        told()
    with step("Interview Routes, PUT /api/interview/:id; Webhooks"):
        done = account.call("PUT", f"/api/interview/{interview}", {"status": "completed"})
        assert (done["status"], done["score"]) == ("completed", 0)
        told(("/ours", COMPLETED, {**of, "status": "completed"}))
    with step("Webhooks, score.generated", "five seconds after completion"):
        assert wait(4) == []
        assert wait(1) == [(timedelta(seconds=1), interview, "scored")]
        shown = account.call("GET", f"/api/interview/{interview}")
        assert (shown["_id"], shown["resumeId"], shown["userId"]) == (interview, resume, user)
        assert shown["metadata"] == {"round": "second"}
        assert len(shown["metrics"]) == 4
        told(("/ours", SCORED, {**of, "score": shown["score"]}))
    with step("Webhooks, GET /api/webhooks"):
        tracked = listed()[ours["id"]]
        assert moment(tracked["lastDeliveredAt"]) == after(seconds=begun)
        assert (tracked["lastStatusCode"], tracked["failureCount"]) == (200, 0)
    with step("Export & Reports, GET /api/export/interviews"):
        exported = account.call("GET", "/api/export/interviews")["data"]
        scores = {each["id"]: each["score"] for each in exported}
        assert scores[interview] == shown["score"]

    def ask(example: str, **variables: Any) -> Any:
        request = {**examples[example]["value"], "variables": variables}
        return account.call("POST", "/graphql", request)["data"]

    with step("GraphQL API, createInterview", "its event, whose name is published"):
        made = ask("GraphqlCreateInterviewMutation", input={"resumeId": resume})["createInterview"]
        spoken = made["id"]
        assert spoken != interview
        assert made["resumeId"] == resume
        again = {"interviewId": spoken, "userId": made["userId"]}
        told(("/other", STARTED, {**again, "status": "ongoing"}))
    with step("GraphQL API, updateScore; Webhooks"):
        score = {"score": 91, "feedback": "Better."}
        made = ask("GraphqlUpdateScoreMutation", interviewId=spoken, score=score)["updateScore"]
        assert (made["id"], made["score"], made["feedback"]) == (spoken, 91, "Better.")
        assert account.call("GET", f"/api/interview/{spoken}")["score"] == 91
        told(("/ours", SCORED, {**again, "score": 91}))
    with step("GraphQL API, interview"):
        assert ask("GraphqlInterviewQuery", id=spoken)["interview"]["score"] == 91

    with step("Webhooks", "one retry after a second, as the repository's code has it"):
        receiver.statuses = [500]
        ask("GraphqlUpdateScoreMutation", interviewId=spoken, score=score)
        (failed,) = told(("/ours", SCORED, {**again, "score": 91}))
        assert listed()[ours["id"]]["lastStatusCode"] == 500
        account.advance("PT0.9S")
        assert not receiver.take()
        account.advance("PT0.1S")
        (repeated,) = receiver.take()
        assert repeated.request.body == failed.request.body
        verify(account.document, repeated, SECRET)
        delivery = [each for each in account.deliveries() if each["to"] == ours["url"]][-1]
        assert [each["status"] for each in delivery["attempts"]] == [500, 200]
        assert delivery["state"] == "delivered"
        assert listed()[ours["id"]]["lastStatusCode"] == 200
    with step("Webhooks, GET /api/webhooks", "what failed for good is counted"):
        receiver.statuses = [503, 503]
        ask("GraphqlUpdateScoreMutation", interviewId=spoken, score=score)
        assert account.deliveries()
        account.advance("PT1H")
        assert len(receiver.take()) == 2
        tracked = listed()[ours["id"]]
        assert tracked["lastStatusCode"] == 503
        assert tracked["failureCount"] > 0

    with step("Webhooks", "no operation switches one off; the control interface does"):
        where = f"/interviewminds/resources/Webhook/{ours['id']}"
        account.control("PATCH", where, {"enabled": False})
        account.call("PUT", f"/api/interview/{spoken}", {"status": "completed"})
        assert len(account.advance("PT1H")) == 1
        assert account.deliveries()
        assert not receiver.take()
    with step("Webhooks", "no foreign address gets any"):
        abroad = [each for each in account.deliveries() if each["to"] == FOREIGN]
        assert {each["event"] for each in abroad} == {COMPLETED, SCORED}
        assert all(each["state"] == "withheld" and not each["attempts"] for each in abroad)
