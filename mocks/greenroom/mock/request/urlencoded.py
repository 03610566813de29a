"""Reading bodies of the media type application/x-www-form-urlencoded (WHATWG URL, section 5.1)."""

from __future__ import annotations

import re
from binascii import a2b_qp
from typing import Any

from ...codec.bodies.form_properties import FieldSchema, Property
from ...codec.xml.parsing import Allowance
from ...http.json_decoding import LimitError, MalformedError, decode_json
from ...http.multipart import MAX_FORM_FIELDS
from ...http.pairs import query_pairs
from ...schema.violation import Violation
from .body_reading import BodyReading
from .forms import Form

# A percent sign that encodes nothing is read as it is; a megabyte of them is not a form.
_STRAY = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_MOST_STRAY = 100_000


class UrlencodedForm(Form[str]):
    """A form whose fields are text."""

    def read(self, body: bytes, _: str, reading: BodyReading) -> list[Violation]:
        """The violations of a body. Raises MalformedError."""
        fields = split(body)
        return self.violations(fields, query_pairs(body) if self.has_styles else (), reading)

    def text(self, field: str) -> str:
        """A field as text, as it is."""
        return field

    def interpretations(
        self, about: Property, field: str, schema: FieldSchema, left: Allowance
    ) -> list[Any]:
        """The values that a text may stand for. Raises MalformedError."""
        if about.written == "json":
            return [decode_json(field)]
        if about.written == "xml":
            return [self.decode_xml(about, field, left)]
        return list(schema.meanings(field))


def split(body: bytes) -> list[tuple[str, str]]:
    """The fields of a body in the order sent, decoded. Raises MalformedError."""
    if body.count(b"&") >= MAX_FORM_FIELDS:
        raise LimitError(f"more than {MAX_FORM_FIELDS} fields")
    body, stray = _STRAY.subn(b"%25", body, count=_MOST_STRAY)
    if stray == _MOST_STRAY:
        raise MalformedError("too many percent signs that encode nothing")
    pairs = (field.partition(b"=") for field in body.split(b"&") if field)
    try:
        return [(_decoded(name), _decoded(value)) for name, _, value in pairs]
    except UnicodeDecodeError as error:
        raise MalformedError(f"not UTF-8: {error.reason}") from error


def _decoded(raw: bytes) -> str:
    raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        # Percent-encoding is quoted-printable (RFC 2045 section 6.7) with another sign, and the
        # decoder of that takes no longer for many escapes than for few.
        raw = a2b_qp(raw.replace(b"=", b"=3D").replace(b"%", b"="))
    return raw.decode()
