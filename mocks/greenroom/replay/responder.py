"""The step that responds as a recording says, before anything else is decided about a request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from weakref import WeakKeyDictionary

from ..contract.model import Operation
from ..contract.provenance import OBSERVED
from ..decision import Decision
from ..http import prefer
from ..http.exchange import Request, has_body
from ..http.field_values import is_token
from ..journal.matching import ABSENT, Difference
from ..mock.pipeline import Behaviour, RequestContext, Result, Step
from ..mock.response import refusals
from ..mock.response.generator import ResponseGenerator
from ..mock.response.headers import header_value
from ..mock.response.prepared import FRAMING, PreparedResponse, prepare, problem
from ..mock.response.selection import ResponseSelector
from ..mock.security import SecurityCheck, compile_security_check
from .filling import filled
from .recording import Recorded, Recording

# The server writes its own date, and browsers would remember the others for this machine.
_NOT_REPLAYED = (FRAMING | {"date", "strict-transport-security", "alt-svc"}) - {"content-type"}
# A longer body takes longer than other requests should wait.
_LONG = 64 * 1024
_LONGEST_SHOWN = 200
_LONGEST_VALUE = 16 * 1024

# Lets a request into a space, None for that of requests that name none; returns a refusal.
Enter = Callable[[RequestContext, str | None], Result | Awaitable[Result]]


class Replay:
    """Responds to the requests of a contract from its part of a recording.

    Every space goes through the recording by itself, and requests without one go together.
    """

    def __init__(self, recording: Recording, enter: Enter) -> None:
        self._recording, self._enter = recording, enter
        self._made: dict[int, PreparedResponse] = {}
        self._used: set[int] = set()
        self._used_in: MutableMapping[Any, set[int]] = WeakKeyDictionary()

    @property
    def behaviour(self) -> Behaviour:
        """What it adds to the mock of the contract."""
        return Behaviour(before_authentication=(self._step,))

    def _step(self, operation: Operation, selector: ResponseSelector) -> Step:
        check = compile_security_check(operation, False)

        async def respond(context: RequestContext) -> Result:
            preferred = context.headers.get(b"prefer", b"").decode("utf-8", "replace")
            if prefer.parse(preferred) != prefer.Preference():
                return None
            recorded = await self._recorded(operation, check, context)
            if not isinstance(recorded, Recorded):
                return recorded
            if recorded.number not in self._made:
                self._made[recorded.number] = _response(operation, selector.generator, recorded)
            return self._made[recorded.number]

        return respond

    async def _recorded(
        self, operation: Operation, check: SecurityCheck | None, context: RequestContext
    ) -> Recorded | PreparedResponse:
        space = context.space
        if space is None and check is not None:
            space = check(context.headers, context.query).space
        received = self._enter(context, space)
        if received is None and context.receive_body is not None:
            received = context.receive_body(context, _too_large)
        if received is not None and not isinstance(received, PreparedResponse):
            received = await received
        if received is not None:
            return received
        request = _request(context)
        message = await _done(request, self._recording.message, operation, request)
        account = context.account
        used = self._used if account is None else self._used_in.setdefault(account, set())
        recorded = self._recording.find(operation, message, used)
        if recorded is None:
            nearest = await _done(request, self._recording.nearest, operation, message)
            return _not_recorded(operation, nearest)
        if recorded.message.text != message.text:
            context.warn("recorded with other identifiers, which a check made up")
        has, had = (bool(each.how[0]) for each in (message, recorded.message))
        if has != had:
            context.warn(
                f"the request has {'a' if has else 'no'} credential, unlike the recorded one"
            )
        used.add(recorded.number)
        return recorded


async def _done(request: Request, work: Callable[..., Any], *arguments: Any) -> Any:
    """The result of work on a request, done in a thread if its body is long."""
    if len(request.body) > _LONG:
        return await asyncio.to_thread(work, *arguments)
    return work(*arguments)


def _request(context: RequestContext) -> Request:
    query = context.query.decode("latin-1")
    fields = ((n.decode("latin-1"), v.decode("latin-1")) for n, v in context.headers.items())
    url = context.path + (f"?{query}" if query else "")
    return Request(context.method, url, tuple(fields), context.body)


def _response(
    operation: Operation, generator: ResponseGenerator, recorded: Recorded
) -> PreparedResponse:
    given = recorded.response
    fields = [
        (name.lower().encode(), header_value(value, _LONGEST_VALUE))
        for name, value in given.headers
        if name.lower() not in _NOT_REPLAYED and is_token(name)
    ]
    body, places = filled(operation, generator, given)
    body = body if has_body(given.status) else b""
    if given.status not in (204, 304):
        fields.append((b"content-length", str(len(body)).encode()))
    warnings = (f"redacted in the recording, so of the contract: {', '.join(places)}",)
    decision = Decision(
        operation.id, status=given.status, basis=OBSERVED, warnings=warnings if places else ()
    )
    return prepare(given.status, fields, body, decision)


def _too_large(limit: int) -> PreparedResponse:
    return problem(413, f"the body is larger than {limit} bytes")


def _not_recorded(
    operation: Operation, nearest: tuple[Recorded, list[Difference]] | None
) -> PreparedResponse:
    detail = f"the recording has no request for {operation.id}"
    members: dict[str, Any] = {}
    if nearest is not None:
        near, found = nearest
        places = ", ".join(difference.pointer for difference in found)
        detail += f" like this one; number {near.number}, the nearest, differs in {places}"
        members["nearest"] = {"number": near.number, "request": near.line}
        members["differences"] = [
            {"pointer": pointer, "recorded": _shown(recorded), "sent": _shown(sent)}
            for pointer, recorded, sent in found
        ]
    decision = Decision(operation.id, refusals.NOT_RECORDED, 501, reason=detail)
    reason = ((b"x-greenroom-reason", header_value(detail)),)
    return problem(501, detail, reason, decision, **members)


def _shown(value: Any) -> Any:
    text = json.dumps(None if value is ABSENT else value)
    return json.loads(text) if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
