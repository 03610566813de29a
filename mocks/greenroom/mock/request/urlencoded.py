"""Reading bodies of the media type application/x-www-form-urlencoded (WHATWG URL, section 5.1)."""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Callable
from functools import partial
from typing import Any

from ...codec.bodies.form_properties import FieldSchema, Property
from ...codec.xml.parsing import Allowance
from ...contract.model import MediaType
from ...http.json_decoding import MalformedError, decode_json
from ...http.pairs import query_pairs
from ...schema.error_finding import MOST_FIELDS
from ...schema.validators import SchemaSet
from ...schema.violation import Violation
from .forms import Form, at_field, grouped, repeated

# A percent sign that encodes nothing stands for itself; a megabyte of them is no form.
_STRAY = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_MOST_STRAY = 100_000


def compile_reader(media: MediaType, schemas: SchemaSet) -> Callable[[bytes], list[Violation]]:
    """A function that judges the fields of a form. It raises MalformedError."""
    form = Form(media, schemas)

    def read(body: bytes) -> list[Violation]:
        fields = split(body)
        told, left = [], Allowance()
        found, taken = form.styled(query_pairs(body)) if form.has_styles else ({}, set[str]())
        for name, texts in grouped(field for field in fields if field[0] not in taken).items():
            about = form.find(name)
            try:
                found[name] = form.candidates(
                    about, texts, partial(_interpretations, form, about, left)
                )
            except MalformedError as error:
                told.append(at_field(name, str(error)))
                found[name] = texts[:1]
            if not found[name]:
                told.append(repeated(name, len(texts)))
                found[name] = texts[:1]
        entries = sum(text.count(",") + text.count("[") + text.count("{") for _, text in fields)
        return form.judge(found, told, len(fields) + entries, len(body))

    return read


def split(body: bytes) -> list[tuple[str, str]]:
    """The fields of a body in the order sent, decoded. Raises MalformedError."""
    if body.count(b"&") >= MOST_FIELDS:
        raise MalformedError(f"more than {MOST_FIELDS} fields")
    body, stray = _STRAY.subn(b"%25", body, count=_MOST_STRAY)
    if stray == _MOST_STRAY:
        raise MalformedError("more percent signs that encode nothing than a form has")
    pairs = (field.partition(b"=") for field in body.split(b"&") if field)
    try:
        return [(_decoded(name), _decoded(value)) for name, _, value in pairs]
    except UnicodeDecodeError as error:
        raise MalformedError(f"not UTF-8: {error.reason}") from error


def _decoded(raw: bytes) -> str:
    raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        # Percent-encoding is quoted-printable (RFC 2045 section 6.7) with another sign, and of that
        # there is a decoder that takes no longer for many escapes than for few.
        raw = a2b_qp(raw.replace(b"=", b"=3D").replace(b"%", b"="))
    return raw.decode()


def _interpretations(
    form: Form, about: Property, left: Allowance, text: str, slot: FieldSchema
) -> list[Any]:
    if about.written == "json":
        return [decode_json(text)]
    return [form.decode_xml(about, text, left)] if about.written else list(slot.meanings(text))
