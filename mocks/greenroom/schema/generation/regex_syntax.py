"""A regular expression as a tree (ECMA-262 section 22.2.1), from which strings are generated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_HIGHEST = 0x10FFFF
_DEEPEST = 100
Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Characters:
    """One character in ranges of code points, or outside of them."""

    ranges: Ranges
    negated: bool = False

    def contains(self, character: str) -> bool:
        """Whether a character is in the set."""
        code = ord(character)
        return any(low <= code <= high for low, high in self.ranges) != self.negated

    def first(self) -> int:
        """The lowest code point in the set. Raises ValueError where there is none."""
        if not self.negated and self.ranges:
            return min(self.ranges)[0]
        code = 0x21 if self.negated else _HIGHEST + 1
        for low, high in sorted(self.ranges):
            if low <= code <= high:
                code = high + 1
        if code > _HIGHEST:
            raise ValueError("no character fits")
        return code


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part that is repeated; `high` is None without an upper bound."""

    part: Node
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """A capturing group, with its number and name."""

    part: Node
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BackReference:
    """The text of a group again."""

    name: str


Node = Characters | Sequence | Choice | Repeat | Group | BackReference

_NOTHING = Sequence(())
_DIGITS: Ranges = ((48, 57),)
_LETTERS: Ranges = ((97, 122), (65, 90))
_WORD: Ranges = (*_LETTERS, *_DIGITS, (95, 95))
_SPACES: Ranges = ((32, 32), (9, 13))
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _SPACES}
_CONTROLS = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "0": 0, "a": 7, "e": 27}
_NOT_SPACES: Ranges = ((33, 126),)
# Enough of each Unicode property to write one of it; POSIX names are written `[:name:]`.
_PROPERTIES: dict[str, Ranges] = {
    **dict.fromkeys(("L", "Letter", "Alphabetic", "alpha", "Latin"), _LETTERS),
    **dict.fromkeys(("Ll", "Lowercase_Letter", "Lowercase", "lower"), ((97, 122),)),
    **dict.fromkeys(("Lu", "Uppercase_Letter", "Uppercase", "upper"), ((65, 90),)),
    **dict.fromkeys(("N", "Nd", "Number", "Decimal_Number", "digit"), _DIGITS),
    **dict.fromkeys(("P", "Punctuation", "punct"), ((45, 46), (33, 33), (63, 63))),
    **dict.fromkeys(("S", "Symbol"), ((43, 43), (36, 36))),
    **dict.fromkeys(("Z", "Zs", "Separator", "Space_Separator", "White_Space"), ((32, 32),)),
    **dict.fromkeys(("space", "blank"), ((32, 32),)),
    "alnum": (*_LETTERS, *_DIGITS),
    "word": _WORD,
    "xdigit": (*_DIGITS, (97, 102), (65, 70)),
    "Greek": ((0x3B1, 0x3C9),),
    "Cyrillic": ((0x430, 0x44F),),
    "Han": ((0x4E00, 0x9FA5),),
}
_QUANTITY = re.compile(r"\{([0-9]{1,6})(?:(,)([0-9]{1,6})?)?\}")
_OPENING = re.compile(r"\?(?::|>|[imsux-]+:|P?<([A-Za-z_$][\w$]*)>|'(\w+)')")
_FLAGS = re.compile(r"\(\?[imsux-]+\)")
_LOOKING = re.compile(r"\?(?:=|!|<=|<!)")
_HEX = re.compile(r"x([0-9A-Fa-f]{2})|u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|c([A-Za-z])")
_PROPERTY = re.compile(r"([pP])(?:\{\^?(?:\w+=)?(\w+)\}|([A-Z]))")
_HYPHEN = re.compile(r"-(?=[^\]])")
_POSIX = re.compile(r"\[:(\w+):\]")
_BACK = re.compile(r"([1-9][0-9]?)|k<([A-Za-z_$][\w$]*)>")


