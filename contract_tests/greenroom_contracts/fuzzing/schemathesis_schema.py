"""A contract as a schema of schemathesis, for a mock and for a real server alike."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema

from greenroom.contract.model import Contract, SecurityScheme

from . import schemathesis_hooks


def schemathesis_schema(
    contract: Contract, base_url: str, credential: str, operations: Collection[str]
) -> BaseSchema:
    """The contract as a schema of a server, deterministic and without a database.

    All operations but these, by their ids, are excluded, and methods that the contract does not
    have: a configuration file can override inclusion filters, but not exclusion.
    """
    config: dict[str, Any] = {
        "generation": {"mode": "all", "deterministic": True, "database": "none"},
        "phases": {"coverage": {"unexpected-methods": []}},
    }
    schemes = {s.name: _auth(s, credential) for s in contract.schemes if s.type != "mutualTLS"}
    if schemes and credential:
        config["auth"] = {"openapi": schemes}
    schema: BaseSchema = schemathesis.openapi.from_dict(
        dict(contract.document), config=SchemathesisConfig.from_dict(config)
    )
    schema.config.update(base_url=base_url)
    left_out = [o.id for o in contract.operations if o.id not in operations]
    if left_out:
        schema = schema.exclude(operation_id=left_out)
    schemathesis_hooks.add_serializers(contract)
    schemathesis_hooks.add_hooks(contract, schema.hooks)
    return schema


def _auth(scheme: SecurityScheme, credential: str) -> dict[str, str]:
    if scheme.type == "apiKey":
        return {"api_key": credential}
    if scheme.type == "http" and scheme.scheme == "basic":
        return {"username": "user", "password": credential}
    return {"bearer": credential}
