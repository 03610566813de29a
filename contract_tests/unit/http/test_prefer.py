"""`Prefer` is read as RFC 7240 writes it."""

from __future__ import annotations

import time

import pytest

from greenroom.http.prefer import Preference, parse

READ = {
    "code=404": ("404", None),
    "example=Done": (None, "Done"),
    "code=404, example=Done": ("404", "Done"),
    "code=404,example=Done": ("404", "Done"),
    "example=Done,code=404": ("404", "Done"),
    "  code = 404 ,  example\t=\tDone  ": ("404", "Done"),
    "CODE=404, Example=Done": ("404", "Done"),
    'code="404"': ("404", None),
    'example="Two words"': (None, "Two words"),
    'example="a, code=500"': (None, "a, code=500"),
    'example="a; b"': (None, "a; b"),
    r'example="a \"b\" \\ c"': (None, 'a "b" \\ c'),
    "example=a/b:c@d": (None, "a/b:c@d"),
    "example=Jürgen": (None, "Jürgen"),
    "code=4XX": ("4XX", None),
    "code=default": ("default", None),
}


@pytest.mark.parametrize("value", READ)
def test_code_and_example_are_read(value: str) -> None:
    """In any order and case, as a token or a quoted string."""
    assert parse(value) == Preference(*READ[value])


@pytest.mark.parametrize(
    ("value", "dynamic", "seed"),
    [
        ("dynamic=true", True, None),
        ("Dynamic=TRUE, seed=7", True, "7"),
        ('seed="a b", dynamic=true', True, "a b"),
        ("dynamic=true, seed=", True, None),
        ("dynamic=false, seed=7", False, None),
        ("dynamic=1", False, None),
        ("dynamic", False, None),
        # A seed without `dynamic` is ignored.
        ("seed=7", False, None),
    ],
)
def test_a_generated_body_can_be_requested(value: str, dynamic: bool, seed: str | None) -> None:
    """With a seed, to get the same body again."""
    assert parse(value) == Preference(dynamic=dynamic, seed=seed)


@pytest.mark.parametrize(
    "value", ["code=404, code=500", "code=404, CODE=500", "x, code=404, code=1"]
)
def test_the_first_of_two_preferences_counts(value: str) -> None:
    """RFC 7240 section 2."""
    assert parse(value).code == "404"


@pytest.mark.parametrize(
    "value", ["", " ", ",", "code", "code=", 'code=""', "code=, code=404", "code;x=1", "code;=404"]
)
def test_an_empty_value_is_no_preference(value: str) -> None:
    """RFC 7240 section 2: as if it were not specified at all."""
    assert parse(value) == Preference()


@pytest.mark.parametrize(
    "value",
    [
        "respond-async",
        "return=minimal",
        "wait=10, handling=lenient",
        "codes=404",
        "xcode=404",
        "x-code=404",
        "foo; code=404",
        'foo; a="b, code=404"',
        'foo="code=404"',
        'foo="a \\", code=404"',
    ],
)
def test_other_preferences_are_ignored(value: str) -> None:
    """Also their parameters and everything in quotes."""
    assert parse(value) == Preference()


@pytest.mark.parametrize(
    "value",
    [
        "respond-async, code=404",
        "code=404; strict",
        'code=404; note="a, code=500"',
        "=x, code=404",
        "code 500, code=404",
        "code=500 600, code=404",
        "(), code=404",
        ",,code=404,,",
    ],
)
def test_other_content_does_not_hide_a_preference(value: str) -> None:
    """Parameters, unknown and malformed elements."""
    assert parse(value).code == "404"


def test_an_open_quote_extends_to_the_end() -> None:
    """Nothing in it is taken for a preference."""
    assert parse('example="Done, code=404') == Preference(None, "Done, code=404")


@pytest.mark.parametrize(
    "part", ['"', '\\"', '"\\"', "a=", " ", ";", ",", '="', "a ", 'a="\\', "=", "\t;", "code= "]
)
@pytest.mark.parametrize("head", ["", "a=", 'a="', "a; "])
def test_any_value_is_read_in_linear_time(head: str, part: str) -> None:
    """Reading is linear: a header of 64 KiB takes milliseconds."""
    started = time.process_time()
    parse(head + part * (65536 // len(part)) + " x y")
    assert time.process_time() - started < 0.5
