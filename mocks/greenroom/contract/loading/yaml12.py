"""YAML 1.2 to plain data, in one pass over the events of the parser.

PyYAML follows YAML 1.1, in which `18:00` is the integer 1080, `NO` is false and `2026-01-01` a
date. OpenAPI 3.1 (section 4.3) allows only the values of JSON, so only those are resolved here.
"""

from __future__ import annotations

import math
import re
from typing import Any, ClassVar

import yaml
from yaml.constructor import ConstructorError

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BaseDumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

_TAG = "tag:yaml.org,2002:"
# The largest depth of a document, in YAML or JSON.
DEEPEST = 200


class Loader(_Base):  # type: ignore[misc]
    """A safe loader that resolves plain scalars as JSON has them (YAML 1.2, section 10.2).

    Numbers and booleans may be written as in the core schema (section 10.3): `1.`, `TRUE`.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


class _Dumper(_BaseDumper):  # type: ignore[misc]
    """Quotes every string that YAML 1.1 or 1.2 would read as another type."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: list(known) for first, known in _BaseDumper.yaml_implicit_resolvers.items()
    }

    def ignore_aliases(self, data: Any) -> bool:
        return True


# Plain scalars by their type, and the characters that they begin with.
_PLAIN: dict[str, tuple[str, tuple[str, ...]]] = {
    "bool": ("true|True|TRUE|false|False|FALSE", tuple("tTfF")),
    "null": ("~|null|Null|NULL|", ("~", "n", "N", "")),
    "int": ("[-+]?(?:0|[1-9][0-9]*)", tuple("-+0123456789")),
    "float": (
        r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?",
        tuple("-+0123456789."),
    ),
    # Merge keys are not part of YAML 1.2, but many files have them.
    "merge": ("<<", ("<",)),
}
for _kind, (_pattern, _first) in _PLAIN.items():
    for _class in (Loader, _Dumper):
        _class.add_implicit_resolver(_TAG + _kind, re.compile(f"^(?:{_pattern})$"), _first)
# The core schema also has octal numbers, which are strings in YAML 1.1 and in JSON's schema.
_Dumper.add_implicit_resolver(_TAG + "int", re.compile("^0o[0-7]+$"), ["0"])
# A vendor may have sent half of a surrogate pair, which no reader of YAML accepts.
_Dumper.add_representer(
    str, lambda dumper, text: dumper.represent_str(text.encode("utf-8", "replace").decode())
)


def load(text: str) -> tuple[Any, bool]:
    """The value of a YAML text of one document, and whether it has anchors; None for empty text.

    Raises yaml.YAMLError with line and column for a value that JSON cannot represent,
    RecursionError for one that is nested more deeply than `DEEPEST`.
    """
    builder = _ValueBuilder(text)
    return builder.document(), bool(builder.anchors)


def dump(value: Any) -> str:
    """The YAML text of a value of JSON, which parsers of YAML 1.1 and of 1.2 read alike."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))


def finite(text: str) -> float:
    """The number that a text means. Raises ValueError for one that JSON cannot represent."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is not a number that JSON can represent")
    return number


class _ValueBuilder:
    """Builds values as their events come, without a tree of nodes in between."""

    def __init__(self, text: str) -> None:
        self._parser = _Base(text)
        self._next = self._parser.get_event
        # Values by anchor, and the text of those that are scalars, which may be keys.
        self.anchors: dict[str, Any] = {}
        self._texts: dict[str, str] = {}
        self._plain: dict[str, Any] = {}

    def document(self) -> Any:
        """The value of the one document of the text."""
        self._next()
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            return None
        value = self._value(self._next(), 1)
        self._next()
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise _error("found another document", event)
        return value

    def _value(self, event: Any, depth: int) -> Any:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value = self._scalar(event)
            if event.anchor is not None:
                self.anchors[event.anchor] = value
                self._texts[event.anchor] = event.value
            return value
        if kind is yaml.AliasEvent:
            if event.anchor not in self.anchors:
                raise _error(f"found undefined alias {event.anchor!r}", event)
            value = self.anchors[event.anchor]
            if value is self:
                raise _error("found unconstructable recursive node", event)
            return value
        if depth > DEEPEST:
            raise RecursionError
        if event.anchor is not None:
            # A placeholder until the value is finished.
            self.anchors[event.anchor] = self
            self._texts.pop(event.anchor, None)
        if kind is yaml.MappingStartEvent:
            _check_tag(event, "map", "mapping")
            value = self._mapping(depth + 1)
        else:
            _check_tag(event, "seq", "sequence")
            value = self._sequence(depth + 1)
        if event.anchor is not None:
            self.anchors[event.anchor] = value
        return value

    def _sequence(self, depth: int) -> list[Any]:
        found: list[Any] = []
        event = self._next()
        while type(event) is not yaml.SequenceEndEvent:
            found.append(self._value(event, depth))
            event = self._next()
        return found

    def _mapping(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        event = self._next()
        while type(event) is not yaml.MappingEndEvent:
            key = self._key(event)
            following = self._next()
            value = self._value(following, depth)
            if key == "<<" and type(event) is yaml.ScalarEvent and event.implicit[0]:
                merged.update(_merged(value, following))
            elif key in found:
                raise _error(f"found the key {key!r} twice", event)
            else:
                found[key] = value
            event = self._next()
        return {**merged, **found} if merged else found

    def _key(self, event: Any) -> str:
        if type(event) is yaml.ScalarEvent:
            if event.anchor is not None:
                self._value(event, 0)
            return str(event.value)
        text = self._texts.get(str(event.anchor)) if type(event) is yaml.AliasEvent else None
        if text is None:
            raise _error("a key is not text", event)
        return text

    def _scalar(self, event: Any) -> Any:
        text = event.value
        if event.tag is None or event.tag == "!":
            if not event.implicit[0]:
                return text
            # The same few scalars occur again and again.
            if text not in self._plain:
                self._plain[text] = _resolved(_implicit_tag(text), text, event)
            return self._plain[text]
        return _resolved(event.tag, text, event)


def _merged(value: Any, event: Any) -> dict[str, Any]:
    """The entries that a merge key adds; of a list, the earlier mappings win."""
    mappings = value if isinstance(value, list) else [value]
    if not all(isinstance(mapping, dict) for mapping in mappings):
        raise _error("expected a mapping or a list of mappings for merging", event)
    found: dict[str, Any] = {}
    for mapping in reversed(mappings):
        found.update(mapping)
    return found


def _check_tag(event: Any, kind: str, noun: str) -> None:
    if event.tag not in (None, "!", _TAG + kind):
        raise _error(f"a {noun} with the tag {event.tag!r} has no counterpart in JSON", event)


def _implicit_tag(text: str) -> str:
    for tag, pattern in Loader.yaml_implicit_resolvers.get(text[:1], ()):
        if pattern.match(text):
            return str(tag)
    return f"{_TAG}str"


def _resolved(tag: str, text: str, event: Any) -> Any:
    kind = tag.removeprefix(_TAG)
    try:
        match kind:
            case "str" | "merge":
                return text
            case "null":
                return None
            case "int":
                return int(text)
            case "float":
                return finite(text)
            case "bool":
                return {"true": True, "false": False}[text.lower()]
    except (ValueError, KeyError):
        raise _error(f"{text[:40]!r} is not a valid {kind} in JSON; quote it", event) from None
    raise _error(f"a scalar with the tag {tag!r} has no counterpart in JSON", event)


def _error(problem: str, event: Any) -> ConstructorError:
    return ConstructorError(problem=problem, problem_mark=event.start_mark)
