"""JSONPath (RFC 9535) of places in a document: normalized paths."""

from __future__ import annotations

import json
from typing import Any

from greenroom.schema import json_pointer as ptr


def path_of(document: Any, pointer: str) -> str:
    """The normalized path (section 2.7) of a JSON pointer.

    Raises LookupError if the document has nothing there.
    """
    ptr.look_up(document, pointer)
    path, value = "$", document
    for token in ptr.split(pointer):
        is_list = isinstance(value, list)
        path += f"[{token}]" if is_list else f"[{literal(token)}]"
        value = value[int(token)] if is_list else value[token]
    return path


def literal(text: str) -> str:
    """A string literal in single quotes, as in normalized paths; but for quotes it is JSON's."""
    escaped = json.dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"')
    return "'" + escaped.replace("'", "\\'") + "'"
