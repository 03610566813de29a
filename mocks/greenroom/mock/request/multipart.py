"""Reading bodies of the media type multipart/form-data (OpenAPI 3.1, 4.8.15.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ...codec.bodies.form_properties import FieldSchema, Property
from ...codec.parameters.parsing import Pairs
from ...codec.xml.parsing import Allowance
from ...contract.model import MediaType
from ...http.charset import decode_text
from ...http.json_decoding import MalformedError, count_values, decode_json
from ...http.media_type import covers, essence, is_json, is_xml
from ...http.multipart import Part, split
from ...schema.validators import SchemaSet
from ...schema.violation import Violation
from .forms import Form, at_field, grouped, repeated
from .part_headers import PartHeaders

# A form is judged several times, for each of the ways in which its fields can be meant.
_MOST_VALUES = 100_000
_JSON = re.compile(rb"\s*+[\[{]")
_STRUCTURES = frozenset(("array", "object"))


def compile_reader(media: MediaType, schemas: SchemaSet) -> Callable[[bytes, str], list[Violation]]:
    """A function that judges a body by its parts, given its Content-Type.

    It raises MalformedError.
    """
    form = Form(media, schemas)
    headers = PartHeaders(form.documented, schemas)

    def read(body: bytes, content_type: str) -> list[Violation]:
        parts = split(body, content_type)
        entries = sum(count_values(part.content) for part in parts if _may_be_json(part))
        if entries > _MOST_VALUES:
            raise MalformedError(f"more than {_MOST_VALUES} values of JSON in a form")
        told: list[Violation] = []
        left = Allowance()
        found, taken = form.styled(_pairs(parts)) if form.has_styles else ({}, set[str]())
        for name, sent in grouped((part.name, part) for part in parts).items():
            for part in sent:
                told += (at_field(name, message) for message in headers.judge(part))
            if name not in taken:
                found[name] = _candidates(form, name, sent, told, left)
        return form.judge(found, told, len(parts) + entries, len(body))

    return read


def _candidates(
    form: Form, name: str, given: Sequence[Part], told: list[Violation], left: Allowance
) -> list[Any]:
    """What the parts of a name can mean; what is wrong with the parts themselves is told."""
    about = form.find(name)
    documented = [essence(kind) for kind in about.encoding.content_types]
    sent = [_typed(part, documented) for part in given]
    unlike = next((part for part in sent if not _covers(documented, part.kind)), None)
    if unlike is not None:
        said = "" if unlike.content_type else ", having no Content-Type"
        listed = ", ".join(about.encoding.content_types)
        told.append(at_field(name, f"is {unlike.kind}{said}; documented: {listed}"))
        return [_as_bytes(unlike)]
    try:
        found = form.candidates(about, sent, partial(_interpretations, form, about, left))
    except MalformedError as error:
        told.append(at_field(name, str(error)))
        return [_as_bytes(sent[0])]
    if not found:
        told.append(repeated(name, len(sent)))
    return found or [_as_bytes(sent[0])]


def _typed(part: Part, documented: Sequence[str]) -> Part:
    """A part without Content-Type as what it is documented to be, where that is JSON or XML.

    By the standard it is text (RFC 7578 section 4.4), but many clients leave the field out.
    """
    if part.content_type or "text/plain" in documented or "text/*" in documented:
        return part
    kind = next((kind for kind in documented if is_json(kind) or is_xml(kind)), part.kind)
    return replace(part, kind=kind)


def _interpretations(
    form: Form, about: Property, left: Allowance, part: Part, slot: FieldSchema
) -> list[Any]:
    if is_json(part.kind) and (not slot.is_binary or about.written):
        return [decode_json(part.content)]
    if is_xml(part.kind) and (slot.types & _STRUCTURES or about.written):
        return [form.decode_xml(about, part.content, left, part.content_type)]
    if slot.is_binary:
        return [_as_bytes(part)]
    return list(slot.meanings(decode_text(part.content, part.content_type)))


def _may_be_json(part: Part) -> bool:
    return is_json(part.kind) or bool(not part.content_type and _JSON.match(part.content))


def _as_bytes(part: Part) -> str:
    """The content as a string of as many characters as it has bytes, so that limits count those."""
    return part.content.decode("latin-1")


def _covers(documented: Sequence[str], kind: str) -> bool:
    return not documented or any(covers(name, kind) for name in documented)


def _pairs(parts: Sequence[Part]) -> Pairs:
    """Parts as the fields of a query, for the styles that describe those (4.8.15.1.2)."""
    texts = (part.content.decode("utf-8", "replace") for part in parts)
    # What else a query would have encoded reads the same as it stands.
    quoted = (text.replace("%", "%25") for text in texts)
    return [(part.name, text) for part, text in zip(parts, quoted, strict=True)]
