"""A finding of a check: a difference between the contract and the observed behaviour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

# What a finding may count as.
DRIFT, ADDITION, ACCEPTED = "drift", "addition", "accepted"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of difference. An `addition` affects no client that follows the contract."""

    name: str
    title: str
    addition: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind("server-error", "the server failed"),
        Kind("undocumented-status", "a status that is not documented"),
        Kind("undocumented-media-type", "a media type that is not documented"),
        Kind("unreadable-body", "a body that does not match its media type"),
        Kind("empty-body", "no body where one is documented"),
        Kind("forbidden-body", "a body with a status that has none"),
        Kind("missing-header", "a required header field is missing"),
        Kind("invalid-header", "a header field does not match its schema"),
        Kind("missing-field", "a required field is missing"),
        Kind("wrong-type", "a value of the wrong type"),
        Kind("undocumented-value", "a value that is not in the documented list"),
        Kind("wrong-format", "a value in the wrong format"),
        Kind("invalid-value", "a value that does not match its schema"),
        Kind("error-shape", "an error body without any documented field"),
        Kind("credential-not-enforced", "a request without a valid credential is accepted"),
        Kind("invalid-request-accepted", "a request that violates the contract is accepted"),
        Kind("valid-request-refused", "a documented request is refused"),
        Kind("operation-gone", "an operation does not exist"),
        Kind("paging", "paging parameters are not respected"),
        Kind("graphql", "a GraphQL response does not match its query and schema"),
        Kind("redirect", "a redirect to another URL"),
        Kind("signature", "a webhook signature is not valid"),
        Kind("undocumented-operation", "recorded traffic to an operation that is not documented"),
        Kind("undocumented-field", "a field that is not documented", addition=True),
        Kind("undocumented-header", "a header field that is not documented", addition=True),
        Kind("undocumented-restriction", "a valid request is refused", addition=True),
        Kind(
            "undocumented-refusal",
            "a status that is not documented, for a refusal",
            addition=True,
        ),
    )
}


# Messages that begin with one of these have no subject.
_PREDICATES = ("is ", "violates ", "matches ", "does not ")


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between a contract and a message.

    `kind` is a key of KINDS, `operation` an operation's id (or a webhook's event). `pointer` leads
    to the statement in the contract, `basis` is the provenance of that statement, None if the
    contract gives none. `instance` is the place in the message: `response body /data/0/id`.
    `expected` and `seen` are short texts. `exchange` is the number of the exchange with the
    evidence, 0 without one; `curl` is a command that repeats the request, with a variable in place
    of the credential. `count` is the number of times that it was seen. `accepted` is the baseline
    entry that accepts it.
    """

    kind: str
    operation: str
    basis: str | None
    pointer: str
    message: str
    expected: str = ""
    seen: str = ""
    instance: str = ""
    exchange: int = 0
    curl: str = ""
    count: int = 1
    accepted: str = ""
    # For the overlay: the value of the schema keyword, the name, the media type.
    detail: str = ""
    # The operations, after `operation`, where it was seen too.
    others: tuple[str, ...] = ()

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation (or webhook) where it was seen, `operation` first."""
        return (self.operation, *self.others)

    @property
    def sentence(self) -> str:
        """The message with its subject, the place in the message, in front."""
        where, message = self.instance, self.message
        if not where or message.startswith(where):
            return message
        for name in filter(None, (self.detail, where.rpartition("/")[2])):
            if message.startswith(f"{name} ") and where.endswith(f"/{name}"):
                return f"{where}{message.removeprefix(name)}"
        return f"{where}{' ' if message.startswith(_PREDICATES) else ': '}{message}"

    @property
    def is_addition(self) -> bool:
        """Whether a client that follows the contract is unaffected."""
        return KINDS[self.kind].addition

    def counts_as(self, strict: bool = False) -> str:
        """DRIFT, ADDITION, or ACCEPTED by the baseline; if `strict`, an addition is drift."""
        if self.accepted:
            return ACCEPTED
        return ADDITION if self.is_addition and not strict else DRIFT

    @property
    def is_guess(self) -> bool:
        """Whether the statement in the contract was inferred, not documented."""
        return self.basis == "inferred"

    @property
    def identity(self) -> tuple[str, str, str]:
        """Two findings with the same identity are one fact: kind, pointer and detail.

        A header field that is not documented is one fact, whichever responses have it.
        """
        is_header = self.kind == "undocumented-header"
        return self.kind, "" if is_header else self.pointer, self.detail


def merged(findings: Iterable[Finding], order: Sequence[str] = ()) -> list[Finding]:
    """Findings with the same identity as one, with their number as its count.

    `order` has the operations as the contract lists them. The first operation in it keeps the
    evidence of its first finding, the other operations are `others`.
    """
    place = {operation: i for i, operation in enumerate(order)}
    groups: dict[tuple[str, str, str], dict[str, Finding]] = {}
    counts: Counter[tuple[str, str, str]] = Counter()
    for finding in findings:
        counts[finding.identity] += finding.count
        for operation in finding.operations:
            groups.setdefault(finding.identity, {}).setdefault(operation, finding)
    found = []
    for identity, firsts in groups.items():
        operation, *others = sorted(firsts, key=lambda name: place.get(name, len(place)))
        first = replace(firsts[operation], operation=operation, others=tuple(others))
        found.append(replace(first, count=counts[identity]))
    return found
