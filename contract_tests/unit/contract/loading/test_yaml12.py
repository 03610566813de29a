"""What is written as YAML can be read as YAML."""

from __future__ import annotations

import pytest

from greenroom.contract.loading.yaml12 import dump, load


@pytest.mark.parametrize(
    "text", ["\x1b]0;x\x07", "a: b\n- c", "\x00\x85\u2028", "<<", "!!x", "&a *a"]
)
def test_a_text_is_read_as_it_was(text: str) -> None:
    """As a key and as a value, whatever it means in YAML."""
    written = dump({text: [text]})
    assert load(written)[0] == {text: [text]}
    assert "\x1b" not in written


def test_half_a_surrogate_pair_is_replaced() -> None:
    """Or nobody could read the rest."""
    assert load(dump({"a\ud800": "\udfff"}))[0] == {"a?": "?"}
