"""What goes wrong on purpose with the requests of an operation in spaces, and their rate limits.

Imported when a space first has a fault or limits, so that others do not pay for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from math import ceil

from pydantic_core import from_json, to_json

from ...codec.credentials import compile_reader, is_visible
from ...contract.behaviour.rate_limit import RateLimit, limits_of
from ...contract.model import Contract
from ...decision import Decision
from ...http.media_type import is_json
from ...http.prefer import Preference
from ...journal.matching import is_path
from ...mock.operation import CompiledOperation
from ...mock.pipeline import RequestContext, Result
from ...mock.response import refusals
from ...mock.response.headers import header_value
from ...mock.response.prepared import FRAMING, PreparedResponse, problem
from ...mock.security import ANY
from ...state.merging import put, value_at
from ...state.rules.fault import Fault
from ...state.rules.limit import Quota, quota_values
from ...state.rules.limit import fields as limit_fields
from ...state.space import Space

# Effects after which there is no response.
_NO_RESPONSE = frozenset(("reset", "timeout", "malformed"))


@dataclass(slots=True)
class Applied:
    """The fault that happened to a request, and what its client then had left of the rate limits.

    `now` is the time in the space in seconds since 1970, `fields` are further header fields.
    """

    now: float
    fault: Fault | None = None
    quotas: list[Quota] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    def on(self, response: PreparedResponse) -> PreparedResponse:
        """The response with them."""
        decision = response.decision
        added = {**limit_fields(self.quotas, self.now), **self.fields}
        if self.fault is not None:
            decision = decision._replace(fault=self.fault.name)
            added |= {**self.fault.effect.get("headers", {}), "X-Greenroom-Fault": self.fault.name}
        # A name may be written in two ways, but it may not say where the message ends.
        by_name = {name.lower(): header_value(value) for name, value in added.items()}
        found = response.with_headers(
            (name.encode(), value) for name, value in by_name.items() if name not in FRAMING
        )
        found.decision = decision
        return found


class SpaceRules:
    """The faults and limits of spaces, as they are about the requests of one operation."""

    def __init__(self, contract: Contract, compiled: CompiledOperation) -> None:
        self._compiled, self._operation = compiled, compiled.operation
        found = limits_of(contract)
        limits = (*found.get("", ()), *found.get(self._operation.id, ()))
        self._per_address = [limit for limit in limits if limit.per_address]
        self._per_key = [limit for limit in limits if not limit.per_address]
        schemes = {r.scheme.name: r.scheme for all_of in self._operation.security for r in all_of}
        self._readers = [compile_reader(each) for each in schemes.values() if is_visible(each)]

    def space_of(self, context: RequestContext) -> str | None:
        """The name of the space that a request asks for, by its credential if by nothing else."""
        check = self._compiled.security_check
        if context.space is not None or check is None:
            return context.space
        return check(context.headers, context.query).space

    def before(
        self, context: RequestContext, space: Space
    ) -> PreparedResponse | Awaitable[PreparedResponse] | None:
        """What is decided before the credential: faults, and limits for each address."""
        context.applied = Applied(space.now().timestamp())
        if space.faults:
            context.applied.fault = fault = space.faults.take(lambda m: self._fits(m, context))
            if fault is not None and {"status", *_NO_RESPONSE} & fault.effect.keys():
                return self._failed(context, fault)
        return self._limit(context, space, self._per_address, context.client)

    def entered(self, context: RequestContext, space: Space) -> Result:
        """What is decided once the credential is accepted: limits for each key."""
        refused = None
        if context.applied is None:
            # The space is new.
            context.applied = Applied(space.now().timestamp())
            refused = self._limit(context, space, self._per_address, context.client)
        key = context.principal or ""
        if key == ANY:
            sent = "\0".join(self._tokens(context)).encode("utf-8", "surrogateescape")
            key = blake2b(sent, digest_size=16).hexdigest()
        return refused or self._limit(context, space, self._per_key, key)

    def _fits(self, match: Mapping[str, str], context: RequestContext) -> bool:
        asked = context.vendor, self._operation.id, context.method
        named = zip(("vendor", "operation", "method"), asked, strict=True)
        return (
            "event" not in match
            and all(match.get(name, value) == value for name, value in named)
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

    def _too_large(self, limit: int) -> PreparedResponse:
        reason = f"the body is larger than {limit} bytes"
        return self._compiled.refuse(refusals.TOO_LARGE, reason)

    def _response(self, fault: Fault) -> PreparedResponse:
        effect, reason = fault.effect, f"the fault {fault.name}"
        named, selector = self._operation.id, self._compiled.selector
        decision = Decision(named, refusals.FAULT, effect.get("status"), reason=reason)
        if _NO_RESPONSE & effect.keys():
            return PreparedResponse(0, b"", b"", decision)
        wanted = Preference(str(effect["status"]), effect.get("example"))
        if wanted.example is None and not selector.documents(wanted):
            detail = f"{named} documents no {wanted.code}; this is {reason}"
            found = problem(effect["status"], detail, decision=decision)
        else:
            # Where there is no such example, a 501 lists those that there are.
            chosen = selector.preferred(wanted, None)
            assert chosen is not None, "any response suits no `Accept`"
            found = refusals.as_documented(chosen, refusals.FAULT, named)
        response = found.with_headers([(b"x-greenroom-reason", header_value(reason))])
        response.decision = found.decision._replace(reason=reason)
        return response

    def _limit(
        self, context: RequestContext, space: Space, limits: Sequence[RateLimit], client: str
    ) -> PreparedResponse | None:
        if space.limits is None or not limits:
            return None
        applied: Applied = context.applied
        quotas = space.limits.take(limits, client, applied.now)
        applied.quotas += quotas
        longest = max(quotas, key=lambda each: each.wait)
        limit, *_, wait = longest
        if not wait:
            return None
        known = self._compiled.selector.responses.get("429")
        if known is None or any(header.name.lower() == "retry-after" for header in known.headers):
            # Where it is documented without, only the contract's statement can ask for it.
            applied.fields.setdefault("Retry-After", str(ceil(wait)))
        rate = f"{limit.requests} requests in {limit.seconds:g} s"
        reason = f"{rate} were sent; more are taken in {ceil(wait)} s"
        refused = self._compiled.refuse(refusals.RATE_LIMITED, reason)
        return _with_quota(refused, longest, applied.now) if limit.body else refused


def _with_quota(refused: PreparedResponse, quota: Quota, now: float) -> PreparedResponse:
    """A refusal whose body tells what its header fields do, as far as its example has members."""
    media_type = dict(refused.headers).get(b"content-type", b"").decode("latin-1")
    if not is_json(media_type):
        return refused
    body, values, missing = from_json(refused.body), quota_values(quota, now), object()
    for name, pointer in quota.limit.body.items():
        if name in values and value_at(body, pointer, missing) is not missing:
            body = put(body, pointer, values[name])
    written = to_json(body)
    found = replace(refused, body=written)
    return found.with_headers([(b"content-length", b"%d" % len(written))])
