"""The contract of a mock as schemathesis reads it, to check the mock in this process."""

from __future__ import annotations

from typing import Any

from schemathesis.config._phases import DEFAULT_UNEXPECTED_METHODS

from greenroom.codec.credentials import GOOD_KEY
from greenroom.contract.model import Contract
from greenroom.mock.addresses import base_path
from greenroom_contracts.fuzzing.schemathesis_schema import schemathesis_schema


def in_process(contract: Contract, app: Any, examples: int = 15) -> Any:
    """The schema of the mock of a contract that an ASGI application serves.

    `examples` is their number for each operation. Methods that the contract does not have are
    tried, too.
    """
    base_url = f"http://127.0.0.1{base_path(contract, at_root=False)}"
    operations = [operation.id for operation in contract.operations]
    schema = schemathesis_schema(contract, base_url, GOOD_KEY, operations)
    schema.app = app
    schema.config.generation.update(max_examples=examples)
    schema.config.phases.coverage.unexpected_methods = DEFAULT_UNEXPECTED_METHODS
    return schema


def is_graphql(contract: Contract, case: Any) -> bool:
    """Whether a case is of an operation that refuses a string which is no valid GraphQL query."""
    named = case.method.upper(), case.path
    known = (o for o in contract.operations if o.graphql and o.graphql.rejected)
    return any((operation.method, operation.path) == named for operation in known)
