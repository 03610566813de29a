"""HeyMilo: interviews of a posting, from the ingestion of a candidate to the report.

The steps bear the headings of the vendor's public API documentation.
"""

from __future__ import annotations

from typing import Any

from .frame import Account, Receiver, after, step

EVENTS = ("interview_started", "interview_completed", "report_available")
FOREIGN = "https://hooks.example.com/heymilo"


def flow(account: Account, receiver: Receiver) -> None:
    """Live through what the document tells."""
    account.headers["X-API-KEY"] = "test-key"

    with step("2. Get Job Postings"):
        posting, other, *_ = account.call("GET", "/api/postings")["postings"]
        ours = posting["posting_id"]

    def subscribe(event: str, **values: Any) -> str:
        given = {"posting_id": ours, "url": f"{receiver.origin}/{event}", "event_type": event}
        made = account.call("POST", "/api/webhook/create", {**given, **values})
        assert made == made | {"http_method": "post", **given, **values, "is_active": True}
        assert made["created_at"] == made["updated_at"] == after().timestamp()
        found: str = made["webhook_id"]
        assert account.call("GET", f"/api/webhook/fetch/{found}") == made
        return found

    with step("6. Create Webhook; 7. Get Webhook"):
        webhooks = [subscribe(event) for event in EVENTS]
        webhooks.append(subscribe(EVENTS[2], url=f"{receiver.origin}/get", http_method="get"))
        subscribe(EVENTS[0], posting_id=other["posting_id"])
        subscribe(EVENTS[0], url=FOREIGN)
    with step("8. Get All Webhooks"):
        listed = account.call("GET", f"/api/webhook/all?posting_id={ours}&event_type={EVENTS[2]}")
        assert {each["webhook_id"] for each in listed} >= set(webhooks[2:])

    ingest = f"/api/ingest/x/{posting['url_key']}"
    ada = {"name": "Ada Lovelace", "email": "ada@example.com", "phone_number": "+15550100"}
    with step("10. Ingest Single Candidate"):
        made = account.call("POST", ingest, ada)
        (entry,) = made["interview_details"]
        interview = entry["interview_id"]
        assert ada["email"] in made["message"]
        shown = read(account, interview)
        assert shown["posting_id"] == ours
        assert shown["posting_title"] == posting["title"]
        assert shown["details"]["name"] == ada["name"]
        assert "score" not in shown["details"]
    with step("10. Ingest Single Candidate, Special Note"):
        again = account.call("POST", ingest, ada)
        assert again["interview_details"] == made["interview_details"]
        assert not receiver.take()

    def told(*events: str, about: str = interview) -> None:
        """Assert that these events arrived since the last time, in this order."""
        arrived = receiver.take()
        by_post = [each for each in arrived if each.path != "/get"]
        assert [each.path for each in by_post] == [f"/{event}" for event in events]
        for event, each in zip(events, by_post, strict=True):
            assert each.request.method == "POST"
            account.judge(event, each)
            expected = {"event_type": event, "posting_id": ours, "interview_id": about}
            assert each.data == expected
            assert not any("sign" in name for name in each.headers)
        others = [each for each in arrived if each.path == "/get"]
        assert len(others) == events.count(EVENTS[2])
        for each in others:
            assert (each.request.method, each.request.body) == ("GET", b"")
            assert each.data == {
                "event_type": EVENTS[2], "posting_id": ours, "interview_id": about
            }  # fmt: skip

    with step("Webhook Event Types: interview_started", "ten minutes after the ingestion"):
        assert account.advance("PT9M59S") == []
        assert account.advance("PT1S") == [(after(minutes=10), interview, "started")]
        told("interview_started")
        shown = read(account, interview)
        assert shown["details"]["interviewed_on"] == after(minutes=10).timestamp()
        assert [each["started"] for each in shown["workflow"]["step_by_step"]] == [True, True]
        assert shown["workflow"]["all_complete"] is False
    with step("Webhook Event Types: interview_completed", "half an hour after the start"):
        assert account.advance("PT30M") == [(after(minutes=40), interview, "completed")]
        told("interview_completed")
        shown = read(account, interview)
        assert shown["details"]["status"] == "completed"
        assert shown["workflow"]["all_complete"] is True
        assert shown["workflow"]["last_engagement"] == after(minutes=40).timestamp()
        assert shown["workflow"]["step_by_step"][1]["is_analyzing_call"] is True
        assert "agentic_data" not in shown
    with step("Webhook Event Types: report_available", "two minutes after completion"):
        assert account.advance("PT2M") == [(after(minutes=42), interview, "reported")]
        told("report_available")
    with step("3. Get Interview Details by Interview ID"):
        shown = read(account, interview)
        details = shown["details"]
        assert (details["name"], details["email"]) == (ada["name"], ada["email"])
        assert details["score"] == details["metadata"]["web_interview"]["final_score"]
        assert shown["workflow"] == details["workflow_status"]
        assert shown["workflow"]["step_by_step"][1]["is_analyzing_call"] is False
        assert shown["agentic_data"]["web_interview_info"]["scorecard"]["questions"]
        # The times of the interview are those at which it was held.
        assert details["interviewed_on"] == after(minutes=10).timestamp()
        assert shown["workflow"]["last_engagement"] == after(minutes=40).timestamp()
    with step("4. Get Interviews by Posting"):
        page = account.call("GET", f"/api/interviews/{ours}?page=1&limit=10")
        assert shown in page["candidates"]

    with step("11. Bulk Ingest Candidates"):
        people = [{"name": name, "email": f"{name}@example.com"} for name in ("Grace", "Alan")]
        made = account.call("POST", f"/api/ingest/x/bulk/{posting['url_key']}", {"data": people})
        both = [each["interview_id"] for each in made["interview_details"]]
        assert [read(account, each)["details"]["name"] for each in both] == ["Grace", "Alan"]
    with step("Webhook Event Types", "what is due at one moment happens in the order of creation"):
        states = ("started", "completed", "reported")
        times = (after(minutes=52), after(minutes=82), after(minutes=84))
        assert account.advance("PT1H") == [
            (at, each, state) for at, state in zip(times, states, strict=True) for each in both
        ]
        arrived = [each for each in receiver.take() if each.path != "/get"]
        assert [(each.data["event_type"], each.data["interview_id"]) for each in arrived] == [
            (event, each) for event in EVENTS for each in both
        ]

    with step("9. Deactivate Webhook"):
        for webhook in webhooks:
            gone = account.call("POST", f"/api/webhook/deactivate/{webhook}")
            assert (gone["webhook_id"], gone["is_active"]) == (webhook, False)
            assert account.call("GET", f"/api/webhook/fetch/{webhook}")["is_active"] is False
        account.call("POST", ingest, {**ada, "retake": True})
        assert len(account.advance("PT1H")) == 3
        assert not receiver.take()

    with step("6. Create Webhook", "that no foreign address gets anything is ours"):
        abroad = [each for each in account.deliveries() if each["to"] == FOREIGN]
        assert len(abroad) == 4
        assert all(each["state"] == "withheld" and not each["attempts"] for each in abroad)


def read(account: Account, interview: str) -> Any:
    """An interview, which names itself in all its places."""
    shown = account.call("GET", f"/api/interview/{interview}")
    assert set(identifiers(shown)) == {interview}
    return shown


def identifiers(value: Any) -> list[str]:
    """Every `interview_id` in a value."""
    if isinstance(value, list):
        return [found for each in value for found in identifiers(each)]
    if not isinstance(value, dict):
        return []
    own = [value["interview_id"]] if "interview_id" in value else []
    return own + identifiers(list(value.values()))
