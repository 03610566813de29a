"""The fields of a form as values of its schema (OpenAPI 3.1, 4.8.15)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from ...codec.bodies import form_properties
from ...codec.bodies.form_properties import FieldSchema, Property
from ...codec.interpretation import Interpretations
from ...codec.parameters import parsing
from ...codec.parameters.parsing import Pairs
from ...codec.xml import parsing as xml_parsing
from ...codec.xml.parsing import Allowance
from ...codec.xml.reading import XmlReader
from ...contract.model import Encoding, MediaType
from ...http.json_decoding import MalformedError
from ...http.multipart import MOST_FIELDS
from ...schema import json_pointer as ptr
from ...schema.validators import SchemaSet
from ...schema.violation import RequestSchema, Violation, with_independent

Sent = TypeVar("Sent")
# By property, every value that its fields may stand for.
Candidates = dict[str, list[Any]]


class Form:
    """A compiled form: the values that its fields may stand for, and whether they are valid."""

    def __init__(self, media: MediaType, schemas: SchemaSet) -> None:
        self._document = schemas.document
        self._schemas = schemas
        self._schema = media.schema
        self._validator = RequestSchema(schemas, media.schema) if media.schema is not None else None
        self._interpretations = Interpretations(schemas)
        self._xml = XmlReader(schemas)
        self.documented = form_properties.documented(schemas.document, media)
        self._undocumented = form_properties.undocumented(schemas.document, media)
        self._styled = [p for p in self.documented.values() if p.encoding.style is not None]
        self.has_styles = bool(self._styled)

    def find(self, name: str) -> Property:
        """The property that fields of a name belong to."""
        known = self.documented.get(name)
        if known is None and self._schema is not None:
            described = self._interpretations.shape_of((self._schema,))
            if described.names(name):
                return form_properties.described_by(
                    self._document, described.of_property(name), Encoding(name)
                )
        return known or self._undocumented

    def decode_xml(
        self, about: Property, sent: str | bytes, left: Allowance, content_type: str = ""
    ) -> Any:
        """The value of one field that is written as XML. Raises MalformedError."""
        root = xml_parsing.parse(sent, content_type, left)
        pointers = about.items.pointers if "array" in about.own.types else about.pointers
        reading = self._xml.document(root, pointers)
        for where, message in reading.misplaced:
            raise MalformedError(f"{where}: {message}" if where else message)
        return reading.value

    def candidates(
        self,
        about: Property,
        sent: Sequence[Sent],
        read: Callable[[Sent, FieldSchema], list[Any]],
    ) -> list[Any]:
        """Every value that the fields of a property may stand for, [] where they are too many.

        `read` returns the values that one field may stand for, the most specific first.
        """
        whole = read(sent[0], about.own) if len(sent) == 1 else []
        found: list[Any] = [value for value in whole if isinstance(value, list)]
        if "array" in about.own.types or (not about.pointers and len(sent) > 1):
            each = [read(field, about.items) for field in sent]
            found += [[values[0] for values in each], [values[-1] for values in each]]
            found.append([self._most(values, about.items.pointers) for values in each])
        return [*found, *(value for value in whole if not isinstance(value, list))]

    def styled(self, pairs: Pairs) -> tuple[Candidates, set[str]]:
        """The properties with a documented style, and the names of the fields of these."""
        found: Candidates = {}
        taken: set[str] = set()
        for about in self._styled:
            name, style, explode = about.name, about.encoding.style or "", about.encoding.explode
            described = self._interpretations.shape_of(about.pointers)
            inner = described.properties.keys() - self.documented.keys()
            taken.add(name)
            if style == "deepObject":
                taken.update(key for key, _ in pairs if key.startswith(f"{name}["))
            elif explode and described.is_object:
                taken |= inner
            for shape in described.shapes:
                tree = parsing.from_query(pairs, name, style, explode, shape, inner.__contains__)
                if tree is not None:
                    found.setdefault(name, []).extend(
                        self._interpretations.of(tree, about.pointers)
                    )
        return found, taken

    def violations(self, found: Candidates, known: Sequence[Violation]) -> list[Violation]:
        """The violations of a form, those already known first.

        It is valid where some candidates of every property are valid together.
        """
        if self._validator is None or self._schema is None:
            return list(known)
        is_valid = self._validator.is_valid
        value = {name: self._best(name, values) for name, values in found.items()}
        as_text = {name: values[-1] for name, values in found.items()}
        if is_valid(value) or is_valid(as_text):
            return list(known)
        # Each alternative of the schema may read a field as another type.
        for shape in self._interpretations.shapes_of((self._schema,))[1:]:
            chosen = {n: self._most(v, shape.of_property(n)) for n, v in found.items()}
            if is_valid(chosen):
                return list(known)
        return with_independent(known, self._validator.violations(value))

    def _best(self, name: str, values: Sequence[Any]) -> Any:
        return self._most(values, self.find(name).pointers)

    def _most(self, values: Sequence[Any], pointers: Sequence[str]) -> Any:
        """The value that is valid by most of some schemas, the first among equals."""
        if len(values) == 1 or not pointers:
            return values[0]
        validators = [self._schemas.validator(pointer) for pointer in pointers]
        return max(values, key=lambda value: sum(v.is_valid(value) for v in validators))


def grouped(fields: Iterable[tuple[str, Sent]]) -> dict[str, list[Sent]]:
    """Fields by name in the order sent. Raises MalformedError where they are too many."""
    found: dict[str, list[Sent]] = {}
    for count, (name, field) in enumerate(fields):
        if count >= MOST_FIELDS:
            raise MalformedError(f"more than {MOST_FIELDS} fields")
        found.setdefault(name, []).append(field)
    return found


def at_field(name: str, message: str) -> Violation:
    """A violation at a property of a form."""
    return ("body", ptr.join("", name), message)


def repeated(name: str, count: int) -> Violation:
    """The violation of a property that is not an array and was sent several times."""
    return at_field(name, f"sent {count} times, documented once")
