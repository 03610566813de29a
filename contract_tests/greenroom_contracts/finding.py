"""A difference between what a contract states and what was seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of difference. An `addition` breaks no client that keeps to the contract."""

    name: str
    title: str
    addition: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind("server-error", "the server failed"),
        Kind("undocumented-status", "a status that is not documented"),
        Kind("undocumented-media-type", "a media type that is not documented"),
        Kind("unreadable-body", "a body that is not what its media type says"),
        Kind("empty-body", "no body where one is documented"),
        Kind("missing-header", "a required header field is missing"),
        Kind("invalid-header", "a header field breaks its schema"),
        Kind("missing-field", "a required field is missing"),
        Kind("wrong-type", "a value of another type"),
        Kind("undocumented-value", "a value outside the documented list"),
        Kind("wrong-format", "a value of another format"),
        Kind("invalid-value", "a value that breaks its schema"),
        Kind("error-shape", "an error body of another shape"),
        Kind("credential-not-enforced", "a request without a good credential is served"),
        Kind("invalid-request-accepted", "a request that breaks the contract is served"),
        Kind("valid-request-refused", "a documented request is refused"),
        Kind("operation-gone", "an operation is not there"),
        Kind("paging", "paging parameters are not kept to"),
        Kind("property", "a property that schemathesis checks does not hold"),
        Kind("graphql", "a GraphQL answer does not fit its query and schema"),
        Kind("redirect", "a redirect to another place"),
        Kind("signature", "a webhook signature does not hold"),
        Kind("undocumented-webhook", "a webhook that is not documented"),
        Kind("undocumented-operation", "recorded traffic to an operation that is not documented"),
        Kind("undocumented-field", "a field that is not documented", addition=True),
        Kind("undocumented-header", "a header field that is not documented", addition=True),
        Kind("undocumented-restriction", "a valid request is refused", addition=True),
    )
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference, attributed.

    `kind` is a key of KINDS, `operation` an operation's id (or a webhook's event). `pointer` leads
    to the statement in the contract and `basis` is what that stands on, None where the contract
    does not say. `instance` is where in the message it was seen: `response body /data/0/id`.
    `expected` and `seen` are short texts. `exchange` is the number of the exchange that shows it,
    0 for none, `curl` a line that repeats the request, with the credential left to a variable.
    `count` tells how many times it was seen. `accepted` is what a baseline says about it.
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
    # What a change to the contract needs: the schema keyword's value, the name, the media type.
    detail: str = ""

    @property
    def is_addition(self) -> bool:
        """Whether it breaks no client that keeps to the contract."""
        return KINDS[self.kind].addition

    @property
    def is_guess(self) -> bool:
        """Whether the statement was our own reading of a silence."""
        return self.basis == "inferred"

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What makes two findings one: kind, operation, statement, and what it is about."""
        return self.kind, self.operation, self.pointer, self.detail


def folded(findings: Iterable[Finding]) -> list[Finding]:
    """Equal findings as one with a count, the first seen standing for all, in order of seeing."""
    found: dict[tuple[str, str, str, str], Finding] = {}
    for finding in findings:
        first = found.get(finding.identity)
        if first is None:
            found[finding.identity] = finding
        else:
            found[finding.identity] = replace(first, count=first.count + finding.count)
    return list(found.values())
