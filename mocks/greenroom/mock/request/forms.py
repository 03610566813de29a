"""The fields of a form as values of its schema (OpenAPI 3.1, 4.8.15)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

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
from ...schema import json_pointer as ptr
from ...schema.validators import SchemaSet
from ...schema.violation import RequestSchema, Violation, with_independent
from .body_reading import BodyReading
from .unknown_names import PropertyNames

Field = TypeVar("Field")
# Every value that the fields of a property may stand for, by property.
Candidates = dict[str, list[Any]]


class Form(ABC, Generic[Field]):
    """A compiled form: the values that its fields may stand for, and whether they are valid.

    A subclass knows how the fields of its media type are written.
    """

    def __init__(self, media: MediaType, schemas: SchemaSet) -> None:
        self._document = schemas.document
        self._schemas = schemas
        self._schema = media.schema
        self._validator = RequestSchema(schemas, media.schema) if media.schema is not None else None
        self._names = PropertyNames(schemas, media.schema) if media.schema is not None else None
        self._interpretations = Interpretations(schemas)
        self._xml = XmlReader(schemas)
        self.documented = form_properties.documented(schemas.document, media)
        self._undocumented = form_properties.undocumented(schemas.document, media)
        self._styled = [p for p in self.documented.values() if p.encoding.style is not None]
        self.has_styles = bool(self._styled)

    @abstractmethod
    def text(self, field: Field) -> str:
        """A field as text, where it stands for nothing else."""

    @abstractmethod
    def interpretations(
        self, about: Property, field: Field, schema: FieldSchema, left: Allowance
    ) -> list[Any]:
        """The values that one field may stand for, the most specific first.

        Raises MalformedError.
        """

    def typed(self, about: Property, fields: Sequence[Field]) -> Sequence[Field]:
        """The fields of a property with their media types. Raises MalformedError for wrong ones."""
        return fields

    def field_violations(self, name: str, fields: Sequence[Field]) -> Iterator[Violation]:
        """The violations of the fields of a name, apart from those of their values."""
        yield from ()

    def violations(
        self, fields: Iterable[tuple[str, Field]], pairs: Pairs, reading: BodyReading
    ) -> list[Violation]:
        """The violations of the fields of a form; `pairs` are those for documented styles.

        The value and unknown names are added to a reading.
        """
        found, taken = self._by_style(pairs)
        known: list[Violation] = []
        left = Allowance()
        by_name: dict[str, list[Field]] = {}
        for name, field in fields:
            by_name.setdefault(name, []).append(field)
        for name, sent in by_name.items():
            known += self.field_violations(name, sent)
            if name in taken:
                continue
            values: list[Any] = []
            try:
                values = self._candidates(self._property(name), sent, left)
                if not values:
                    raise MalformedError(f"sent {len(sent)} times, documented once")
            except MalformedError as error:
                known.append(("body", ptr.join("", name), str(error)))
            found[name] = values or [self.text(sent[0])]
        if self._names is not None:
            names = {name: None for name in by_name if name not in taken}
            reading.unknown += self._names.unknown(names, 0)
        return self._form_violations(found, known, reading)

    def _property(self, name: str) -> Property:
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

    def _candidates(self, about: Property, fields: Sequence[Field], left: Allowance) -> list[Any]:
        """Every value that the fields of a property may stand for, [] where they are too many."""
        sent = self.typed(about, fields)
        whole = self.interpretations(about, sent[0], about.own, left) if len(sent) == 1 else []
        found: list[Any] = [value for value in whole if isinstance(value, list)]
        if "array" in about.own.types or (not about.pointers and len(sent) > 1):
            each = [self.interpretations(about, field, about.items, left) for field in sent]
            found += [[values[0] for values in each], [values[-1] for values in each]]
            found.append([self._most_valid(values, about.items.pointers) for values in each])
        return [*found, *(value for value in whole if not isinstance(value, list))]

    def _by_style(self, pairs: Pairs) -> tuple[Candidates, set[str]]:
        """The values of properties with a documented style, and the names of their fields."""
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

    def _form_violations(
        self, found: Candidates, known: Sequence[Violation], reading: BodyReading
    ) -> list[Violation]:
        """The violations of a form, those already known first.

        It is valid where some candidates of every property are valid together.
        """
        value = reading.body_value = {
            name: self._most_valid(v, self._property(name).pointers) for name, v in found.items()
        }
        if self._validator is None or self._schema is None:
            return list(known)
        is_valid = self._validator.is_valid
        as_text = {name: values[-1] for name, values in found.items()}
        if is_valid(value) or is_valid(as_text):
            return list(known)
        # Each alternative of the schema may read a field as another type.
        for shape in self._interpretations.shapes_of((self._schema,))[1:]:
            chosen = {n: self._most_valid(v, shape.of_property(n)) for n, v in found.items()}
            if is_valid(chosen):
                return list(known)
        return with_independent(known, self._validator.violations(value))

    def _most_valid(self, values: Sequence[Any], pointers: Sequence[str]) -> Any:
        """The value that is valid by most of some schemas, the first among equals."""
        if len(values) == 1 or not pointers:
            return values[0]
        validators = [self._schemas.validator(pointer) for pointer in pointers]
        return max(values, key=lambda value: sum(v.is_valid(value) for v in validators))
