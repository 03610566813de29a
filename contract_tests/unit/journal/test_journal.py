"""A journal is a ring that is bounded by number and size, and says what it lost."""

from __future__ import annotations

import pytest
from journaling import AT, add, context

from greenroom.decision import Decision
from greenroom.journal.entry import Change, Trace
from greenroom.journal.journal import LONGEST_BODY, Journal
from greenroom.journal.ring import RequestRing
from greenroom.mock.pipeline import RequestContext
from greenroom.mock.response.prepared import PreparedResponse, prepare, problem


def numbers(journal: Journal, after: int = 0) -> list[int]:
    return [entry.number for entry in journal.after(after)]


def test_entries_are_numbered_and_read_after_a_number() -> None:
    """The newest last; no number is given twice, not even after clearing."""
    journal = Journal()
    for _ in range(4):
        add(journal)
    assert (numbers(journal), numbers(journal, 2), numbers(journal, 9)) == (
        [1, 2, 3, 4],
        [3, 4],
        [],
    )
    journal.clear()
    assert (numbers(journal), journal.size) == ([], 0)
    add(journal)
    assert (numbers(journal), numbers(journal, 4), journal.dropped) == ([5], [5], 0)


def test_the_oldest_entries_go_and_are_counted() -> None:
    """Until the journal is cleared, after which nothing is missing."""
    journal = Journal(entries=3)
    for _ in range(5):
        add(journal)
    assert (numbers(journal), numbers(journal, 1), journal.dropped) == ([3, 4, 5], [3, 4, 5], 2)
    journal.clear()
    assert journal.dropped == 0


@pytest.mark.parametrize("part", ["body", "query", "header", "response", "change"])
def test_a_journal_is_bounded_by_size(part: str) -> None:
    """Whatever part of the requests is large; the size is what the kept entries take."""
    large = "x" * 10_000
    journal = Journal(size=100_000)
    for _ in range(30):
        made = context("POST", f"/v1/things?q={large if part == 'query' else ''}")
        made.vendor = "acme"
        made.body = large.encode() if part == "body" else b""
        made.headers = {b"x": large.encode() if part == "header" else b""}
        response = prepare(200, (), large.encode() if part == "response" else b"")
        made.trace = Trace(size=10_000 if part == "change" else 0)
        journal.append(made, response, AT)
        assert journal.size == sum(entry.size for entry in journal.after()) <= 100_000
    assert 5 < len(numbers(journal)) < 10


def test_a_body_is_cut_and_its_size_is_known() -> None:
    """Of the request and of the response; the response that others share stays whole."""
    journal = Journal()
    made, response = context("POST", sent="x" * 50_000), prepare(200, (), b"y" * 60_000)
    made.vendor = "acme"
    journal.append(made, response, AT)
    (entry,) = journal.after()
    assert (len(entry.context.body), entry.body_size) == (LONGEST_BODY, 50_000)
    assert (len(entry.response.body), entry.response_size) == (LONGEST_BODY, 60_000)
    assert len(response.body) == 60_000


def test_an_entry_holds_nothing_of_the_connection() -> None:
    """Through which all that was received would stay in memory."""

    async def receive(*_: object) -> None:
        raise AssertionError

    journal, made = Journal(), context()
    made.vendor, made.receive_body = "acme", receive
    journal.append(made, prepare(200, (), b""), AT)
    assert next(journal.after()).context.receive_body is None


def test_changes_too_large_for_the_journal_cost_no_other_entry() -> None:
    """The entry itself stays, without them."""
    journal = Journal(size=50_000)
    add(journal)
    change = Change("acme", "Thing", "1", 1, None, {"name": "x"})
    entry = add(journal, trace=Trace(("Thing", "1", 1), [change], 40_000))
    assert (numbers(journal), entry.trace.changes, entry.trace.record) == (
        [1, 2],
        (),
        ("Thing", "1", 1),
    )


def test_what_control_routes_did_is_noted_beside_the_requests() -> None:
    """Numbered by themselves, and bounded too."""
    journal = Journal(entries=2)
    change = Change("acme", "Thing", "1", 1, None, {})
    for what in ("reset", "restore"):
        journal.note(what)
    journal.note("record", change)
    noted = [(number, what, about) for number, _, what, about, _ in journal.notes]
    assert noted == [(2, "restore", None), (3, "record", change)]
    assert numbers(journal) == []


def test_journals_can_be_told_apart() -> None:
    """That of a space which was made anew begins with number 1 again."""
    assert Journal().token != Journal().token


def test_the_ring_keeps_the_last_heads_and_counts_all() -> None:
    """A head that names no space has None."""
    ring = RequestRing(2)
    for path in ("/a", "/b", "/c", "/d"):
        context = RequestContext("GET", path, {})
        context.vendor, context.space = "acme", "demo" if path == "/d" else None
        ring.note(context, problem(401, "no"))
    heads = ring.heads()
    assert [(head.n, head.path, head.space) for head in heads] == [
        (3, "/c", None),
        (4, "/d", "demo"),
    ]


def test_the_ring_keeps_little_of_a_request_with_many_violations() -> None:
    """A body of some kilobytes may have thousands, each with a message."""
    ring, violations = RequestRing(), [("body", "/p" * 1000, "is wrong" * 1000)] * 1000
    decision = Decision("op", "invalid-request", 400, violations=violations)
    context = RequestContext("POST", "/a", {})
    context.vendor = "acme"
    ring.note(context, PreparedResponse(400, b"", b"", decision))
    (head,) = ring.heads()
    assert len(head.decision.violations) == 20
    assert {tuple(map(len, each)) for each in head.decision.violations} == {(4, 500, 500)}
