"""An operation that executes GraphQL: an ordinary one whose default answer depends on the query."""

from __future__ import annotations

from typing import Any

from ..contract.graphql_schema import GraphqlSchemaError, compile_schema
from ..contract.model import Contract, Example, MediaType, Operation, Response
from ..errors import InvalidContractError, Problem
from ..graphql.execution import Executable, GraphqlResult
from ..http import prefer
from ..http.json_decoding import MalformedError, decode_json
from ..http.media_type import is_json
from ..schema.validators import SchemaSet
from .operation import CompiledOperation, Headers
from .response.candidates import ResponseCandidate
from .response.generated import ResponseGenerator
from .response.prepared import PreparedResponse, from_example

# Far below what any body may have: queries are bounded anyway, and variables are read twice.
_LARGEST_BODY = 1024 * 1024
# The same few queries come again and again: introspection, and what a client has compiled in.
_REMEMBERED = 64
_REMEMBERED_BODY = 16 * 1024
_REMEMBERED_ANSWER = 256 * 1024


class GraphqlOperation(CompiledOperation):
    """The mock of an operation with `x-graphql`.

    Refusals and what a `Prefer` names are those of any operation; what would be the default example
    is executed instead. Raises InvalidContractError for a schema that is none.
    """

    __slots__ = ("_executable", "_rejected", "_remembered")

    def __init__(
        self,
        operation: Operation,
        contract: Contract,
        schemas: SchemaSet,
        any_credential: bool = False,
        generator: ResponseGenerator | None = None,
    ) -> None:
        super().__init__(operation, contract, schemas, any_credential, generator)
        assert operation.graphql is not None
        where = operation.graphql
        try:
            self._executable = Executable(compile_schema(where.text), operation)
        except GraphqlSchemaError as error:
            message = f"{where.file}: {error}"
            problem = Problem(f"{where.pointer}/schema", "graphql", message, contract.file)
            raise InvalidContractError([problem]) from error
        self._rejected = self._of_rejected(where.rejected)
        self._remembered: dict[tuple[str, bytes], PreparedResponse] = {}

    def answer(
        self, headers: Headers, query: bytes, path: Any, body: bytes = b""
    ) -> PreparedResponse:
        """The answer to an admitted request (GraphQL over HTTP, section 6)."""
        answered = super().answer(headers, query, path, body)
        if b"prefer" in headers:
            asked = headers[b"prefer"].decode("utf-8", "replace")
            if prefer.parse(asked) != prefer.Preference():
                return answered
        # A prepared answer is given as it is, so the default one is known by its identity.
        candidates = next(iter(self.selector.candidates.values()), ())
        candidate = next((candidate for candidate in candidates if candidate.gave(answered)), None)
        if candidate is None or not is_json(candidate.media_type):
            return answered
        return self._executed(candidate, body) or answered

    def _executed(self, candidate: ResponseCandidate, body: bytes) -> PreparedResponse | None:
        """The answer in the place of an offered one; None for a request that is no JSON."""
        key = (candidate.media_type, body)
        known = self._remembered.get(key)
        if known is not None:
            return known
        if len(body) > _LARGEST_BODY:
            reason = f"The request is larger than {_LARGEST_BODY} bytes."
            return self._answer(
                candidate, GraphqlResult({"errors": [{"message": reason}]}, executed=False)
            )
        try:
            request = decode_json(body)
        except MalformedError:
            return None
        found = self._answer(candidate, self._executable.execute(request))
        if len(body) <= _REMEMBERED_BODY and len(found.body) <= _REMEMBERED_ANSWER:
            if len(self._remembered) >= _REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[key] = found
        return found

    def _answer(self, candidate: ResponseCandidate, outcome: GraphqlResult) -> PreparedResponse:
        response = next(iter(self.selector.responses.values()))
        status, media_type = candidate.status, MediaType(candidate.media_type, "", None)
        if not outcome.executed and self._rejected is not None:
            response, media_type = self._rejected
            status = int(response.status)
        names = {example.name for example in outcome.examples}
        bases = {example.basis for example in outcome.examples}
        made_of = Example(
            name=names.pop() if len(names) == 1 else "",
            value=outcome.value,
            pointer="",
            basis=bases.pop() if len(bases) == 1 else None,
        )
        return from_example(status, response, media_type, made_of).with_headers(
            self.selector.headers
        )

    def _of_rejected(self, status: str | None) -> tuple[Response, MediaType] | None:
        for response in self.operation.responses:
            if response.status == status and response.status.isdecimal():
                for media_type in response.content:
                    if media_type.is_json:
                        return response, media_type
        return None
