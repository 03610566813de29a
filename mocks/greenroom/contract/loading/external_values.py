"""Values of examples in separate files (`externalValue`, OpenAPI 3.1, 4.8.19)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ...errors import InvalidContractError
from ...http.media_type import is_json
from ..object_kinds import trail
from .bundling import Bundle
from .files import resolve_within
from .parsing import parse_value, read_bytes

_KEY = "externalValue"
# In bytes. A person who reads an example hardly wants a larger one.
_LARGEST = 4 * 1024 * 1024


def read_values(bundle: Bundle, root: Path) -> Mapping[str, bytes]:
    """The content of the files that examples name, by the pointer of the Example Object.

    A name is relative to the file that contains it. Files outside the folder `root`, larger than
    4 MiB or not readable are left out, and so is every URL with a scheme or a host: nothing is
    fetched.
    """
    found: dict[str, bytes] = {}
    for part in bundle.parts:
        name = part.node.get(_KEY) if part.kind == "example" else None
        if isinstance(name, str):
            file, _ = bundle.locate(part.pointer)
            content = _content(Path(file).parent, name, root)
            if content is not None:
                found[part.pointer] = content
    return found


def value_of(content: bytes, use: str, media_type: str) -> tuple[Any] | None:
    """The value of an example that is used at the pointer `use`, in a tuple; None for none.

    `content` is parsed as JSON or YAML where the media type is JSON; otherwise it is text. Content
    that is not UTF-8 is bytes, which only the body of a response can be.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        in_response = any(kind == "response" for kind, _ in trail(use))
        return (content,) if in_response and media_type and not is_json(media_type) else None
    if not is_json(media_type):
        return (text if media_type else text.strip(),)
    try:
        return (parse_value(text, use),)
    except InvalidContractError:
        return None


def _content(folder: Path, name: str, root: Path) -> bytes | None:
    try:
        address = urlsplit(name)
        if address.scheme or address.netloc:
            return None
        path = resolve_within(root, folder / unquote(address.path))
        return None if path is None else read_bytes(path, _LARGEST)
    except (OSError, ValueError):
        return None
