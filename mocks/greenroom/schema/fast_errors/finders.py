"""Functions that find where a value breaks a part of a schema: by its members, its items, itself.

What a refusal costs is spent here: what runs for each member looks at its type first, since asking
jsonschema-rs takes as long as ten steps of Python's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from json.encoder import encode_basestring as _quoted
from typing import Any, NamedTuple, Protocol

from .. import json_pointer as ptr
from ..violation import Violation

# Adds to a list where a value breaks a schema, and how. It takes the value, the location and the
# pointer at which that stands, and the list.
Finder = Callable[[Any, str, str, list[Violation]], None]
Test = Callable[[object], bool]


class Unlike(NamedTuple):
    """How to say of a value that it is of a wrong type, where that is all there is to say.

    `writer` gives what writes a value of a type of Python, which `what` follows, or None.
    """

    writer: Callable[[type], Callable[[Any], str] | None]
    what: str


class Part(Protocol):
    """What a part of a value has to be.

    Those of other types of Python than `kinds` may be wrong, which `unlike` may tell, and those
    that do not pass the `test`, if there is one; `find` finds out.
    """

    find: Finder
    kinds: frozenset[type]
    unlike: Unlike

    @property
    def test(self) -> Test | None:
        """The test, None where its type says all of a value."""


class Member(NamedTuple):
    """A member of an object; `missing` is what is said where there is none, empty if it may be."""

    name: str
    missing: str
    part: Part


class _Absent:
    __slots__ = ()


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    bool: lambda value: "true" if value else "false",
    int: str,
    type(None): lambda value: "null",
    str: _quoted,
}
_ABSENT = _Absent()


def nothing(value: Any, location: str, where: str, found: list[Violation]) -> None:
    """Find nothing."""


def told(judge: Any) -> Finder:
    """Whatever a validator of jsonschema-rs finds."""

    def find(value: Any, location: str, where: str, found: list[Violation]) -> None:
        for error in judge.iter_errors(value):
            pointer = ptr.join(where, *error.instance_path)
            found.append((location, pointer, error.message))

    return find


UNSAID = Unlike(lambda kind: None, "")


def unlike(types: Sequence[str], kinds: Collection[type], judged: Collection[type]) -> Unlike:
    """How to tell values that are of none of some types.

    `kinds` are the types of Python that are right, and `judged` those of which there is more to
    say.
    """
    if len(types) != 1:
        return UNSAID
    # A float may be an integer, and an array or an object is left to jsonschema-rs to write.
    writers = {kind: write for kind, write in _WRITTEN.items() if kind not in {*kinds, *judged}}
    return Unlike(writers.get, f" is not of type {_quoted(types[0])}")


def itself(how: Unlike, settled: Collection[type], judge: Any) -> Finder:
    """Whether a value is of the right type, and what else a validator says of it.

    Of values of the `settled` types of Python it says nothing.
    """
    tell, writer, what = told(judge), how.writer, how.what

    def find(value: Any, location: str, where: str, found: list[Violation]) -> None:
        kind = type(value)
        write = writer(kind)
        if write is not None:
            found.append((location, where, write(value) + what))
        elif kind not in settled and not judge.is_valid(value):
            tell(value, location, where, found)

    return find


_MEMBERS = """
def find(value, location, where, found):
    if type(value) is not dict:
        return otherwise(value, location, where, found)
    get = value.get
"""
_MEMBER = """
    entry = get({name!a}, absent)
    if {is_there}(type(entry) {other}{n}{or_fails}):
        write = writer{n}(type(entry))
        if write is not None:
            found.append((location, where + {step!a}, write(entry) + what{n}))
        elif entry is absent:
            found.append((location, where, {missing!a}))
        else:
            part{n}.find(entry, location, where + {step!a}, found)
"""
_TOO = """
    otherwise(value, location, where, found)
"""


def members(described: Sequence[Member], otherwise: Finder, too: bool) -> Finder:
    """The members of an object.

    What is wrong with anything else is for `otherwise` to find, and with objects `too` or not.

    It is written for each object, as the methods of a dataclass are for each class: a loop that
    looks up what each member has to be takes a quarter longer.
    """
    known: dict[str, Any] = {"otherwise": otherwise, "absent": _ABSENT}
    lines = [_MEMBERS]
    # Something is wrong with the object: if it is nothing else, it is the last that may be.
    last = max((n for n, member in enumerate(described) if member.part.test is not None), default=0)
    for n, (name, missing, part) in enumerate(described):
        kinds, test = part.kinds, part.test
        known |= {f"kind{n}": next(iter(kinds)) if len(kinds) == 1 else kinds, f"test{n}": test}
        known |= {f"part{n}": part, f"writer{n}": part.unlike.writer, f"what{n}": part.unlike.what}
        passes = f"(found and test{n}(entry))" if n == last else f"test{n}(entry)"
        lines.append(
            _MEMBER.format(
                n=n,
                name=name,
                step=ptr.step("", name),
                missing=missing,
                is_there="" if missing else "entry is not absent and ",
                other="is not kind" if len(kinds) == 1 else "not in kind",
                or_fails="" if test is None else f" or not {passes}",
            )
        )
    exec("".join([*lines, _TOO] if too else lines), known)
    find_members: Finder = known["find"]
    return find_members


def others(described: Collection[str], part: Part) -> Finder:
    """The members of an object that are not described by name."""
    kinds, is_valid = part.kinds, part.test

    def find(value: Any, location: str, where: str, found: list[Violation]) -> None:
        if type(value) is not dict:
            return
        for name, entry in value.items():
            if name not in described and (
                type(entry) not in kinds or (is_valid is not None and not is_valid(entry))
            ):
                part.find(entry, location, ptr.step(where, name), found)

    return find


def items(part: Part, otherwise: Finder, too: bool) -> Finder:
    """The items of an array.

    What is wrong with anything else is for `otherwise` to find, and with arrays `too` or not.
    """
    kinds, is_valid = part.kinds, part.test

    def find(value: Any, location: str, where: str, found: list[Violation]) -> None:
        if type(value) is list:
            for index, entry in enumerate(value):
                if type(entry) not in kinds or (is_valid is not None and not is_valid(entry)):
                    part.find(entry, location, f"{where}/{index}", found)
            if not too:
                return
        otherwise(value, location, where, found)

    return find


def every(finders: Sequence[Finder], parts: Sequence[Part]) -> Finder:
    """All that is found by several, and by what has to hold of the same value."""

    def find(value: Any, location: str, where: str, found: list[Violation]) -> None:
        for one in finders:
            one(value, location, where, found)
        for part in parts:
            part.find(value, location, where, found)

    return find
