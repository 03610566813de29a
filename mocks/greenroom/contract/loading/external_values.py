"""Values of examples that stand in files of their own (`externalValue`, OpenAPI 3.1, 4.8.19)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ...errors import InvalidContractError
from ...http.media_type import is_json
from ..object_kinds import Part, trail
from .parsing import parse_value
from .source_map import Origins

KEY = "externalValue"
# As large as an answer is that somebody looks at.
_LARGEST = 4 * 1024 * 1024


def read_values(all_parts: Iterable[Part], origins: Origins, root: Path) -> Mapping[str, bytes]:
    """The content of the files that examples name, by the pointer of the Example Object.

    `all_parts` are those of the document. A name is relative to the file that it stands in. What
    lies outside of the folder `root`, is too large or cannot be read is left out, as is every
    address: nothing is fetched.
    """
    found: dict[str, bytes] = {}
    for part in all_parts:
        name = part.node.get(KEY) if part.kind == "example" else None
        if isinstance(name, str):
            file, _ = origins.locate(part.pointer)
            content = _content(Path(file).parent, name, root)
            if content is not None:
                found[part.pointer] = content
    return found


def value_of(content: bytes, use: str, media_type: str) -> tuple[Any] | None:
    """What the content of a file says as an example used at a pointer; None where it is none there.

    JSON and YAML become values where the media type is JSON, all else is text. What is no text is
    bytes, which only the body of a response can be.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        answers = any(kind == "response" for kind, _ in trail(use))
        return (content,) if answers and media_type and not is_json(media_type) else None
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
        # Links are followed before the place is judged.
        path = (folder / unquote(address.path)).resolve()
        if not path.is_relative_to(root.resolve()) or not path.is_file():
            return None
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (OSError, ValueError, RuntimeError):
        return None
    return content if len(content) <= _LARGEST else None
