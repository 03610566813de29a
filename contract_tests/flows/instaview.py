"""InstaView: interviews, their calls and analyses, candidates and jobs.

The steps bear the headings of the guide to the Interviews API. It knows no webhooks; what the
vendor's other pages say of these is marked as published.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .frame import BEGIN, Account, Received, Receiver, after, moment, step

EVENTS = (
    "interview.started", "interview.completed", "interview.failed", "analysis.completed",
    "analysis.failed", "ping",
)  # fmt: skip
# Only addresses of https may be registered. The first is mapped to the receiver in the space.
OURS, FOREIGN = "https://hooks.acme.example", "https://hooks.example.com/instaview"
# How long an interview takes, and its analysis after it: as in the sample of the guide.
LENGTH, ANALYSIS = {"minutes": 25, "seconds": 30}, {"minutes": 4, "seconds": 30}
PDF = "JVBERi0xLjQKMSAwIG9iai..."


def flow(account: Account, receiver: Receiver) -> None:
    """Live through what the guide tells."""
    account.headers["Authorization"] = "Bearer test-key"
    account.control("PATCH", "", {"receivers": {OURS: receiver.origin}})

    def webhook(url: str, *events: str) -> str:
        given = {"url": url, "events": list(events)}
        made = account.call("POST", "/webhooks", given, status=201)["data"]
        assert made == made | given | {"isActive": True}
        shown = account.call("GET", f"/webhooks/{made['id']}")["data"]
        assert "signingSecret" not in shown
        assert (shown["maxRetries"], shown["timeoutMs"]) == (3, 30000)
        found: str = made["id"]
        return found

    with step("Published: create a webhook"):
        all_events = webhook(f"{OURS}/all", *EVENTS)
        webhook(FOREIGN, "interview.completed")

    def told(*events: str, **about: Any) -> list[Received]:
        """What arrived since the last time: these events in this order, with these data."""
        account.settle()
        arrived = receiver.take()
        assert [each.data["event"] for each in arrived] == list(events)
        for each in arrived:
            assert each.request.line == "POST /all"
            account.judge(each.data["event"], each)
            assert each.data["data"] == each.data["data"] | about
        assert len({each.data["deliveryId"] for each in arrived}) == len(events)
        return arrived

    def read(interview: str) -> Any:
        return account.call("GET", f"/interviews/{interview}")["data"]

    def create(body: Any) -> Any:
        return account.call("POST", "/interviews", body, status=201)["data"]

    with step("Creating Interviews, With Existing Candidate and Agent; Scheduling"):
        candidate = account.call("GET", "/candidates")["data"]["data"][0]
        job = candidate["jobIds"][0]
        agent = account.call("GET", "/interviews")["data"]["data"][0]["agentId"]
        known = {"candidateId": candidate["id"], "agentId": agent, "jobId": job}
        made = create({**known, "scheduleTime": written(after(days=2))})
        interview = made["id"]
        assert made == made | known | {"status": "SCHEDULED", "analysis": None}
        (call,) = made["callAttempts"]
        assert (call["status"], moment(call["scheduledAt"])) == ("SCHEDULED", after(days=2))
        told()
    about = {"interviewId": interview, "candidateId": candidate["id"], "jobId": job}
    with step("Interview Status: scheduled"):
        assert account.advance("PT47H59M59S") == []
        told()
    with step("Interview Status: in progress"):
        assert account.advance("PT1S") == [(after(days=2), interview, "IN_PROGRESS")]
        (event,) = told("interview.started", **about, callAttemptId=call["id"])
        assert moment(event.data["timestamp"]) == after(days=2)
        (call,) = read(interview)["callAttempts"]
        assert (call["status"], moment(call["calledAt"])) == ("IN_PROGRESS", after(days=2))
    with step("Interview Status: completed", "its length is that of the guide's sample"):
        over = after(days=2, **LENGTH)
        assert account.advance("PT25M30S") == [(over, interview, "COMPLETED")]
        told()
        shown = read(interview)
        assert (shown["status"], moment(shown["finishedDate"])) == ("COMPLETED", over)
    with step("Analysis Structure: pending, processing", "when it is taken up"):
        assert shown["analysis"]["general"]["status"] == 1
        account.advance("PT30S")
        assert read(interview)["analysis"]["general"]["status"] == 2
        told()
    with step("Get Interview with Analysis", "its length is that of the guide's sample"):
        ready = after(days=2, minutes=30)
        assert account.advance("PT4M") == [(ready, interview, "analysed")]
        completed, analysed = told("interview.completed", "analysis.completed", **about)
        shown = read(interview)
        general = shown["analysis"]["general"]
        assert (general["status"], shown["analysis"]["specific"]) == (3, None)
        assert 0 <= general["overallRating"] <= 100
        assert moment(general["createdAt"]) == ready
        assert (moment(shown["scheduledAt"]), moment(shown["finishedDate"])) == (
            after(days=2), over
        )  # fmt: skip
        assert "metadata" not in shown
        assert completed.data["data"]["status"] == "COMPLETED"
        assert completed.data["data"]["callAttemptId"] == shown["callAttempts"][0]["id"]
        assert analysed.data["data"]["analysis"] == shown["analysis"]
        assert analysed.data["data"]["analysisPdfBase64"] == PDF
        assert moment(analysed.data["timestamp"]) == ready
    with step("List Candidate's Interviews"):
        page = account.call("GET", f"/interviews?candidateId={candidate['id']}")["data"]
        assert shown in page["data"]

    with step("With Inline Candidate and Inline Job; Scheduling: starts immediately"):
        examples = account.document["components"]["examples"]
        inline = examples["InterviewCreateInlineEverything"]["value"]
        inline["candidate"]["gdprExpiryDate"] = "2027-11-16"
        made = create(inline)
        assert made["status"] == "IN_PROGRESS"
        told(
            "interview.started",
            interviewId=made["id"],
            candidateId=made["candidateId"],
            jobId=made["jobId"],
        )
        person = account.call("GET", f"/candidates/{made['candidateId']}")["data"]
        assert person == person | {"status": "APPLIED", "jobIds": [made["jobId"]]}
        opening = account.call("GET", f"/jobs/{made['jobId']}")["data"]
        assert (opening["title"], opening["status"]) == (inline["job"]["jobTitle"], "OPEN")
        account.advance("PT1H")
        told("interview.completed", "analysis.completed", interviewId=made["id"])
    with step("Published: candidates and jobs go on by being changed"):
        path = f"/candidates/{made['candidateId']}"
        assert account.call("PATCH", path, {"status": "ACCEPTED"})["data"]["status"] == "ACCEPTED"
        path = f"/jobs/{made['jobId']}"
        assert account.call("PATCH", path, {"status": "CLOSED"})["data"]["status"] == "CLOSED"
    with step("Published: a rehearsal is over at once", "that it sends one event"):
        made = create({**known, "isTest": True})
        assert (made["status"], made["isTest"]) == ("COMPLETED", True)
        told("interview.completed", interviewId=made["id"], status="COMPLETED")
        assert account.advance("PT1H") == []

    def scheduled(days: float) -> Any:
        now = moment(account.control("GET", "/clock")["now"])
        return create({**known, "scheduleTime": written(now + (after(days=days) - BEGIN))})

    with step("Published: a call is moved, or cancelled"):
        moved, cancelled = scheduled(1), scheduled(1)
        path = "/interviews/{id}/call-attempts/{callAttempts[0][id]}"
        later = moment(moved["scheduledAt"]) + (after(hours=2) - BEGIN)
        given = {"scheduledAt": written(later)}
        account.call("PATCH", path.format(**moved), given, status=204)
        account.call("DELETE", path.format(**cancelled), status=204)
        assert account.advance("P1D") == []
        assert account.advance("PT2H") == [(later, moved["id"], "IN_PROGRESS")]
        told("interview.started", interviewId=moved["id"])
        assert read(cancelled["id"])["callAttempts"][0]["status"] == "CANCELLED"
        account.advance("PT30M")
        told("interview.completed", "analysis.completed", interviewId=moved["id"])
    with step("Deleting Interviews: no longer listed or found"):
        gone, running = scheduled(1), create(known)
        told("interview.started", interviewId=running["id"])
        for each in (gone, running):
            account.call("DELETE", f"/interviews/{each['id']}")
            account.call("GET", f"/interviews/{each['id']}", status=404)
        assert account.advance("P2D") == []
        told()
    with step("Interview Status: failed; analysis failed", "nothing but a control route fails"):
        for state, event in (
            ("FAILED", "interview.failed"),
            ("analysis failed", "analysis.failed"),
        ):
            made = scheduled(1)
            account.control(
                "POST", f"/instaview/resources/Interview/{made['id']}/transition", {"to": state}
            )
            told(event, interviewId=made["id"])
            assert account.advance("P2D") == []

    with step("Published: three retries", "the pauses between them"):
        receiver.statuses += [500, 503, 404, 500]
        made = create({**known, "isTest": True})
        first = told("interview.completed")
        for pause in ("PT1M", "PT5M", "PT30M"):
            account.advance(pause)
            (again,) = told("interview.completed")
            assert again.request.body == first[0].request.body
        account.advance("P1D")
        told()
        shown = account.call("GET", f"/webhooks/{all_events}")["data"]
        assert shown["consecutiveFailures"] == 4
        create({**known, "isTest": True})
        told("interview.completed")
        shown = account.call("GET", f"/webhooks/{all_events}")["data"]
        assert shown["consecutiveFailures"] == 0

    with step("Published: a ping goes to the webhook that is tested"):
        second = webhook(f"{OURS}/second", "ping")
        account.call("POST", f"/webhooks/{all_events}/test")
        told("ping")
    with step("Published: paused, resumed, deleted"):
        account.call("DELETE", f"/webhooks/{second}", status=204)
        path = f"/webhooks/{all_events}"
        for is_active, expected in ((False, ()), (True, ("interview.completed",))):
            account.call("PATCH", path, {"isActive": is_active})
            create({**known, "isTest": True})
            told(*expected)
        receiver.statuses.append(500)
        create({**known, "isTest": True})
        told("interview.completed")
        account.call("DELETE", path, status=204)
        create({**known, "isTest": True})
        account.advance("P1D")
        told()

    with step(
        "Published: signed", "by header fields that are not public, so nothing is signed here"
    ):
        assert not any("sign" in name for each in receiver.seen for name in each.headers)
    with step("Published: create a webhook", "that no foreign address gets anything is ours"):
        abroad = [each for each in account.deliveries() if each["to"] == FOREIGN]
        assert len(abroad) >= 7
        assert all(each["state"] == "withheld" and not each["attempts"] for each in abroad)


def written(at: datetime) -> str:
    """A moment as the guide writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
