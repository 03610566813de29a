"""Reading bodies of the media type application/x-www-form-urlencoded (WHATWG URL, section 5.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from ..contract.model import MediaType
from ..contract.schemas import Schemas
from . import styles
from .decoding import MalformedError
from .forms import Form, candidates, grouped, repeated
from .judging import MOST_PARTS
from .parameters import Violation
from .slots import Slot
from .styles import Pairs


def compile_reader(
    media: MediaType, raw: Mapping[str, Any], schemas: Schemas
) -> Callable[[bytes], list[Violation]]:
    """A function that judges the fields of a form. It raises MalformedError."""
    form = Form(media, raw, schemas)

    def read(body: bytes) -> list[Violation]:
        pairs = split(body)
        found, taken = form.styled(pairs)
        told = []
        for name, texts in grouped(pair for pair in pairs if pair[0] not in taken).items():
            found[name] = candidates(form.find(name), texts, _meanings)
            if not found[name]:
                told.append(repeated(name, len(texts)))
                found[name] = [unquote(texts[0])]
        entries = body.count(b",") + body.count(b"%2C") + body.count(b"%2c")
        return form.judge(found, told, len(pairs) + entries, len(body))

    return read


def split(body: bytes) -> Pairs:
    """The fields of a body: names decoded, values as they were sent. Raises MalformedError."""
    if body.count(b"&") >= MOST_PARTS:
        raise MalformedError(f"more than {MOST_PARTS} fields")
    try:
        unquote(body.decode(), errors="strict")
    except UnicodeDecodeError as error:
        raise MalformedError(f"not UTF-8: {error.reason}") from error
    return styles.query_pairs(body)


def _meanings(text: str, slot: Slot) -> list[Any]:
    return list(slot.meanings(unquote(text)))
