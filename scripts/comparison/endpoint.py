"""An operation as clients reach it, and the documented request that all others vary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from greenroom.codec.credentials import GOOD_KEY
from greenroom.codec.documented_request import DocumentedRequest, ParameterKey, documented_request
from greenroom.codec.sample import documented_value
from greenroom.contract.model import Contract, Operation, Parameter

Content = tuple[str, bytes]


@dataclass(frozen=True)
class Endpoint:
    """An operation of a contract whose mock is served below a prefix."""

    contract: Contract
    operation: Operation
    prefix: str

    @cached_property
    def values(self) -> Mapping[ParameterKey, Any]:
        """A value for every parameter, the optional ones too."""
        document = self.contract.document
        found = self.operation.parameters
        return {(p.location, p.name): documented_value(document, p) for p in found}

    @cached_property
    def complete(self) -> DocumentedRequest:
        """The documented request with every parameter."""
        return self.call(given=self.values)

    def call(
        self,
        token: str | None = GOOD_KEY,
        given: Mapping[ParameterKey, Any] | None = None,
        operation: Operation | None = None,
    ) -> DocumentedRequest:
        """A documented request by the first of the operation's base paths."""
        operation = operation or self.operation
        call = documented_request(self.contract, operation, token, None, given)
        return replace(call, path=self.prefix + operation.base_paths[0] + call.path)

    def with_content(self, content: Content) -> DocumentedRequest:
        """The complete request with another Content-Type and body."""
        return replace(self.complete, content_type=content[0], body=content[1])

    def with_value(self, parameter: Parameter, value: Any) -> DocumentedRequest:
        """The complete request with another value of a parameter."""
        return self.call(given={**self.values, (parameter.location, parameter.name): value})

    def without(self, parameter: Parameter) -> DocumentedRequest:
        """The complete request without a parameter; a path keeps `{name}`, percent-encoded."""
        rest = tuple(p for p in self.operation.parameters if p is not parameter)
        return self.call(given=self.values, operation=replace(self.operation, parameters=rest))


def with_query(call: DocumentedRequest, text: str) -> DocumentedRequest:
    """A request with a raw text after its query."""
    mark = "&" if call.query else "?"
    return replace(call, path=f"{call.target}{mark}{text}", query=())


def endpoints(contract: Contract, prefix: str | None = None) -> Iterator[Endpoint]:
    """The operations of a contract below a prefix, by default that of its name."""
    prefix = f"/{contract.name}" if prefix is None else prefix
    return (Endpoint(contract, operation, prefix) for operation in contract.operations)
