"""The usual read: of a record that was shown before, by its identifier alone."""

from __future__ import annotations

from urllib.parse import unquote

from ...contract.behaviour.binding import Binding
from ...contract.behaviour.resource import Resource
from ...contract.model import Operation
from ...mock.pipeline import Enter, RequestContext, Result
from ...mock.response.prepared import PreparedResponse
from ..record import Record

_OF_PATH = "$request.path."
# Responses that are kept with a record: most clients send one short `Accept`.
_MOST, _LONGEST_ACCEPT = 4, 256


class Reading:
    """The responses of an operation that have shown records, each kept with its record.

    `parameter` is that of the path with the identifier.
    """

    def __init__(self, vendor: str, resource: str, operation: str, parameter: str) -> None:
        self._about = vendor, resource, operation, parameter

    def entering(self, enter: Enter) -> Enter:
        """The step by which requests enter a space, and get their response if it is kept."""
        vendor, resource, operation, parameter = self._about

        def respond(context: RequestContext) -> Result:
            refused = enter(context)
            if refused is not None:
                return refused
            headers, space = context.headers, context.account
            world = space.worlds.get(vendor)
            if context.query or b"prefer" in headers or space.agenda.pending or world is None:
                return None
            id = context.path_parameters[parameter]
            record: Record | None = world.store.get(resource, unquote(id) if "%" in id else id)
            if record is None or record.made is None or space.mode == "examples":
                return None
            made = record.made.get(headers.get(b"accept", b""))
            if made is None or made[0] is not operation:
                return None
            _, response, context.trace = made
            return response

        return respond

    def keep(self, record: Record, context: RequestContext, response: PreparedResponse) -> None:
        """Keep a response with the record that it shows, if the same request gets it again."""
        accept, known = context.headers.get(b"accept", b""), record.made or {}
        is_plain = not (context.query or b"prefer" in context.headers or context.warnings)
        if is_plain and len(known) < _MOST and len(accept) <= _LONGEST_ACCEPT:
            record.made = {**known, accept: (self._about[2], response, context.trace)}


def usual_reading(
    vendor: str, binding: Binding, operation: Operation, resource: Resource
) -> Reading | None:
    """That of an operation whose path and header fields alone decide about its response."""
    expressions = {each.pointer: each.value.expression for each in binding.identify}
    expression = next(iter(expressions.values()), "")
    parameter = expression.removeprefix(_OF_PATH)
    is_usual = (
        binding.kind == "read"
        and [*expressions] == [each.pointer for each in resource.identifiers]
        and len(expressions) == 1
        and expression.startswith(_OF_PATH)
        and not binding.scopes
        and operation.body is None
        and [(each.location, each.name) for each in operation.parameters] == [("path", parameter)]
    )
    return Reading(vendor, resource.name, operation.id, parameter) if is_usual else None
