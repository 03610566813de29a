"""Which documented answer a request gets: lowest 2XX and first example, or what `Prefer` names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from ...contract.model import Operation, Response
from ...http import accept as negotiation
from ...http.prefer import Preference
from ...schema.generation.sampler import UnsatisfiedError
from .candidates import Offer, offers
from .generated import Supply
from .prepared import Answer, Headers, problem


@dataclass(frozen=True, slots=True)
class Choices:
    """The answers of one operation, by documented status in the order of preference.

    Every answer has `headers` beside those that are documented; what is not documented has
    `common` ones instead.
    """

    operation: str
    file: str
    headers: Headers
    offers: Mapping[str, tuple[Offer, ...]]
    responses: Mapping[str, Response]
    supply: Supply
    common: Headers = ()
    _covered: dict[str, tuple[Offer, ...]] = field(default_factory=dict)

    def default(self, accept: str | None) -> Answer | None:
        """The first answer of the lowest 2XX; None where `Accept` rules everything out.

        Where no body can be made that its schema accepts, that is told with 501.
        """
        found = next(iter(self.offers.values()), None)
        if found is None:
            return self._not_implemented(f"{self.operation} documents no response")
        return self._answered(_negotiate(found, accept))

    def preferred(self, preference: Preference, accept: str | None) -> Answer | None:
        """The answer that a preference names; 501 listing the documented ones for any other.

        An error that was asked for comes as it is documented, whatever `Accept` says.
        """
        code, example = preference.code, preference.example
        for found in self._asked_for(preference):
            chosen = _negotiate(found, accept)
            named = code is not None or example is not None
            if chosen is None and named and found[0].status >= 400:
                chosen = found[0]
            return self._answered(chosen, preference)
        if code is None and example is None:
            return self.default(accept)
        asked = ", ".join(
            f"{name}={value}" for name, value in (("code", code), ("example", example)) if value
        )
        documented = {status: names(found) for status, found in self.offers.items()}
        told = "; ".join(f"{status}: {', '.join(n) or '-'}" for status, n in documented.items())
        detail = f"{self.operation} documents no answer for Prefer: {asked}. Documented: {told}"
        return self._not_implemented(detail, documented=documented)

    def named(self, example: str, accept: str | None) -> Answer | None:
        """The answer of an example, None where there is none that `Accept` lets through."""
        for found in self._asked_for(Preference(example=example)):
            return self._answered(_negotiate(found, accept))
        return None

    def first(self, status: str) -> Answer | None:
        """The first answer of a status, a code by its range or `default` too.

        None also where nothing is known of what to send: no example, and a schema that says
        nothing or that no value can be found for.
        """
        for offer in self._offers(status):
            try:
                if offer.is_described:
                    return offer.answer
            except UnsatisfiedError:
                continue
        return None

    def _asked_for(self, preference: Preference) -> Iterable[tuple[Offer, ...]]:
        """The answers of the first status that has what is preferred."""
        code, example = preference.code, preference.example
        statuses = list(self.offers.values()) if code is None else [self._offers(code)]
        for found in statuses:
            if example is not None:
                found = tuple(offer for offer in found if offer.example == example)
            if found:
                yield found
                return

    def _offers(self, status: str) -> tuple[Offer, ...]:
        """The answers of a status; a code that only its range or `default` covers has those."""
        if status in self.offers:
            return self.offers[status]
        covering = next((s for s in (f"{status[:1]}XX", "default") if s in self.offers), None)
        if covering is None or not _is_code(status):
            return ()
        if status not in self._covered:
            response = self.responses[covering]
            self._covered[status] = offers(int(status), response, self.supply, self.headers)
        return self._covered[status]

    def _answered(self, offer: Offer | None, preference: Preference | None = None) -> Answer | None:
        if offer is None:
            return None
        dynamic = preference is not None and preference.dynamic and preference.example is None
        try:
            return offer.fresh(preference.seed) if preference and dynamic else offer.answer
        except UnsatisfiedError as error:
            told = f"{self.operation} documents {offer.status} without an example to answer with"
            vain = f"no value was found for the schema at {self.file}#{error.pointer}: {error.why}"
            return self._not_implemented(f"{told}, and {vain}")

    def _not_implemented(self, detail: str, **members: object) -> Answer:
        return problem(501, detail, **members).with_headers((*self.common, *self.headers))


def compile_choices(
    operation: Operation, supply: Supply, file: str, headers: Headers = (), common: Headers = ()
) -> Choices:
    """Every answer of an operation, each with further headers, prepared when it is first given.

    `common` are the headers of what the operation does not document, `file` is the contract's.
    """
    # An informational status is no answer (RFC 9110 section 15.2).
    found = {r.status: r for r in operation.responses if not r.status.startswith("1")}
    responses = dict(sorted(found.items(), key=lambda item: _rank(item[0])))
    offered = {s: offers(_code(s, responses), r, supply, headers) for s, r in responses.items()}
    return Choices(operation.id, file, headers, offered, responses, supply, common)


def succeeds(statuses: Mapping[str, object]) -> bool:
    """Whether a success is documented, so that `default` speaks of errors."""
    return any(status.startswith("2") for status in statuses)


def names(found: Sequence[Offer]) -> list[str]:
    """The example names among offers, each once."""
    return list(dict.fromkeys(offer.example for offer in found if offer.example))


def _negotiate(found: tuple[Offer, ...], accept: str | None) -> Offer | None:
    media_types = list(dict.fromkeys(offer.media_type for offer in found))
    if media_types == [""]:
        return found[0]
    chosen = negotiation.choose(accept, media_types)
    if chosen is None:
        return None
    return next(offer for offer in found if offer.media_type == media_types[chosen])


def _rank(status: str) -> tuple[int, str]:
    if status.startswith("2"):
        return (1 if status.endswith("XX") else 0, status)
    return ({"3": 2, "d": 3}.get(status[0], 4), status)


def _code(status: str, documented: Mapping[str, object]) -> int:
    """The code to send for a documented status; a range or `default` takes one that is left."""
    if _is_code(status):
        return int(status)
    codes: Iterable[int] = chain(range(500, 600), range(400, 500))
    if status != "default":
        codes = range(int(status[0]) * 100, int(status[0]) * 100 + 100)
    elif not succeeds(documented):
        return 200
    others = documented.keys() - {status}
    return next((c for c in codes if not {str(c), f"{c // 100}XX"} & others), 500)


def _is_code(text: str) -> bool:
    return len(text) == 3 and text.isdecimal() and text.isascii() and "200" <= text <= "599"
