"""The responder of GraphQL operations, which takes the place of the default example."""

from __future__ import annotations

from ..contract.graphql_schema import GraphqlSchemaError, compile_schema
from ..contract.model import Example, MediaType, Operation, Response
from ..contract.runtime_expressions import NOTHING
from ..errors import InvalidContractError, Problem
from ..graphql.execution import Executable, GraphqlResult, Resolve
from ..http.header_cache import HeaderCache, RequestCache
from ..http.json_decoding import MalformedError, decode_json
from ..http.media_type import is_json
from .pipeline import RequestContext
from .response.candidates import ResponseCandidate
from .response.prepared import PreparedResponse, from_example
from .response.selection import ResponseSelector

# Far below the limit of other bodies: queries are bounded anyway, and variables are read twice.
_LARGEST_BODY = 1024 * 1024
# The same few queries come again and again: introspection, and what a client has compiled in.
_REMEMBERED = 256 * 1024


def compile_responder(
    operation: Operation, file: str, selector: ResponseSelector
) -> GraphqlResponder:
    """The responder of an operation with `x-graphql` (GraphQL over HTTP, section 6).

    Raises InvalidContractError, which names the contract's `file`, for a schema that is not valid.
    """
    assert operation.graphql is not None
    where = operation.graphql
    try:
        executable = Executable(compile_schema(where.text), operation)
    except GraphqlSchemaError as error:
        message = f"{where.file}: {error}"
        problem = Problem(f"{where.pointer}/schema", "graphql", message, file)
        raise InvalidContractError([problem]) from error
    rejected = _rejected(operation, where.rejected)
    return GraphqlResponder(executable, selector, rejected)


class GraphqlResponder:
    """Executes the request of a body; `rejected` is the response where nothing could be run."""

    def __init__(
        self,
        executable: Executable,
        selector: ResponseSelector,
        rejected: tuple[Response, MediaType] | None,
    ) -> None:
        self.executable = executable
        self._selector = selector
        self._rejected = rejected
        self._candidates = HeaderCache(
            lambda accept: selector.first_acceptable(accept.decode("latin-1"))
        )
        self._remembered: RequestCache[tuple[str, bytes], PreparedResponse] = RequestCache()

    def respond(self, context: RequestContext) -> PreparedResponse | None:
        """The result of the query; None where the response or the request is not JSON."""
        candidate = self._candidates[context.accept]
        if candidate is None or not is_json(candidate.media_type):
            return None
        return self._executed(candidate, context.body)

    def resolved(self, context: RequestContext, resolve: Resolve) -> PreparedResponse | None:
        """As `respond`, with the values that a function gives, which are not kept."""
        candidate = self._candidates[context.accept]
        request = context.body_value
        is_too_large = len(context.body) > _LARGEST_BODY or request is NOTHING
        if candidate is None or not is_json(candidate.media_type) or is_too_large:
            return self.respond(context)
        return self._response(candidate, self.executable.execute(request, resolve))

    def _executed(self, candidate: ResponseCandidate, body: bytes) -> PreparedResponse | None:
        """The response in place of a documented one; None for a request that is not JSON."""
        key = (candidate.media_type, body)
        known = self._remembered.get(key)
        if known is not None:
            return known
        if len(body) > _LARGEST_BODY:
            reason = f"The request is larger than {_LARGEST_BODY} bytes."
            return self._response(
                candidate, GraphqlResult({"errors": [{"message": reason}]}, executed=False)
            )
        try:
            request = decode_json(body)
        except MalformedError:
            return None
        found = self._response(candidate, self.executable.execute(request))
        if (size := len(body) + len(found.body)) <= _REMEMBERED:
            self._remembered.keep(key, found, size)
        return found

    def _response(self, candidate: ResponseCandidate, result: GraphqlResult) -> PreparedResponse:
        response = next(iter(self._selector.responses.values()))
        status, media_type = candidate.status, MediaType(candidate.media_type, "", None)
        if not result.executed and self._rejected is not None:
            response, media_type = self._rejected
            status = int(response.status)
        names = {example.name for example in result.examples}
        bases = {example.basis for example in result.examples}
        made_of = Example(
            name=names.pop() if len(names) == 1 else "",
            value=result.value,
            pointer="",
            basis=bases.pop() if len(bases) == 1 else None,
        )
        return from_example(
            status, response, media_type, made_of, operation=self._selector.operation
        )


def _rejected(operation: Operation, status: str | None) -> tuple[Response, MediaType] | None:
    for response in operation.responses:
        if response.status == status and response.status.isdecimal():
            for media_type in response.content:
                if media_type.is_json:
                    return response, media_type
    return None
