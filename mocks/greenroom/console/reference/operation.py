"""One operation: what it takes and gives, what it does, and a request of it to send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...codec.bodies.form_properties import documented
from ...codec.documented_request import preferred_media
from ...codec.sample import documented_value
from ...contract.model import Contract, MediaType, Operation, Parameter
from ...contract.operation_finder import operation_base_url
from ...contract.provenance import PROVENANCE_KEY
from ...http.media_type import FORM, MULTIPART, essence, is_text
from ...schema import json_pointer as ptr
from ..layout import Place, render
from .api import Api, credential_text
from .prepared import Composed, prepare, snippets
from .responses import as_text, body_text, shown_example, shown_responses
from .schema import Field, FieldReader

_ALARMING = {"contact": "reach a real person", "cost": "cost real money",
             "subscribe": "send data to the given address from then on"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownBody:
    """A request body of one media type: its fields, its examples, and the text to begin with.

    `files` are the fields that are files; the one without a name is the whole body.
    """

    media: MediaType
    field: Field | None
    examples: tuple[Any, ...]
    text: str
    generated: bool
    files: tuple[str, ...]


def page(place: Place, api: Api, operation: Operation, url: str, now: datetime) -> str:
    """The page as HTML; `url` is the base URL of the mock, `now` the time in the chosen space."""
    contract, document = api.contract, api.contract.document
    base = operation_base_url(contract, url, operation)
    request = prepare(contract, operation, base, Composed(), now)
    responses = [*shown_responses(operation)]
    opened = next((r for r in responses if r.is_open and r.schemas), None)
    binding = api.behaviour.bindings.get(operation.id)
    return render(
        "operation.html", place, api=api, operation=operation, contract=contract,
        scripts=["try_it"],
        body=[_body(document, media, now) for media in operation.body.content]
        if operation.body else [],
        preferred=preferred_media(operation),
        parameters=[(p, field_of(document, p), _shown(document, p, now))
                    for p in operation.parameters],
        responses=responses,
        success=FieldReader(document).read((opened.schemas[0][1],)) if opened else None,
        warnings=[*_warnings(contract, operation)], notes=[*_notes(document, operation)],
        needs=[" and ".join(credential_text(r.scheme) for r in all_of) or "nothing"
               for all_of in operation.security],
        links=[link for r in responses for link in r.response.links],
        binding=binding, unbound=api.behaviour.unbound.get(operation.id, ""),
        deprecated=bool(ptr.look_up(document, operation.pointer).get("deprecated")),
        source=source_of(document, operation), request=request, snippets=snippets(request),
    )  # fmt: skip


def field_of(document: Mapping[str, Any], parameter: Parameter) -> Field | None:
    """What a parameter takes."""
    schema = parameter.content.schema if parameter.content else parameter.schema
    return None if schema is None else FieldReader(document).read((schema,))


def _shown(document: Mapping[str, Any], parameter: Parameter, now: datetime) -> str:
    """The value of a parameter in try-it: the documented one where it is required."""
    if not parameter.required:
        return ""
    return as_text(documented_value(document, parameter, now)).replace("\n", "")


def _body(document: Mapping[str, Any], media: MediaType, now: datetime) -> ShownBody:
    field = None if media.schema is None else FieldReader(document).read((media.schema,))
    value = documented_value(document, media, now)
    examples = tuple(map(shown_example, media.examples))
    text = body_text(media, value)
    return ShownBody(media, field, examples, text, not media.examples, (*_files(document, media),))


def _files(document: Mapping[str, Any], media: MediaType) -> Iterator[str]:
    kind = essence(media.name)
    if kind == MULTIPART:
        for name, about in documented(document, media).items():
            if about.own.is_binary or about.items.is_binary:
                yield name
    elif not (media.is_json or media.is_xml or kind == FORM or is_text(kind)):
        yield ""


def _warnings(contract: Contract, operation: Operation) -> Iterator[tuple[str, str]]:
    """What a request would do at the vendor, and why."""
    reason = str(ptr.look_up(contract.document, operation.pointer).get("x-effect-reason", ""))
    alarming = [text for effect, text in _ALARMING.items() if effect in operation.effects]
    if alarming:
        yield f"At the vendor this would {' and '.join(alarming)}.", reason
    elif reason:
        yield "", reason


def _notes(document: Mapping[str, Any], operation: Operation) -> Iterator[tuple[str, str]]:
    """The basis of path and operation where a note explains it."""
    path = operation.pointer.rpartition("/")[0]
    for subject, pointer in (("Path ", path), ("", operation.pointer)):
        source = ptr.look_up(document, pointer).get(PROVENANCE_KEY)
        if isinstance(source, dict) and source.get("note"):
            yield f"{subject}{source.get('basis', '')}", str(source["note"])


def source_of(document: Mapping[str, Any], operation: Operation) -> Sequence[str]:
    """Where the vendor says it: the title of the source, and the place there."""
    found = ptr.look_up(document, operation.pointer).get(PROVENANCE_KEY)
    if not isinstance(found, dict):
        return ()
    sources = document["info"].get("x-sources", {})
    named = sources.get(found.get("source")) if isinstance(sources, dict) else None
    title = named.get("title", "") if isinstance(named, dict) else found.get("source", "")
    return [str(text) for text in (title, found.get("at", "")) if text]
