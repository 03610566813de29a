"""Hooks that make generated requests valid where schemathesis does not know the rule."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import schemathesis
from schemathesis import Case, HookContext
from schemathesis.core.parameters import ParameterLocation
from schemathesis.transport.requests import REQUESTS_TRANSPORT
from schemathesis.transport.serialization import serialize_binary

from greenroom.codec.bodies.form_properties import documented
from greenroom.contract.model import Contract, MediaType
from greenroom.contract.object_kinds import parts
from greenroom.schema import json_pointer as ptr
from greenroom.schema.subschemas import in_place_subschemas

_LIMIT = "x-max-items-across"
_MULTIPART = "multipart/form-data"


def valid_case(contract: Contract) -> Callable[[HookContext, Case[Any]], Case[Any]]:
    """A `map_case` hook that makes valid bodies obey rules that schemathesis does not know.

    These are `x-max-items-across`, and that a form part without a type is a file, not a list.
    Bodies that are invalid on purpose stay as they are.
    """
    limited = any(isinstance(p.node, dict) and _LIMIT in p.node for p in parts(contract.document))
    content = {
        (operation.method, operation.path, media.name): media
        for operation in contract.operations
        if operation.body is not None
        for media in operation.body.content
        if limited or media.name == _MULTIPART
    }

    def map_case(context: HookContext, case: Case[Any]) -> Case[Any]:
        media = content.get((case.method.upper(), case.path, str(case.media_type)))
        negative = case.meta is not None and case.meta.is_negative_at(ParameterLocation.BODY)
        if media is not None and not negative and isinstance(case.body, dict | list):
            body = with_files(contract.document, media, case.body)
            case.body = (
                within_limits(contract.document, [media.schema], body) if media.schema else body
            )
        return case

    return map_case


def add_serializers(contract: Contract) -> None:
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


def within_limits(document: Mapping[str, Any], schemas: Iterable[str], value: Any) -> Any:
    """A copy of a value with the arrays that share a limit shortened to it.

    `schemas` are the pointers of its schemas. The longest array loses its last items first, and
    none gets shorter than its `minItems`.
    """
    found = [branch for schema in schemas for branch in in_place_subschemas(document, schema)]
    if isinstance(value, list):
        items = [ptr.join(where, "items") for node, where in found if "items" in node]
        return [within_limits(document, items, entry) for entry in value]
    if not isinstance(value, dict):
        return value
    described = {
        name: [
            ptr.join(where, "properties", name)
            for node, where in found
            if name in node.get("properties", {})
        ]
        for name in value
    }
    kept = {name: within_limits(document, described[name], entry) for name, entry in value.items()}
    for node, _ in found:
        match node.get(_LIMIT):
            case {"properties": list(names), "maximum": int(maximum)}:
                arrays = {
                    name: kept[name]
                    for name in names
                    if isinstance(name, str) and isinstance(kept.get(name), list)
                }
                least = {name: _minimum(document, described[name]) for name in arrays}
                _cut(arrays, least, maximum)
    return kept


def _cut(arrays: Mapping[str, list[Any]], least: Mapping[str, int], maximum: int) -> None:
    excess = sum(map(len, arrays.values())) - maximum
    for _ in range(excess):
        longest = max(arrays, key=lambda name: len(arrays[name]) - least[name])
        if len(arrays[longest]) > least[longest]:
            arrays[longest].pop()


def _minimum(document: Mapping[str, Any], schemas: Iterable[str]) -> int:
    nodes = (node for schema in schemas for node, _ in in_place_subschemas(document, schema))
    return max((node.get("minItems", 0) for node in nodes), default=0)
