"""A server withstands hostile requests; `make attack` sends many more, and measures."""

from __future__ import annotations

import asyncio
import logging

import pytest

from greenroom.contract import catalog
from greenroom.server.app import build_app
from hostility import everything
from hostility.attack import Attack, Result, attack
from hostility.measured import taken
from unit.sockets import listening

REQUESTS = 3000


def test_hostile_requests_leave_no_trace_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Half of them get past path and credential; no 5XX, and nothing in the log but refusals."""
    contracts = [*map(catalog.load, catalog.vendors()), everything.contract()]
    found = [logging.getLogger(name) for name in ("uvicorn", "connexion", "greenroom")]
    result = Result()
    for logger in found:
        logger.addHandler(caplog.handler)
    try:
        with listening(build_app(contracts)) as (_, port):
            requests = iter(Attack(contracts, seed=2))
            asyncio.run(attack(port, requests, REQUESTS, result))
    finally:
        for logger in found:
            logger.removeHandler(caplog.handler)

    assert result.failures == []
    assert result.sent == REQUESTS
    assert result.inside > REQUESTS / 2
    assert {line for line in caplog.messages if line != "request refused"} == set()


def test_the_values_of_a_process_are_measured() -> None:
    """Small ones, which Python has room for itself, and large ones; not what is free again."""
    before = taken()
    if before is None:
        pytest.skip("only the C library of GNU tells it")
    small, large = [b"%d" % number * 8 for number in range(20_000)], bytes(10**7)
    after = taken()
    assert after is not None
    assert 11_000_000 < after - before < 13_500_000
    del small, large
    assert abs((taken() or 0) - before) < 500_000
