"""Which documented response is sent: lowest 2XX and first example, or what `Prefer` names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from ...contract.model import Operation, Response
from ...decision import Decision
from ...http import accept as negotiation
from ...http.prefer import Preference
from ...schema.generation.sampler import UnsatisfiedError
from .candidates import ResponseCandidate, candidates
from .generator import ResponseGenerator
from .headers import Headers
from .prepared import PreparedResponse, problem

# Of the statuses that a range or `default` covers, clients choose how many are asked for.
_MOST_COVERED = 16


@dataclass(frozen=True, slots=True)
class ResponseSelector:
    """The responses of one operation, by documented status in the order of preference.

    `common` are the header fields of a 501, which no contract documents.
    """

    operation: str
    file: str
    candidates: Mapping[str, tuple[ResponseCandidate, ...]]
    responses: Mapping[str, Response]
    generator: ResponseGenerator
    common: Headers = ()
    _covered: dict[str, tuple[ResponseCandidate, ...]] = field(default_factory=dict)

    def first_acceptable(self, accept: str | None) -> ResponseCandidate | None:
        """The first candidate of the lowest 2XX that `Accept` allows, None where there is none."""
        return _negotiate(next(iter(self.candidates.values()), ()), accept)

    def default(self, accept: str | None) -> PreparedResponse | None:
        """The first response of the lowest 2XX; None where `Accept` allows none.

        It is a 501 where no response is documented, or no body can be generated for it.
        """
        if not self.candidates:
            return self._not_implemented(f"{self.operation} documents no response")
        return self._response(self.first_acceptable(accept), Preference())

    def preferred(self, preference: Preference, accept: str | None) -> PreparedResponse | None:
        """The response that a preference names; for any other a 501 that lists the documented ones.

        A preferred error is sent as it is documented, whatever `Accept` says.
        """
        code, example = preference.code, preference.example
        found = self._matching(preference)
        has_name = code is not None or example is not None
        if found:
            chosen = _negotiate(found, accept)
            if chosen is None and has_name and found[0].status >= 400:
                chosen = found[0]
            return self._response(chosen, preference)
        if not has_name:
            return self.default(accept)
        asked = ", ".join(
            f"{name}={value:.500}"
            for name, value in (("code", code), ("example", example))
            if value
        )
        documented = {status: names(found) for status, found in self.candidates.items()}
        listed = "; ".join(f"{status}: {', '.join(n) or '-'}" for status, n in documented.items())
        detail = f"{self.operation} documents no response for Prefer: {asked}. Documented: {listed}"
        return self._not_implemented(detail, documented=documented)

    def documents(self, preference: Preference) -> bool:
        """Whether there is a response that a preference names."""
        return bool(self._matching(preference))

    def named(self, example: str, accept: str | None) -> PreparedResponse | None:
        """The response of an example, None where there is none that `Accept` allows."""
        preference = Preference(example=example)
        return self._response(_negotiate(self._matching(preference), accept), preference)

    def first(self, status: str, described: bool = True) -> ResponseCandidate | None:
        """The first candidate of a status, or of the range or `default` that covers it.

        A `described` one has content that is known: an example, or a schema with constraints and a
        value that satisfies it. Any other has none of them.
        """
        for candidate in self._candidates(status):
            try:
                if candidate.is_described == described and candidate.response:
                    return candidate
            except UnsatisfiedError:
                continue
        return None

    def _matching(self, preference: Preference) -> tuple[ResponseCandidate, ...]:
        """The candidates of the first status that matches a preference, () where none does."""
        code, example = preference.code, preference.example
        statuses = list(self.candidates.values()) if code is None else [self._candidates(code)]
        for found in statuses:
            if example is not None:
                found = tuple(candidate for candidate in found if candidate.example == example)
            if found:
                return found
        return ()

    def _candidates(self, status: str) -> tuple[ResponseCandidate, ...]:
        """The candidates of a status, or of the range or `default` that covers a code."""
        if status in self.candidates:
            return self.candidates[status]
        covering = next((s for s in (f"{status[:1]}XX", "default") if s in self.candidates), None)
        if covering is None or not _is_code(status):
            return ()
        if status not in self._covered:
            response = self.responses[covering]
            found = candidates(int(status), response, self.generator, self.operation)
            if len(self._covered) >= _MOST_COVERED:
                return found
            self._covered[status] = found
        return self._covered[status]

    def _response(
        self, candidate: ResponseCandidate | None, preference: Preference
    ) -> PreparedResponse | None:
        if candidate is None:
            return None
        try:
            if preference.dynamic and preference.example is None:
                return candidate.fresh(preference.seed)
            return candidate.response
        except UnsatisfiedError as error:
            detail = (
                f"{self.operation} documents {candidate.status} without an example, and no value "
                f"was found for the schema at {self.file}#{error.pointer}: {error.why}"
            )
            return self._not_implemented(detail)

    def _not_implemented(self, detail: str, **members: object) -> PreparedResponse:
        decision = Decision(self.operation, status=501, reason=detail)
        return problem(501, detail, self.common, decision, **members)


def compile_selector(
    operation: Operation, generator: ResponseGenerator, file: str, common: Headers = ()
) -> ResponseSelector:
    """Every response of an operation, prepared when it is first sent.

    `common` are the header fields of a 501, `file` is the contract's.
    """
    # An informational status is not a final response (RFC 9110 section 15.2).
    found = {r.status: r for r in operation.responses if not r.status.startswith("1")}
    responses = dict(sorted(found.items(), key=lambda item: _rank(item[0])))
    by_status = {
        s: candidates(_code(s, responses), r, generator, operation.id) for s, r in responses.items()
    }
    return ResponseSelector(operation.id, file, by_status, responses, generator, common)


def succeeds(statuses: Mapping[str, object]) -> bool:
    """Whether a success is documented, so that `default` stands for errors."""
    return any(status.startswith("2") for status in statuses)


def names(found: Sequence[ResponseCandidate]) -> list[str]:
    """The example names among candidates, each once."""
    return list(dict.fromkeys(candidate.example for candidate in found if candidate.example))


def _negotiate(
    found: tuple[ResponseCandidate, ...], accept: str | None
) -> ResponseCandidate | None:
    media_types = list(dict.fromkeys(candidate.media_type for candidate in found))
    if media_types == [""]:
        return found[0]
    chosen = negotiation.choose(accept, media_types)
    if chosen is None:
        return None
    named = media_types[chosen]
    return next(each for each in found if each.media_type == named).for_accept(accept)


def _rank(status: str) -> tuple[int, str]:
    if status.startswith("2"):
        return (1 if status.endswith("XX") else 0, status)
    return ({"3": 2, "d": 3}.get(status[0], 4), status)


def _code(status: str, documented: Mapping[str, object]) -> int:
    """The code to send for a documented status; a range or `default` takes a code that is free."""
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
