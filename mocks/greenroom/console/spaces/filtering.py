"""The filter of a list: words, `name:value`, and both with a minus in front for what is not shown.

`status:4xx` is a class of statuses, `op:` is short for `operation:`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_SHORT = {"op": "operation"}


def filtered(rows: Iterable[Mapping[str, Any]], asked: str) -> Sequence[Mapping[str, Any]]:
    """The rows that fit everything that is asked for."""
    words = asked.lower().split()
    return [row for row in rows if all(_fits(row, word) for word in words)]


def _fits(row: Mapping[str, Any], word: str) -> bool:
    if word.startswith("-") and len(word) > 1:
        return not _fits(row, word[1:])
    name, colon, wanted = word.partition(":")
    name = _SHORT.get(name, name)
    if not colon or name not in row:
        return any(word in str(value).lower() for value in row.values())
    value = str(row[name]).lower()
    if name == "status" and wanted[1:] == "xx":
        return value[:1] == wanted[:1]
    return value == wanted if name in ("status", "n") else wanted in value
