"""The vendors' own servers keep the properties of their contracts, as far as reading can tell.

A base URL in `GREENROOM_<VENDOR>_URL` and a key in `GREENROOM_<VENDOR>_KEY` switch a vendor on.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from greenroom.contract import catalog
from greenroom.contract.model import Contract
from greenroom_contracts.guard import GuardedSession
from greenroom_contracts.properties import Effort, schema_of

_READ_ONLY = Effort(negative=False, unexpected_methods=False)


def _setting(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        pytest.skip(f"{name} is not set")
    return value


def _sandbox_test(contract: Contract) -> Any:
    variable = f"GREENROOM_{contract.name.upper().replace('-', '_')}"
    base_url = os.environ.get(f"{variable}_URL", "http://127.0.0.1:1")
    reading = [o for o in contract.operations if o.effects == ("read",)]
    schema = schema_of(
        contract,
        base_url=base_url,
        credential=os.environ.get(f"{variable}_KEY", ""),
        effort=_READ_ONLY,
        operations={operation.id for operation in reading},
    )

    @schema.parametrize()
    def test(case: Any) -> None:
        """The answer to a generated reading request is the one that the contract documents."""
        _setting(f"{variable}_URL")
        _setting(f"{variable}_KEY")
        with GuardedSession(base_url, reading) as session:
            case.call_and_validate(session=session)

    return test


for _contract in map(catalog.load, catalog.vendors()):
    globals()[f"test_{_contract.name}"] = _sandbox_test(_contract)
