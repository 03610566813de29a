"""Overlays change a document as the Overlay Specification 1.1.0 says (section 4.4.3)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from greenroom.contract.editing.overlay import OverlayError, apply

DOCUMENT: dict[str, Any] = {
    "info": {"title": "Old", "version": "1"},
    "tags": [{"name": "a"}, {"name": "b"}, {"name": "c"}],
    "servers": ["x", "y"],
    "paths": {"/a": {"get": {"summary": "A"}}, "/b": {"get": {"summary": "B"}}},
}


def applied(*actions: Any, version: str = "1.1.0") -> Any:
    """DOCUMENT with an overlay applied."""
    return apply(DOCUMENT, {"overlay": version, "actions": list(actions)}, "o.yaml")[0]


# An action, where to look at the result, and what is there.
ACTIONS: list[tuple[dict[str, Any], str, Any]] = [
    ({"target": "$.info", "update": {"title": "New"}}, "info", {"title": "New", "version": "1"}),
    ({"target": "$.info.title", "update": "New"}, "info", {"title": "New", "version": "1"}),
    ({"target": "$", "update": {"servers": ["z"]}}, "servers", ["x", "y", "z"]),
    ({"target": "$.servers", "update": ["z"]}, "servers", ["x", "y", "z"]),
    ({"target": "$.servers", "update": "z"}, "servers", ["x", "y", "z"]),
    ({"target": "$.tags", "update": {"name": "d"}}, "tags", [*DOCUMENT["tags"], {"name": "d"}]),
    ({"target": "$.tags[?@.name != 'b']", "remove": True}, "tags", [{"name": "b"}]),
    ({"target": "$.tags[0,2]", "remove": True}, "tags", [{"name": "b"}]),
    ({"target": "$.tags[0]['name','name']", "remove": True}, "tags", [{}, *DOCUMENT["tags"][1:]]),
    ({"target": "$.paths['/b']", "remove": True}, "paths", {"/a": DOCUMENT["paths"]["/a"]}),
    ({"target": "$.tags", "remove": True, "update": [1]}, "tags", None),
    ({"target": "$.servers", "copy": "$.tags[0]"}, "servers", ["x", "y", {"name": "a"}]),
    (
        {"target": "$.paths.*.get", "update": {"tags": ["t"]}},
        "paths",
        {f"/{x.lower()}": {"get": {"summary": x, "tags": ["t"]}} for x in "AB"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("action", "key", "value"), ACTIONS, ids=lambda v: str(v)[:60])
def test_an_action_changes_what_its_target_selects(
    action: dict[str, Any], key: str, value: Any
) -> None:
    """And nothing else; the document given stays as it is."""
    before = deepcopy(DOCUMENT)
    changed = applied(action)
    assert changed.get(key) == value
    assert {k: v for k, v in changed.items() if k != key} == {
        k: v for k, v in before.items() if k != key
    }
    assert before == DOCUMENT


def test_an_object_inside_another_is_changed_as_well() -> None:
    """Though the outer one was changed before."""
    action = {"target": "$.paths..[?@.get || @.summary]", "update": {"x-seen": True}}
    for path in applied(action)["paths"].values():
        assert path["x-seen"] is path["get"]["x-seen"] is True


def test_version_1_0_appends_an_array_as_one_entry() -> None:
    """Version 1.1 concatenates."""
    action = {"target": "$.servers", "update": ["z"]}
    assert applied(action, version="1.0.0")["servers"] == ["x", "y", ["z"]]


def test_each_action_sees_the_result_of_those_before() -> None:
    """They are applied in order."""
    first = {"target": "$.info", "update": {"x-a": {"b": 1}}}
    assert applied(first, {"target": "$.info['x-a'].b", "remove": True})["info"]["x-a"] == {}


def test_what_is_updated_twice_is_not_shared() -> None:
    """A change of one copy is not one of the other."""
    twice = {"target": "$.paths.*.get", "update": {"x-a": {"b": 1}}}
    changed = applied(twice, {"target": "$.paths['/a'].get['x-a'].b", "update": 2})
    assert changed["paths"]["/b"]["get"]["x-a"] == {"b": 1}


def test_a_target_that_selects_nothing_is_told() -> None:
    """It is not an error."""
    overlay = {"overlay": "1.1.0", "actions": [{"target": "$.nix", "remove": True}]}
    assert apply(DOCUMENT, overlay, "o.yaml") == (DOCUMENT, ["$.nix"])


BAD: dict[str, tuple[Any, str]] = {
    "a list": ([], "o.yaml#: overlay: not an overlay"),
    "an OpenAPI file": ({"openapi": "3.1.0"}, "not an overlay"),
    "another version": ({"overlay": "2.0.0", "actions": [{}]}, "not an overlay"),
    "no actions": ({"overlay": "1.0.0"}, "o.yaml#/actions"),
    "an empty list": ({"overlay": "1.0.0", "actions": []}, "o.yaml#/actions"),
    "a text": ({"overlay": "1.0.0", "actions": ["$"]}, "needs a target"),
}
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no target": ({"update": {}}, "needs a target"),
    "no query": ({"target": "info", "update": {}}, "not a JSONPath query"),
    "nothing to do": ({"target": "$.info"}, "'update', 'remove' or 'copy'"),
    "the document": ({"target": "$", "remove": True}, "cannot be removed"),
    "a list for an object": ({"target": "$.info", "update": [1]}, "array cannot be merged"),
    "an object for a text": ({"target": "$", "update": {"info": {"title": {}}}}, "#/info/title"),
    "different kinds": ({"target": "$.*", "update": {}}, "different kinds"),
    "two copies": ({"target": "$.info", "copy": "$.tags.*"}, "selects 3 values"),
}


@pytest.mark.parametrize("name", [*BAD, *WRONG])
def test_an_invalid_overlay_is_refused_with_the_place(name: str) -> None:
    """The message says what would be right."""
    if name in BAD:
        overlay, message = BAD[name]
    else:
        action, message = WRONG[name]
        good = {"target": "$.info", "update": {"x-a": 1}}
        overlay = {"overlay": "1.1.0", "actions": [good, action]}
    with pytest.raises(OverlayError, match=message) as caught:
        apply(DOCUMENT, overlay, "o.yaml")
    assert str(caught.value).startswith("o.yaml#/actions/1:" if name in WRONG else "o.yaml#")


def test_an_overlay_cannot_fill_the_memory() -> None:
    """Each of forty actions doubles a list."""
    double = {"target": "$.servers", "copy": "$.servers"}
    with pytest.raises(OverlayError, match="adds more than"):
        applied(*[double] * 40)
