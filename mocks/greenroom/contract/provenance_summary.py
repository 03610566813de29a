"""How well a contract is documented, in numbers: the data of `greenroom report`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..schema import json_pointer as ptr
from .model import METHODS, Contract
from .object_kinds import COMPONENT_SECTIONS
from .provenance import BASES, OBSERVED, declared, statements

WITHOUT_BASIS = "without basis"
# The bases whose statements are listed one by one.
UNCONFIRMED_BASES = ("inferred", "disputed")

_KINDS = {section: kind for kind, section in COMPONENT_SECTIONS.items()}


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """An inferred or disputed statement: its basis, name and pointer, why, and by which source."""

    basis: str
    subject: str
    pointer: str
    note: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class ProvenanceSummary:
    """The size of a contract, and how many of its statements have which basis.

    `counts` has an entry for each basis, in the order documented, published, inferred, disputed,
    and one for observed statements and for those without basis where there are any.
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
        """The share of all statements that has a basis, from 0 to 1; 0 where there are none."""
        return self.counts.get(basis, 0) / self.total if self.total else 0.0


def summarize_provenance(contract: Contract) -> ProvenanceSummary:
    """The summary of one contract."""
    found = Counter(statement.basis or WITHOUT_BASIS for statement in statements(contract.document))
    counts = {basis: found.pop(basis, 0) for basis in BASES if basis != OBSERVED} | dict(found)
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
    for entry in declared(document):
        if entry.basis in UNCONFIRMED_BASES:
            name = subject(document, entry.pointer)
            yield Unconfirmed(entry.basis, name, entry.pointer, entry.note, entry.source)


def subject(document: Mapping[str, Any], pointer: str) -> str:
    """A readable name for the object at a pointer.

    Examples: `operation getInterview`, `path /api/postings`, `schema Interview.rounds[].score` and
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
        name = f"{_KINDS.get(section, section)} {component}"
        while section == "schemas" and rest:
            if rest[0] == "items":
                name, rest = f"{name}[]", rest[1:]
            elif rest[0] == "properties" and len(rest) > 1:
                name, rest = f"{name}.{rest[1]}", rest[2:]
            else:
                break
    return f"{name}, {' '.join(rest)}" if rest else name
