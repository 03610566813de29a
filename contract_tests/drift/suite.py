"""Which drifts the checks must find: some of every kind, spread over the operations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from greenroom.contract.model import Contract, Operation
from greenroom_contracts.finding import Finding
from greenroom_contracts.planning.body_identifiers import BodyIdentifiers, documented_bodies
from greenroom_contracts.planning.effects import is_read
from greenroom_contracts.planning.identifiers import (
    identifiers_of,
    sources,
    supplied_body,
    unreachable,
)
from greenroom_contracts.planning.options import Options
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import check

from .kinds import mutations
from .mutation import Mutation
from .original import Original
from .paging import paged
from .proxy import DriftingServer
from .subject import subject_of

# The number of operations with a drift of each kind in each contract.
PER_KIND = 2
CREDENTIAL = "test-key"
_COMPANIONS = 2
# A server may refuse the reserved address that a check has without one.
_RECEIVER = "https://hooks.example.org/greenroom"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a check; `changed` counts the responses that really drifted."""

    mutation: Mutation
    caught: bool
    changed: int
    report: Report


def drifts(original: Original, per_kind: int = PER_KIND, subtle: bool = False) -> list[Mutation]:
    """A number of drifts of every possible kind in a contract, the same in every run.

    Rare kinds come first, and each takes the operations with the fewest drifts so far.
    """
    by_kind: dict[str, dict[str, list[Mutation]]] = {}
    for operation in original.contract.operations:
        for mutation in mutations(subject_of(original, operation), subtle):
            by_kind.setdefault(mutation.kind, {}).setdefault(operation.id, []).append(mutation)
    used: Counter[str] = Counter()
    chosen: dict[str, list[Mutation]] = {}
    for turn, (kind, found) in enumerate(sorted(by_kind.items(), key=lambda i: (len(i[1]), i[0]))):
        chosen[kind] = []
        for name in _least_used(list(found), used, turn)[:per_kind]:
            used[name] += 1
            # Another place each time, if there are several.
            chosen[kind].append(found[name][used[name] * 7 % len(found[name])])
    return [mutation for kind in by_kind for mutation in chosen[kind]]


def sample(suites: Sequence[Sequence[Mutation]], per_kind: int) -> list[tuple[int, Mutation]]:
    """A number of drifts of each kind from several suites, each with the number of its suite."""
    kinds = dict.fromkeys(mutation.kind for suite in suites for mutation in suite)
    taken: list[tuple[int, Mutation]] = []
    for turn, kind in enumerate(kinds):
        offered = [(i, m) for i, suite in enumerate(suites) for m in suite if m.kind == kind]
        # From different contracts first, and not always from the same.
        nth: Counter[int] = Counter()
        ranked = []
        for i, mutation in offered:
            ranked.append((nth[i], (i - turn) % len(suites), i, mutation))
            nth[i] += 1
        ranked.sort(key=lambda entry: entry[:3])
        taken += [(i, mutation) for _, _, i, mutation in ranked[:per_kind]]
    return taken


def controls(original: Original) -> list[Mutation]:
    """Servers that conform, but not as the mock does: the check must find nothing."""
    found = (paged(subject_of(original, o)) for o in original.contract.operations)
    return [mutation for mutation in found if mutation is not None]


def judged(server: DriftingServer, mutation: Mutation, generated: int = 10) -> Outcome:
    """Check a drifting operation, with the sources of its identifiers and a few others."""
    contract = server.original.contract
    options = options_for(contract, mutation.operation, generated)
    with server.drifting(mutation) as proxy:
        report = check(contract, server.base_url, CREDENTIAL, options)
        changed = proxy.changed
    return Outcome(mutation, is_caught(mutation, report.findings), changed, report)


def is_caught(mutation: Mutation, findings: Iterable[Finding]) -> bool:
    """Whether a finding shows a drift: one of its operation, and no addition unless it is one."""
    own = [finding for finding in findings if mutation.operation in finding.operations]
    if mutation.finding:
        return any(finding.kind == mutation.finding for finding in own)
    return any(not finding.is_addition for finding in own)


def options_for(contract: Contract, only: str | None = None, generated: int = 10) -> Options:
    """Options that allow everything, for one operation or all.

    Identifiers that no response contains come from the examples of the contract.
    """
    every = frozenset(operation.id for operation in contract.operations)
    given = {f"{name}.{key}": value for name, key, value in _given(contract)}
    options = Options(
        writes=True, allowed=every, given=given, generated=generated, receiver=_RECEIVER
    )
    if only is None:
        return options
    operation = next(o for o in contract.operations if o.id == only)
    chosen = _reach(contract, operation, given) | _companions(contract, operation)
    known = {f"{name}.{key}": value for name, key, value in _given(contract) if name in chosen}
    return replace(options, only=chosen, given=known)


def _given(contract: Contract) -> Iterator[tuple[str, str, str]]:
    """The identifiers that a caller would have to know: operation, parameter and value."""
    bodies = BodyIdentifiers(contract)
    lost = unreachable(contract, contract.operations, Options(), bodies)
    for operation in contract.operations:
        if operation.id in lost or operation.graphql is not None:
            for parameter in identifiers_of(operation):
                if parameter.examples:
                    yield operation.id, parameter.name, str(parameter.examples[0].value)
            for name, value in bodies.documented(operation).items():
                yield operation.id, name, value


def _companions(contract: Contract, operation: Operation) -> frozenset[str]:
    """Operations that conform: without any, the check takes the server for another one."""
    reading = [
        o.id
        for o in contract.operations
        if o.id != operation.id and is_read(o, contract.document) and not identifiers_of(o)
    ]
    return frozenset(reading[:_COMPANIONS])


def _reach(contract: Contract, operation: Operation, given: Mapping[str, str]) -> frozenset[str]:
    """An operation with the fewest others that supply its identifiers."""
    options, bodies = Options(given=given), BodyIdentifiers(contract)
    needed = _sources(contract, operation)
    for name in sorted(needed - {operation.id}):
        fewer = needed - {name}
        chosen = [o for o in contract.operations if o.id in fewer]
        lost = unreachable(contract, chosen, options, bodies)
        if operation.id not in lost and _same_bodies(contract, needed, fewer, options, bodies):
            needed = fewer
    return needed


def _same_bodies(
    contract: Contract,
    more: frozenset[str],
    fewer: frozenset[str],
    options: Options,
    bodies: BodyIdentifiers,
) -> bool:
    """Whether fewer sources supply the identifiers of the same documented bodies."""

    def lacking(operation: Operation, names: frozenset[str]) -> list[tuple[str, ...]]:
        known = supplied_body(contract, operation, names)
        return [
            bodies.filled(operation, media, example.value, known, options.given).lacking
            for media, example in documented_bodies(contract, operation)
        ]

    left = (operation for operation in contract.operations if operation.id in fewer)
    return all(lacking(operation, more) == lacking(operation, fewer) for operation in left)


def _sources(contract: Contract, operation: Operation) -> frozenset[str]:
    """All operations that supply identifiers to an operation, directly or not."""
    found = {operation.id: operation}
    waiting = [operation]
    while waiting:
        for source, _ in sources(contract, waiting.pop()):
            if source.id not in found:
                found[source.id] = source
                waiting.append(source)
    return frozenset(found)


def _least_used(names: list[str], used: Counter[str], turn: int) -> list[str]:
    start = turn % len(names)
    return sorted(names[start:] + names[:start], key=lambda name: used[name])
