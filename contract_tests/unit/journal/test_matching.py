"""What a pattern names has to be so, and what it leaves out may be anything."""

from __future__ import annotations

from typing import Any

import pytest
from journaling import add

from greenroom.http.media_type import FORM
from greenroom.journal.journal import Journal
from greenroom.journal.matching import ABSENT, differences

BODY = {"name": "Ada", "tags": ["a", {"b": 1, "c": 2}], "on": True, "none": None, "n": 1}


def differing(pattern: Any, *request: Any, **headers: str) -> list[tuple[str, Any]]:
    entry = add(Journal(), *request, **headers)
    return [(each.pointer, each.got) for each in differences(pattern, entry)]


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        {"vendor": "acme", "operation": "getThing", "method": "GET"},
        {"path": "/v1/things/a b"},
        {"path": "/v1/things/a%20b"},
        {"path": "/things/{id}"},
        {"path": "/v1/things/{thing_id}"},
        {"query": {"x": "1", "y": ["1", "2"], "z": None}},
        {"query": {"y": "2"}},
        {"query": {"x": 1, "on": True}},
        {"headers": {"X-Trace": "7", "absent": None}},
    ],
)
def test_a_request_matches_a_part_of_itself(pattern: Any) -> None:
    """A path as sent or as the contract writes it, whatever its parameters are called."""
    request = ("GET", "/v1/things/a%20b?x=1&y=1&y=2&on=true")
    assert differing(pattern, *request, x_trace="7") == []


@pytest.mark.parametrize(
    ("pattern", "pointer"),
    [
        ({"vendor": "other"}, "/vendor"),
        ({"operation": "createThing"}, "/operation"),
        ({"method": "get"}, "/method"),
        ({"path": "/things"}, "/path"),
        ({"path": "/v1/{things}/a b"}, "/path"),
        ({"query": {"y": ["2", "1"]}}, "/query/y"),
        ({"query": {"x": None}}, "/query/x"),
        ({"headers": {"X-Trace": "8"}}, "/headers/x-trace"),
        ({"headers": {"x-trace": None}}, "/headers/x-trace"),
        ({"body": None}, "/body"),
        ({"body": {}}, "/body"),
    ],
)
def test_each_difference_has_its_place(pattern: Any, pointer: str) -> None:
    """As a JSON pointer into the request."""
    request = ("GET", "/v1/things/a%20b?x=1&y=1&y=2")
    assert [where for where, _ in differing(pattern, *request, x_trace="7")] == [pointer]


@pytest.mark.parametrize(
    ("wanted", "differ"),
    [
        ({}, []),
        ({"name": "Ada", "tags": ["a", {"b": 1}]}, []),
        ({"n": 1.0, "none": None}, []),
        ({"on": 1}, [("/body/on", True)]),
        ({"n": True}, [("/body/n", 1)]),
        ({"tags": ["a"]}, [("/body/tags", BODY["tags"])]),
        ({"tags": ["a", {"b": 2, "d": 1}]}, [("/body/tags/1/b", 1), ("/body/tags/1/d", ABSENT)]),
        ({"missing": None}, [("/body/missing", ABSENT)]),
        ({"a/b": 1}, [("/body/a~1b", ABSENT)]),
        ([], [("/body", BODY)]),
        ("Ada", [("/body", BODY)]),
    ],
)
def test_a_body_matches_by_the_members_that_are_named(wanted: Any, differ: Any) -> None:
    """Arrays by all of their items; what is absent is not null, and true is not 1."""
    assert differing({"body": wanted}, "POST", "/v1/things", BODY) == differ


def test_the_fields_of_a_form_match_like_members() -> None:
    """Their values are texts."""
    request = ("POST", "/v1/things", "name=Ada&x=1&x=2")
    assert differing({"body": {"name": "Ada", "x": ["1", "2"]}}, *request, content_type=FORM) == []


def test_a_request_without_an_operation_can_be_found() -> None:
    """By its path; no template is its own."""
    assert differing({"operation": None, "path": "/v1/no"}, "GET", "/v1/no") == []
    assert differing({"path": "/v1/{x}"}, "GET", "/v1/no") == [("/path", "/v1/no")]


def test_credentials_match_as_they_were_sent() -> None:
    """Only what is shown is masked."""
    request = ("POST", "/v1/things", {"secret": "hunter2"})
    assert differing({"body": {"secret": "hunter2"}}, *request) == []
    assert differing({"body": {"secret": "hunter3"}}, *request) == [("/body/secret", "hunter2")]
