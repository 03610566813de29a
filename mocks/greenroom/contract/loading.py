"""Reading a contract file: YAML by the rules of version 1.2, or JSON, into plain data.

PyYAML follows YAML 1.1, in which `18:00` is the integer 1080, `NO` is false and `2026-01-01` a
date. OpenAPI 3.1 (section 4.3) asks for values that JSON has too, so only those are resolved here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from ..errors import Breach, InvalidContractError

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """A safe loader with the core schema of YAML 1.2 (section 10.3) that refuses duplicate keys."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?$"),
    list("-+0123456789."),
)


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        if key in mapping:
            raise yaml.constructor.ConstructorError(
                "while constructing a mapping", node.start_mark,
                f"found the key {key!r} twice", key_node.start_mark,
            )  # fmt: skip
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


def _float(_: Any, node: yaml.ScalarNode) -> float:
    return float(node.value)


def _int(_: Any, node: yaml.ScalarNode) -> int:
    return int(node.value)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)
_Loader.add_constructor("tag:yaml.org,2002:int", _int)


def parse(text: str, file: str) -> dict[str, Any]:
    """Parse YAML or JSON text into a document. Raises InvalidContractError with line and column."""
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        reason = getattr(error, "problem", None) or str(error) or "nested too deeply"
        raise InvalidContractError([Breach(file, "", "yaml", f"{place}{reason}")]) from error
    if not isinstance(document, dict) or "openapi" not in document:
        message = "not an OpenAPI document: a mapping with the key 'openapi' is needed"
        raise InvalidContractError([Breach(file, "", "openapi", message)])
    return document


def read(path: Path) -> dict[str, Any]:
    """Read a contract file. Raises InvalidContractError where it cannot be read or parsed."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise InvalidContractError([Breach(str(path), "", "file", str(reason))]) from error
    return parse(text, str(path))
