"""Requests that break a contract in one place each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from greenroom.codec.documented_request import Call
from greenroom.contract.links import with_link_body
from greenroom.contract.model import Contract, MediaType, Operation, Parameter
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import Grammar
from greenroom.schema.subschemas import in_place_subschemas

from ..judge.request_judge import RequestJudge
from ..mutations import REQUEST, Mutant, mutants
from .calling import violations_of, with_body

_STRANGER = "greenroom-unknown-value"
_FORMATS = ("uuid", "date", "date-time", "email", "uri")
# More than this does not belong into a URL.
_LONG = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """A call that breaks one statement of the contract: its pointer, and how it is broken."""

    pointer: str
    said: str
    call: Call

    @property
    def note(self) -> str:
        """The fault in one line, the pointer first."""
        return f"{self.pointer} {self.said}"


class Faults:
    """The faults of every operation of a contract."""

    def __init__(self, contract: Contract, grammar: Grammar, judge: RequestJudge) -> None:
        self._contract = contract
        self._grammar = grammar
        self._judge = judge
        self._messages: dict[str, list[Mutant]] = {}
        for message in mutants(contract, (REQUEST,)):
            if not message.valid:
                self._messages.setdefault(message.operation, []).append(message)

    def of(self, operation: Operation, call: Call, body: Any, most: int) -> list[Fault]:
        """At most so many faults of a call that keeps the contract, of kinds as many as can be.

        `body` is laid over the bodies, as over the call's own. Only what the contract is known to
        refuse counts as a fault.
        """
        found: list[Fault] = []
        candidates = [self._parameters(operation, call), self._bodies(operation, call, body)]
        for row in zip_longest(*candidates):
            for fault in row:
                if fault is not None and len(found) < most and self._is_one(operation, fault):
                    found.append(fault)
            if len(found) == most:
                break
        return found

    def _is_one(self, operation: Operation, fault: Fault) -> bool:
        return violations_of(self._judge, operation, fault.call) is not None

    def _bodies(self, operation: Operation, call: Call, body: Any) -> Iterator[Fault]:
        """Bodies with one fault each, of every keyword one before the second of any."""
        if operation.body is None:
            return
        media_types = {media.name: media for media in operation.body.content}
        by_keyword: dict[str, list[Mutant]] = {}
        for message in self._messages.get(operation.id, []):
            by_keyword.setdefault(message.keyword, []).append(message)
        if operation.body.required and call.body:
            bare = replace(call, body=b"")
            yield Fault(operation.body.pointer, "the body is missing", bare)
        for row in zip_longest(*by_keyword.values()):
            for message in filter(None, row):
                yield self._body(media_types[message.media_type], message, call, body)

    def _body(self, media: MediaType, message: Mutant, call: Call, body: Any) -> Fault:
        broken = sorted(self._grammar.broken(message.schema, message.body))
        pointer = broken[0] if broken else message.schema
        value = message.body if body is None else with_link_body(message.body, body)
        # What is laid over a body must not mend it.
        if self._grammar.accepts(message.schema, value):
            value = message.body
        where = f" at {message.pointer}" if message.pointer else ""
        said = f"body{where}: {message.keyword} ({message.note})"
        return Fault(pointer, said, with_body(call, media, value))

    def _parameters(self, operation: Operation, call: Call) -> Iterator[Fault]:
        for parameter in operation.parameters:
            if parameter.location == "query":
                others = tuple(pair for pair in call.query if pair[0] != parameter.name)
                if parameter.required:
                    said = f"query {parameter.name} is missing"
                    yield Fault(parameter.pointer, said, replace(call, query=others))
                for pointer, wrong in self._wrong(parameter):
                    query = (*others, (parameter.name, wrong))
                    said = f"query {parameter.name}={wrong}: {pointer.rpartition('/')[2]}"
                    yield Fault(pointer, said, replace(call, query=query))

    def _wrong(self, parameter: Parameter) -> Iterator[tuple[str, str]]:
        """Texts that no such parameter may be, each with the pointer of the keyword it breaks."""
        if parameter.schema is None or parameter.content is not None:
            return
        for node, where in in_place_subschemas(self._contract.document, parameter.schema):
            kinds = node.get("type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if {"integer", "number", "boolean"} & set(kinds) and "string" not in kinds:
                yield ptr.join(where, "type"), _STRANGER
            if "enum" in node:
                yield ptr.join(where, "enum"), _STRANGER
            if isinstance(node.get("minimum"), int):
                yield ptr.join(where, "minimum"), str(node["minimum"] - 1)
            if isinstance(node.get("maximum"), int):
                yield ptr.join(where, "maximum"), str(node["maximum"] + 1)
            if isinstance(node.get("maxLength"), int) and node["maxLength"] < _LONG:
                yield ptr.join(where, "maxLength"), "x" * (node["maxLength"] + 1)
            if node.get("format") in _FORMATS:
                yield ptr.join(where, "format"), _STRANGER
