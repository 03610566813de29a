"""The compiled JSON Schemas of one document (draft 2020-12, formats asserted), by JSON pointer."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

import jsonschema_rs

from . import json_pointer as ptr
from .branching import Branching, branching
from .patterns import Patterns

# jsonschema-rs collects all errors of a value before it yields the first, each with a copy of the
# part that is wrong: minutes and gigabytes for a body of megabytes that is wrong everywhere. The
# cost is bounded by counting copies: a part may be copied once for itself and each level around it.
MOST_COPIES = 50_000
# Characters are copied too, at worst once for each keyword of their object.
_MOST_CHARACTERS = 1_000_000
# Quoting a value of megabytes takes seconds, and nobody reads so much of it.
_MOST_QUOTED = 100_000
# Characters of all names above a part, as far as they are not counted.
_USUAL_NAMES = 200
# Listed values that a message names.
_MOST_OPTIONS = 10
_ALTERNATIVES = {"oneOf": "exactly", "anyOf": "at least"}
_MASK = "the value"
# Two alternatives at each of so many levels are more than any value may cost.
_MOST_LEVELS = 32
TOO_LARGE = "does not match its schema; it is too large to say where"

_ROOT = "urn:greenroom:contract"


@dataclass(frozen=True, slots=True)
class SchemaError:
    """One error of a value: the place in the value, the keyword of the document, and the reason.

    Both places are JSON pointers; the message is that of jsonschema-rs.
    """

    instance: str
    schema: str
    message: str


class _MaxItemsAcross:
    """The keyword `x-max-items-across`: a limit that several arrays of an object share."""

    def __init__(self, parent_schema: Any, value: Any, schema_path: Any) -> None:
        # A house rule checks that it is well formed; any document may have a key of this name.
        limit = value if isinstance(value, dict) else {}
        names, maximum = limit.get("properties"), limit.get("maximum")
        self._names = names if isinstance(names, list) else []
        self._maximum = maximum if isinstance(maximum, int) else None

    def validate(self, instance: Any) -> None:
        """Raise ValueError where the arrays hold more items together than they may."""
        if self._maximum is None or not isinstance(instance, dict):
            return
        arrays = [instance.get(name) for name in self._names]
        count = sum(len(array) for array in arrays if isinstance(array, list))
        if count > self._maximum:
            named = ", ".join(map(str, self._names))
            raise ValueError(f"{named} have {count} items together, more than {self._maximum}")


def _is_base64(text: str) -> bool:
    """Whether a text has the format `byte` of OpenAPI 3.0 (4.7.2; RFC 4648, section 4)."""
    try:
        b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def _reference(pointer: str) -> dict[str, str]:
    return {"$ref": f"{_ROOT}#{quote(pointer, safe='/~')}"}


_FORMATS = {"byte": _is_base64}
KEYWORDS: dict[str, Any] = {"x-max-items-across": _MaxItemsAcross}


class SchemaSet:
    """A document with validators for its schemas, which are compiled on first use and kept."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._compiled: dict[tuple[str, str | None, bool], Any] = {}
        self._branching: dict[str, Branching] = {}

    @cached_property
    def _registry(self) -> Any:
        # Holds a converted copy of the whole document.
        return jsonschema_rs.Registry([(_ROOT, dict(self.document))])

    @cached_property
    def _patterns(self) -> Patterns:
        return Patterns(self.document)

    @property
    def is_exact(self) -> bool:
        """Whether every value is searched completely, however long the search takes."""
        return not self._patterns.are_bounded

    def validator(self, pointer: str, mask: str | None = None, formats: bool = True) -> Any:
        """The jsonschema-rs validator of the schema at a pointer.

        `mask` replaces the values in its messages, `formats` is whether formats are asserted.
        Raises ValueError with a reason where the schema is not valid.
        """
        key = pointer, mask, formats
        if key not in self._compiled:
            self._compiled[key] = self._compile(_reference(pointer), mask, formats)
        return self._compiled[key]

    def compiled(self, pointer: str) -> Any:
        """As `validator`, but the result is not kept."""
        return self._compile(_reference(pointer))

    def compile_error(self, pointers: Sequence[str]) -> str | None:
        """Why some of the schemas at pointers cannot be compiled; None where all can.

        Nothing is kept. A schema that several of them refer to is compiled once.
        """
        try:
            self._compile({"allOf": [_reference(pointer) for pointer in pointers]})
        except ValueError as error:
            return str(error).partition("\n\nFailed")[0]
        return None

    def errors(self, pointer: str, instance: Any) -> Iterator[SchemaError]:
        """The errors of a value by the schema at a pointer, found by `bounded_errors`.

        A value that is too large for that has one error, for the whole value.
        """
        if self.validator(pointer).is_valid(instance):
            return
        errors = self.bounded_errors(pointer, instance)
        if errors is None:
            yield SchemaError("", pointer, TOO_LARGE)
            return
        for error in errors:
            place = ptr.join("", *error.instance_path)
            yield SchemaError(place, _keyword_of(error), error.message)

    def message(self, error: jsonschema_rs.ValidationError) -> str:
        """The message of an error; that of alternatives which only name properties names them."""
        said = error.message
        if said.endswith(" other candidates"):
            return _with_options(said, ptr.look_up(self.document, _keyword_of(error)))
        if "Of'" not in said:
            # The keyword is written by its name; looking for its place takes much longer.
            return said
        at = _keyword_of(error)
        number = _ALTERNATIVES.get(at.rpartition("/")[2])
        options = ptr.look_up(self.document, at) if number else ()
        if not options or any(not isinstance(o, dict) or o.keys() != {"required"} for o in options):
            return said
        names = (" and ".join(each["required"]) for each in options)
        return f"has to have {number} one of {', '.join(names)}"

    def branching(self, pointer: str) -> Branching:
        """How many alternatives the schema at a pointer has."""
        if pointer not in self._branching:
            self._branching[pointer] = branching(self.document, pointer)
        return self._branching[pointer]

    def bounded_errors(
        self, pointer: str, instance: Any, most_copies: int = MOST_COPIES
    ) -> Iterable[jsonschema_rs.ValidationError] | None:
        """The errors of jsonschema-rs for a value that is not valid, at a bounded cost.

        It is only the first error for a value with more than a million characters, or where a
        schema applies too often to parts far below. None for a value with more parts than
        `most_copies` allows.
        """
        nested, repeated = self.branching(pointer)
        copies, characters, depth = _extent(instance, most_copies // nested)
        # Errors of alternatives are collected too, those of each, though only one is yielded.
        all_copies = copies * nested * repeated ** min(depth, _MOST_LEVELS)
        # Those of alternatives are collected before the first error, too.
        if all_copies > most_copies and (nested > 1 or copies > most_copies):
            return None
        validator = self.validator(pointer, _MASK if characters > _MOST_QUOTED else None)
        if characters <= _MOST_CHARACTERS and all_copies <= most_copies:
            return validator.iter_errors(instance)  # type: ignore[no-any-return]
        try:
            validator.validate(instance)
        except jsonschema_rs.ValidationError as error:
            return [error]
        return []

    def _compile(
        self, schema: dict[str, Any], mask: str | None = None, formats: bool = True
    ) -> Any:
        validator = jsonschema_rs.validator_for(
            schema,
            formats=_FORMATS,
            registry=self._registry,
            validate_formats=formats,
            offline=True,
            mask=mask,
            pattern_options=self._patterns.options,
            keywords={**KEYWORDS, **self._patterns.keywords},
        )
        return self._patterns.bounded(validator)


def _with_options(said: str, options: Any) -> str:
    """The message about a value that is not listed, with the list as far as it is short."""
    before, between, _ = said.rpartition(" is not one of ")
    if not between or not isinstance(options, list):
        return said
    shown = [json.dumps(each, ensure_ascii=False) for each in options[:_MOST_OPTIONS]]
    rest = len(options) - len(shown)
    last = f"{rest} more" if rest else shown.pop()
    return f"{before}{between}{', '.join(shown)} or {last}"


def _keyword_of(error: jsonschema_rs.ValidationError) -> str:
    return unquote(str(error.absolute_keyword_location or "").partition("#")[2])


def _extent(instance: Any, most_copies: int) -> tuple[int, int, int]:
    """How many copies of the parts of a value errors may make, of characters in them; its depth.

    An error repeats the names above its part, which are counted where they are unusually long.
    Counting ends where the copies are more than `most_copies`.
    """
    copies = characters = depth = 0
    # Each part with how many characters the names above it have.
    level = [(instance, 0)]
    while level and copies <= most_copies:
        depth += 1
        copies += depth * len(level)
        below: list[tuple[Any, int]] = []
        for part, above in level:
            characters += max(0, above - _USUAL_NAMES)
            kind = type(part)
            if kind is str:
                characters += depth * len(part)
            elif kind is dict:
                characters += depth * sum(map(len, part))
                below += [(value, above + len(name)) for name, value in part.items()]
            elif kind is list:
                below += [(value, above) for value in part]
        level = below
    return copies, characters, depth
