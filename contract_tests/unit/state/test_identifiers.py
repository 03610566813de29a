"""Identifiers have the form of the documented ones, and the same seed gives the same ones."""

from __future__ import annotations

import re
from typing import Any

import pytest

from greenroom.state.identifiers import identifier, identifiers

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
FORMS: list[tuple[Any, str]] = [
    ("webhook_789", r"webhook_\d{3}"),
    ("cand_xyz789", r"cand_[a-z]{3}\d{3}"),
    ("int_id_78658707", r"int_id_\d{8}"),
    ("int_abc123", r"int_[0-9a-f]{6}"),
    ("A03EBF1A", r"[0-9A-F]{8}"),
    ("h0gqkAcaDJ", r"[a-z]\d[a-z]{3}[A-Z][a-z]{2}[A-Z]{2}"),
    ("6a02f31ab7d3e40012a4c901", r"[0-9a-f]{24}"),
    ("123e4567-e89b-12d3-a456-426614174000", UUID),
    ("prj-", r"prj-\d+"),
    ("", r"\d+"),
    (None, r"\d+"),
]


@pytest.mark.parametrize(("example", "form"), FORMS)
@pytest.mark.parametrize("number", [1, 2, 30])
def test_an_identifier_has_the_form_of_the_example(example: Any, form: str, number: int) -> None:
    """Letters for letters, digits for digits, and what is before the last separator stays."""
    assert re.fullmatch(form, identifier(example, "1", number))


def test_an_identifier_of_format_uuid_is_one() -> None:
    """Whatever the example is."""
    assert re.fullmatch(UUID, identifier("api-key-uuid", "1", 1, is_uuid=True))


def test_integers_count_on() -> None:
    """From the documented one."""
    assert [identifier(7, "1", number) for number in (1, 2, 3)] == [8, 9, 10]


def test_the_same_seed_and_number_give_the_same_identifier() -> None:
    """In every process; another seed or number gives another one."""
    assert identifier("webhook_789", "1\0heymilo\0Webhook", 1) == "webhook_210"
    assert identifier("webhook_789", "2\0heymilo\0Webhook", 1) != "webhook_210"
    assert identifier("webhook_789", "1\0heymilo\0Webhook", 2) != "webhook_210"


def test_a_form_that_is_used_up_grows() -> None:
    """Long before every text of it is taken."""
    lengths = {number: len(identifier("w_12", "1", number)) for number in (1, 50, 51, 500, 501)}
    assert lengths == {1: 4, 50: 4, 51: 5, 500: 5, 501: 6}


@pytest.mark.parametrize("example", ["w_12", "w_ab1", "w_a", "0f", "1b2c", None])
def test_no_identifier_is_drawn_twice(example: Any) -> None:
    """However many there are, one by one or many at once."""
    drawn = identifiers(example, "1", range(1, 20_000))
    assert len(set(drawn)) == len(drawn)
    assert [identifier(example, "1", number) for number in (1, 64, 19_999)] == [
        drawn[0], drawn[63], drawn[-1],
    ]  # fmt: skip
