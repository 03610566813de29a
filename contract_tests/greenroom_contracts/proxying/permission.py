"""Which requests of a caller are forwarded: those whose effects are allowed."""

from __future__ import annotations

from collections.abc import Iterable

from greenroom.contract.model import Contract
from greenroom.contract.operation_finder import OperationFinder

from ..planning.effects import is_read, why_not
from ..planning.graphql_queries import with_queries
from ..planning.options import Options
from ..sending.guard import ForbiddenRequestError, OperationGuard


class NotAllowedError(Exception):
    """A request that is not forwarded: the id of its operation, or an empty text, and why."""

    def __init__(self, operation: str, why: str) -> None:
        super().__init__(why)
        self.operation = operation


class Permission:
    """Decides by `Options.writes` and `allowed`, as a check does, for URLs below a base URL.

    What the contract does not have is forwarded if its method is safe (RFC 9110 section 9.2.1).
    """

    def __init__(self, contract: Contract, base_url: str, options: Options) -> None:
        limited = with_queries(contract, options)
        self._finder = OperationFinder(limited, base_url)
        self._reasons = {o.id: why_not(o, options, contract.document) for o in limited.operations}
        allowed = [name for name, reason in self._reasons.items() if not reason]
        self._guard = OperationGuard(limited, base_url, allowed)
        self._document = contract.document

    def needs_body(self, method: str, url: str) -> bool:
        """Whether the decision depends on the body, as of a GraphQL operation that only reads."""
        found = self._finder.find(method, url)
        operation = found.operation if found else None
        return (
            operation is not None
            and operation.graphql is not None
            and is_read(operation, self._document)
        )

    def check(
        self, method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes = b""
    ) -> None:
        """Raise NotAllowedError for a request that must not be forwarded."""
        found = self._finder.find(method, url)
        name = found.operation.id if found else ""
        if reason := self._reasons.get(name, ""):
            raise NotAllowedError(name, reason)
        try:
            if found is None:
                self._guard.admit_unknown(method, url, headers)
            else:
                self._guard.found(method, url, headers, body)
        except ForbiddenRequestError as error:
            raise NotAllowedError(name, str(error)) from error
