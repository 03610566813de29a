"""The fields of a form as the values that its schema means (OpenAPI 3.1, 4.8.14.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from ..contract import pointer as ptr
from ..contract.model import MediaType
from ..contract.schemas import Schemas
from . import coercion, slots, styles
from .decoding import MalformedError
from .judging import MOST_PARTS, body_violations
from .parameters import Violation
from .slots import Property, Slot
from .styles import Pairs

Sent = TypeVar("Sent")
# By property, every value that was possibly meant.
Candidates = dict[str, list[Any]]


class Form:
    """The schema of a form compiled: what its fields can mean, and whether that is valid."""

    def __init__(self, media: MediaType, raw: Mapping[str, Any], schemas: Schemas) -> None:
        self._raw = raw
        self._schemas = schemas
        self._schema = media.schema
        self._is_valid: Callable[[Any], bool] | None = None
        if media.schema is not None:
            self._is_valid = schemas.validator(media.schema).is_valid
        self._documented = slots.documented(raw, media)
        self._undocumented = slots.undocumented(raw, media)
        self._styled = [p for p in self._documented.values() if p.encoding.style is not None]
        self.has_styles = bool(self._styled)

    def find(self, name: str) -> Property:
        """What is known of the fields of a name."""
        return self._documented.get(name, self._undocumented)

    def styled(self, pairs: Pairs) -> tuple[Candidates, set[str]]:
        """The properties that a style is documented for, and the names of the fields they took."""
        found: Candidates = {}
        taken: set[str] = set()
        for about in self._styled:
            name, style, explode = about.name, about.encoding.style or "", about.encoding.explode
            kinds = coercion.kinds(self._raw, about.pointers[0])
            inner = kinds.properties.keys() - self._documented.keys()
            taken.add(name)
            if style == "deepObject":
                taken.update(key for key, _ in pairs if key.startswith(f"{name}["))
            elif explode and "object" in kinds.shapes:
                taken |= inner
            for shape in kinds.shapes:
                text = styles.from_query(pairs, name, style, explode, shape, inner.__contains__)
                if text is not None:
                    found.setdefault(name, []).extend(coercion.values(text, kinds))
        return found, taken

    def judge(
        self, found: Candidates, told: Sequence[Violation], parts: int, size: int
    ) -> list[Violation]:
        """The violations of a form of so many fields and bytes, those already told first.

        It is valid where some candidates of every property are valid together.
        """
        if self._is_valid is None or self._schema is None:
            return list(told)
        value = {name: self._best(name, values) for name, values in found.items()}
        as_text = {name: values[-1] for name, values in found.items()}
        if self._is_valid(value) or self._is_valid(as_text):
            return list(told)
        known = tuple(violation.pointer for violation in told)
        found_too = body_violations(self._schemas, self._schema, value, parts, size)
        return [*told, *(v for v in found_too if not _within(v.pointer, known))]

    def _best(self, name: str, values: Sequence[Any]) -> Any:
        """The value that most schemas of a property take, the first among equals."""
        pointers = self.find(name).pointers
        if len(values) == 1 or not pointers:
            return values[0]
        validators = [self._schemas.validator(pointer) for pointer in pointers]
        return max(values, key=lambda value: sum(v.is_valid(value) for v in validators))


def _within(pointer: str, others: Sequence[str]) -> bool:
    return any(pointer == other or pointer.startswith(f"{other}/") for other in others)


def candidates(
    about: Property, sent: Sequence[Sent], read: Callable[[Sent, Slot], list[Any]]
) -> list[Any]:
    """Every value that the fields of a property can mean together, [] where they are too many.

    `read` gives the meanings of one field, the most specific first.
    """
    whole = read(sent[0], about.own) if len(sent) == 1 else []
    found: list[Any] = [value for value in whole if isinstance(value, list)]
    if "array" in about.own.types or (not about.pointers and len(sent) > 1):
        each = [read(field, about.items) for field in sent]
        found += [[values[0] for values in each], [values[-1] for values in each]]
    return [*found, *(value for value in whole if not isinstance(value, list))]


def grouped(fields: Iterable[tuple[str, Sent]]) -> dict[str, list[Sent]]:
    """Fields by name in the order sent. Raises MalformedError where they are too many."""
    found: dict[str, list[Sent]] = {}
    for count, (name, field) in enumerate(fields):
        if count >= MOST_PARTS:
            raise MalformedError(f"more than {MOST_PARTS} fields")
        found.setdefault(name, []).append(field)
    return found


def at_field(name: str, message: str) -> Violation:
    """A violation by a field of a form."""
    return Violation("body", ptr.join("", name), message)


def repeated(name: str, count: int) -> Violation:
    """The violation of a property that is no array and was sent several times."""
    return at_field(name, f"sent {count} times, documented once")
