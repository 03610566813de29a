"""Reading a contract file: YAML by the rules of version 1.2, or JSON, into plain data."""

from __future__ import annotations

import errno
import json
import re
import stat
from pathlib import Path
from typing import Any

import yaml

from ...errors import InvalidContractError, Problem
from .yaml12 import DEEPEST, finite, load

LARGEST_FILE = 128 * 1024 * 1024
_LARGEST = 5_000_000
_MOST_SHARED = 20
# JSON can have one half of a surrogate pair, which is not valid text.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse(text: str, file: str) -> dict[str, Any]:
    """Parse YAML or JSON text into a document. Raises InvalidContractError with line and column."""
    document = parse_value(text, file)
    if not isinstance(document, dict) or "openapi" not in document:
        message = "not an OpenAPI document: expected an object with the key 'openapi'"
        if isinstance(document, dict) and "swagger" in document:
            message = "Swagger 2.0 is not supported; convert the file to OpenAPI 3.0 or 3.1"
        raise InvalidContractError([Problem("", "openapi", message, file)])
    return document


def parse_value(text: str, file: str) -> Any:
    """Parse YAML or JSON text of any kind. Raises InvalidContractError with line and column."""
    text = text.removeprefix("\ufeff")
    try:
        value = _json(text, file) if text.lstrip()[:1] == "{" else None
        is_measured = False
        if value is None:
            value, has_anchors = load(text)
            is_measured = not has_anchors
        if isinstance(value, (dict, list)) and not is_measured:
            _measure(value, {})
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidContractError([Problem("", "yaml", _reason(error), file)]) from error
    return value


def _reason(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    reason = getattr(error, "problem", None) or str(error) or "not YAML"
    return place + " ".join(str(reason).split())


def _json(text: str, file: str) -> Any:
    """The value of a JSON text, None where it is not JSON. YAML parsers do not read all JSON."""
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_float=finite, parse_constant=finite
        )
    except json.JSONDecodeError as error:
        if file.endswith(".json"):
            place = f"line {error.lineno}, column {error.colno}: "
            raise ValueError(f"{place}{error.msg}") from None
        return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"found the key {twice!r} twice")
    return found


def _measure(value: Any, known: dict[int, int], depth: int = 1) -> int:
    """The number of values with aliases expanded; a few lines of them can make billions.

    Raises ValueError for too many, RecursionError for values that are nested too deeply.
    """
    if depth > DEEPEST:
        raise RecursionError
    count = 1
    for entry in value.values() if isinstance(value, dict) else value:
        if isinstance(entry, (dict, list)):
            count += known.get(id(entry)) or _measure(entry, known, depth + 1)
        else:
            count += 1
    # `known` has one entry for each array and object, however often aliases repeat it.
    if count > _LARGEST and count > _MOST_SHARED * len(known):
        raise ValueError(f"its aliases expand to more than {_LARGEST} values")
    known[id(value)] = count
    return count


def read_bytes(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """The bytes of a regular file. Raises OSError for anything else, and for one that is larger.

    Reading a pipe or a device might never end.
    """
    status = path.stat()
    # Opening a folder fails with the reason.
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    with path.open("rb") as file:
        # The size of some files is unknown.
        content = file.read(largest + 1) if status.st_size <= largest else None
    if content is None or len(content) > largest:
        raise OSError(errno.EFBIG, f"larger than {largest} bytes")
    return content


def read_text(path: Path, name: str) -> str:
    """The text of a UTF-8 file, called `name` in the InvalidContractError that this may raise."""
    try:
        text = read_bytes(path).decode("utf-8-sig")
        return text.replace("\r\n", "\n").replace("\r", "\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise InvalidContractError([Problem("", "file", str(reason), name)]) from error
