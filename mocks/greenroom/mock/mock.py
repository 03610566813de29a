"""A contract compiled into a mock: every path to its operations, and what to say off the paths."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from operator import attrgetter

from ..contract.model import Contract, Operation
from ..contract.operation_finder import operations_by_path
from ..contract.path_router import Router
from ..contract.read_write_only import for_requests
from ..schema.validators import SchemaSet
from .media_type_parameter import SelectingOperation
from .operation import CompiledOperation
from .response import refusals
from .response.generated import ResponseGenerator
from .response.prepared import Headers, PreparedResponse, answer, documented_headers
from .response.selection import compile_selector


class Route:
    """The operations of one path by method, compiled when first asked for, and `Allow`."""

    def __init__(self, allow: str, compile_all: Callable[[], Mapping[str, CompiledOperation]]):
        self.allow = allow
        self._compile_all = compile_all

    @cached_property
    def operations(self) -> Mapping[str, CompiledOperation]:
        """What answers each method, HEAD with GET."""
        return self._compile_all()


class Mock:
    """The mock of one contract. Knows nothing of sockets.

    Raises InvalidContractError where it has a GraphQL schema that is none.
    """

    def __init__(self, contract: Contract, any_credential: bool = False) -> None:
        self.contract = contract
        self._any_credential = any_credential
        self._supply = ResponseGenerator(contract.document)
        self._compiled: dict[tuple[str, str], CompiledOperation] = {}
        self._router: Router[Route] = Router()
        for operation in contract.operations:
            if operation.graphql is not None:
                # Nothing else has faults left that only show now.
                self._compile(operation)
        by_path = operations_by_path(contract.operations, attrgetter("base_paths"))
        for path, operations in by_path.items():
            methods = dict(operations)
            if "GET" in methods:
                methods.setdefault("HEAD", methods["GET"])
            allow = ", ".join(sorted({*methods, "OPTIONS"}))
            self._router.add(path, Route(allow, partial(self._compile_all, methods)))

        self._headers = tuple(documented_headers(contract.headers))
        self._off_path: dict[str, PreparedResponse | None] = {}

    @cached_property
    def operations(self) -> tuple[CompiledOperation, ...]:
        """Every operation in the order of the contract."""
        return tuple(map(self._compile, self.contract.operations))

    @cached_property
    def _schemas(self) -> SchemaSet:
        return SchemaSet(for_requests(self.contract.document))

    def _compile_all(self, methods: Mapping[str, Operation]) -> Mapping[str, CompiledOperation]:
        return {method: self._compile(operation) for method, operation in methods.items()}

    def _compile(self, operation: Operation) -> CompiledOperation:
        key = (operation.method, operation.path)
        if key not in self._compiled:
            self._compiled[key] = _kind(operation)(
                operation, self.contract, self._schemas, self._any_credential, self._supply
            )
        return self._compiled[key]

    def route(self, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """The route of a raw path below the mock's prefix, and its raw path parameters."""
        return self._router.match(path)

    def unknown_path(self, path: str) -> PreparedResponse:
        """The refusal of a path that the contract does not have."""
        reason = f"{self.contract.name} has no path {path}"
        return self._refuse(refusals.UNKNOWN_PATH, reason, ())

    def undocumented_method(self, method: str, route: Route) -> PreparedResponse:
        """The answer to a method that a path does not have, with a complete `Allow`.

        OPTIONS asks for nothing else (RFC 9110 section 9.3.7), any other is refused.
        """
        allow = ((b"allow", route.allow.encode()),)
        if method == "OPTIONS":
            return answer(204, (*self._headers, *allow), b"")
        documented = ", ".join(sorted(route.operations))
        reason = f"{method} is not documented here; documented: {documented}"
        return self._refuse(refusals.METHOD_NOT_ALLOWED, reason, allow)

    def _refuse(self, kind: str, reason: str, extra: Headers) -> PreparedResponse:
        if kind not in self._off_path:
            self._off_path[kind] = self._documented_anywhere(kind)
        base = self._off_path[kind]
        if base is None:
            base = refusals.undocumented(kind, reason).with_headers(self._headers)
        return refusals.render(base, refusals.because(reason), extra)

    def _documented_anywhere(self, kind: str) -> PreparedResponse | None:
        """Off the documented paths there is no operation to ask; any one's answer serves."""
        found = (
            refusals.explicit(kind, compile_selector(o, self._supply, self.contract.file))
            for o in self.contract.operations
            if any(response.status in refusals.STATUSES[kind] for response in o.responses)
        )
        return next((answer for answer in found if answer is not None), None)

    def document(self) -> bytes:
        """The contract as JSON."""
        return json.dumps(self.contract.document, ensure_ascii=False).encode()


def _kind(operation: Operation) -> type[CompiledOperation]:
    if operation.graphql is None:
        selects = any(parameter.selects for parameter in operation.parameters)
        return SelectingOperation if selects else CompiledOperation
    # Only what executes GraphQL pays for loading its library.
    from .graphql import GraphqlOperation

    return GraphqlOperation
