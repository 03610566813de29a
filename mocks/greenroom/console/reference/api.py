"""A contract as the reference shows it: the addresses of its parts, and what is read only once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar
from urllib.parse import quote

from ...codec.credentials import EXPIRED_KEY, FORBIDDEN_KEY, GOOD_KEY, credential, is_visible
from ...contract.behaviour.binding import Behaviour
from ...contract.behaviour.reading import behaviour_of
from ...contract.catalog import vendors
from ...contract.effects import READ, main_effect
from ...contract.model import Contract, Operation, SecurityScheme
from ...contract.provenance_summary import ProvenanceSummary, summarize_provenance
from ...schema import json_pointer as ptr
from ..layout import slug

_T = TypeVar("_T")
# Of more operations only one part is on a page, the others are links.
MOST_OPERATIONS = 200
# Pages of their own below a contract's.
_TAKEN = ("graphql", "provenance")


@dataclass(frozen=True, slots=True)
class Group:
    """Operations under one heading: a tag, or a part of the operations of one."""

    name: str
    about: str
    operations: Sequence[Operation]


class Api:
    """One contract; its parts are by the segment that their addresses end in."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.name = contract.name
        self.operations = _addresses((o.id, o) for o in contract.operations)
        self.events = _addresses((webhook.path, webhook) for webhook in contract.webhooks)
        schemas = contract.document.get("components", {}).get("schemas", {})
        self.schemas = _addresses((name, name) for name in schemas)
        both = (*self.operations.items(), *self.events.items())
        self._slugs = {id(found): at for at, found in both}
        self._of_schema = {name: at for at, name in self.schemas.items()}
        self._of_id = {o.id: at for at, o in reversed([*self.operations.items()])}

    def slug_of(self, found: Operation) -> str:
        """The last segment of the address of an operation or event."""
        return self._slugs[id(found)]

    def slug_of_id(self, operation_id: str) -> str | None:
        """The last segment of the address of the operation with an id."""
        return self._of_id.get(operation_id)

    def slug_of_schema(self, name: str) -> str:
        """The last segment of the address of a component schema."""
        return self._of_schema[name]

    def operation(self, name: str) -> Operation | None:
        """The operation with an address or an id."""
        return self.operations.get(name) or self.operations.get(self._of_id.get(name, ""))

    @cached_property
    def behaviour(self) -> Behaviour:
        """What the operations do in a space."""
        return behaviour_of(self.contract)

    @cached_property
    def provenance(self) -> ProvenanceSummary:
        """What the statements of the contract are based on."""
        return summarize_provenance(self.contract)

    @cached_property
    def groups(self) -> Sequence[Group]:
        """The operations by their first tag, in the order in which the contract declares tags."""
        declared = self.contract.document.get("tags", ())
        about = {tag["name"]: tag.get("description", "") for tag in declared}
        found: dict[str, list[Operation]] = {name: [] for name in about}
        for operation in self.contract.operations:
            name = operation.tags[0] if operation.tags else "Operations"
            found.setdefault(name, []).append(operation)
        groups = (Group(name, about.get(name, ""), listed) for name, listed in found.items())
        return [part for group in groups for part in _parts(group)]

    @cached_property
    def graphql(self) -> Sequence[Operation]:
        """The operations with a GraphQL schema."""
        return [operation for operation in self.contract.operations if operation.graphql]

    def users_of(self, schema: str) -> Sequence[Operation]:
        """The operations and events that a component schema is part of."""
        wanted = ptr.join("/components/schemas", schema)
        both = (*self.contract.operations, *self.contract.webhooks)
        return [each for each in both if wanted in self._reached(each)]

    def _reached(self, operation: Operation) -> set[str]:
        """Every pointer that the references of an operation lead to."""
        # Parameters are also those of its path.
        queue = [operation.pointer, f"{operation.pointer.rpartition('/')[0]}/parameters"]
        found: set[str] = set()
        while queue:
            for pointer in self._references(queue.pop()) - found:
                found.add(pointer)
                queue.append(pointer)
        return found

    @cached_property
    def _references(self) -> Callable[[str], frozenset[str]]:
        return lru_cache(maxsize=None)(self._read_references)

    def _read_references(self, pointer: str) -> frozenset[str]:
        try:
            node = ptr.look_up(self.contract.document, pointer)
        except LookupError:
            return frozenset()
        found = (each.get("$ref") for _, each in ptr.walk(node) if isinstance(each, dict))
        return frozenset(ptr.of_reference(ref) for ref in found if isinstance(ref, str))

    @cached_property
    def is_vendor(self) -> bool:
        """Whether commands know it by its name."""
        return self.name in {source.name for source in vendors()}

    @property
    def command_name(self) -> str:
        """What commands call it: its name, or its file."""
        return self.name if self.is_vendor else self.contract.file

    @property
    def is_large(self) -> bool:
        """Whether its operations are not all on one page."""
        return len(self.operations) > MOST_OPERATIONS

    def part_of(self, operation: Operation) -> int:
        """The index of the group with an operation."""
        return next(i for i, group in enumerate(self.groups) if operation in group.operations)

    @cached_property
    def schemes(self) -> Sequence[SecurityScheme]:
        """Every scheme that an operation requires, where a request can carry its credential."""
        required = {
            requirement.scheme.name: requirement.scheme
            for operation in self.contract.operations
            for all_of in operation.security
            for requirement in all_of
        }
        return [scheme for scheme in required.values() if is_visible(scheme)]

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """The test credentials, and what each may do; none where no operation needs one."""
        return keys(self.schemes)

    @cached_property
    def first(self) -> Operation | None:
        """The operation to begin with: one that reads, and names nothing that must be there."""
        reads = [o for o in self.contract.operations if main_effect(o) == READ]

        def order(operation: Operation) -> tuple[bool, bool, bool]:
            is_open = bool(self.schemes) and not operation.secured
            return "{" in operation.path, is_open, operation.paging is None

        return min(reads or self.contract.operations, key=order, default=None)


def keys(schemes: Iterable[SecurityScheme]) -> Mapping[str, str]:
    """The test credentials of schemes, and what each may do."""
    scoped = {
        token: ", ".join(sorted(scopes)) or "no scope"
        for scheme in schemes
        for token, scopes in scheme.tokens.items()
    }
    known = {GOOD_KEY: "full access", **scoped}
    known |= {EXPIRED_KEY: "401, expired", FORBIDDEN_KEY: "403, no permission"}
    return known if schemes else {}


def credential_text(scheme: SecurityScheme) -> str:
    """How the test credential of a scheme is sent."""
    sent = credential(scheme, GOOD_KEY)
    if sent.location == "header":
        return f"{sent.name}: {sent.value}"
    if sent.location == "query":
        return f"?{quote(sent.name)}={quote(sent.value)}"
    return f"Cookie: {sent.name}={sent.value}"


def _parts(group: Group) -> Iterable[Group]:
    count = len(group.operations)
    if count <= MOST_OPERATIONS:
        return [group] if count else []
    starts = range(0, count, MOST_OPERATIONS)
    return [
        Group(
            f"{group.name}, {start + 1}-{min(start + MOST_OPERATIONS, count)}",
            group.about,
            group.operations[start : start + MOST_OPERATIONS],
        )
        for start in starts
    ]


def _addresses(named: Iterable[tuple[str, _T]]) -> Mapping[str, _T]:
    found: dict[str, _T] = {}
    for name, part in named:
        address = slug(name)
        while address in found or address in _TAKEN:
            address += "~"
        found[address] = part
    return found
