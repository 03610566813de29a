"""Every mock conforms to its contract for the valid and invalid requests of schemathesis.

`GREENROOM_EXAMPLES` sets how many are generated for an operation, in addition to those from its
examples and the limits of its schemas.
"""

from __future__ import annotations

import os
from typing import Any

from schemathesis.specs.openapi.checks import (
    ensure_resource_availability,
    ignored_auth,
    positive_data_acceptance,
    unsupported_method,
    use_after_free,
)

from generating import in_process, is_graphql
from greenroom.contract import catalog
from greenroom.contract.model import Contract
from greenroom.server.app import build_app

# A server without state does not know the resources that earlier requests created or deleted.
_STATEFUL = (use_after_free, ensure_resource_availability)
_EXAMPLES = int(os.environ.get("GREENROOM_EXAMPLES", "2"))


def _property_test(contract: Contract) -> Any:
    schema = in_process(contract, build_app([contract]), _EXAMPLES)
    declared = contract.refusals.get("method-not-allowed")
    # Its gateway refuses an unknown method in another way than with 405.
    foreign = [unsupported_method] if declared and declared.status not in ("", "405") else []
    enforcing: set[str] = set()

    @schema.parametrize()
    def test(case: Any) -> None:
        """The response to a generated request is one that the contract documents."""
        # Credentials are checked before anything else is read: once an operation is known to
        # ask, sending each further request without them as well would double the time.
        known = [ignored_auth] if case.operation.label in enforcing else []
        known += [positive_data_acceptance] if is_graphql(contract, case) else []
        response = case.call_and_validate(excluded_checks=[*known, *foreign, *_STATEFUL])
        if response.status_code < 300:
            enforcing.add(case.operation.label)

    return test


# One test function for each contract, so that pytest shows `test_<vendor>[<operation>]`.
for _contract in map(catalog.load, catalog.vendors()):
    globals()[f"test_{_contract.name}"] = _property_test(_contract)
