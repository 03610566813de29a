"""Reading bodies of the media type multipart/form-data (OpenAPI 3.1, 4.8.14.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ..contract.model import MediaType
from ..contract.schemas import Schemas
from .decoding import MalformedError, decode_json
from .forms import Form, at_field, candidates, grouped, repeated
from .parameters import Violation
from .parts import Part, split
from .slots import Property, Slot
from .styles import Pairs
from .texts import decode_text


def compile_reader(
    media: MediaType, raw: Mapping[str, Any], schemas: Schemas
) -> Callable[[bytes, str], list[Violation]]:
    """A function that judges a body by its parts, given its Content-Type.

    It raises MalformedError.
    """
    form = Form(media, raw, schemas)

    def read(body: bytes, content_type: str) -> list[Violation]:
        parts = split(body, content_type)
        told: list[Violation] = []
        found, taken = form.styled(_pairs(parts)) if form.has_styles else ({}, set[str]())
        for name, sent in grouped((part.name, part) for part in parts).items():
            if name not in taken:
                found[name] = _candidates(form.find(name), name, sent, told)
        entries = sum(part.content.count(b",") for part in parts if _is_json(part.kind))
        return form.judge(found, told, len(parts) + entries, len(body))

    return read


def _candidates(
    about: Property, name: str, sent: Sequence[Part], told: list[Violation]
) -> list[Any]:
    """What the parts of a name can mean; what is wrong with the parts themselves is told."""
    documented = about.encoding.content_types
    unlike = next((part for part in sent if not _covers(documented, part.kind)), None)
    if unlike is not None:
        given = "" if unlike.content_type else ", having no Content-Type"
        told.append(at_field(name, f"is {unlike.kind}{given}; documented: {', '.join(documented)}"))
        return [_as_bytes(unlike)]
    try:
        found = candidates(about, sent, _meanings)
    except MalformedError as error:
        told.append(at_field(name, str(error)))
        return [_as_bytes(sent[0])]
    if not found:
        told.append(repeated(name, len(sent)))
    return found or [_as_bytes(sent[0])]


def _meanings(part: Part, slot: Slot) -> list[Any]:
    if slot.is_binary:
        return [_as_bytes(part)]
    if _is_json(part.kind):
        return [decode_json(part.content)]
    return list(slot.meanings(decode_text(part.content, part.content_type)))


def _as_bytes(part: Part) -> str:
    """The content as a string of as many characters as it has bytes, so that limits count those."""
    return part.content.decode("latin-1")


def _is_json(kind: str) -> bool:
    return MediaType(kind, "", None).is_json


def _covers(documented: Sequence[str], kind: str) -> bool:
    names = {name.partition(";")[0].strip() for name in documented}
    return not names or not names.isdisjoint((kind, kind.partition("/")[0] + "/*", "*/*"))


def _pairs(parts: Sequence[Part]) -> Pairs:
    """Parts as the fields of a query, for the styles that describe those (4.8.15.1)."""
    texts = (part.content.decode("utf-8", "replace") for part in parts)
    return [(p.name, quote(text, safe=" |,")) for p, text in zip(parts, texts, strict=True)]
