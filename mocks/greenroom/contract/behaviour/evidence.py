"""Why something is said about the behaviour of an API."""

from __future__ import annotations

from dataclasses import dataclass

DECLARED = "declared"
_STRONG = frozenset((DECLARED, "link", "example", "path"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """The source of a fact, and a sentence that a report prints.

    `source` is `declared`, `link`, `example` (a value of one example is found in another), `path`
    (an instance below a collection of the same schema), `schema` or `name`. `basis` is that of the
    declaration's provenance, None for what is inferred.
    """

    source: str
    reason: str
    basis: str | None = None

    @property
    def is_strong(self) -> bool:
        """Whether the fact holds in a contract that declares its sources."""
        return self.source in _STRONG
