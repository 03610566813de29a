"""A contract as a schema of schemathesis, for a mock and for a real server alike."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema

from greenroom.contract.model import Contract, SecurityScheme

from . import schemathesis_hooks

# A server without state does not know the resources that earlier requests created or deleted.
_STATEFUL_CHECKS = ("use_after_free", "ensure_resource_availability")


def schemathesis_schema(
    contract: Contract,
    base_url: str,
    credential: str,
    *,
    examples: int = 15,
    app: Any = None,
    operations: Collection[str] | None = None,
) -> BaseSchema:
    """The contract as a schema, deterministic and without a database.

    Requests go to `base_url`, or to an ASGI `app` in process; `examples` is their number for each
    operation. With `operations` (ids), all others are excluded, and methods that the contract does
    not have: a configuration file can override inclusion filters, but not exclusion.
    """
    settings = _config(contract, credential, examples, operations is None)
    config = SchemathesisConfig.from_dict(settings)
    schema: BaseSchema = schemathesis.openapi.from_dict(dict(contract.document), config=config)
    schema.config.update(base_url=base_url)
    if app is not None:
        schema.app = app
    if operations is not None:
        left_out = [o.id for o in contract.operations if o.id not in operations]
        if left_out:
            schema = schema.exclude(operation_id=left_out)
    schemathesis_hooks.add_serializers(contract)
    schemathesis_hooks.add_hooks(contract, schema.hooks)
    return schema


def _config(
    contract: Contract, credential: str, examples: int, unexpected_methods: bool
) -> dict[str, Any]:
    coverage: dict[str, Any] = {} if unexpected_methods else {"unexpected-methods": []}
    config: dict[str, Any] = {
        "generation": {
            "mode": "all",
            "max-examples": examples,
            "deterministic": True,
            "database": "none",
        },
        "phases": {"coverage": coverage, "stateful": {"enabled": False}},
        "checks": {name: {"enabled": False} for name in _STATEFUL_CHECKS},
    }
    # A string that is valid by the contract may not be a valid GraphQL query.
    rejecting = [o.id for o in contract.operations if o.graphql and o.graphql.rejected]
    if rejecting:
        disabled = {"positive_data_acceptance": {"enabled": False}}
        config["operations"] = [{"include-operation-id": rejecting, "checks": disabled}]
    schemes = {s.name: _auth(s, credential) for s in contract.schemes if s.type != "mutualTLS"}
    if schemes and credential:
        config["auth"] = {"openapi": schemes}
    return config


def _auth(scheme: SecurityScheme, credential: str) -> dict[str, str]:
    if scheme.type == "apiKey":
        return {"api_key": credential}
    if scheme.type == "http" and scheme.scheme == "basic":
        return {"username": "user", "password": credential}
    return {"bearer": credential}
