"""JSON pointers (RFC 6901) and the references of OpenAPI documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, unquote

# No array has more elements, and int() refuses thousands of digits.
_INDEX = re.compile(r"0|[1-9][0-9]{,17}")


def join(base: str, *tokens: str | int) -> str:
    """Append reference tokens to a pointer, escaped as RFC 6901 section 3 requires."""
    for token in tokens:
        token = str(token)
        if "~" in token or "/" in token:
            token = token.replace("~", "~0").replace("/", "~1")
        base += "/" + token
    return base


def step(base: str, token: str) -> str:
    """Append one reference token to a pointer, as `join` does, in half the time."""
    if "~" in token or "/" in token:
        token = token.replace("~", "~0").replace("/", "~1")
    return f"{base}/{token}"


def split(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a pointer, unescaped; () for the whole document.

    Raises LookupError for a pointer that does not begin with a slash.
    """
    if not pointer:
        return ()
    if not pointer.startswith("/"):
        raise LookupError(pointer)
    tokens = pointer.split("/")[1:]
    if "~" in pointer:
        tokens = [token.replace("~1", "/").replace("~0", "~") for token in tokens]
    return tuple(tokens)


def look_up(document: Any, pointer: str) -> Any:
    """The value at a pointer. Raises LookupError where there is none."""
    value = document
    for token in split(pointer):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and _INDEX.fullmatch(token) and int(token) < len(value):
            value = value[int(token)]
        else:
            raise LookupError(pointer)
    return value


def value_at(document: Any, pointer: str, default: Any = None) -> Any:
    """The value at a pointer, a default where there is none."""
    try:
        return look_up(document, pointer)
    except LookupError:
        return default


def with_value(document: Any, pointer: str, value: Any) -> Any:
    """A document with another value at a pointer; what does not contain it is not copied.

    A name that an object lacks is added, and `-` is the place after the last entry of an array.
    Raises LookupError where there is no such place.
    """
    if not pointer:
        return value
    token, *rest = split(pointer)
    below = join("", *rest)
    if isinstance(document, dict):
        inside = with_value(document[token], below, value) if rest else value
        return {**document, token: inside}
    if isinstance(document, list) and token == "-" and not rest:
        return [*document, value]
    if not isinstance(document, list):
        raise LookupError(pointer)
    inside = with_value(look_up(document, step("", token)), below, value)
    return [*document[: int(token)], inside, *document[int(token) + 1 :]]


def of_reference(reference: str) -> str:
    """The pointer in a same-document reference: `#/components/x` gives `/components/x`."""
    return unquote(reference.removeprefix("#"))


def reference_to(pointer: str) -> str:
    """The same-document reference to a pointer (RFC 6901, section 6)."""
    return "#" + quote(pointer, safe="/~!$&'()*+,;=:@")


def resolve(document: Any, node: Any, pointer: str) -> tuple[Any, str]:
    """Follow `$ref`s from `node` and return the target with its own pointer.

    Raises LookupError for a reference without a target, to another document or in a circle.
    """
    seen = set()
    while isinstance(node, dict) and isinstance(node.get("$ref"), str):
        reference = node["$ref"]
        if reference in seen or not reference.startswith("#"):
            raise LookupError(reference)
        seen.add(reference)
        pointer = of_reference(reference)
        node = look_up(document, pointer)
    return node, pointer


def rebuilt(node: Any, change: Callable[[dict[str, Any]], Any]) -> Any:
    """A copy in which `change` gives the new form of each object, the innermost first."""
    if isinstance(node, list):
        return [rebuilt(entry, change) for entry in node]
    if not isinstance(node, dict):
        return node
    return change({key: rebuilt(value, change) for key, value in node.items()})


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in a value, in no order; `walk` takes longer."""
    rest = [node]
    while rest:
        node = rest.pop()
        if isinstance(node, dict):
            yield node
            rest.extend(node.values())
        elif isinstance(node, list):
            rest.extend(node)


def walk(node: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every value below and including `node` with its pointer, parents first."""
    stack = [(pointer, node)]
    while stack:
        where, value = stack.pop()
        yield where, value
        if isinstance(value, dict):
            stack.extend((join(where, key), value[key]) for key in reversed(value))
        elif isinstance(value, list):
            stack.extend((join(where, i), value[i]) for i in range(len(value) - 1, -1, -1))
