"""Snapshots and scenarios that anybody wrote: taken whole, or refused with the place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import reduce
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from featured import Featured, access_of, contract

from greenroom.errors import GreenroomError
from greenroom.server.space_access import SpaceAccess
from greenroom.server.state_file import StateFile

SCENARIO = {
    "vendor": "features",
    "now": "2026-01-01T00:00:00Z",
    "resources": {"Project": [{"set": {"name": "A", "slug": "a"}}], "Booking": [{}]},
}
HOSTILE = (None, True, -1, 1.5, 10**30, "", "x", "\ud800", [[]], {"": None}, "2016-12-31T23:59:60Z")


def nested(levels: int) -> Any:
    """Objects in one another."""
    return reduce(lambda inner, _: {"a": inner}, range(levels), 1)


def changed(value: Any) -> Iterator[Any]:
    """Copies of a value in which one part of it is another, is missing, or has another name."""
    yield from HOSTILE
    yield nested(400)
    parts = value if isinstance(value, dict) else dict(enumerate(value[:2]))
    for name, part in parts.items():
        nesting = isinstance(part, (dict, list)) and part
        for other in changed(part) if nesting else (*HOSTILE, nested(400)):
            copy = deepcopy(value)
            copy[name] = other
            yield copy
        if isinstance(value, dict):
            rest = {key: each for key, each in value.items() if key != name}
            yield rest
            yield {**rest, "\ud800": part}


@pytest.mark.parametrize("kind", ["snapshot", "scenario"])
def test_what_anybody_wrote_is_taken_or_refused(kind: str, tmp_path: Path) -> None:
    """With a message; what is taken can be read, saved, and taken again."""
    here = Featured()
    here.post("/projects", {"slug": "a", "name": "A"})
    whole = json.loads(json.dumps(here.spaces.snapshot("here")))
    file = tmp_path / "state.json"
    taken = 0
    copies = islice(changed(whole), 0, None, 11) if kind == "snapshot" else changed(SCENARIO)
    for made in copies:
        try:
            if kind == "scenario":
                here.spaces.put("here", scenario=made)
            else:
                text = json.dumps({"version": 1, "spaces": {"here": made}})
                file.write_text(text, encoding="utf-8")
                StateFile(file).attach(access_of(here.client))
        except GreenroomError:
            continue
        taken += 1
        for path in ("/projects", "/projects?stars=1", "/bookings"):
            assert here.get(path).status < 500, (path, made)
        control = "/_greenroom/spaces/here"
        for path in ("", "/snapshot", "/features/resources/Project"):
            assert here.client.get(control + path).status < 500, (path, made)
        here.spaces.restore("here", json.loads(json.dumps(here.spaces.snapshot("here"))))
    assert taken > 10


@pytest.mark.parametrize("levels", [10, 150, 190])
def test_what_a_client_nested_deeply_outlives_a_restart(levels: int, tmp_path: Path) -> None:
    """However deep it lies in the file."""
    here = Featured()
    world = here.space.world("features")
    made = world.create("Project", {"meta": nested(levels)}, here.space.now()).after
    assert made is not None
    file = StateFile(tmp_path / "state.json")
    file.attach(access_of(here.client))
    file.save()
    later = SpaceAccess([contract()])
    StateFile(tmp_path / "state.json").attach(later)
    kept = later.spaces.use("here").world("features").get("Project", made.id)
    assert kept is not None
    assert kept.value["meta"] == nested(levels)
