"""The style deepObject: `name[property]=value`, and what clients make of it for nested values.

OpenAPI 3.1 defines one level of it (4.8.12.3) and leaves arrays and objects within open; those are
read as most libraries write them: `name[list][]=1&name[list][]=2&name[object][property]=3`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

# As deep as the library goes that made this notation popular.
_DEEPEST = 5
_KEY = re.compile(rf"(?:\[[^\[\]]*+\]){{1,{_DEEPEST}}}")
_NAME = re.compile(r"\[([^\[\]]*+)\]")


def read(pairs: Iterable[tuple[str, str]], name: str) -> dict[str, Any] | None:
    """The object that pairs make up, None if there is none; values are still percent-encoded.

    A name that is given several times has a list of texts.
    """
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key.startswith(f"{name}[") and key.endswith("]"):
            _put(found, _path(key[len(name) :]), unquote(value))
    return found or None


def _path(brackets: str) -> list[str]:
    if _KEY.fullmatch(brackets):
        return _NAME.findall(brackets)
    return [brackets[1:-1]]


def _put(tree: dict[str, Any], path: list[str], text: str) -> None:
    *above, last = path
    for name in above:
        inner = tree.setdefault(name, {})
        if not isinstance(inner, dict):
            # The same name for a value and for an object: kept under the name that was sent.
            last = "][".join(path)
            break
        tree = inner
    known = tree.get(last)
    if known is None:
        tree[last] = text
    elif isinstance(known, list):
        known.append(text)
    else:
        tree[last] = [known, text]
