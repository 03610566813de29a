"""Regular expressions that need backtracking, searched at a bounded cost for each value.

A search may take a time that grows with the square of a text, or more. A text that would take too
long, or comes when the allowance of a value is used up, counts as a match, and a property with such
a name is not looked at: what is not found out is no violation, and limits of ours are not the
contract's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from typing import Any

import jsonschema_rs

from . import json_pointer as ptr

# The square of the longest text takes some milliseconds, and so do a hundred searches that end at
# the limit of steps. The allowance is in characters; each text is counted as at least so many.
_LONGEST = 5_000
_ALLOWANCE = 50_000
_LEAST = 50
_STEPS = jsonschema_rs.FancyRegexOptions(backtrack_limit=10_000)
# A body may have any number of names, and each is searched several times: the longest name, and the
# longest where a body has many, unless the document names it.
_LONGEST_NAME = 100
_MANY, _LONGEST_OF_MANY = 10_000, 20
_NAME_STEPS = jsonschema_rs.FancyRegexOptions(backtrack_limit=200)
_LINEAR = jsonschema_rs.RegexOptions()
_LIMIT = jsonschema_rs.ValidationErrorKind.BacktrackLimitExceeded


class Patterns:
    """The regular expressions of a document; validators of it are compiled with its attributes."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        nodes = list(ptr.objects(document))
        values = {p for node in nodes if isinstance(p := node.get("pattern"), str)}
        self.keywords: dict[str, Any] = {}
        self.options: jsonschema_rs.FancyRegexOptions | None = None
        self._left = [0]
        self._searched: Any = None
        # A keyword in Python costs more for each value, so that only those who need it pay for it.
        if any(map(_needs_backtracking, values)):
            self.keywords["pattern"] = partial(_Pattern, self._left)
        if names := set(filter(_needs_backtracking, _names(nodes, "patternProperties"))):
            self.options = _NAME_STEPS
            self._searched = _searched(names)
            self._known = {*_names(nodes, "properties"), *_names(nodes, "required")}

    @property
    def are_bounded(self) -> bool:
        """Whether some of them need backtracking."""
        return bool(self.keywords or self._searched)

    def bounded(self, validator: Any) -> Any:
        """A validator as it is, or with bounds where the document needs them."""
        return _Bounded(validator, self) if self.are_bounded else validator

    def looked_at(self, instance: Any) -> Any:
        """A value without the names that no pattern is searched in; it has a new allowance."""
        self._left[0] = _ALLOWANCE
        if self._searched is None:
            return instance
        names = [name for node in ptr.objects(instance) for name in node]
        longest = _LONGEST_OF_MANY if len(names) > _MANY else _LONGEST_NAME
        skipped = {name for name in set(names) if self._takes_long(name, longest)}
        return _without(instance, skipped) if skipped else instance

    def _takes_long(self, name: str, longest: int) -> bool:
        if len(name) > longest and name not in self._known:
            return True
        errors = self._searched.iter_errors({name: None})
        return any(isinstance(error.kind, _LIMIT) for error in errors)


class _Bounded:
    """A validator of jsonschema-rs for values that are searched by `Patterns`."""

    def __init__(self, validator: Any, patterns: Patterns) -> None:
        self._validator, self._patterns = validator, patterns

    def is_valid(self, instance: Any) -> bool:
        return bool(self._validator.is_valid(self._patterns.looked_at(instance)))

    def validate(self, instance: Any) -> None:
        self._validator.validate(self._patterns.looked_at(instance))

    def iter_errors(self, instance: Any) -> Any:
        return self._validator.iter_errors(self._patterns.looked_at(instance))


class _Pattern:
    """The keyword `pattern`; `left` is the allowance of the value that is being validated."""

    def __init__(self, left: list[int], parent_schema: Any, value: Any, schema_path: Any) -> None:
        self._validator = jsonschema_rs.validator_for({"pattern": value}, pattern_options=_STEPS)
        self._left = left if _needs_backtracking(value) else None

    def validate(self, instance: Any) -> None:
        """Raise ValueError where a text does not match."""
        if not isinstance(instance, str):
            return
        if self._left is not None:
            self._left[0] -= max(len(instance), _LEAST)
            if self._left[0] < 0 or len(instance) > _LONGEST:
                return
        for error in self._validator.iter_errors(instance):
            if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Pattern):
                raise ValueError(error.message)


@cache
def name_matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a name matches. Raises ValueError for a pattern that cannot be compiled."""
    found = jsonschema_rs.validator_for({"pattern": pattern}, pattern_options=_NAME_STEPS)
    if not _needs_backtracking(pattern):
        return found.is_valid
    return lambda name: len(name) <= _LONGEST_NAME and found.is_valid(name)


@cache
def _needs_backtracking(pattern: str) -> bool:
    """Whether a regular expression has what no search in linear time finds."""
    try:
        jsonschema_rs.validator_for({"pattern": pattern}, pattern_options=_LINEAR)
    except ValueError:
        return True
    return False


def _searched(patterns: Iterable[str]) -> Any:
    """A validator that searches the patterns in the names of an object of nulls.

    It would not search for subschemas that accept them.
    """
    found = {pattern: {"type": "string"} for pattern in patterns}
    return jsonschema_rs.validator_for({"patternProperties": found}, pattern_options=_NAME_STEPS)


def _names(nodes: Iterable[Mapping[str, Any]], keyword: str) -> Iterator[str]:
    """The texts that a keyword has as names or items."""
    for node in nodes:
        if isinstance(found := node.get(keyword), dict | list):
            yield from (name for name in found if isinstance(name, str))


def _without(node: Any, names: set[str]) -> Any:
    if isinstance(node, dict):
        return {n: _without(part, names) for n, part in node.items() if n not in names}
    return [_without(part, names) for part in node] if isinstance(node, list) else node
