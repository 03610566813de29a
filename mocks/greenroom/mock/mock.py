"""A contract compiled into a mock: routes to its operations, and responses off the routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from operator import attrgetter

from ..contract.model import Contract, Operation
from ..contract.operation_finder import operations_by_path
from ..contract.path_router import Router
from ..contract.read_write_only import for_requests
from ..schema.validators import SchemaSet
from .operation import CompiledOperation
from .pipeline import Behaviour, RequestContext
from .response import refusals
from .response.generator import ResponseGenerator
from .response.prepared import PreparedResponse, documented_headers, prepare
from .response.refusals import ContractErrors, Refusals
from .response.selection import compile_selector
from .security import compile_security_check


@dataclass
class Route:
    """The operations of one path by method, compiled when first requested, and `Allow`."""

    allow: str
    compile_all: Callable[[], Mapping[str, CompiledOperation]]

    @cached_property
    def operations(self) -> Mapping[str, CompiledOperation]:
        """The operation of each method, HEAD with that of GET."""
        return self.compile_all()


class Mock:
    """The mock of one contract, independent of sockets.

    Where `authenticate` is false no operation needs a credential. With `strict_requests` unknown
    names in a request, and an `Accept` that nothing matches, are refused.

    Raises InvalidContractError where a GraphQL schema is not valid.
    """

    def __init__(
        self,
        contract: Contract,
        any_credential: bool = False,
        authenticate: bool = True,
        behaviour: Behaviour | None = None,
        strict_requests: bool = False,
    ) -> None:
        self.contract = contract
        self._vendor = contract.name
        self._any_credential = any_credential
        self._authenticate = authenticate
        self._strict_requests = strict_requests
        self._behaviour = behaviour or Behaviour()
        self._generator = ResponseGenerator(contract.document)
        self._errors = ContractErrors(contract, self._generator)
        self._compiled: dict[tuple[str, str], CompiledOperation] = {}
        self._router: Router[Route] = Router()
        for operation in contract.operations:
            if operation.graphql is not None:
                # Any other problem of a contract is found when it is loaded.
                self._compile(operation)
        by_path = operations_by_path(contract.operations, attrgetter("base_paths"))
        for path, operations in by_path.items():
            methods = dict(operations)
            if "GET" in methods:
                methods.setdefault("HEAD", methods["GET"])
            allow = ", ".join(sorted({*methods, "OPTIONS"}))
            self._router.add(path, Route(allow, partial(self._compile_all, methods)))

        self._headers = tuple(documented_headers(contract.headers))
        self._refuse = Refusals(self._error, headers=self._headers).refuse

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
            check = None
            if self._authenticate:
                check = compile_security_check(operation, self._any_credential)
            self._compiled[key] = CompiledOperation(
                operation, self.contract, self._schemas, self._generator, check, self._behaviour,
                self._errors, self._strict_requests,
            )  # fmt: skip
        return self._compiled[key]

    def respond(self, context: RequestContext) -> PreparedResponse | Awaitable[PreparedResponse]:
        """The response to a request, to be awaited only where a step of its operation has to be."""
        context.vendor = self._vendor
        found = self._router.match(context.path)
        if found is None:
            return self._refuse(refusals.UNKNOWN_PATH, self._no_path(context.path))
        route, context.path_parameters = found
        operation = route.operations.get(context.method)
        if operation is None:
            return self._undocumented_method(context.method, route)
        return operation.respond(context)

    def route(self, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """The route of a raw path below the mock's prefix, and its raw path parameters."""
        return self._router.match(path)

    def _no_path(self, path: str) -> str:
        """Why there is no path: that it is not documented, or that all begin elsewhere."""
        reason = f"{self.contract.name} has no path {path:.1000}"
        bases = {base for o in self.contract.operations for base in o.base_paths}
        if not bases or "" in bases or any(f"{path}/".startswith(f"{base}/") for base in bases):
            return reason
        return f"{reason}; its paths begin with {' or '.join(sorted(bases))}"

    def _undocumented_method(self, method: str, route: Route) -> PreparedResponse:
        """The response to a method that a path does not have, with a complete `Allow`.

        OPTIONS gets nothing else (RFC 9110 section 9.3.7), any other method is refused.
        """
        allow = ((b"allow", route.allow.encode()),)
        if method == "OPTIONS":
            return prepare(204, (*self._headers, *allow), b"")
        documented = ", ".join(sorted(route.operations))
        reason = f"{method} is not documented here; documented: {documented}"
        return self._refuse(refusals.METHOD_NOT_ALLOWED, reason, extra=allow)

    def _error(self, kind: str) -> PreparedResponse | None:
        """The response to a request that has no operation."""
        return (
            self._errors.declared(kind)
            or self._documented_anywhere(kind)
            or self._errors.usual(kind)
        )

    def _documented_anywhere(self, kind: str) -> PreparedResponse | None:
        """The response that any operation documents."""
        found = (
            refusals.explicit(kind, compile_selector(o, self._generator, self.contract.file))
            for o in self.contract.operations
            if any(response.status in refusals.STATUSES[kind] for response in o.responses)
        )
        return next((response for response in found if response is not None), None)
