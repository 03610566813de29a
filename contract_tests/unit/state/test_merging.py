"""Values are changed by pointers and merged as RFC 7396 has it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from greenroom.state.merging import copied, leaves, merged, put, remove, value_at

# RFC 7396, appendix A: the target, the patch, the result.
CASES: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "result"), CASES)
def test_a_patch_is_merged_as_the_standard_says(target: Any, patch: Any, result: Any) -> None:
    """Every case of its appendix, and neither value is changed."""
    before = deepcopy((target, patch))
    assert merged(target, patch, lambda _: False) == result
    assert (target, patch) == before


def test_null_is_stored_where_it_is_allowed() -> None:
    """And removes the property elsewhere."""
    found = merged({"a": 1, "b": {"c": 1}}, {"a": None, "b": {"c": None}}, lambda p: p == "/b/c")
    assert found == {"b": {"c": None}}


@pytest.mark.parametrize(
    ("target", "pointer", "result"),
    [
        ({"a": 1}, "/a", {"a": 9}),
        ({}, "/a/b", {"a": {"b": 9}}),
        ({"a": 1}, "/a/b", {"a": {"b": 9}}),
        ({"a": [1, 2]}, "/a/1", {"a": [1, 9]}),
        ({"a": [1, 2]}, "/a/-", {"a": [1, 2, 9]}),
        ({"a": [{"b": 1}]}, "/a/0/b", {"a": [{"b": 9}]}),
        ({"a~/b": 1}, "/a~0~1b", {"a~/b": 9}),
        ({"a": 1}, "", 9),
        ([1], "", 9),
        ([1], "/0", [9]),
    ],
)
def test_a_value_is_put_at_a_pointer(target: Any, pointer: str, result: Any) -> None:
    """Objects are made on the way."""
    assert put(target, pointer, 9) == result
    assert value_at(result, pointer.replace("/-", "/2")) == 9


@pytest.mark.parametrize("pointer", ["/a/2", "/a/0/b", "/a/5/b", "/a/x"])
def test_an_element_that_an_array_does_not_have_is_not_made(pointer: str) -> None:
    """A place in it stays away with it."""
    assert put({"a": [1]}, pointer, 9) == {"a": [1]}


@pytest.mark.parametrize(
    ("pointer", "result"),
    [("/a/b", {"a": {}, "l": [1]}), ("/a", {"l": [1]}), ("/x/y", None), ("/l/0", None)],
)
def test_a_property_is_removed(pointer: str, result: Any) -> None:
    """Where there is one."""
    value = {"a": {"b": 1}, "l": [1]}
    expected = deepcopy(value) if result is None else result
    remove(value, pointer)
    assert value == expected


def test_a_copy_shares_nothing() -> None:
    """Neither objects nor arrays."""
    value = {"a": {"b": [1, {"c": 2}]}}
    other = copied(value)
    put(other, "/a/b/1/c", 3)
    put(other, "/a/b/0", 3)
    assert value == {"a": {"b": [1, {"c": 2}]}}


def test_leaves_are_what_is_no_object() -> None:
    """With an empty object, which has no members to stand for it."""
    found = dict(leaves({"a": {"b": 1, "c": []}, "d": {}}))
    assert found == {"/a/b": 1, "/a/c": [], "/d": {}}


def test_a_long_name_is_in_few_pointers() -> None:
    """Else a body of kilobytes would take gigabytes."""
    long, members = "n" * 100_000, {str(number): number for number in range(2000)}
    value = {"a": {long: members}, "b": {long: {"c": {long: members}}}}
    found = dict(leaves(value))
    assert sum(map(len, found)) < 300_000
    rebuilt: dict[str, Any] = {}
    for pointer, leaf in found.items():
        put(rebuilt, pointer, leaf)
    assert rebuilt == value
    assert merged({}, value, lambda _: False) == value


def test_nothing_is_written_into_an_element_that_is_not_there() -> None:
    """The array stays as it is; an element itself may be added."""
    assert put({"calls": []}, "/calls/0/id", 1) == {"calls": []}
    assert put({"calls": [{}]}, "/calls/0/id", 1) == {"calls": [{"id": 1}]}
    assert put({"calls": []}, "/calls/0", 1) == {"calls": [1]}
