"""Names for the components that bundling adds."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import chain, count
from pathlib import PurePath

from ...schema import json_pointer as ptr

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
# File names that do not describe the content; the name of the folder does.
_GENERIC = ("index", "_index", "openapi", "schema", "main")


def component_name(pointer: str, file: PurePath, taken: Container[str]) -> str:
    """A name that is not `taken` for the value at a pointer of a file.

    It is the last token of the pointer, else that with the name of the file before it, else that
    with a number. It has only the characters of component names (4.8.7.1).
    """
    stem = file.parent.name if file.stem in _GENERIC and file.parent.name else file.stem
    last = ptr.split(pointer)[-1] if pointer else stem
    own = _NOT_IN_NAMES.sub("_", stem if last.isdecimal() else last) or "_"
    longer = f"{_NOT_IN_NAMES.sub('_', stem)}.{own}"
    return unused(own if own == stem else longer, taken, own)


def unused(name: str, taken: Container[str], *preferred: str) -> str:
    """The first name that is not `taken`: a preferred one, else `name`, else that with a number."""
    names = chain(preferred, (name,), (f"{name}-{number}" for number in count(2)))
    return next(candidate for candidate in names if candidate not in taken)
