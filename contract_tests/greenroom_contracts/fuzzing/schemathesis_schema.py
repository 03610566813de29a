"""A contract as a schema of schemathesis, for a mock and for a real server alike."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

import schemathesis
from schemathesis import Case, HookContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.hooks import HookDispatcher
from schemathesis.schemas import BaseSchema
from schemathesis.transport.requests import REQUESTS_TRANSPORT
from schemathesis.transport.serialization import serialize_binary

from greenroom.codec.bodies.form_properties import documented
from greenroom.contract.model import Contract, MediaType, SecurityScheme
from greenroom.contract.read_write_only import for_requests
from greenroom.schema.validators import SchemaSet

_LIMIT = "x-max-items-across"
_MULTIPART = "multipart/form-data"


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
    _add_serializers(contract)
    _add_hooks(contract, schema.hooks)
    return schema


def _auth(scheme: SecurityScheme, credential: str) -> dict[str, str]:
    if scheme.type == "apiKey":
        return {"api_key": credential}
    if scheme.type == "http" and scheme.scheme == "basic":
        return {"username": "user", "password": credential}
    return {"bearer": credential}


def _add_hooks(contract: Contract, hooks: HookDispatcher) -> None:
    """Register hooks for valid bodies; those that are invalid on purpose stay as they are.

    A form part without a type is a file, not a list. A body that breaks `x-max-items-across`, of
    which schemathesis knows nothing, is not sent.
    """
    schemas = SchemaSet(for_requests(contract.document))
    content = {
        (operation.method, operation.path, media.name): media
        for operation in contract.operations
        for media in (operation.body.content if operation.body else ())
    }

    def media_of(case: Case[Any]) -> MediaType | None:
        negative = case.meta is not None and case.meta.is_negative_at(ParameterLocation.BODY)
        key = case.method.upper(), case.path, str(case.media_type)
        return None if negative or not isinstance(case.body, dict | list) else content.get(key)

    def map_case(context: HookContext, case: Case[Any]) -> Case[Any]:
        if (media := media_of(case)) is not None:
            case.body = with_files(contract.document, media, case.body)
        return case

    def filter_case(context: HookContext, case: Case[Any]) -> bool:
        media = media_of(case)
        if media is None or media.schema is None or not media.is_json:
            return True
        errors = schemas.errors(media.schema, case.body)
        return not any(error.schema.endswith(_LIMIT) for error in errors)

    hooks.register_hook_with_name(map_case, "map_case")
    hooks.register_hook_with_name(filter_case, "filter_case")


def _add_serializers(contract: Contract) -> None:
    """Register serializers for every documented media type that schemathesis does not know.

    Without one, schemathesis fails or omits the body.
    """
    media = [m for o in contract.operations for m in (o.body.content if o.body else ())]
    parted = (kind for m in media for encoding in m.encodings for kind in encoding.content_types)
    for kind in (*(m.name for m in media), *parted):
        if "*" not in kind and REQUESTS_TRANSPORT.get_first_matching_media_type(kind) is None:
            schemathesis.serializer(kind)(lambda _, value: serialize_binary(value))


def with_files(document: Mapping[str, Any], media: MediaType, value: Any) -> Any:
    """A multipart body in which every file is a string or bytes; other values become JSON."""
    if media.name != _MULTIPART or not isinstance(value, dict):
        return value
    files = {name for name, about in documented(document, media).items() if about.own.is_binary}
    return {
        name: json.dumps(each) if name in files and not isinstance(each, str | bytes) else each
        for name, each in value.items()
    }
