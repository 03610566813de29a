"""A contract compiled into a mock: every path to its operations, and what to say off the paths."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ..contract.model import Contract, Operation
from ..contract.schemas import Schemas
from . import refusals
from .answers import Answer, documented_headers
from .choice import compile_choices
from .operation import CompiledOperation
from .refusals import Refusal
from .router import Router
from .selection import SelectingOperation


@dataclass(frozen=True, slots=True)
class Route:
    """The operations of one path by method, and the value of `Allow`."""

    operations: Mapping[str, CompiledOperation]
    allow: str


class Mock:
    """The mock of one contract. Knows nothing of sockets."""

    def __init__(self, contract: Contract, any_credential: bool = False) -> None:
        self.contract = contract
        schemas = Schemas(contract.raw)
        self.operations = tuple(
            _kind(operation)(operation, contract, schemas, any_credential)
            for operation in contract.operations
        )
        self._router: Router[Route] = Router()
        by_path: dict[str, dict[str, CompiledOperation]] = {}
        for compiled in self.operations:
            by_path.setdefault(compiled.operation.path, {})[compiled.operation.method] = compiled
        for path, operations in by_path.items():
            methods = dict(operations)
            if "GET" in methods:
                methods.setdefault("HEAD", methods["GET"])
            allow = ", ".join(sorted(methods))
            self._router.add(contract.base_path + path, Route(methods, allow))

        self._headers = tuple(documented_headers(contract.headers))
        # Off the documented paths there is no operation to ask; any one's documented answer serves.
        self._off_path = {
            kind: _documented_anywhere(kind, contract)
            for kind in (refusals.UNKNOWN_PATH, refusals.METHOD_NOT_ALLOWED)
        }

    def route(self, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """The route of a raw path below the mock's prefix, and its raw path parameters."""
        return self._router.match(path)

    def unknown_path(self, path: str) -> Answer:
        """The refusal of a path that the contract does not have."""
        reason = f"{self.contract.name} has no path {path}"
        return self._refuse(Refusal(refusals.UNKNOWN_PATH, reason), ())

    def method_not_allowed(self, method: str, route: Route) -> Answer:
        """The refusal of a method that a path does not have, with a complete `Allow`."""
        reason = f"{method} is not documented here; documented: {route.allow}"
        allow = ((b"allow", route.allow.encode()),)
        return self._refuse(Refusal(refusals.METHOD_NOT_ALLOWED, reason), allow)

    def _refuse(self, refusal: Refusal, extra: tuple[tuple[bytes, bytes], ...]) -> Answer:
        base = self._off_path[refusal.kind]
        return refusals.render(refusal, base, extra if base else (*self._headers, *extra))

    def document(self) -> bytes:
        """The contract as JSON."""
        return json.dumps(self.contract.raw, ensure_ascii=False).encode()


def _kind(operation: Operation) -> type[CompiledOperation]:
    if operation.graphql is None:
        selects = any(parameter.selects for parameter in operation.parameters)
        return SelectingOperation if selects else CompiledOperation
    # Only what executes GraphQL pays for loading its library.
    from .graphql import GraphqlOperation

    return GraphqlOperation


def _documented_anywhere(kind: str, contract: Contract) -> Answer | None:
    choices = map(compile_choices, contract.operations)
    answers = (refusals.explicit(kind, choice) for choice in choices)
    return next((answer for answer in answers if answer is not None), None)
