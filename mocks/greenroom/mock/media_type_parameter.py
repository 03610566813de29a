"""A parameter that asks for one of several media types of the response."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from ..contract.model import Operation
from ..http.pairs import query_pairs

# Takes the raw query, gives the value that takes the place of `Accept`, None to leave it.
Selection = Callable[[bytes], bytes | None]


def compile_selection(operation: Operation) -> Selection | None:
    """The selection by the parameters with `x-selects-media-type`, None where there is none."""
    selects = {p.name: p.selects for p in operation.parameters if p.selects}
    if not selects:
        return None

    def selection(query: bytes) -> bytes | None:
        for name, value in query_pairs(query) if query else ():
            selected = selects.get(name, {}).get(unquote(value))
            if selected is not None:
                # What has no such media type, as an error, is sent in its own.
                return f"{selected}, */*;q=0.1".encode("latin-1", "replace")
        return None

    return selection
