"""Spaces hold what clients created: random requests against plain lists, for every contract."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from greenroom.contract.catalog import find, load
from greenroom.state.world import World
from simulation.machine import Machine, through_json

FEATURES = Path(__file__).parent / "simulation" / "features.yaml"
VENDORS = [source.name for source in find(())]
EXAMPLES = int(os.environ.get("GREENROOM_STATE_EXAMPLES", "6"))


@pytest.fixture(autouse=True)
def _through_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision gets what it asked for as JSON, as from a store elsewhere."""
    monkeypatch.setattr(World, "read", through_json(World.read))


@pytest.mark.parametrize("name", [str(FEATURES), *VENDORS], ids=["features", *VENDORS])
def test_a_space_is_as_plain_lists_would_be(name: str) -> None:
    """Whatever is created, changed, deleted, listed, restored and reset, in any order."""

    class OfContract(Machine):
        contract = load(find((name,))[0])
        steps: Counter[str] = Counter()

    run_state_machine_as_test(
        OfContract,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            deadline=None,
            database=None,
            derandomize=True,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
    total = OfContract.steps.total()
    changes = sum(
        OfContract.steps[kind] for kind in ("create", "put", "update", "delete", "action")
    )
    assert changes * 4 > total, OfContract.steps
