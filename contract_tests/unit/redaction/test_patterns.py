"""What is redacted in any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.redaction import patterns
from greenroom.redaction.redactor import Redactor
from greenroom.redaction.secrets import MARK

_PIECES = (
    "https://u:p@h.test/?token=x1", "token=", "pw: ", "ada@x.test", "ada%40x.test", "+1", "%2b1",
    "555", "-", "1234567", "eyJhbGciOi", ".c2ln", "Bearer ", "BASIC\t", "abc123", "sk_", "ghs_",
    "whsec-",
    "xoxb-", "0123456789", "AKIA", "ABCDEFGHIJKLMNOP", " ", "(555) ", "wss://h.test", "'x y'", "é",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join))
def test_a_text_without_a_sign_of_a_pattern_has_no_match(text: str) -> None:
    """Reading it once is enough."""
    if patterns._SIGN.search(text) is None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(patterns, "_SHORTEST_BLOB", 0)
            assert patterns.remove_patterns(text, lambda url: MARK) == text


def test_a_form_of_very_many_fields_becomes_its_size() -> None:
    """As a multipart body of very many parts does: reading it would take long."""
    form = "application/x-www-form-urlencoded"
    usual, large = ("&".join(f"f{i}={i}" for i in range(number)) for number in (5_000, 20_000))
    assert Redactor().body(usual.encode(), form) == usual
    assert Redactor().body(large.encode(), form) == f"[left out: {len(large)} bytes]"
