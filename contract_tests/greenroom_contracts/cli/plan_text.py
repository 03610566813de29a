"""A plan as lines for a terminal: operations that are sent, and others with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from greenroom.contract.behaviour.rate_limit import limits_of
from greenroom.contract.links import target_parameter
from greenroom.contract.model import Contract, Operation
from greenroom.contract.runtime_expressions import expressions
from greenroom.schema import json_pointer as ptr

from ..planning.body_identifiers import BodyIdentifiers, documented_bodies, given_for
from ..planning.effects import creates, deletes
from ..planning.identifiers import identifiers_of, sources, supplied_body
from ..planning.options import Options
from ..planning.plan import Plan, PlannedOperation
from ..planning.receivers import RESERVED, receiver_parameters, receivers_in

_MADE_UP = {
    "credentials": "without a valid credential", "invalid": "invalid",
    "filtered": "for what a response names", "paging": "for other pages",
    "again": "after a change", "unknown": "for an unknown identifier", "generated": "generated",
}  # fmt: skip
# Seconds of waiting that a user is told of.
_LONG = 60
_RESERVED = f"{RESERVED}, which does not exist; --receiver URL gives another"


def plan_lines(contract: Contract, plan: Plan, options: Options) -> Iterator[str]:
    """Every operation with its effects, and why it is not sent or what is sent for it.

    That is each documented request with the sources of its identifiers and the address of its
    receiver, and the most requests that are made up.
    """
    sent = [entry for entry in plan.entries if entry.sent]
    yield (
        f"{contract.name}: {len(sent)} of {len(plan.entries)} operations are sent, "
        f"at most {plan.requests} requests"
    )
    yield from _limit(contract, plan)
    yield ""
    width = max((len(",".join(e.operation.effects)) for e in plan.entries), default=6)
    yield f"SENT  REQUESTS  {'EFFECT'.ljust(width)}  OPERATION"
    details = _Details(contract, options, {entry.operation.id for entry in sent})
    for entry in plan.entries:
        operation = entry.operation
        effects = ",".join(operation.effects) or "-"
        line = f"{operation.id}  {operation.method} {operation.path}"
        yes, count = ("yes", str(entry.requests)) if entry.sent else ("no", "-")
        yield f"{yes:4}  {count:>8}  {effects.ljust(width)}  {line}"
        for detail in details.of(entry) if entry.sent else (entry.why_not,):
            yield " " * (18 + width) + detail
    lasting = [
        e.operation.id
        for e in sent
        if creates(e.operation) and not _is_deletable(contract, e.operation)
    ]
    if lasting:
        yield ""
        yield f"no operation deletes the resources that these create: {', '.join(lasting)}"
    yield from plan.unused


def _limit(contract: Contract, plan: Plan) -> Iterator[str]:
    """The limit of the vendor, and how long the requests take if it makes them wait."""
    counts = {"": plan.requests, **{e.operation.id: e.requests for e in plan.entries}}
    limits = limits_of(contract)
    waits = [
        (counts[name] - 1) // limit.requests * limit.seconds
        for name, found in limits.items()
        for limit in found
    ]
    if "" in limits:
        kept = " and ".join(
            f"{each.requests} requests in {each.seconds:g} s" for each in limits[""]
        )
        yield f"the vendor's rate limit is kept, except on this machine: {kept}"
    if max(waits, default=0) >= _LONG:
        yield f"because of rate limits all requests take at least {max(waits) / 60:.0f} minutes"


class _Details:
    """What is sent for an operation; `sent` are the ids of those that are sent."""

    def __init__(self, contract: Contract, options: Options, sent: set[str]) -> None:
        self._contract, self._options, self._sent = contract, options, sent
        self._bodies = BodyIdentifiers(contract)

    def of(self, entry: PlannedOperation) -> list[str]:
        contract, options, operation = self._contract, self._options, entry.operation
        counts = dict(entry.requests_by_purpose)
        given = (p for p in operation.parameters if given_for(operation, p.name, options.given))
        names = [p.name for p in (*identifiers_of(operation), *given)]
        lines: list[str] = []
        addresses = [p.name for p in receiver_parameters(contract, operation) if p.required]
        known = supplied_body(contract, operation, self._sent)
        is_own = operation.id in options.bodies
        for media, example in () if is_own else documented_bodies(contract, operation):
            filled = self._bodies.filled(operation, media, example.value, known, options.given)
            if filled.lacking or len(lines) == counts["documented"]:
                continue
            places = self._bodies.places(operation, media, filled.value, options.given)
            own = [str(path[-1]) for path in places]
            # A lone example has no name.
            named = "its example" if example.name == "example" else f"example {example.name}"
            named = named if example.name else "a body made from its schema"
            without = "".join(f", without {name}" for name in filled.left_out)
            lines.append(self._documented(operation, named, [*names, *own]) + without)
            addresses += receivers_in(contract, operation, example.value)
        if not lines:
            lines = [self._documented(operation, "the body of --body" if is_own else "", names)]
        if addresses:
            lines.append(f"receiver: {options.receiver or _RESERVED}")
        made_up = [f"{counts[key]} {text}" for key, text in _MADE_UP.items() if counts.get(key)]
        return [*lines, *([f"made up, at most: {', '.join(made_up)}"] if made_up else [])]

    def _documented(self, operation: Operation, body: str, names: list[str]) -> str:
        """A documented request: its body, and where each of its identifiers comes from."""
        parts = [body] if body else []
        suppliers = self._suppliers(operation)
        for name in dict.fromkeys(names):
            value = given_for(operation, name, self._options.given)
            from_others = " or ".join(suppliers.get(name, ()))
            source = f"{name} from {from_others}" if from_others else f"{name} made up"
            parts.append(source if value is None else f"{name}={value}")
        return f"documented: {', '.join(parts) or '1 request'}"

    def _suppliers(self, operation: Operation) -> dict[str, dict[str, None]]:
        """The operations whose responses supply each identifier of an operation, by its name."""
        found: dict[str, dict[str, None]] = {}
        for source, link in sources(self._contract, operation):
            if source.id in self._sent:
                parameters = (target_parameter(operation, key) for key in link.parameters)
                names = [parameter.name for parameter in parameters if parameter]
                for where, _ in expressions(link.body):
                    names += [step for step in ptr.split(where) if not step.isdecimal()][-1:]
                for name in names:
                    found.setdefault(name, {})[source.id] = None
        return found


def _is_deletable(contract: Contract, source: Operation) -> bool:
    """Whether responses of an operation link to one that deletes the created resource."""
    return any(
        found.id == source.id
        for target in filter(deletes, contract.operations)
        for found, _ in sources(contract, target)
    )
