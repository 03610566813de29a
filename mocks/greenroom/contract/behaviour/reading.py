"""The behaviour of a contract: what it declares, and what is inferred for the rest."""

from __future__ import annotations

from collections.abc import Iterator

from ...schema import json_pointer as ptr
from ..model import Contract
from .binding import Behaviour
from .compilation import Compiler
from .drafts import OperationDraft, ResourceDraft
from .events import Events, delivery_policy
from .inference import Inference
from .paging import PagingReader
from .records import Records
from .resources import ResourceReader
from .story import Story
from .values import evidence_of, names_of, node_of

RESOURCE_KEY, OPERATION_KEY = "x-resource", "x-resource-operation"


def behaviour_of(contract: Contract) -> Behaviour:
    """What the operations of a contract do to which resources.

    Weak evidence binds nothing in a contract that declares its sources. It takes some milliseconds:
    keep the result.
    """
    story = Story(contract)
    inference = Inference(story, list(_declared(story)))
    needs_proof = "x-sources" in contract.document["info"]
    drafts: dict[str, OperationDraft] = {}
    unbound: dict[str, str] = {}
    weak: dict[str, str] = {}
    for operation in contract.operations:
        node = node_of(ptr.look_up(contract.document, operation.pointer), OPERATION_KEY)
        found = inference.kind_of(operation)
        named = inference.resources.get(node.get("resource", ""), found[0] if found else None)
        if node.get("kind") == "none" or named is None:
            why = "its fields say what they do" if operation.graphql else "nothing names a resource"
            unbound[operation.id] = evidence_of(node).reason if node else why
            continue
        kind = node.get("kind", found[1] if found else "action")
        evidence = evidence_of(node) if "kind" in node or found is None else found[2]
        if needs_proof and not evidence.is_strong:
            weak[operation.id] = f"it seems to {kind} a {named.name}, since {evidence.reason}"
            continue
        drafts[operation.id] = OperationDraft(operation, named, kind, evidence, node)
    records = Records(inference, drafts)
    used = [d for d in inference.resources.values() if records.uses[d.name] or d.node]
    resources = {draft.name: ResourceReader(records, draft).resource() for draft in used}
    compiler = Compiler(records, resources, PagingReader(story, needs_proof))
    bindings = {name: compiler.binding(draft) for name, draft in drafts.items()}
    events = Events(contract, resources, bindings).by_name()
    return Behaviour(resources, bindings, unbound, weak, events, delivery_policy(contract))


def _declared(story: Story) -> Iterator[ResourceDraft]:
    schemas = story.contract.document.get("components", {}).get("schemas", {})
    for name, schema in schemas.items():
        node = node_of(schema, RESOURCE_KEY)
        if not node:
            continue
        place = story.place_of(ptr.join("/components/schemas", name))
        yield ResourceDraft(
            name=name,
            place=place,
            identifiers=names_of(node.get("identifier")),
            evidence=evidence_of(node),
            keys=names_of(node.get("keys")),
            singleton=node.get("singleton", False),
            node=node,
        )
