"""What schemathesis cannot know of a contract: the extensions that a valid request keeps to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from schemathesis import Case, HookContext
from schemathesis.core.parameters import ParameterLocation

from greenroom.contract import pointer as ptr
from greenroom.contract.anatomy import parts
from greenroom.contract.model import Contract
from greenroom.mock.coercion import branches

_LIMIT = "x-max-items-across"


def valid_case(contract: Contract) -> Callable[[HookContext, Case[Any]], Case[Any]] | None:
    """A `map_case` hook that makes valid bodies keep `x-max-items-across`.

    Bodies meant to be invalid stay as they are. None where the contract has no such limit.
    """
    if not any(isinstance(p.node, dict) and _LIMIT in p.node for p in parts(contract.raw)):
        return None
    schemas = {
        (operation.method, operation.path, media.name): media.schema
        for operation in contract.operations
        if operation.body is not None
        for media in operation.body.content
    }

    def map_case(context: HookContext, case: Case[Any]) -> Case[Any]:
        schema = schemas.get((case.method.upper(), case.path, str(case.media_type)))
        negative = case.meta is not None and case.meta.is_negative_at(ParameterLocation.BODY)
        if schema is not None and not negative and isinstance(case.body, dict | list):
            case.body = within_limits(contract.raw, (schema,), case.body)
        return case

    return map_case


def within_limits(raw: Mapping[str, Any], schemas: Iterable[str], value: Any) -> Any:
    """A value with the arrays that share a limit cut to it; the value given stays as it is.

    `schemas` are the pointers of what describes it. The longest array loses its last items first,
    and none more than its `minItems` allow.
    """
    found = [branch for schema in schemas for branch in branches(raw, schema)]
    if isinstance(value, list):
        items = [ptr.join(where, "items") for node, where in found if "items" in node]
        return [within_limits(raw, items, entry) for entry in value]
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
    kept = {name: within_limits(raw, described[name], entry) for name, entry in value.items()}
    for node, _ in found:
        if _LIMIT in node:
            named = [
                name for name in node[_LIMIT]["properties"] if isinstance(kept.get(name), list)
            ]
            least = {name: _least(raw, described[name]) for name in named}
            _cut({name: kept[name] for name in named}, least, node[_LIMIT]["maximum"])
    return kept


def _cut(arrays: Mapping[str, list[Any]], least: Mapping[str, int], maximum: int) -> None:
    excess = sum(map(len, arrays.values())) - maximum
    for _ in range(excess):
        longest = max(arrays, key=lambda name: len(arrays[name]) - least[name])
        if len(arrays[longest]) > least[longest]:
            arrays[longest].pop()


def _least(raw: Mapping[str, Any], schemas: Iterable[str]) -> int:
    return max(
        (node.get("minItems", 0) for schema in schemas for node, _ in branches(raw, schema)),
        default=0,
    )
