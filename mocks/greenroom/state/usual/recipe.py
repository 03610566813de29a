"""How the records of a usual creation are made and shown, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...http.header_cache import RequestCache
from ..store import Fresh
from ..values import Form

Check = tuple[str, Callable[[Any], bool]]


@dataclass(frozen=True, slots=True)
class Shown:
    """The body that shows a record: a documented one, with members of the record.

    `members` are pairs of names, there and in the record; None where it is the record itself.
    `checks` are by those names for what is not sure to be valid. With `is_record` the body is the
    record, and sure to be.
    """

    body: Mapping[str, Any]
    members: tuple[tuple[str, str], ...] | None
    checks: tuple[Check, ...]
    is_record: bool

    def value(self, record: Mapping[str, Any]) -> Any:
        """The body for the value of a record, None where it would not be valid."""
        for name, is_valid in self.checks:
            if not is_valid(record[name]):
                return None
        if self.members is None:
            return record
        found = dict(self.body)
        for name, source in self.members:
            found[name] = record[source]
        return found


@dataclass(slots=True)
class Recipe:
    """How records are made of things with the same names.

    `base` is one of them. `kept` has the names that values are sent with by those that they are
    kept by, `moved` the same as pairs where not all are kept as they are sent. `loose` are names
    whose value may be null or an object. `fresh` and `times` are written at pointers if `is_deep`,
    since some are within objects, else into members by their names. `varying` are the names of
    members that are not as in `base`. With `is_conditional` there are `loose` names or `checks`.
    """

    base: dict[str, Any]
    kept: Mapping[str, str]
    moved: tuple[tuple[str, str], ...] | None
    loose: tuple[str, ...]
    checks: tuple[Check, ...]
    fresh: tuple[Fresh, ...]
    members: tuple[tuple[str, Fresh], ...]
    times: tuple[tuple[str, Any], ...]
    is_deep: bool
    own: tuple[str, ...]
    state: str | None
    varying: frozenset[str]
    is_conditional: bool = False
    shown: RequestCache[Form, Shown | None] = field(default_factory=RequestCache)
