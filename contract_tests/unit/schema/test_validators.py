"""The schemas of a document by their pointers."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import document

from greenroom.schema.validators import SchemaSet

LIMIT = {"properties": ["resumes", "letters"], "maximum": 3}


def schemas(**named: Any) -> SchemaSet:
    """The schemas of a document with the components given."""
    return SchemaSet(document({}, components={"schemas": named}))


def errors(schema: Any, value: Any) -> list[tuple[str, str, str]]:
    """What is wrong with a value: where, by which keyword of the component, and why."""
    found = schemas(Thing=schema).errors("/components/schemas/Thing", value)
    return [
        (error.instance, error.schema.removeprefix("/components/schemas/Thing"), error.message)
        for error in found
    ]


def test_a_schema_is_found_by_its_pointer_and_its_references_followed() -> None:
    """References lead through the whole document."""
    compiled = schemas(
        Thing={"properties": {"a/b": {"$ref": "#/components/schemas/Count"}}},
        Count={"type": "integer"},
    )

    assert compiled.validator("/components/schemas/Thing/properties/a~1b").is_valid(1)
    assert not compiled.validator("/components/schemas/Thing").is_valid({"a/b": "1"})


def test_an_error_has_both_pointers() -> None:
    """One into the value, one into the contract."""
    schema = {"properties": {"a b": {"items": {"minimum": 1}}}}

    ((instance, keyword, _),) = errors(schema, {"a b": [1, 0]})

    assert instance == "/a b/1"
    assert keyword == "/properties/a b/items/minimum"


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        (2, '"0" or "1"'),
        (5, '"0", "1", "2", "3" or "4"'),
        (12, '"0", "1", "2", "3", "4", "5", "6", "7", "8", "9" or 2 more'),
    ],
)
def test_a_value_that_is_not_listed_is_told_with_the_list(listed: int, told: str) -> None:
    """As far as it is short."""
    compiled = schemas(Thing={"enum": [str(n) for n in range(listed)]})
    (error,) = compiled.validator("/components/schemas/Thing").iter_errors("x")
    assert compiled.message(error) == f'"x" is not one of {told}'


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date", "2026-02-30"),
        ("date-time", "2026-01-31T09:00:00"),
        ("email", "nobody"),
        ("uri", "not a uri"),
        ("uuid", "not-a-uuid"),
        ("byte", "not base64"),
    ],
)
def test_formats_are_asserted(name: str, value: str) -> None:
    """JSON Schema leaves that to the validator."""
    assert [keyword for _, keyword, _ in errors({"format": name}, value)] == ["/format"]


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"resumes": [1, 2, 3]},
        {"resumes": [1], "letters": [1, 2]},
        {"resumes": [1, 2, 3], "letters": None},
        {"resumes": [1, 2, 3], "others": [1]},
        [1, 2, 3, 4],
    ],
    ids=str,
)
def test_arrays_within_their_shared_limit_are_valid(value: Any) -> None:
    """The limit is that of the named arrays together, whatever else there is."""
    assert errors({"x-max-items-across": LIMIT}, value) == []


def test_arrays_beyond_their_shared_limit_are_an_error() -> None:
    """JSON Schema has no keyword for it."""
    value = {"letters": [1, 2], "resumes": [1, 2]}

    assert errors({"x-max-items-across": LIMIT}, value) == [
        ("", "/x-max-items-across", "resumes, letters have 4 items together, more than 3")
    ]


@pytest.mark.parametrize("limit", [True, [], {}, {"properties": "a", "maximum": 1}, {"maximum": 1}])
def test_a_shared_limit_of_another_form_is_ignored(limit: Any) -> None:
    """Any document may have a key of that name; a house rule checks ours."""
    assert errors({"x-max-items-across": limit}, {"a": [1, 2, 3]}) == []


TEXT = r'"x\"é\n" does not match'
COUNT = {"type": "integer"}
LOOKING_AHEAD = {"pattern": r"(?=.*[A-Z])(?=.*\d)"}


@pytest.mark.parametrize("schema", [LOOKING_AHEAD, {"pattern": "^a$"}])
def test_a_text_that_a_pattern_refuses_is_told_in_the_words_of_the_library(
    schema: dict[str, str],
) -> None:
    """Also where the pattern needs backtracking."""
    assert errors(schema, 'x"é\n') == [("", "/pattern", f'{TEXT} "{schema["pattern"]}"')]
    assert errors(schema, 5) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(?=.*[A-Z])(?=.*\d)", "a" * 30_000),
        (r"^(a*)*\1$", "a" * 30 + "b"),
        (r"(x+x+)+\1y", "x" * 3_000),
    ],
)
def test_a_text_that_takes_too_long_to_compare_is_no_violation(pattern: str, text: str) -> None:
    """What is not found out is not told, and no limit of ours is."""
    assert errors({"pattern": pattern}, text) == []
    assert errors({"properties": {"a": {"pattern": pattern}}}, {"a": text}) == []


@pytest.mark.parametrize("closed", [{}, {"additionalProperties": False}, {"propertyNames": {}}])
@pytest.mark.parametrize("name", ["a" * 30 + "b", "a" * 3_000])
def test_a_name_that_takes_too_long_to_search_is_not_looked_at(name: str, closed: Any) -> None:
    """It is no violation, and its own violations are not found either."""
    schema = {"patternProperties": {r"^(a*)*\1$": COUNT, r"(?=.*[A-Z])(?=.*\d)": COUNT}, **closed}
    assert errors(schema, {name: "x"}) == []
    wrong = errors(schema, {"aa": "x", "B1": "x", name: 5})
    assert {place for place, _, _ in wrong} == {"/aa", "/B1"}
    assert len(errors({"items": schema}, [{name: "x", "B1": "x"}] * 2)) == 2


def test_all_texts_of_a_value_together_have_an_allowance() -> None:
    """Those after it are not compared; the next value has it again."""
    wrong = errors({"items": LOOKING_AHEAD}, ["x" * 50] * 1_500)
    assert len(wrong) == 1_000
    compiled = schemas(Thing={"items": LOOKING_AHEAD}).validator("/components/schemas/Thing")
    late = ["A1"] * 1_000 + ["x"]
    assert compiled.is_valid(late)
    assert not compiled.is_valid(late[-1:])


def test_a_linear_pattern_compares_texts_of_any_length() -> None:
    """Beside one that needs backtracking."""
    schema = {"properties": {"a": LOOKING_AHEAD, "b": {"pattern": "^a*$"}}}
    (found,) = errors(schema, {"a": "A1", "b": "a" * 30_000 + "b"})
    assert found[0] == "/b"
