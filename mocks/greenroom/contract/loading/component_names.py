"""Names for the components that bundling adds."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import count
from pathlib import PurePath

from ...schema import json_pointer as ptr

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
# File names that tell nothing about the content; the name of the folder does.
_GENERIC = ("index", "_index", "openapi", "schema", "main")


def component_name(pointer: str, file: PurePath, taken: Container[str]) -> str:
    """A name that is not `taken` for the value at a pointer of a file.

    The last token of the pointer, else that after the name of the file, else with a number. It has
    only the characters of component names (4.8.7.1).
    """
    stem = file.parent.name if file.stem in _GENERIC and file.parent.name else file.stem
    last = ptr.split(pointer)[-1] if pointer else stem
    own = _NOT_IN_NAMES.sub("_", stem if last.isdecimal() else last) or "_"
    longer = f"{_NOT_IN_NAMES.sub('_', stem)}.{own}"
    names = [own] if own == stem else [own, longer]
    free = (name for name in names if name not in taken)
    numbered = (f"{names[-1]}-{n}" for n in count(2))
    return next(free, None) or next(name for name in numbered if name not in taken)
