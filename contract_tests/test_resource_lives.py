"""What a client creates in a space has a whole life, for every vendor, by HTTP.

The tables in `lives` were drawn from the vendors' documents.
"""

from __future__ import annotations

from functools import cache

import pytest

from greenroom.contract.catalog import find, load
from greenroom.contract.model import Contract
from greenroom.server.background import StartMock
from greenroom_contracts.judge.exchange_judge import ExchangeJudge
from lives.client import LifeClient
from lives.life import STAGES, Life, leaving_nothing, lives

LIVES = list(lives())
VENDORS = [source.name for source in find(())]


@cache
def contract_of(vendor: str) -> Contract:
    """A vendor's contract."""
    return load(find((vendor,))[0])


@cache
def judge_of(vendor: str) -> ExchangeJudge:
    """The judge of a vendor's responses."""
    return ExchangeJudge(contract_of(vendor))


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_a_resource_lives_as_its_documents_say(life: Life, greenroom: StartMock) -> None:
    """Created, listed, filtered, paged, changed, deleted and gone, each by the contract."""
    client = LifeClient(greenroom(), contract_of(life.vendor), judge_of(life.vendor), life)
    assert client.live() == []


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_a_table_tells_what_a_resource_lacks(life: Life) -> None:
    """Each stage of a life is taken, or missing for a reason."""
    taken = set(life.stages) & set(STAGES)
    assert (taken | set(life.without), taken & set(life.without)) == (set(STAGES), set())


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_operation_that_creates_is_in_a_life(vendor: str) -> None:
    """Or creates nothing that a client could find again."""
    used = {name for life in LIVES if life.vendor == vendor for name in life.operations}
    excused = set(leaving_nothing(vendor))
    creating = {o.id for o in contract_of(vendor).operations if "create" in o.effects}
    assert (creating - used - excused, excused & used) == (set(), set())
