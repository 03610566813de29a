"""What a contract stands on, counted and told: the facts behind `greenroom report`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..schema import json_pointer as ptr
from .model import METHODS, Contract
from .provenance import BASES, declared, statements

WITHOUT = "without basis"
# The bases whose statements a reader has to know one by one.
DOUBTED = ("inferred", "disputed")

_SINGULAR = {
    "securitySchemes": "security scheme",
    "parameters": "parameter",
    "headers": "header",
    "requestBodies": "request body",
    "responses": "response",
    "schemas": "schema",
    "examples": "example",
}


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """An inferred or disputed statement: where, called how, and why."""

    basis: str
    subject: str
    pointer: str
    note: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class ProvenanceSummary:
    """One contract's numbers: what it holds, what its statements stand on, which are doubted.

    `counts` has an entry for each basis, in the order documented, published, inferred, disputed,
    and one for statements without basis where there are any.
    """

    name: str
    title: str
    version: str
    operations: int
    webhooks: int
    examples: int
    counts: Mapping[str, int]
    unconfirmed: tuple[Unconfirmed, ...]

    @property
    def total(self) -> int:
        """The number of statements."""
        return sum(self.counts.values())

    def share(self, basis: str) -> float:
        """The part of all statements that has a basis, from 0 to 1; 0 where there are none."""
        return self.counts.get(basis, 0) / self.total if self.total else 0.0


def standing(contract: Contract) -> ProvenanceSummary:
    """The numbers of one contract."""
    found = Counter(statement.basis or WITHOUT for statement in statements(contract.document))
    counts = {basis: found.pop(basis, 0) for basis in BASES} | dict(found)
    return ProvenanceSummary(
        name=contract.name,
        title=contract.title,
        version=contract.version,
        operations=len(contract.operations),
        webhooks=len(contract.webhooks),
        examples=len(contract.document.get("components", {}).get("examples", {})),
        counts=counts,
        unconfirmed=tuple(unconfirmed(contract.document)),
    )


def unconfirmed(document: Mapping[str, Any]) -> Iterator[Unconfirmed]:
    """Every inferred or disputed statement, in document order."""
    for said in declared(document):
        if said.basis in DOUBTED:
            where = said.pointer
            yield Unconfirmed(said.basis, subject(document, where), where, said.note, said.source)


def subject(document: Mapping[str, Any], pointer: str) -> str:
    """What a pointer leads to, as a reader would call it.

    `operation getInterview`, `path /api/postings`, `schema Interview.rounds[].score` and
    `response PostingListed, headers X-Total`.
    """
    head, *rest = ptr.split(pointer) or ("document",)
    name = head
    if head in ("paths", "webhooks") and rest:
        path = rest.pop(0)
        name = f"{'path' if head == 'paths' else 'webhook'} {path}"
        if rest and rest[0] in METHODS:
            method = rest.pop(0)
            operation = ptr.look_up(document, ptr.join("", head, path, method))
            name = f"operation {operation.get('operationId') or f'{method.upper()} {path}'}"
    elif head == "components" and len(rest) > 1:
        section, component = rest.pop(0), rest.pop(0)
        name = f"{_SINGULAR.get(section, section)} {component}"
        while section == "schemas" and rest:
            if rest[0] == "items":
                name, rest = f"{name}[]", rest[1:]
            elif rest[0] == "properties" and len(rest) > 1:
                name, rest = f"{name}.{rest[1]}", rest[2:]
            else:
                break
    return f"{name}, {' '.join(rest)}" if rest else name
