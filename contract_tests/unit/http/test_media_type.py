"""Media types are parsed, and matched with documented types and ranges, the most specific first."""

from __future__ import annotations

import pytest

from greenroom.http import media_type as mt

JSON = "application/json"


@pytest.mark.parametrize(
    ("written", "essence"),
    [
        (JSON, JSON),
        ("Application/JSON ; charset=utf-8", JSON),
        (" text/html;", "text/html"),
        ("", ""),
        (";charset=utf-8", ""),
    ],
)
def test_the_essence_is_without_parameters_and_in_lower_case(written: str, essence: str) -> None:
    assert mt.essence(written) == essence


@pytest.mark.parametrize(
    ("written", "parameters"),
    [
        ("text/plain", {}),
        ("text/plain; Charset=UTF-8", {"charset": "UTF-8"}),
        ('text/plain;charset="utf-8";format=flowed', {"charset": "utf-8", "format": "flowed"}),
        ('a/b; p="x;y=z"; q=1', {"p": "x;y=z", "q": "1"}),
        (r'a/b; p="say \"x\""', {"p": 'say "x"'}),
        # Python's own e-mail module writes such boundaries, and not every client quotes them.
        ("multipart/form-data; boundary=----=_Part_1", {"boundary": "----=_Part_1"}),
        ("a/b; lone; =x; p=1", {"p": "1"}),
        ("a/b; p=1; p=2", {"p": "2"}),
        ('a/b; p="never ends', {"p": "never ends"}),
    ],
)
def test_parameters_are_unquoted_and_named_in_lower_case(
    written: str, parameters: dict[str, str]
) -> None:
    assert mt.parameters(written) == parameters


@pytest.mark.parametrize(
    ("written", "is_json", "is_xml", "is_text", "is_range"),
    [
        ("Application/Json; v=1", True, False, False, False),
        ("application/problem+json", True, False, False, False),
        ("text/json", False, False, True, False),
        ("text/xml", False, True, True, False),
        ("image/svg+xml", False, True, False, False),
        ("text/*", False, False, True, True),
        ('*/*; p="+json"', False, False, False, True),
        ('image/png; p="*"', False, False, False, False),
    ],
)
def test_kinds_are_recognised_by_the_essence(
    written: str, is_json: bool, is_xml: bool, is_text: bool, is_range: bool
) -> None:
    found = (mt.is_json(written), mt.is_xml(written), mt.is_text(written), mt.is_range(written))
    assert found == (is_json, is_xml, is_text, is_range)


@pytest.mark.parametrize(
    ("documented", "sent", "match"),
    [
        ([JSON], "application/JSON; charset=utf-8", JSON),
        (["*/*", "application/*", JSON], JSON, JSON),
        (["*/*", "application/*"], JSON, "application/*"),
        (["text/*", "*/*"], JSON, "*/*"),
        (["text/*"], JSON, None),
        ([], JSON, None),
        # Parameters: most of them first, those that are left out rule nothing out.
        ([JSON, f"{JSON};v=1"], f"{JSON};V=1", f"{JSON};v=1"),
        ([f"{JSON};v=1", JSON], JSON, JSON),
        ([f"{JSON};v=1", f"{JSON};v=2"], f"{JSON};v=2", f"{JSON};v=2"),
        ([f"{JSON};v=1", f"{JSON};v=2"], JSON, f"{JSON};v=1"),
        ([f"{JSON};v=1"], f"{JSON};v=2", None),
        ([f"{JSON};v=1", "*/*"], f"{JSON};v=2", "*/*"),
        ([f"{JSON};v=A"], f"{JSON};v=a", f"{JSON};v=A"),
        # Parameters of the encoding distinguish nothing.
        (["text/plain; charset=utf-8"], "text/plain; charset=latin1", "text/plain; charset=utf-8"),
        (["text/csv", "text/csv;charset=utf-8"], "text/csv;charset=utf-8", "text/csv"),
    ],
)
def test_the_most_specific_documented_type_matches(
    documented: list[str], sent: str, match: str | None
) -> None:
    assert mt.best_match(documented, sent) == match


@pytest.mark.parametrize(
    ("value", "count"),
    [("a/b" + ";" * 60_000, 0), ('a/b;p="' + "\\" * 60_001, 1), ("a" * 60_000, 0)],
    ids=["semicolons", "backslashes", "letters"],
)
def test_a_value_of_any_length_is_read(value: str, count: int) -> None:
    """In linear time: with quadratic time this would not end."""
    assert len(mt.parameters(value)) == count
