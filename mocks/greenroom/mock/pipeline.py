"""How a request becomes a response: named steps over a request context, in one order.

route (mock.py), added steps, authorize (security.py), added steps, check_before_body and
receive_body, negotiate (`Prefer` and `Accept`), check_request (parameters and body; then what is
preferred is sent), responders (added ones, request example, GraphQL). A step returns a response,
which ends the pipeline, or None to go on; it may return an awaitable of either. Where no step
responds, the response that negotiate selected is sent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..contract.model import Operation
from ..decision import Decision
from ..http.prefer import Preference
from ..schema.violation import Violation
from .request.body_reading import BodyReading
from .response.prepared import PreparedResponse, warned
from .response.selection import ResponseSelector

Result = PreparedResponse | None
# Returns the violations of a body, and adds its value and unknown names to a reading.
ValidateBody = Callable[[bytes, BodyReading], list[Violation]]
# Sets the body of a request, or returns the refusal that is made from the limit in bytes.
ReceiveBody = Callable[
    ["RequestContext", Callable[[int], PreparedResponse]], Result | Awaitable[Result]
]
Step = Callable[["RequestContext"], Result | Awaitable[Result]]
Enter = Callable[["RequestContext"], Result]
Responded = PreparedResponse | Awaitable[PreparedResponse]


@dataclass(slots=True, eq=False)
class RequestContext(BodyReading):
    """A request, and what the steps have found out about it.

    `path`, which is below the mock's prefix, `query` and the segments in `path_parameters` are raw.
    `receive_body` is set where the body is not received yet. `validate_body` validates it by its
    Content-Type, None where that is not documented. `selected` is the documented response that
    `Prefer` and `Accept` select.
    `reached` is the request as its server got it (ASGI), and what a proxy took off its path; None
    where no server did.
    `warnings` are sent with the response. `space` is the name of the isolated account that a
    request asks for, `account` is that account once the request has entered it, and `trace` is what
    was done in it. `client`, the address of who sent it, is only set where accounts have rules of
    their own, and `applied` is what these did. All but `space` belong to the steps that are added.
    """

    method: str
    path: str
    headers: Mapping[bytes, bytes]
    query: bytes = b""
    body: bytes = b""
    receive_body: ReceiveBody | None = None
    vendor: str = field(init=False)
    operation: Operation = field(init=False)
    path_parameters: Mapping[str, str] = field(init=False)
    principal: str | None = field(default=None, init=False)
    space: str | None = field(default=None, init=False)
    reached: tuple[Mapping[str, Any], str] | None = field(default=None, init=False)
    account: Any = field(default=None, init=False)
    began: float = field(default=0.0, init=False)
    trace: Any = field(default=None, init=False)
    client: str = field(init=False)
    applied: Any = field(default=None, init=False)
    validate_body: ValidateBody | None = field(default=None, init=False)
    preference: Preference | None = field(default=None, init=False)
    accept: bytes = field(init=False)
    warnings: list[str] | None = field(default=None, init=False)
    selected: PreparedResponse = field(init=False)

    def warn(self, *warnings: str) -> None:
        """Send warnings with the response."""
        self.warnings = [*(self.warnings or ()), *warnings]

    def decision(self, response: PreparedResponse) -> Decision:
        """The decision about this request, which got a response."""
        return response.decision._replace(principal=self.principal, space=self.space)


# Makes a step for an operation and its documented responses, None where none is needed.
CompileStep = Callable[[Operation, ResponseSelector], Step | None]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Steps and responders to add to those of every operation, in order.

    `in_space` makes two further ones for requests that name a space, for all of them where it is
    `stateful`: the step by which they enter it, before the others, and a responder after the
    others. They are compiled for the first such request, and other requests do not pay for them.
    """

    before_authentication: Sequence[CompileStep] = ()
    after_authentication: Sequence[CompileStep] = ()
    responders: Sequence[CompileStep] = ()
    in_space: Callable[[Operation, ResponseSelector], tuple[Enter, Step]] | None = None
    stateful: bool = False


class Pipeline:
    """The steps of one operation in their order; None for a step that is not needed."""

    def __init__(self, operation: Operation, steps: Iterable[Step | None]) -> None:
        self._operation = operation
        self._steps = tuple(step for step in steps if step is not None)

    def respond(self, context: RequestContext) -> Responded:
        """The response to a request, to be awaited only where a step has to be."""
        context.operation = self._operation
        steps = iter(self._steps)
        for step in steps:
            result = step(context)
            if result is not None:
                if isinstance(result, PreparedResponse):
                    return result if context.warnings is None else _warned(result, context)
                return _resume(result, steps, context)
        return context.selected if context.warnings is None else _warned(context.selected, context)


async def _resume(
    awaited: Awaitable[Result], steps: Iterator[Step], context: RequestContext
) -> PreparedResponse:
    """Await one step, then go on with those that are left."""
    response = await awaited
    for step in steps if response is None else ():
        result = step(context)
        if result is not None:
            response = result if isinstance(result, PreparedResponse) else await result
            if response is not None:
                break
    return _warned(response or context.selected, context)


def _warned(response: PreparedResponse, context: RequestContext) -> PreparedResponse:
    warnings, context.warnings = context.warnings, None
    return response if warnings is None else warned(response, warnings)
