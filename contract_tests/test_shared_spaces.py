"""Spaces that servers share are as those of one server, byte by byte."""

from __future__ import annotations

import os
from collections import Counter
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from greenroom.contract.catalog import find, load
from replicas.processes import Redis, fake_store
from simulation.shared import SharedMachine
from test_simulation import FEATURES, LIVING, VENDORS

# A real server in `make deep`, which sets it.
HISTORIES = int(os.environ.get("GREENROOM_SHARED_HISTORIES", "0"))
NAMES = [FEATURES, LIVING, *(VENDORS if HISTORIES else ())]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.rpartition("/")[2])
def test_a_shared_space_gives_the_bytes_of_one_in_memory(name: str) -> None:
    """Whatever is done in any order, by two servers in turn."""
    given = load(find((name,))[0])
    with Redis() if HISTORIES else fake_store() as store:

        class OfContract(SharedMachine):
            contract = given
            steps: ClassVar[Counter[str]] = Counter()

        OfContract.store = store.url if isinstance(store, Redis) else store
        run_state_machine_as_test(
            OfContract,
            settings=settings(
                max_examples=HISTORIES or 2,
                stateful_step_count=40 if HISTORIES else 15,
                deadline=None,
                database=None,
                derandomize=True,
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )
    assert OfContract.steps["the same bytes"] > 10
