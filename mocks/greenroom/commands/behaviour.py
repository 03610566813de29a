"""`greenroom report --behaviour`: what operations do to which things, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from ..contract.behaviour.binding import Behaviour, Binding, Event
from ..contract.behaviour.delivery_policy import DeliveryPolicy
from ..contract.behaviour.duration import written
from ..contract.behaviour.evidence import Evidence
from ..contract.behaviour.reading import behaviour_of
from ..contract.behaviour.resource import Resource, Set, State
from ..contract.model import Contract
from .output import write_lines

# Whole documented values, which the contract has.
_LONG = ("seeds", "templates", "projections", "payloads")
_UNSAID = Evidence("schema", "the contract does not say so")


def print_behaviour(contracts: Iterable[Contract], as_json: bool) -> int:
    """Print resources, references, states and operations of each contract, each with its reason."""
    found = {contract.name: behaviour_of(contract) for contract in contracts}
    if as_json:
        listed = [_as_json(name, behaviour) for name, behaviour in found.items()]
        sys.stdout.write(json.dumps(listed, indent=2, ensure_ascii=False, default=_plain) + "\n")
    for name, behaviour in () if as_json else found.items():
        write_lines(lines(name, behaviour))
    return 0


def lines(name: str, behaviour: Behaviour) -> Iterator[str]:
    """The behaviour of the contract of this name, as text."""
    kept = {**behaviour.unbound, **behaviour.weak}
    bound = len(behaviour.bindings)
    yield f"{name}: {len(behaviour.resources)} resources, {bound} of {bound + len(kept)} operations"
    for resource in behaviour.resources.values():
        yield from ("", *_resource(resource))
    for binding in behaviour.bindings.values():
        yield from ("", f"{binding.operation}: {binding.kind} {binding.resource}")
        yield from _reason("because", binding.evidence)
        if binding.declared not in (None, binding.evidence):
            yield from _reason("with", binding.declared)
        yield from _facts(binding)
    for event in behaviour.events.values():
        yield from ("", f"{event.name}: sent about {event.about or 'nothing that is kept'}")
        yield from _reason("because", event.evidence) if event.evidence else ()
        pairs = dict.fromkeys(pair for payload in event.payloads for pair in payload.pairs)
        shown = {"shows": [*map(_set, pairs)], "fields": [*map(_set, event.fields)]}
        yield from _listed(shown)
    yield from ("", *_delivery(behaviour.delivery)) if behaviour.events else ()
    yield from ("", "These stay with their examples:") if kept else ()
    yield from (f"  {operation}: {reason}" for operation, reason in kept.items())


def _as_json(name: str, behaviour: Behaviour) -> dict[str, Any]:
    def short(fact: Resource | Binding | Event) -> dict[str, Any]:
        return {key: value for key, value in asdict(fact).items() if key not in _LONG}

    return {
        "name": name,
        "resources": list(map(short, behaviour.resources.values())),
        "operations": list(map(short, behaviour.bindings.values())),
        "events": list(map(short, behaviour.events.values())),
        "delivery": asdict(behaviour.delivery),
        "examples": {**behaviour.unbound, **behaviour.weak},
    }


def _plain(value: Any) -> Any:
    return written(value) if isinstance(value, timedelta) else sorted(value)


def _resource(resource: Resource) -> Iterator[str]:
    keys = [entry.pointer for entry in resource.identifiers] or ["its parent"]
    yield f"{resource.name}, by {' and '.join(keys)}, {len(resource.seeds)} at the beginning"
    yield from _reason("because", resource.evidence)
    if parent := resource.parent:
        yield f"  belongs to: {parent.resource}" + f" in {parent.within}" * bool(parent.within)
    for reference in resource.references:
        yield from _reason(f"{reference.pointer} of {reference.resource}", reference.evidence)
    if life := resource.lifecycle:
        yield from _reason(f"states {', '.join(life.states)}, first {life.initial}", life.evidence)
        yield from (f"    {told}" for state in life.states.values() for told in _state(state))
    if (receiver := resource.subscription) and receiver.evidence:
        yield from _reason(
            f"receives {receiver.events or 'all'} at {receiver.url}", receiver.evidence
        )


def _state(state: State) -> Iterator[str]:
    ways = [(f"after {written(length)}", to) for length, to in state.after]
    ways += [(f"at {pointer}", to) for pointer, to in state.at]
    ways += [(f"on {operation}", to) for operation, to in state.on.items()]
    told = [f"makes {made.resource}" for made in state.creates]
    told += [f"puts {resource} into {to}" for resource, to in state.moves]
    told += [f"sends {', '.join(state.emit)}"] if state.emit else []
    told += [f"{way} {to}" for way, to in ways]
    yield from [f"{state.name}: {'; '.join(told)}"] if told else ()


def _delivery(policy: DeliveryPolicy) -> Iterator[str]:
    pauses = ", ".join(map(written, policy.retries))
    waiting = f", waits {written(policy.timeout)}" if policy.timeout is not None else ""
    yield f"A webhook is sent {f'again after {pauses}' if pauses else 'once'}{waiting}"
    yield from _reason("because", policy.evidence or _UNSAID)


def _facts(binding: Binding) -> Iterator[str]:
    paging = binding.paging
    facts = {
        # What the contract declares needs no report.
        "pages by names": paging.parameters if paging is not None and not paging.pointer else (),
        "named by": [_set(entry) for entry in binding.identify],
        "within": [f"{s.resource} {s.key} = {s.value.expression}" for s in binding.scopes],
        "sets": [_set(entry) for entry in binding.sets],
        "checks": [
            f"{c.value.expression} of {c.reference.resource} else {c.status}"
            for c in binding.checks
        ],
        "filters": [f"{f.parameter} {f.pointer or '(none)'}" for f in binding.filters],
        "makes": [f"{made.resource} of {made.source}" for made in binding.creates],
        "sends": binding.emit,
    }
    yield from _listed(facts)


def _listed(facts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield from (f"  {key}: {', '.join(found)}" for key, found in facts.items() if found)


def _set(entry: Set) -> str:
    return f"{entry.pointer} = {entry.value.expression or json.dumps(entry.value.constant)}"


def _reason(what: str, evidence: Evidence) -> Iterator[str]:
    source = ", ".join(filter(None, (evidence.source, evidence.basis)))
    yield f"  {what} ({source}): {evidence.reason}"
