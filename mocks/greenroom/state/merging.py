"""Changing JSON values by pointers, by merging (RFC 7396) and by JSON Patch (RFC 6902)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

from pydantic_core import from_json, to_json

from ..schema import json_pointer as ptr

_NESTED = (dict, list)
# Whether null may stand at a JSON pointer.
TakesNull = Callable[[str], bool]
Result = TypeVar("Result")
# Longer pointers are of nothing that a contract describes.
_LONGEST = 500
_MOST = 4096
# How many bytes of JSON the operations of a patch may copy, since each may double what is there.
_MOST_COPIED = 1024 * 1024
# So many elements of an array make room for one as quickly as a byte is copied.
_SHIFTED = 4096
# What the operations of a patch need beside their path.
_NEEDED = {
    "add": "value", "replace": "value", "test": "value", "move": "from", "copy": "from",
    "remove": "path",
}  # fmt: skip


class _Remembered(dict[str, Result]):
    def __init__(self, function: Callable[[str], Result]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, pointer: str) -> Result:
        result = self._function(pointer)
        if len(pointer) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[pointer] = result
        return result


def remembered(function: Callable[[str], Result]) -> Callable[[str], Result]:
    """A function of a pointer that remembers results.

    Most pointers are those of a contract's facts and of names of its properties: few, and always
    the same. The others, which clients make up, are few enough and short.
    """
    return _Remembered(function).__getitem__


tokens = remembered(ptr.split)
# The pointer to a property of a record.
member = remembered(partial(ptr.step, ""))


def copied(value: Any) -> Any:
    """A value whose objects and arrays are new."""
    if isinstance(value, dict):
        return {
            name: copied(entry) if isinstance(entry, _NESTED) else entry
            for name, entry in value.items()
        }
    return [copied(entry) for entry in value] if isinstance(value, list) else value


def merged(target: Any, patch: Any, takes_null: TakesNull, pointer: str = "") -> Any:
    """A value with a patch merged into it; neither is changed.

    Unlike in RFC 7396 null is stored where it is allowed, and removes the property elsewhere.
    """
    if not isinstance(patch, dict):
        return patch
    found = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        where = _below(pointer, name)
        if value is None and not takes_null(where):
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), value, takes_null, where)
    return found


def patched(value: Any, operations: Iterable[Mapping[str, Any]]) -> Any:
    """A copy of a value, changed by the operations of a JSON Patch; None where nothing is left.

    Raises LookupError where a place is missing or a test fails, ValueError for an operation that
    cannot be or copies too much.
    """
    # In a holder the whole value is a member, too.
    holder, left = {"": copied(value)}, _MOST_COPIED
    for number, operation in enumerate(operations):
        try:
            left -= _operate(holder, operation)
            if left < 0:
                raise ValueError("more would be copied and moved than one patch may")
        except LookupError as error:
            failed = f"{operation['op']} at {operation['path']!r}"
            found = "another value or nothing" if operation["op"] == "test" else "no such place"
            raise LookupError(f"body /{number}: {failed} finds {found}") from error
        except (AttributeError, TypeError, ValueError) as error:
            raise ValueError(f"body /{number}: {error}") from error
    try:
        return from_json(to_json(holder)).get("")
    except ValueError as error:
        raise ValueError(f"body: {error}") from error


def _operate(holder: dict[str, Any], operation: Mapping[str, Any]) -> int:
    """Do an operation, and give the number of bytes that it copies, or what takes as long."""
    name, size = operation.get("op"), 0
    needed = _NEEDED.get(str(name))
    if needed is None or not {"path", needed} <= operation.keys():
        raise ValueError(f"no operation of RFC 6902, section 4: op is {name!r}")
    path, value = f"/{operation['path']}", operation.get("value")
    if needed == "from":
        source = f"/{operation['from']}"
        value = ptr.look_up(holder, source)
        if name == "copy":
            size = len(to_json(value))
        elif path.startswith(f"{source}/"):
            raise ValueError("nothing can be moved into itself")
        else:
            size += _take(holder, source)
    if name == "test" and not is_equal(ptr.look_up(holder, path), value):
        raise LookupError(path)
    if name in ("remove", "replace"):
        size += _take(holder, path)
    if name not in ("remove", "test"):
        size += _add(holder, path, value if name == "move" else copied(value))
    return size


def _take(holder: dict[str, Any], path: str) -> int:
    ptr.look_up(holder, path)
    around, last = ptr.look_up(holder, path.rpartition("/")[0]), ptr.split(path)[-1]
    del around[int(last) if isinstance(around, list) else last]
    return len(around) // _SHIFTED


def _add(holder: dict[str, Any], path: str, value: Any) -> int:
    around, last = ptr.look_up(holder, path.rpartition("/")[0]), ptr.split(path)[-1]
    if isinstance(around, dict) and (around is not holder or not last):
        around[last] = value
    elif isinstance(around, list) and last == "-":
        around.append(value)
    elif isinstance(around, list) and last.isdecimal() and last == str(int(last[:9])):
        if int(last) > len(around):
            raise LookupError(path)
        around.insert(int(last), value)
    else:
        raise LookupError(path)
    return len(around) // _SHIFTED


def is_equal(one: Any, other: Any) -> bool:
    """Whether two values are equal as JSON (section 4.6): 1 is 1.0, and is not true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_equal(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_equal, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _below(pointer: str, name: str) -> str:
    return ptr.step(pointer, name) if len(pointer) <= _LONGEST else pointer


def put(target: Any, pointer: str, value: Any, kinds: tuple[type, ...] = _NESTED) -> Any:
    """The target with a value at a pointer, objects and arrays made where they are missing.

    With other `kinds` all that the pointer leads through is an object. The target is changed in
    place; a value at the empty pointer takes its place. An element that an array does not have is
    not made, unless the pointer ends after the last one.
    """
    path = tokens(pointer)
    if not path:
        return value
    if len(path) == 1 and isinstance(target, dict):
        target[path[0]] = value
        return target
    *above, last = path
    inner = target
    for token, following in zip(above, path[1:], strict=True):
        if isinstance(inner, list):
            if not token.isdecimal() or int(token) >= len(inner):
                return target
            inner = inner[int(token)]
        elif isinstance(inner, dict):
            if not isinstance(inner.get(token), kinds):
                inner[token] = [] if following == "0" and list in kinds else {}
            inner = inner[token]
        else:
            return target
    if isinstance(inner, dict):
        inner[last] = value
    elif isinstance(inner, list) and last == "-":
        inner.append(value)
    elif isinstance(inner, list) and last.isdecimal() and int(last) <= len(inner):
        inner[int(last) : int(last) + 1] = [value]
    return target


def remove(target: Any, pointer: str) -> None:
    """Remove a property from a value, in place."""
    *above, last = tokens(pointer) or ("",)
    for token in above:
        target = target.get(token) if isinstance(target, dict) else None
    if isinstance(target, dict):
        target.pop(last, None)


def value_at(value: Any, pointer: str, default: Any = None) -> Any:
    """The value at a pointer, or a default where there is none."""
    for token in tokens(pointer):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return default
    return value


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """What is no object in a value, with its pointer; an empty object is one too.

    So is one at a pointer that is too long, since each leaf below it would have it again.
    """
    if isinstance(value, dict) and value and len(pointer) <= _LONGEST:
        for name, entry in value.items():
            yield from leaves(entry, ptr.step(pointer, name))
    else:
        yield pointer, value
