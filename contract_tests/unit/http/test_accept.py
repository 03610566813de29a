"""`Accept` chooses among media types as RFC 9110 section 12.5.1 says."""

from __future__ import annotations

import time

import pytest

from greenroom.http.accept import choose

JSON, TEXT, CSV, PROBLEM = "application/json", "text/plain", "text/csv", "application/problem+json"

CHOSEN: list[tuple[str | None, list[str], str | int | None]] = [
    # No preference, or one for everything: the first.
    (None, [JSON, TEXT], JSON),
    ("", [JSON, TEXT], JSON),
    ("  ", [TEXT, JSON], TEXT),
    (",", [JSON], JSON),
    ("*/*", [JSON, TEXT], JSON),
    ("*/*;q=0.8", [TEXT, JSON], TEXT),
    ("*", [JSON], JSON),
    # Names and ranges.
    (JSON, [JSON, TEXT], JSON),
    (TEXT, [JSON, TEXT], TEXT),
    ("TEXT/Plain", [JSON, TEXT], TEXT),
    (JSON, ["Application/JSON"], "Application/JSON"),
    ("text/*", [JSON, TEXT, CSV], TEXT),
    ("text/csv, text/plain", [TEXT, CSV], TEXT),
    ("image/png, */*", [JSON], JSON),
    ("image/png", [JSON], None),
    ("image/*", [JSON, TEXT], None),
    (JSON, [PROBLEM], None),
    ("*/json", [JSON], None),
    # Weights.
    ("text/plain;q=0.5, application/json;q=0.9", [TEXT, JSON], JSON),
    ("text/plain;q=0.9, application/json;q=0.5", [TEXT, JSON], TEXT),
    ("text/plain; q=0.5, application/json", [TEXT, JSON], JSON),
    ("text/plain;Q=0.5, application/json", [TEXT, JSON], JSON),
    ("*/*;q=0.1, text/csv", [JSON, CSV], CSV),
    ("text/plain;q=0.001", [TEXT], TEXT),
    ("text/plain;q=1.", [TEXT], TEXT),
    ("text/plain;q=.5, text/csv", [TEXT, CSV], CSV),
    # A weight of 0 means not acceptable.
    ("application/json;q=0", [JSON], None),
    ("application/json;q=0.000", [JSON], None),
    ("*/*, application/json;q=0", [JSON, TEXT], TEXT),
    ("application/json;q=0, */*", [JSON], None),
    ("text/*;q=0, */*", [TEXT, JSON], JSON),
    ("*/*;q=0", [JSON, TEXT], None),
    # The most specific range counts, wherever it is and whatever its weight.
    ("*/*, text/*;q=0.2, text/csv;q=0.1", [CSV, TEXT, JSON], JSON),
    ("text/csv;q=0.1, text/*;q=0.2", [CSV, TEXT], TEXT),
    ("text/*;q=0.9, text/csv;q=0.1", [CSV], CSV),
    # Parameters of a range that an offer has are more specific still.
    ("text/plain;format=flowed;q=0.1, text/plain", ["text/plain;format=flowed", TEXT], TEXT),
    ("text/plain;q=0.1, text/plain;format=flowed", [TEXT, "text/plain; format=flowed"], 1),
    ('text/plain;format="Flowed";q=1, text/plain;q=0.1', [TEXT, "text/plain;format=flowed"], 1),
    ("text/plain;format=flowed, text/plain;q=0.1", [TEXT, CSV], TEXT),
    # Parameters that no offer has rule nothing out, but any other range is more specific.
    ("application/json;charset=utf-8", [JSON], JSON),
    ("application/json;charset=utf-8;q=0.2, text/plain;q=0.1", [TEXT, JSON], JSON),
    ("application/json; version=1", [JSON], JSON),
    ("text/plain;format=fixed, */*;q=0.1, text/csv;q=0.2", [TEXT, CSV], CSV),
    # A comma or semicolon in quotes does not separate.
    ('text/plain;a=",;q=0,", application/json;q=0.5', [JSON, TEXT], TEXT),
    ('text/plain;a="\\",application/json', [TEXT, JSON], TEXT),
    # Malformed ranges are ignored; without any valid range the header counts as absent.
    ("application/json;q=high, text/plain", [JSON, TEXT], TEXT),
    ("application/json;q=-1, */*;q=0.1", [JSON], JSON),
    ("application/json;q=nan, */*", [JSON], JSON),
    ("application/json;q=5, text/plain", [TEXT, JSON], TEXT),
    (";;;, text/plain", [JSON, TEXT], TEXT),
    ("/, text/plain", [JSON, TEXT], TEXT),
    ("json", [JSON], JSON),
    # Where the contract documents a range.
    ("image/png", ["image/*"], "image/*"),
    ("text/plain", [JSON, "*/*"], "*/*"),
    ("image/png", ["text/*"], None),
    # What browsers and clients send.
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", [JSON], JSON),
    ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", [JSON], JSON),
    ("application/json, text/plain, */*", [TEXT, JSON], TEXT),
    # Nothing offered.
    (None, [], None),
    ("*/*", [], None),
    (JSON, [], None),
]


@pytest.mark.parametrize(("accept", "offered", "expected"), CHOSEN)
def test_the_best_offer_is_chosen(
    accept: str | None, offered: list[str], expected: str | int | None
) -> None:
    """The first among equals; None where nothing is acceptable."""
    index = offered.index(expected) if isinstance(expected, str) else expected
    assert choose(accept, offered) == index


# The table of RFC 9110 section 12.5.1.
ACCEPT = (
    "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, "
    "*/*;q=0.5"
)
WEIGHTS = {
    "text/plain;format=flowed": 1.0,
    "text/plain": 0.7,
    "image/jpeg": 0.5,
    "text/plain;format=fixed": 0.4,
    "text/html": 0.3,
}


@pytest.mark.parametrize("worse", WEIGHTS)
@pytest.mark.parametrize("better", WEIGHTS)
def test_the_table_of_the_standard_holds(better: str, worse: str) -> None:
    """RFC 9110 section 12.5.1, every pair of its rows."""
    expected = 0 if WEIGHTS[better] >= WEIGHTS[worse] else 1
    assert choose(ACCEPT, [better, worse]) == expected


@pytest.mark.parametrize("part", ['"', '\\"', "a/b;", ";q=", ",", "; ", '="\\', "a/b,", ";a=b"])
def test_any_value_is_read_in_linear_time(part: str) -> None:
    """Reading is linear: a header of 64 KiB takes milliseconds."""
    started = time.process_time()
    choose("a/b;" + part * (65536 // len(part)) + " x", ["application/json", "text/plain"])
    assert time.process_time() - started < 1
