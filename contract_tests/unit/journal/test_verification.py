"""How often, or in which order, requests arrived; what came nearest; what could not be known."""

from __future__ import annotations

from typing import Any

import pytest
from journaling import MASK, add

from greenroom.journal.journal import LONGEST_BODY, Journal
from greenroom.journal.verification import verify

LIST, CREATE = {"operation": "listThings"}, {"operation": "createThing"}


@pytest.fixture
def journal() -> Journal:
    """Made two things and listed them three times: create, list, list, create, list."""
    journal = Journal()
    for number, name in enumerate("clkcl"):
        if name == "c":
            add(journal, "POST", "/v1/things", {"name": f"n{number}", "secret": "hunter2-hunter2"})
        else:
            add(journal)
    return journal


def ask(journal: Journal, **question: Any) -> Any:
    return verify(journal, question, lambda vendor: MASK)


@pytest.mark.parametrize(
    ("times", "ok"),
    [
        (None, True),
        ({"exactly": 3}, True),
        ({"exactly": 2}, False),
        ({"exactly": 4}, False),
        ({"at_least": 3}, True),
        ({"at_least": 4}, False),
        ({"at_most": 3}, True),
        ({"at_most": 2}, False),
        ({"at_least": 1, "at_most": 3}, True),
        ({"at_least": 4, "at_most": 5}, False),
    ],
)
def test_a_number_of_requests_is_verified(journal: Journal, times: Any, ok: bool) -> None:
    """Without `times` at least one."""
    verdict = ask(journal, request=LIST, **({"times": times} if times else {}))
    assert (verdict["ok"], verdict["count"]) == (ok, 3)
    assert ("nearest" in verdict) is not ok


def test_of_too_few_the_newest_that_matched_are_shown_and_one_that_did_not(
    journal: Journal,
) -> None:
    """In this order."""
    verdict = ask(journal, request=LIST, times={"exactly": 4})
    nearest = verdict["nearest"]
    assert [miss["request"]["n"] for miss in nearest[:2]] == verdict["requests"][:0:-1]
    assert [bool(miss["differences"]) for miss in nearest] == [False, False, True]


def test_none_is_never_at_least_one(journal: Journal) -> None:
    """And exactly as many as none."""
    assert not ask(journal, request={"operation": "lock"})["ok"]
    assert ask(journal, request={"operation": "lock"}, times={"exactly": 0})["ok"]


def test_near_misses_say_what_is_different(journal: Journal) -> None:
    """The one with the least differences first; requests for something else are farther away."""
    wanted = {**CREATE, "body": {"name": "n9", "secret": "hunter2-hunter2", "extra": 1}}
    nearest = ask(journal, request=wanted)["nearest"]
    assert [miss["request"]["n"] for miss in nearest] == [4, 1, 5]
    assert nearest[0]["differences"] == [
        {"pointer": "/body/name", "wanted": "n9", "got": "n3"},
        {"pointer": "/body/extra", "wanted": 1},
    ]
    assert nearest[0]["request"]["body"] == {"name": "n3", "secret": "[redacted]"}
    assert nearest[2]["differences"] == [
        {"pointer": "/operation", "wanted": "createThing", "got": "listThings"},
        {"pointer": "/body", "wanted": {**wanted["body"], "secret": "[redacted]"}},
    ]


def test_near_misses_show_no_credential(journal: Journal) -> None:
    """Neither the sent nor the wanted one."""
    (miss, *_) = ask(journal, request={"body": {"secret": "hunter3-hunter3"}})["nearest"]
    hidden = {"pointer": "/body/secret", "wanted": "[redacted]", "got": "[redacted]"}
    assert miss["differences"] == [hidden]


def test_of_too_many_the_matching_ones_are_shown(journal: Journal) -> None:
    """They differ in nothing."""
    nearest = ask(journal, request=LIST, times={"at_most": 1})["nearest"]
    assert [(miss["request"]["n"], miss["differences"]) for miss in nearest] == [
        (5, []),
        (3, []),
        (2, []),
    ]


@pytest.mark.parametrize(
    ("order", "ok", "count"),
    [
        ([CREATE, LIST], True, 2),
        ([LIST, CREATE, LIST], True, 3),
        ([CREATE, CREATE], True, 2),
        ([CREATE, CREATE, CREATE], False, 2),
        ([LIST, {"body": {"name": "n0"}}], False, 1),
        ([{"operation": "lock"}], False, 0),
    ],
)
def test_an_order_is_verified(journal: Journal, order: Any, ok: bool, count: int) -> None:
    """Whatever was between; each request counts once."""
    verdict = ask(journal, order=order)
    assert (verdict["ok"], verdict["count"]) == (ok, count)


def test_a_request_that_came_too_early_is_near(journal: Journal) -> None:
    """Its number is what is different."""
    (miss, *_) = ask(journal, order=[LIST, {"body": {"name": "n0"}}])["nearest"]
    assert miss["request"]["n"] == 1
    assert miss["differences"] == [{"pointer": "/n", "wanted": {"after": 2}, "got": 1}]


def test_lost_entries_could_have_counted() -> None:
    """So the answer says that it is not complete; after clearing it is again."""
    journal = Journal(entries=2)
    for _ in range(5):
        add(journal)
    verdict = ask(journal, request=LIST, times={"exactly": 2})
    assert verdict == {"ok": True, "count": 2, "requests": [4, 5], "complete": False, "dropped": 3}
    journal.clear()
    assert ask(journal, request=LIST, times={"exactly": 0})["complete"]


def test_a_cut_body_could_have_counted() -> None:
    """Where only what is not kept of it could tell."""
    journal = Journal()
    add(journal, "POST", "/v1/things", {"name": "x" * LONGEST_BODY, "last": 1})
    verdict = ask(journal, request={"body": {"last": 1}}, times={"exactly": 0})
    assert (verdict["ok"], verdict["complete"], verdict["dropped"]) == (True, False, 0)
    other = ask(journal, request={**LIST, "body": {"last": 1}}, times={"exactly": 0})
    assert other["complete"]


def test_an_empty_journal_has_no_near_misses() -> None:
    """It is complete: nothing arrived."""
    verdict = ask(Journal(), request=LIST)
    assert verdict == {
        "ok": False,
        "count": 0,
        "requests": [],
        "complete": True,
        "dropped": 0,
        "nearest": [],
    }


def test_a_name_that_is_masked_is_no_reason_to_fail() -> None:
    """As that of a member which looks like a key; its value is shown all the same."""
    journal, key = Journal(), "sk_live_0123456789abcdef"
    add(journal, "POST", f"/v1/things?{key}=1", {key: "x", "name": "Ada"})
    wanted = {"body": {key: "y"}, "query": {key: "2"}}
    (miss,) = ask(journal, request=wanted)["nearest"]
    assert [each["got"] for each in miss["differences"]] == ["1", "x"]
    assert key not in str(miss["request"])
