"""Our own keys: only the known ones, where they belong, in the form that tools read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..contract import webhook_signature as signature
from ..contract.extension_shapes import is_count, is_texts, keys
from ..contract.object_kinds import child_kind
from ..contract.provenance import HOLDERS
from ..schema import json_pointer as ptr
from .document import Document, Found, listed

EFFECTS = ("read", "create", "change", "delete", "contact", "cost")
_SAFE = ("get", "head", "options", "trace")
_OURS = ("test-key", "expired-key", "forbidden-key")

# Which key stands on which kinds; those of operations only under `paths`.
_PLACES = {
    "x-sources": frozenset(("info",)),
    "x-provenance": HOLDERS,
    "x-effect": frozenset(("operation",)),
    "x-effect-reason": frozenset(("operation",)),
    "x-rate-limit": frozenset(("document", "operation")),
    "x-test-credentials": frozenset(("security scheme",)),
    "x-max-items-across": frozenset(("schema",)),
    "x-selects-media-type": frozenset(("parameter",)),
    "x-identifier": frozenset(("parameter",)),
    "x-graphql": frozenset(("operation",)),
    "x-pagination": frozenset(("operation",)),
    "x-webhook-signature": frozenset(("document",)),
}

# Names that we or the vendor's messages give: one of ours among them is a slip of indentation.
# Not among headers, where it may be a real one.
_MAPS = frozenset(("{schema}", "{parameter}", "{request body}", "{response}", "{example}"))


def known(document: Document) -> Iterator[Found]:
    """No extension but those of the style guide, each where the guide allows it."""
    for part in document.parts:
        if not isinstance(part.node, dict):
            continue
        allowed = [key for key, kinds in _PLACES.items() if part.kind in kinds]
        for key, value in part.node.items():
            where = ptr.join(part.pointer, key)
            if key.startswith("x-") and key not in allowed:
                right = f"here: {listed(allowed)}"
                yield where, f"{key!r} is not an extension of {_a(part.kind)}; {right}"
            elif child_kind(part.kind, key) in _MAPS and isinstance(value, dict):
                for name in value:
                    if name in _PLACES:
                        message = f"{name!r} stands one level too deep; move it beside {key!r}"
                        yield ptr.join(where, name), message


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def effects(document: Document) -> Iterator[Found]:
    """Every operation under paths says what it does to the world, in the six known words."""
    for part in document.of_kind("operation"):
        section, *_, method = ptr.split(part.pointer)
        where = ptr.join(part.pointer, "x-effect")
        said = part.node.get("x-effect")
        if section == "webhooks":
            if said is not None:
                yield where, "nobody calls a webhook; leave x-effect out"
            continue
        if not said:
            yield part.pointer, f"no x-effect; a list of what applies: {listed(EFFECTS)}"
            continue
        for i, effect in enumerate(said):
            if effect not in EFFECTS:
                yield ptr.join(where, i), f"{effect!r} is no effect; known: {listed(EFFECTS)}"
        if len(set(map(str, said))) < len(said):
            yield where, "an effect is listed twice"
        if "read" in said and len(said) > 1:
            yield where, "'read' changes nothing and stands alone"
        yield from _reason(part.node, part.pointer, method, said)


def _reason(node: Any, pointer: str, method: str, said: list[Any]) -> Iterator[Found]:
    reason = node.get("x-effect-reason")
    if reason is not None and (not isinstance(reason, str) or not reason.strip()):
        yield ptr.join(pointer, "x-effect-reason"), "not a text; say why"
    elif reason is None and (said == ["read"]) != (method in _SAFE):
        effect = " and ".join(map(str, said))
        message = f"a {method.upper()} with the effect {effect} needs x-effect-reason"
        yield ptr.join(pointer, "x-effect"), message


def rate_limits(document: Document) -> Iterator[Found]:
    """x-rate-limit is so many requests in so many seconds, per something."""
    for part in document.of_kind("document", "operation"):
        if (said := part.node.get("x-rate-limit")) is None:
            continue
        where = ptr.join(part.pointer, "x-rate-limit")
        yield from keys(said, where, ("requests", "seconds", "per"))
        for name in ("requests", "seconds"):
            if isinstance(said, dict) and not is_count(said.get(name), 1):
                yield where, f"{name!r} is a whole number above 0"


def test_credentials(document: Document) -> Iterator[Found]:
    """x-test-credentials leaves out the tokens that exist for every scheme."""
    for part in document.of_kind("security scheme"):
        for token in part.node.get("x-test-credentials", {}):
            if token in _OURS:
                where = ptr.join(part.pointer, "x-test-credentials", token)
                yield where, f"{token!r} exists for every scheme; leave it out"


def item_limits(document: Document) -> Iterator[Found]:
    """x-max-items-across names arrays of the schema that together hold a number of items."""
    for part in document.of_kind("schema"):
        if (said := part.node.get("x-max-items-across")) is None:
            continue
        where = ptr.join(part.pointer, "x-max-items-across")
        yield from keys(said, where, ("properties", "maximum"))
        if not isinstance(said, dict):
            continue
        if not is_count(said.get("maximum"), 0):
            yield where, "'maximum' is a whole number"
        if not is_texts(said.get("properties"), 2):
            yield where, "'properties' is a list of at least two of the schema's arrays"
            continue
        for i, name in enumerate(said["properties"]):
            declared = part.node.get("properties", {}).get(name)
            schema = document.resolve(declared, "")[0] if declared is not None else None
            types = schema.get("type") if isinstance(schema, dict) else None
            if types != "array" and not (isinstance(types, list) and "array" in types):
                yield ptr.join(where, "properties", i), f"{name!r} is no array of this schema"


def webhook_signature(document: Document) -> Iterator[Found]:
    """x-webhook-signature says how the vendor signs what it sends, as far as that is public."""
    return signature.problems(document.document)
