"""A matching string is generated for every regular expression that people write."""

from __future__ import annotations

import jsonschema_rs
import pytest

from greenroom.schema.generation.choices import Choices
from greenroom.schema.generation.regex_strings import of_pattern
from greenroom.schema.generation.sampler import Sampler
from greenroom.schema.validators import SchemaSet

PATTERNS = [
    "", "abc", "^abc$", "a|b", "^(a|b)$", "[abc]", "[^abc]", "[a-c]", "[^a-zA-Z]", "a*", "a+", "a?",
    "a{3}", "a{2,}", "a{2,4}", "a+?", "a{2}?", "(ab)+", "(?:ab){2}", "(?<x>ab)", r"(a)\1",
    r"\d\w\s", r"\D\W\S", r"[\d]", r"[\w.-]+", r"[^\s]", r"[\s\S]", r"[^\d]",
    r"\.", r"\/", r"\\", r"\t\n\r", r"\x41", r"\u0041", r"^\b\w+\b$", r"\{\}",
    r"^\p{L}+$", r"^\p{Lu}\p{Ll}*$", r"\P{L}", r"[\p{N}_]", r"\p{Greek}", "[-a]", "[a-]", "[a\\]b]",
    "^$", "^.{8,64}$", "^\\S+@\\S+\\.\\S+$", "^[0-9a-f]{24}$", "^[A-Z]{2}$", "^(true|false)$",
    "^(?!-)[a-z-]+$", "^(?=.*[0-9]).{4}$", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "^\\+[1-9][0-9]{7,14}$",
    "^([0-9]{1,3}\\.){3}[0-9]{1,3}$", "^#[0-9a-fA-F]{6}$", "^v?[0-9]+(\\.[0-9]+){2}$",
    "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$", "^arn:aws:[a-z]+:.*$",
    "^[^/]+/[^/]+$", "^[\\u0020-\\u007e]+$", "^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$",
    "^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{8,32}$", "^(?=.*[!@#])(?=.*\\d)[\\w!@#]{6}$",
    "^((a|b)(c|d)){2,3}$", "^[\\w\\-\\.]{1,100}$", "(?i)abc", "[一-龥]", "^é+$",
]  # fmt: skip


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_text_matches_its_pattern(pattern: str, seed: int | None) -> None:
    """By the engine that validates values."""
    schema = {"type": "string", "pattern": pattern}
    text = Sampler(SchemaSet({"schema": schema})).value("/schema", seed)
    assert jsonschema_rs.validator_for(schema).is_valid(text), text


@pytest.mark.parametrize(
    ("pattern", "repetitions", "expected"),
    [
        ("^[a-z]*$", 1, "a"),
        ("^[a-z]*$", 0, ""),
        ("^[a-z]*$", 5, "aaaaa"),
        ("^[a-z]{2,4}$", 9, "aaaa"),
        ("^[a-z]{2,4}$", 0, "aa"),
        ("^[A-Z][0-9]{3}$", 1, "A111"),
        ("^(one|two)$", 1, "one"),
        ("^[^a]$", 1, "1"),
        ("^(a+)-\\1$", 2, "aa-aa"),
    ],
)
def test_the_usual_text_of_a_pattern_is_plain(
    pattern: str, repetitions: int, expected: str
) -> None:
    """Repeated about as often as asked."""
    assert of_pattern(pattern, Choices(), repetitions) == expected


@pytest.mark.parametrize("pattern", ["(", "a)", "[a", "*a", "\\", "(?", "(?#x)", "\\p{Unheard}"])
def test_an_invalid_pattern_gives_no_text(pattern: str) -> None:
    """Nor does unknown syntax."""
    assert of_pattern(pattern, Choices(), 1) is None


@pytest.mark.parametrize(
    "pattern", ["((a{999}){999}){999}", "(" * 5000 + ")" * 5000, "(a|b)*" * 99]
)
@pytest.mark.parametrize("seed", [None, 1])
def test_a_text_is_bounded(pattern: str, seed: int | None) -> None:
    """And so is the depth of an expression."""
    assert len(of_pattern(pattern, Choices(seed), 10_000) or "") < 200_000
