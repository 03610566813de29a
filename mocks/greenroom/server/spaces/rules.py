"""What goes wrong on purpose with the requests of an operation in spaces, and their rate limits.

Imported when a space first has a fault or limits, so that others do not pay for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import ceil

from ...codec.credentials import compile_reader, is_visible
from ...contract.behaviour.rate_limit import RateLimit, limits_of
from ...contract.model import Contract, Operation
from ...decision import Decision
from ...journal.matching import is_path
from ...mock.pipeline import RequestContext, Result
from ...mock.response import refusals
from ...mock.response.headers import header_value
from ...mock.response.prepared import FRAMING, PreparedResponse, problem
from ...mock.response.refusals import ContractErrors, Refusals
from ...mock.response.selection import ResponseSelector
from ...mock.security import ANY, compile_security_check
from ...state.rules.fault import Fault
from ...state.rules.limit import Standing
from ...state.rules.limit import fields as limit_fields
from ...state.space import Space

# Faults after which there is no response.
WITHOUT_RESPONSE = frozenset(("reset", "timeout", "malformed"))
_RETRY_AFTER = "Retry-After"


@dataclass(slots=True)
class Applied:
    """The fault that happened to a request, and where its client then stood with the limits.

    `now` is the time in the space in seconds since 1970, `fields` are further header fields.
    """

    now: float
    fault: Fault | None = None
    standings: list[Standing] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    def on(self, response: PreparedResponse) -> PreparedResponse:
        """The response with them."""
        decision, limits = response.decision, limit_fields(self.standings, self.now)
        added = {**limits, **self.fields}
        if self.fault is not None:
            decision = decision._replace(fault=self.fault.name)
            added |= self.fault.effect.get("headers", {})
            added["X-Greenroom-Fault"] = self.fault.name
        # A name may be written in two ways, but it may not say where the message ends.
        by_name = {name.lower(): header_value(value) for name, value in added.items()}
        found = response.with_headers(
            (name.encode(), value) for name, value in by_name.items() if name not in FRAMING
        )
        found.decision = decision
        return found


class SpaceRules:
    """The faults and limits of spaces, as they are about the requests of one operation."""

    def __init__(
        self, contract: Contract, operation: Operation, selector: ResponseSelector
    ) -> None:
        self._operation, self._selector = operation, selector
        found = limits_of(contract)
        limits = (*found.get("", ()), *found.get(operation.id, ()))
        self._per_address = [limit for limit in limits if limit.per_address]
        self._per_key = [limit for limit in limits if not limit.per_address]
        self._check = compile_security_check(operation)
        schemes = {r.scheme.name: r.scheme for all_of in operation.security for r in all_of}
        self._readers = [compile_reader(each) for each in schemes.values() if is_visible(each)]
        self._errors = ContractErrors(contract, selector.generator)
        self._refusals = Refusals(self._error, operation.id)

    def space_of(self, context: RequestContext) -> str | None:
        """The name of the space that a request asks for, by its credential if by nothing else."""
        if context.space is not None or self._check is None:
            return context.space
        return self._check(context.headers, context.query).space

    def before(
        self, context: RequestContext, space: Space
    ) -> PreparedResponse | Awaitable[PreparedResponse] | None:
        """What is decided before the credential: faults, and limits for each address."""
        context.applied = Applied(space.now().timestamp())
        if space.faults:
            context.applied.fault = fault = space.faults.take(lambda m: self._fits(m, context))
            if fault is not None and {"status", *WITHOUT_RESPONSE} & fault.effect.keys():
                return self._failed(context, fault)
        return self._limit(context, space, self._per_address, context.client)

    def entered(self, context: RequestContext, space: Space) -> Result:
        """What is decided once the credential is accepted: limits for each key."""
        refused = None
        if context.applied is None:
            # The space is new, or has its first rule.
            context.applied = Applied(space.now().timestamp())
            refused = self._limit(context, space, self._per_address, context.client)
        key = context.principal or ""
        if key == ANY:
            sent = "\0".join(self._tokens(context)).encode("utf-8", "surrogateescape")
            key = blake2b(sent, digest_size=16).hexdigest()
        return refused or self._limit(context, space, self._per_key, key)

    def _fits(self, match: Mapping[str, str], context: RequestContext) -> bool:
        known = {
            "vendor": context.vendor,
            "operation": self._operation.id,
            "method": context.method,
        }
        return (
            "event" not in match
            and all(match.get(name, value) == value for name, value in known.items())
            and ("path" not in match or is_path(match["path"], context))
            and ("credential" not in match or self._has(match["credential"], context))
        )

    def _has(self, credential: str, context: RequestContext) -> bool:
        # It may name the space.
        return any(credential in (t, t.rpartition("~")[0]) for t in self._tokens(context))

    def _tokens(self, context: RequestContext) -> list[str]:
        return [token for read in self._readers if (token := read(context.headers, context.query))]

    async def _failed(self, context: RequestContext, fault: Fault) -> PreparedResponse:
        """The response of a fault, before which the body is received: the journal has it then."""
        received = context.receive_body and context.receive_body(context, self._too_large)
        if isinstance(received, Awaitable):
            received = await received
        context.receive_body = None
        return received or self._response(fault)

    def _response(self, fault: Fault) -> PreparedResponse:
        effect, reason = fault.effect, f"the fault {fault.name}"
        decision = Decision(self._operation.id, refusals.FAULT, reason=reason)
        if WITHOUT_RESPONSE & effect.keys():
            return PreparedResponse(0, b"", b"", decision)
        code = str(effect["status"])
        named = self._selector.named(effect.get("example"), None, code)
        found = named or self._selector.named(None, None, code)
        if found is None:
            documents = f"{self._operation.id} documents no {code}; this is {reason}"
            found = problem(int(code), documents, decision=decision._replace(status=int(code)))
        else:
            found = refusals.as_documented(found, refusals.FAULT, self._operation.id)
        response = found.with_headers([(b"x-greenroom-reason", header_value(reason))])
        response.decision = found.decision._replace(reason=reason)
        return response

    def _too_large(self, limit: int) -> PreparedResponse:
        reason = f"the body is larger than {limit} bytes"
        return self._refusals.refuse(refusals.TOO_LARGE, reason)

    def _limit(
        self, context: RequestContext, space: Space, limits: Sequence[RateLimit], client: str
    ) -> PreparedResponse | None:
        if space.limits is None or not limits:
            return None
        applied: Applied = context.applied
        standings = space.limits.take(limits, client, applied.now)
        applied.standings += standings
        limit, *_, wait = max(standings, key=lambda each: each.wait)
        if not wait:
            return None
        rate = f"{limit.requests} requests in {limit.seconds:g} s"
        reason = f"{rate} were sent; more are taken in {ceil(wait)} s"
        if "retry-after" not in limit.headers and self._tells_when():
            applied.fields[_RETRY_AFTER] = str(ceil(wait))
        return self._refusals.refuse(refusals.RATE_LIMITED, reason)

    def _tells_when(self) -> bool:
        """Whether a 429 has `Retry-After`: unless a documented one is without it."""
        known = self._selector.responses.get("429")
        return known is None or any(h.name.lower() == "retry-after" for h in known.headers)

    def _error(self, kind: str) -> PreparedResponse | None:
        own, named = refusals.documented(kind, self._selector), self._operation.id
        return own or self._errors.declared(kind, named) or self._errors.usual(kind, named)
