"""An operation whose answers come in several media types, one of which a parameter asks for."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from ..contract.model import Contract, Operation
from ..http.pairs import query_pairs
from ..schema.validators import SchemaSet
from .operation import CompiledOperation, Headers
from .response.generated import ResponseGenerator
from .response.prepared import PreparedResponse


class SelectingOperation(CompiledOperation):
    """The mock of an operation with a parameter that has `x-selects-media-type`.

    What the parameter asks for takes the place of `Accept`; without it `Accept` decides.
    """

    __slots__ = ("_selects",)

    def __init__(
        self,
        operation: Operation,
        contract: Contract,
        schemas: SchemaSet,
        any_credential: bool = False,
        generator: ResponseGenerator | None = None,
    ) -> None:
        super().__init__(operation, contract, schemas, any_credential, generator)
        self._selects = {p.name: p.selects for p in operation.parameters if p.selects}

    def answer(
        self, headers: Headers, query: bytes, path: Mapping[str, str], body: bytes = b""
    ) -> PreparedResponse:
        """The answer to an admitted request, in the media type that its query asks for."""
        for name, value in query_pairs(query) if query else ():
            selected = self._selects.get(name, {}).get(unquote(value))
            if selected is not None:
                # What has no such media type, as an error, comes in its own.
                headers = {
                    **headers,
                    b"accept": f"{selected}, */*;q=0.1".encode("latin-1", "replace"),
                }
                break
        return super().answer(headers, query, path, body)