@cache
def parse(pattern: str) -> Node:
    """The tree of an expression. Raises ValueError for unknown syntax."""
    parser = _Parser(pattern)
    tree = parser.choice(0)
    if parser.at < len(pattern):
        raise ValueError(f"unexpected {pattern[parser.at]!r}")
    return tree


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._groups = 0

    @property
    def _next(self) -> str:
        """The character that comes next, empty at the end."""
        return self.text[self.at : self.at + 1]

    def choice(self, depth: int) -> Node:
        """Alternatives up to the end or a closing bracket."""
        if depth > _DEEPEST:
            raise ValueError("nested too deeply")
        options = [self._sequence(depth)]
        while self._take("|"):
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        while self._next not in ("|", ")", ""):
            part = self._quantified(self._atom(depth))
            if part is not _NOTHING:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _quantified(self, part: Node) -> Node:
        found = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(self._next)
        if found is not None:
            self.at += 1
        elif matched := self._match(_QUANTITY):
            low = int(matched[1])
            high = int(matched[3]) if matched[3] else None if matched[2] else low
            found = low, high
        if found is None:
            return part
        # Lazy and possessive quantifiers match the same texts.
        if not self._take("?"):
            self._take("+")
        return Repeat(part, *found)

    def _atom(self, depth: int) -> Node:
        if self._match(_FLAGS):
            return _NOTHING
        character = self._character()
        if character == "(":
            return self._group(depth)
        if character == "[":
            return self._class()
        if character == "\\":
            return self._escape()
        if character in "^$":
            return _NOTHING
        if character == ".":
            return Characters(((10, 10), (13, 13)), negated=True)
        if character in "*+?":
            raise ValueError("nothing to repeat")
        return _one(ord(character))

    def _group(self, depth: int) -> Node:
        if self._match(_LOOKING):
            self._closed(depth)
            return _NOTHING
        names: tuple[str, ...] = ()
        if self._next == "?":
            matched = self._match(_OPENING)
            if matched is None:
                raise ValueError("an unknown kind of group")
            names = tuple(filter(None, matched.groups()))
            if not names:
                return self._closed(depth)
        self._groups += 1
        names = (str(self._groups), *names)
        return Group(self._closed(depth), names)

    def _closed(self, depth: int) -> Node:
        inner = self.choice(depth + 1)
        if not self._take(")"):
            raise ValueError("a group is not closed")
        return inner

    def _escape(self) -> Node:
        if any(map(self._take, "bBAZzG")):
            return _NOTHING
        if matched := self._match(_BACK):
            return BackReference(matched[1] or matched[2])
        return self._escaped()

    def _escaped(self) -> Characters:
        """The characters of an escape, after its backslash, also in a class."""
        if matched := self._match(_HEX):
            digits = next((d for d in matched.groups()[:3] if d), None)
            return _one(int(digits, 16) if digits else ord(matched[4].upper()) - 64)
        if matched := self._match(_PROPERTY):
            return Characters(_named(matched[2] or matched[3]), negated=matched[1] == "P")
        character = self._character()
        if character.lower() in _CLASSES:
            if character == "S":
                return Characters(_NOT_SPACES)
            return Characters(_CLASSES[character.lower()], negated=character.isupper())
        return _one(_CONTROLS.get(character, ord(character)))

    def _class(self) -> Node:
        negated = self._take("^")
        ranges: list[tuple[int, int]] = []
        excluded: list[Characters] = []
        while not self._take("]"):
            if matched := self._match(_POSIX):
                ranges += _named(matched[1])
                continue
            low = self._member()
            # Before the bracket a hyphen is itself.
            if self._match(_HYPHEN):
                high = self._member()
                if low.negated or high.negated or len(low.ranges) != 1:
                    raise ValueError("not a range")
                ranges.append((low.ranges[0][0], high.ranges[0][1]))
            elif low.negated:
                excluded.append(low)
            else:
                ranges += low.ranges
        if excluded:
            # `[\s\S]` and the like: nearly everything.
            return Characters((), negated=True) if ranges else excluded[0]
        return Characters(tuple(ranges), negated)

    def _member(self) -> Characters:
        character = self._character()
        if character != "\\":
            return _one(ord(character))
        if self._take("b"):
            return _one(8)
        return self._escaped()

    def _character(self) -> str:
        if not self._next:
            raise ValueError("it ends within a class or after a backslash")
        self.at += 1
        return self.text[self.at - 1]

    def _take(self, character: str) -> bool:
        is_next = self._next == character
        self.at += is_next
        return is_next

    def _match(self, grammar: re.Pattern[str]) -> re.Match[str] | None:
        matched = grammar.match(self.text, self.at)
        if matched is not None:
            self.at = matched.end()
        return matched


def _one(code: int) -> Characters:
    return Characters(((code, code),))


def _named(name: str) -> Ranges:
    if name not in _PROPERTIES:
        raise ValueError(f"the property {name} is not known")
    return _PROPERTIES[name]
