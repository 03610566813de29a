"""How lists are paged (`x-pagination`): from what an operation declares to what a check asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..schema import json_pointer as ptr
from .model import Paging, Parameter

KEY = "x-pagination"
# What the keys of the extension are called here; they hold JSON pointers into the answer.
POINTERS = {
    "items": "items",
    "total": "total",
    "pages": "pages",
    "more": "more",
    "echoed-size": "echoed_size",
    "echoed-page": "echoed_page",
    "echoed-offset": "echoed_offset",
}


def read_paging(
    document: Mapping[str, Any], said: Any, pointer: str, parameters: Iterable[Parameter]
) -> Paging | None:
    """What an operation with these parameters says of paging; None where that is nothing.

    Also None for what has another form, which is a house rule's to judge: anybody's key may be
    called as ours.
    """
    queried = {p.name: p for p in parameters if p.location == "query"}
    if not isinstance(said, dict):
        return None
    size, page, offset = (said.get(name, "") for name in ("size", "page", "offset"))
    named = [name for name in (size, page, offset) if name != ""]
    known = all(isinstance(name, str) and name in queried for name in named)
    if not known or size == "" or len(named) != 2 or not _is_pointer(said.get("items")):
        return None
    pointers = {POINTERS[key]: said[key] for key in POINTERS if _is_pointer(said.get(key))}
    limits = _schema(document, queried[size])
    least, default = _whole(limits.get("minimum")), _whole(limits.get("default"))
    return Paging(
        pointer=pointer,
        size=size,
        page=page,
        offset=offset,
        first=_whole(said.get("first")),
        default=default,
        least=max(1, least or 1),
        **pointers,
    )


def _schema(document: Mapping[str, Any], parameter: Parameter) -> Mapping[str, Any]:
    if parameter.schema is None:
        return {}
    node, _ = ptr.resolve(document, ptr.look_up(document, parameter.schema), parameter.schema)
    return node if isinstance(node, dict) else {}


def _is_pointer(value: Any) -> bool:
    return isinstance(value, str) and (not value or value.startswith("/"))


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
