"""Rules for the extensions (`x-…`): only known ones, where they belong, well formed."""

from __future__ import annotations

from ..codec.credentials import EXPIRED_KEY, FORBIDDEN_KEY, GOOD_KEY
from ..contract import webhook_signature as signature
from ..contract.effects import EFFECTS
from ..contract.extension_schemas import EXTENSIONS, REFUSALS, REFUSALS_KEY, problems
from ..contract.object_kinds import Part, child_kind
from ..schema import json_pointer as ptr
from .document import Document, Messages, listed

_SELECTS = "x-selects-media-type"
# The safe methods (RFC 9110 section 9.2.1).
_SAFE_METHODS = ("get", "head", "options", "trace")
_BUILT_IN = (GOOD_KEY, EXPIRED_KEY, FORBIDDEN_KEY)

# Maps from names of properties or components: an extension among them is indented too far. Not
# those of headers, where it may be the name of one.
_MAPS = frozenset(("{schema}", "{parameter}", "{request body}", "{response}", "{example}"))


def known(document: Document) -> Messages:
    """Every extension is one of the style guide, on an object where the guide allows it."""
    for part in document.parts:
        if not isinstance(part.node, dict):
            continue
        allowed = [key for key, each in EXTENSIONS.items() if part.kind in each.places]
        for key, value in part.node.items():
            where = ptr.join(part.pointer, key)
            if key.startswith("x-") and key not in allowed:
                kind = f"{'an' if part.kind[0] in 'aeiou' else 'a'} {part.kind}"
                message = f"{key!r} is not an extension of {kind}; those are {listed(allowed)}"
                yield where, message
            elif child_kind(part.kind, key) in _MAPS and isinstance(value, dict):
                for name in value:
                    if name in EXTENSIONS:
                        message = f"{name!r} is one level too deep; move it next to {key!r}"
                        yield ptr.join(where, name), message


def effects(document: Document) -> Messages:
    """Every operation under paths has x-effect, a list of the known effects."""
    for part in document.of_kind("operation"):
        section, *_, method = ptr.split(part.pointer)
        where = ptr.join(part.pointer, "x-effect")
        declared = part.node.get("x-effect")
        if section == "webhooks":
            if declared is not None:
                yield where, "not for webhooks; leave it out"
            continue
        if not declared:
            yield part.pointer, f"no x-effect; list those that apply: {listed(EFFECTS)}"
            continue
        for i, effect in enumerate(declared):
            if effect not in EFFECTS:
                yield ptr.join(where, i), f"{effect!r} is not one of {listed(EFFECTS)}"
        if len(set(declared)) < len(declared):
            yield where, "an effect is listed twice"
        if "read" in declared and len(declared) > 1:
            yield where, "'read' changes nothing, so it cannot be combined with other effects"
        if part.node.get("x-effect-reason") is not None:
            yield from problems("x-effect-reason", part.node, part.pointer)
        elif (declared == ["read"]) != (method in _SAFE_METHODS):
            effect = " and ".join(declared)
            yield where, f"a {method.upper()} with the effect {effect} needs x-effect-reason"


def rate_limits(document: Document) -> Messages:
    """x-rate-limit is a number of requests in a number of seconds, per something."""
    for part in document.of_kind("document", "operation"):
        yield from problems("x-rate-limit", part.node, part.pointer)


def test_credentials(document: Document) -> Messages:
    """x-test-credentials does not list tokens that exist for every security scheme."""
    for part, where in document.having("x-test-credentials", "security scheme"):
        for token in part.node["x-test-credentials"]:
            if token in _BUILT_IN:
                message = f"{token!r} exists for every security scheme; leave it out"
                yield ptr.join(where, token), message


def item_limits(document: Document) -> Messages:
    """x-max-items-across names arrays of the schema, and how many items they may have together."""
    for part, where in document.having("x-max-items-across", "schema"):
        found = list(problems("x-max-items-across", part.node, part.pointer))
        yield from found
        names = part.node["x-max-items-across"]["properties"] if not found else ()
        for i, name in enumerate(names):
            declared = part.node.get("properties", {}).get(name)
            schema = document.resolve(declared, "")[0] if declared is not None else None
            types = schema.get("type") if isinstance(schema, dict) else None
            if types != "array" and not (isinstance(types, list) and "array" in types):
                message = f"{name!r} is not an array of this schema"
                yield ptr.join(where, "properties", i), message


def refusals(document: Document) -> Messages:
    """x-refusals names a response of the components for each kind of refusal."""
    for part, where in document.having(REFUSALS_KEY, "document"):
        found = list(problems(REFUSALS_KEY, part.node, part.pointer))
        yield from found
        known = part.node.get("components", {}).get("responses", {})
        for kind, entry in () if found else part.node[REFUSALS_KEY].items():
            if kind in REFUSALS and entry["response"] not in known:
                message = f"there is no response {entry['response']!r}; those are {listed(known)}"
                yield ptr.join(where, kind, "response"), message


def media_type_selection(document: Document) -> Messages:
    """x-selects-media-type maps values of a query parameter to documented media types."""
    for part, where in document.having(_SELECTS, "parameter"):
        if part.node["in"] != "query":
            yield where, "only a query parameter can select a media type"
        elif found := list(problems(_SELECTS, part.node, part.pointer)):
            yield from found
        else:
            yield from _values(document, part, where)
            yield from _media_types(document, part, where)


def _values(document: Document, part: Part, where: str) -> Messages:
    for value in part.node[_SELECTS]:
        schema = ptr.join(part.pointer, "schema")
        if "schema" in part.node and not document.schemas.validator(schema).is_valid(value):
            yield ptr.join(where, value), f"{value!r} is not a valid value of the parameter"


def _media_types(document: Document, part: Part, where: str) -> Messages:
    for operation in document.contract.operations:
        if part.pointer not in (parameter.pointer for parameter in operation.parameters):
            continue
        content = [m.name for response in operation.responses for m in response.content]
        documented = list(dict.fromkeys(content))
        for value, media_type in part.node[_SELECTS].items():
            if media_type not in documented:
                message = (
                    f"{operation.id} responds with {listed(documented)}, not with {media_type!r}"
                )
                yield ptr.join(where, value), message


def webhook_signature(document: Document) -> Messages:
    """x-webhook-signature describes how the vendor signs its webhooks, if that is public."""
    return signature.problems(document.document)
