"""Scenarios give a space named states of its records."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from controlling import Controlled
from state_contract import API

SCENARIO = """
now: 2026-03-01T12:00:00Z
resources:
  Thing:
    - set: {name: Ada}
    - set: {name: Bob}
"""


@pytest.fixture
def server(tmp_path: Path) -> Controlled:
    """A server of a contract beside which a scenario lies."""
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "two-people.yaml").write_text(SCENARIO)
    (folder / "broken.yaml").write_text("resources: {Thing: [{example: Nobody}]}")
    (folder / "no-yaml.yaml").write_text("a: [")
    return Controlled(replace(API, file=str(tmp_path / "openapi.yaml")))


def test_a_new_space_of_the_console_may_begin_with_one(server: Controlled) -> None:
    """Each scenario of each vendor is a choice; without scenarios there is none."""
    html = server.client.get("/_greenroom/console").body.decode()
    chosen = re.search(r'<option value="([^"]*)">acme: two-people</option>', html)
    assert chosen is not None
    made = server.put("/spaces/demo", {"scenario": json.loads(unescape(chosen[1]))})
    assert made.json["clock"]["now"] == "2026-03-01T12:00:00.000Z"
    assert 'name="scenario"' not in Controlled().client.get("/_greenroom/console").body.decode()


def test_scenarios_beside_the_contract_are_listed(server: Controlled) -> None:
    """By vendor and name."""
    server.put("/spaces/demo")
    found = server.get("/spaces/demo/scenarios").json["items"]
    assert [each["name"] for each in found] == ["broken", "no-yaml", "two-people"]
    assert {each["vendor"] for each in found} == {"acme"}


@pytest.mark.parametrize(
    "chosen",
    [
        {"vendor": "acme", "name": "two-people"},
        {"vendor": "acme", "scenario": {
            "now": "2026-03-01T12:00:00Z",
            "resources": {"Thing": [{"set": {"name": "Ada"}}, {"set": {"name": "Bob"}}]}}},
    ],
)  # fmt: skip
@pytest.mark.parametrize("at_once", [True, False])
def test_a_scenario_is_played(server: Controlled, chosen: Any, at_once: bool) -> None:
    """In a space that is there or not, or as what a new one begins with."""
    if at_once:
        about = server.put("/spaces/demo", {"scenario": chosen}).json
    else:
        about = server.post("/spaces/demo/scenarios", chosen).json
    assert server.names() == ["Documented", "Ada", "Bob"]
    assert about["clock"] == {
        "now": "2026-03-01T12:00:00.000Z",
        "running": False,
        "speed": 1.0,
        "next": None,
    }


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"vendor": "nobody", "name": "x"}, "served: acme"),
        ({"vendor": "acme", "name": "other"}, "it has: broken, no-yaml, two-people"),
        ({"vendor": "acme", "name": "../scenarios/two-people"}, "it has"),
        ({"vendor": "acme", "name": "broken"}, "Nobody"),
        ({"vendor": "acme", "name": "no-yaml"}, "no-yaml.yaml"),
        ({"vendor": "acme"}, "exactly one of name, scenario"),
        ({"vendor": "acme", "scenario": {"resources": {"Other": [{}]}}}, "Other"),
        ({"vendor": "acme", "scenario": {"resources": {"Thing": [{"set": {"name": "Eve"}}, {
            "state": "gone"}]}}}, "state"),
        ({"vendor": "acme", "scenario": {"resources": {"Thing": [{"set": {"name": "Eve"}}, {
            "set": {"name": 5}}]}}}, '/resources/Thing/1/set/name: 5 is not of type "string"'),
    ],
)  # fmt: skip
def test_a_scenario_that_cannot_be_played_changes_nothing(
    server: Controlled, chosen: Any, said: str
) -> None:
    """400 with the place of what is wrong."""
    server.make("Ada")
    for reply in (
        server.post("/spaces/demo/scenarios", chosen),
        server.put("/spaces/demo", {"scenario": chosen}),
    ):
        assert reply.status == 400
        assert said in reply.json["detail"]
    assert server.names() == ["Documented", "Ada"]
