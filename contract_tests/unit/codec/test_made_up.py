"""Identifiers that a check makes up: of the form of others, different each time, recognized."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest

from greenroom.codec.made_up import checked, of_the_form, without_made_up

_RUNS = re.compile(r"[\w-]{8,}")
_FORMS = {
    "6a02f31ab7d3e40012a4c901": r"[0-9a-f]{24}",
    "user_2fKx9mQpLr7TzWcVbN4sYhJd": r"us[a-f]r_\w{24}",
    "123E4567-e89b-12d3-a456-426614174000": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-\S{17}",
    "acme:12345678/ab": r"acme:[0-9]{8}/ab",
    "2000000017": r"[0-9]{10}",
}


@pytest.mark.parametrize("text", _FORMS)
def test_a_new_identifier_has_the_form_of_another_and_is_recognized(text: str) -> None:
    """In JSON, after an escape too."""
    made = {str(of_the_form(text)) for _ in range(20)}
    assert len(made) > 15
    for one in made:
        assert re.fullmatch(_FORMS[text], one)
        sent = json.dumps({"id": f"\n{one}", "n": 1})
        assert without_made_up(sent) == sent.replace(_RUNS.findall(one)[0], "made-up")


def test_other_identifiers_are_recognized_by_chance_only() -> None:
    """Less than one of thirty."""
    assert sum(without_made_up(uuid4().hex) == "made-up" for _ in range(300)) < 10


def test_too_few_digits_have_no_form() -> None:
    """Words and short numbers stay what they are, and long texts are no identifiers."""
    for text in ("", "7", "interview_2", "a-b-c-d-e-f/1234567", "conversation"):
        assert of_the_form(text) is None
        assert checked(text) == checked(checked(text))
    assert without_made_up(checked("0123456789" * 30)) != "made-up"
