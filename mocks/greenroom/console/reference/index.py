"""What the search of the console finds, as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..docs import headings, titles
from ..layout import SECTIONS, Place
from .api import Api

# What something is, its name, more words, and its address below /_greenroom/.
Entry = tuple[str, str, str, str]


def entries(apis: Iterable[Api]) -> Iterator[Entry]:
    """Every page but those of spaces; operations before events and schemas."""
    here = Place()
    yield from (("page", name, "", here.to(section) if section else "./")
                for section, name in SECTIONS.items())  # fmt: skip
    yield "page", "Requests without a space", "example", here.to("example-requests")
    for api in apis:
        at = ("reference", api.name)
        yield "contract", api.contract.title, api.name, here.to(*at)
        for slug, operation in api.operations.items():
            words = f"{api.name} {operation.method} {operation.path} {operation.id}"
            yield "operation", operation.summary or operation.id, words, here.to(*at, slug)
        for slug, event in api.events.items():
            yield "event", event.path, f"{api.name} {event.summary}", here.to(*at, "events", slug)
        for slug, name in api.schemas.items():
            yield "schema", name, api.name, here.to(*at, "schemas", slug)
    for name, title in titles().items():
        yield "docs", title, name, here.to("docs", name)
    for name, text, id in headings():
        yield "docs", text, name, f"{here.to('docs', name)}#{id}"
