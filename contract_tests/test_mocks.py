"""Every mock keeps every property of its contract: requests, good and bad, made by schemathesis."""

from __future__ import annotations

from typing import Any

from greenroom.contract import catalog
from greenroom.contract.model import Contract
from greenroom.mock.address import base_path
from greenroom.mock.credentials import GOOD_KEY
from greenroom.server.app import build_app
from greenroom_contracts.properties import schema_of


def _property_test(contract: Contract) -> Any:
    schema = schema_of(
        contract,
        base_url=f"http://127.0.0.1{base_path(contract, at_root=False)}",
        credential=GOOD_KEY,
        app=build_app([contract]),
    )

    @schema.parametrize()
    def test(case: Any) -> None:
        """The answer to a generated request is the one that the contract documents."""
        case.call_and_validate()

    return test


# One test function for each contract, so that pytest shows `test_<vendor>[<operation>]`.
for _contract in map(catalog.load, catalog.vendors()):
    globals()[f"test_{_contract.name}"] = _property_test(_contract)
