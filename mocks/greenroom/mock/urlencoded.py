"""Reading bodies of the media type application/x-www-form-urlencoded (WHATWG URL, section 5.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from ..contract.model import MediaType
from ..contract.schemas import Schemas
from . import styles
from .decoding import MalformedError
from .forms import Form, candidates, grouped, repeated
from .judging import MOST_PARTS
from .parameters import Violation
from .slots import Slot


def compile_reader(
    media: MediaType, raw: Mapping[str, Any], schemas: Schemas
) -> Callable[[bytes], list[Violation]]:
    """A function that judges the fields of a form. It raises MalformedError."""
    form = Form(media, raw, schemas)

    def read(body: bytes) -> list[Violation]:
        fields = split(body)
        told = []
        found, taken = (
            form.styled(styles.query_pairs(body)) if form.has_styles else ({}, set[str]())
        )
        for name, texts in grouped(field for field in fields if field[0] not in taken).items():
            found[name] = candidates(form.find(name), texts, _meanings)
            if not found[name]:
                told.append(repeated(name, len(texts)))
                found[name] = texts[:1]
        entries = sum(text.count(",") for _, text in fields)
        return form.judge(found, told, len(fields) + entries, len(body))

    return read


def split(body: bytes) -> list[tuple[str, str]]:
    """The fields of a body in the order sent, decoded. Raises MalformedError."""
    if body.count(b"&") >= MOST_PARTS:
        raise MalformedError(f"more than {MOST_PARTS} fields")
    pairs = (field.partition(b"=") for field in body.split(b"&") if field)
    try:
        return [(_decoded(name), _decoded(value)) for name, _, value in pairs]
    except UnicodeDecodeError as error:
        raise MalformedError(f"not UTF-8: {error.reason}") from error


def _decoded(raw: bytes) -> str:
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode()


def _meanings(text: str, slot: Slot) -> list[Any]:
    return list(slot.meanings(text))
