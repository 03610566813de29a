"""Reading a contract file: YAML by the rules of version 1.2, or JSON, into plain data.

PyYAML follows YAML 1.1, in which `18:00` is the integer 1080, `NO` is false and `2026-01-01` a
date. OpenAPI 3.1 (section 4.3) asks for values that JSON has too, so only those are resolved here.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any, ClassVar

import yaml
from yaml.constructor import ConstructorError

from ..errors import Breach, InvalidContractError

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG = "tag:yaml.org,2002:"
_DEEPEST = 200
_LARGEST = 5_000_000
# More opening than closing brackets, or a line that opens many blocks: only then is depth counted.
_BRACKETS = re.compile(r"[\[\]{}]")
_DEEP_LINE = re.compile(rf"^[ \-?:]{{{_DEEPEST},}}", re.MULTILINE)


class Loader(_Base):  # type: ignore[misc]
    """A safe loader with the values of JSON (YAML 1.2, section 10.2) that refuses duplicate keys.

    Numbers and booleans may be written as in the core schema (section 10.3): `1.`, `TRUE`.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}
    yaml_constructors: ClassVar[dict[str | None, Any]] = {}


Loader.add_implicit_resolver(
    f"{_TAG}bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
Loader.add_implicit_resolver(
    f"{_TAG}null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
Loader.add_implicit_resolver(
    f"{_TAG}int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")
)
Loader.add_implicit_resolver(
    f"{_TAG}float",
    re.compile(r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$"),
    list("-+0123456789."),
)
# Not part of YAML 1.2, but written in many files and harmless.
Loader.add_implicit_resolver(f"{_TAG}merge", re.compile(r"^<<$"), ["<"])


def _mapping(loader: Any, node: yaml.Node) -> dict[str, Any]:
    if not isinstance(node, yaml.MappingNode):
        raise ConstructorError(problem="not a mapping", problem_mark=node.start_mark)
    own = {id(key) for key, _ in node.value}
    loader.flatten_mapping(node)
    mapping: dict[str, Any] = {}
    written: set[str] = set()
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise ConstructorError(problem="a key is not text", problem_mark=key_node.start_mark)
        key = key_node.value
        if key in written:
            problem = f"found the key {key!r} twice"
            raise ConstructorError(problem=problem, problem_mark=key_node.start_mark)
        if id(key_node) in own:
            written.add(key)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


def _sequence(loader: Any, node: yaml.Node) -> list[Any]:
    if not isinstance(node, yaml.SequenceNode):
        raise ConstructorError(problem="not a sequence", problem_mark=node.start_mark)
    return [loader.construct_object(entry, deep=True) for entry in node.value]


def _scalar(loader: Any, node: yaml.Node) -> Any:
    kind = node.tag.removeprefix(_TAG)
    text = loader.construct_scalar(node)
    try:
        if kind == "int":
            return int(text)
        if kind == "float":
            return _finite(text)
        if kind == "bool":
            return {"true": True, "false": False}[text.lower()]
    except (ValueError, KeyError):
        problem = f"{text[:40]!r} is no {kind} that JSON can hold; quote it"
        raise ConstructorError(problem=problem, problem_mark=node.start_mark) from None
    return text if kind == "str" else None


def _unknown(_: Any, node: yaml.Node) -> Any:
    problem = f"the tag {node.tag!r} has no counterpart in JSON"
    raise ConstructorError(problem=problem, problem_mark=node.start_mark)


Loader.add_constructor(f"{_TAG}map", _mapping)
Loader.add_constructor(f"{_TAG}seq", _sequence)
for _kind in ("str", "int", "float", "bool", "null"):
    Loader.add_constructor(f"{_TAG}{_kind}", _scalar)
Loader.add_constructor(None, _unknown)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is no number that JSON can hold")
    return number


def parse(text: str, file: str) -> dict[str, Any]:
    """Parse YAML or JSON text into a document. Raises InvalidContractError with line and column."""
    text = text.removeprefix("\ufeff")
    try:
        document = _json(text) if text.lstrip()[:1] == "{" else None
        if document is None:
            _measure_depth(text)
            document = yaml.load(text, Loader=Loader)
        _measure_size(document, {})
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidContractError([Breach(file, "", "yaml", _reason(error))]) from error
    if not isinstance(document, dict) or "openapi" not in document:
        message = "not an OpenAPI document: a mapping with the key 'openapi' is needed"
        if isinstance(document, dict) and "swagger" in document:
            message = "Swagger 2.0 is not supported; convert the file to OpenAPI 3.0 or 3.1"
        raise InvalidContractError([Breach(file, "", "openapi", message)])
    return document


def _reason(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    reason = getattr(error, "problem", None) or str(error) or "not YAML"
    return place + " ".join(str(reason).split())


def _json(text: str) -> Any:
    """The document where the text is JSON, else None: YAML reads most JSON, but not all of it."""
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_float=_finite, parse_constant=_finite
        )
    except json.JSONDecodeError:
        return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"found the key {twice!r} twice")
    return found


def _measure_depth(text: str) -> None:
    """Refuse what is nested too deeply: the C parser overflows the stack instead of raising."""
    depth = deepest = 0
    for bracket in _BRACKETS.findall(text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    if deepest < _DEEPEST and not _DEEP_LINE.search(text):
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Base):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise RecursionError


def _measure_size(value: Any, known: dict[int, int]) -> int:
    """The number of values with aliases written out; a few lines of them can stand for billions."""
    if isinstance(value, str):
        value.encode()  # Half a surrogate pair, which JSON can write, is no text.
        return 1
    if not isinstance(value, (dict, list)):
        return 1
    if id(value) not in known:
        below = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_measure_size(entry, known) for entry in below)
    if known[id(value)] > _LARGEST:
        raise ValueError(f"its aliases stand for more than {_LARGEST} values")
    return known[id(value)]


def read_text(path: Path, name: str) -> str:
    """The text of a file. Raises InvalidContractError, naming it as told, where there is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise InvalidContractError([Breach(name, "", "file", str(reason))]) from error


def read(path: Path) -> dict[str, Any]:
    """Read a contract file. Raises InvalidContractError where it cannot be read or parsed."""
    return parse(read_text(path, str(path)), str(path))
