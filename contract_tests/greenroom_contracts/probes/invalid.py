"""Requests that violate a contract in one place each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import Any

from greenroom.codec.documented_request import DocumentedRequest
from greenroom.codec.parameters.serializing import percent_encoded
from greenroom.contract.links import with_link_body
from greenroom.contract.model import Contract, MediaType, Operation, Parameter
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import SchemaWalk
from greenroom.schema.subschemas import in_place_subschemas

from ..judge.request_judge import RequestJudge
from ..mutations import REQUEST, Mutant, mutants
from .calling import RequestWriter, violations_of

_UNKNOWN_VALUE = "greenroom-unknown-value"
_FORMATS = ("uuid", "date", "date-time", "email", "uri")
# Longer values may exceed the limits of servers for a URL.
_LONG = 1000


# A note, with the pointer of a statement and how it is violated; the request.
InvalidRequest = tuple[str, DocumentedRequest]


@dataclass
class InvalidRequests:
    """The invalid requests for every operation of a contract."""

    contract: Contract
    walk: SchemaWalk
    judge: RequestJudge
    writer: RequestWriter

    def __post_init__(self) -> None:
        self._mutants: dict[str, list[Mutant]] = {}
        for mutant in mutants(self.contract, (REQUEST,)):
            if not mutant.valid:
                self._mutants.setdefault(mutant.operation, []).append(mutant)

    def of(
        self, operation: Operation, call: DocumentedRequest, body: Any, most: int
    ) -> list[InvalidRequest]:
        """At most `most` invalid variants of a valid request, of as many kinds as possible.

        `body` overrides members of the bodies, as it does in the request. Variants that the mock
        would accept are left out.
        """
        found: list[InvalidRequest] = []
        candidates = [self._parameters(operation, call), self._bodies(operation, call, body)]
        for request in filter(None, chain.from_iterable(zip_longest(*candidates))):
            if len(found) == most:
                break
            if violations_of(self.judge, operation, request[1]) is not None:
                found.append(request)
        return found

    def _bodies(
        self, operation: Operation, call: DocumentedRequest, body: Any
    ) -> Iterator[InvalidRequest]:
        """Bodies with one violation each: one of every keyword before the second of any."""
        if operation.body is None:
            return
        media_types = {media.name: media for media in operation.body.content}
        by_keyword: dict[str, list[Mutant]] = {}
        for mutant in self._mutants.get(operation.id, []):
            by_keyword.setdefault(mutant.keyword, []).append(mutant)
        if operation.body.required and call.body:
            yield f"{operation.body.pointer} the body is missing", replace(call, body=b"")
        for row in zip_longest(*by_keyword.values()):
            for mutant in filter(None, row):
                yield self._body(operation, media_types[mutant.media_type], mutant, call, body)

    def _body(
        self,
        operation: Operation,
        media: MediaType,
        mutant: Mutant,
        call: DocumentedRequest,
        body: Any,
    ) -> InvalidRequest:
        broken = sorted(self.walk.broken(mutant.schema, mutant.body))
        pointer = broken[0] if broken else mutant.schema
        value = mutant.body if body is None else with_link_body(mutant.body, body)
        # The overriding members must not make the body valid.
        if self.walk.accepts(mutant.schema, value):
            value = mutant.body
        where = f" at {mutant.pointer}" if mutant.pointer else ""
        content_type, content = self.writer.invalid_content(operation, media, value, body)
        invalid = replace(call, content_type=content_type, body=content)
        return f"{pointer} body{where}: {mutant.keyword} ({mutant.note})", invalid

    def _parameters(
        self, operation: Operation, call: DocumentedRequest
    ) -> Iterator[InvalidRequest]:
        for parameter in (p for p in operation.parameters if p.location == "query"):
            name = percent_encoded(parameter.name)
            others = tuple(pair for pair in call.query if pair[0] != name)
            about = f"query {parameter.name}"
            if parameter.required:
                yield f"{parameter.pointer} {about} is missing", replace(call, query=others)
            for pointer, wrong in self._invalid_values(parameter):
                query = (*others, (name, percent_encoded(wrong)))
                note = f"{pointer} {about}={wrong}: {pointer.rpartition('/')[2]}"
                yield note, replace(call, query=query)

    def _invalid_values(self, parameter: Parameter) -> Iterator[tuple[str, str]]:
        """Invalid values of a parameter, each with the pointer of the keyword that it violates."""
        if parameter.schema is None or parameter.content is not None:
            return
        for node, where in in_place_subschemas(self.contract.document, parameter.schema):
            kinds = node.get("type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if {"integer", "number", "boolean"} & set(kinds) and "string" not in kinds:
                yield ptr.join(where, "type"), _UNKNOWN_VALUE
            if "enum" in node:
                yield ptr.join(where, "enum"), _UNKNOWN_VALUE
            if isinstance(node.get("minimum"), int):
                yield ptr.join(where, "minimum"), str(node["minimum"] - 1)
            if isinstance(node.get("maximum"), int):
                yield ptr.join(where, "maximum"), str(node["maximum"] + 1)
            if isinstance(node.get("maxLength"), int) and node["maxLength"] < _LONG:
                yield ptr.join(where, "maxLength"), "x" * (node["maxLength"] + 1)
            if node.get("format") in _FORMATS:
                yield ptr.join(where, "format"), _UNKNOWN_VALUE
