"""Servers that share a store are as one: what one acknowledged, the others show."""

from __future__ import annotations

import os


from replicas.histories import recorded
from replicas.linearizability import overlapping
from replicas.processes import any_store, replicas

# How much is tried: `make deep` tries more.
MANY = int(os.environ.get("GREENROOM_EXAMPLES", "5"))


def test_servers_that_share_nothing_are_found_out() -> None:
    """So the histories prove something; those of one server are right."""
    with replicas(None, 2) as (one, other):
        alone = recorded([one.port, one.port], 2, 10)
        assert alone.wrong == []
        assert set(alone.statuses) == {200, 201}
        assert overlapping(alone.record) > 0
        assert recorded([one.port, other.port], 2, 10, space="apart").wrong
