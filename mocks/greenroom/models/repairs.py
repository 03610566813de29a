"""What the generator gets wrong: names that Python folds or hides, and closed msgspec structs."""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from collections.abc import Mapping
from typing import Any

from ..schema import json_pointer as ptr
from .naming import class_name

_UNWRITABLE = {"msgspec": re.compile(r'[\\"\x00-\x1f]'), "typeddict": re.compile(r"\A\Z")}


def folded_names(schemas: Mapping[str, Any]) -> dict[str, str]:
    """The field names for properties that Python would read as another name.

    Identifiers are compared in the normal form NFKC (Python Language Reference, section 2.3).
    """
    names = {
        name
        for node in ptr.objects(schemas)
        if isinstance(node.get("properties"), dict)
        for name in node["properties"]
    }
    forms = {name: unicodedata.normalize("NFKC", name) for name in sorted(names)}
    taken = {name.casefold() for name in names}
    return {
        name: f"{form}_nfkc" if form.casefold() in taken else form
        for name, form in forms.items()
        if form != name and name.isidentifier()
    }


def without_shadows(text: str) -> str:
    """The module with an alias for each type whose name is a field of a class that uses it."""
    lines = text.encode().splitlines(keepends=True)
    tree = ast.parse(text)
    shadowed = [
        name for node in tree.body if isinstance(node, ast.ClassDef) for name in _shadowed(node)
    ]
    for name in sorted(shadowed, key=lambda name: (name.lineno, -name.col_offset)):
        line, start, end = name.lineno - 1, name.col_offset, name.col_offset + len(name.id.encode())
        lines[line] = lines[line][:start] + f"_{name.id}_".encode() + lines[line][end:]
    aliases = sorted({name.id for name in shadowed})
    defined = "".join(f"_{name}_: _TypeAlias = {name}\n" for name in aliases)
    imported = "\nfrom typing import TypeAlias as _TypeAlias\n\n" if aliases else ""
    return b"".join(lines).decode() + imported + defined


def _shadowed(node: ast.ClassDef) -> list[ast.Name]:
    fields = [line for line in node.body if isinstance(line, ast.AnnAssign)]
    names = {field.target.id for field in fields if isinstance(field.target, ast.Name)}
    return [
        name
        for field in fields
        for name in ast.walk(field.annotation)
        if isinstance(name, ast.Name) and name.id in names
    ]


# Before names that the generator would change: one that is no identifier makes it write them as
# the strings that they are.
_KEPT = {"typeddict": "greenroom name ", "dataclass": "greenroom_name"}


def kept_names(schemas: Any, style: str) -> Any:
    """The schemas with a mark on names that begin with an underscore or that Python folds."""

    def kept(node: dict[str, Any]) -> dict[str, Any]:
        if isinstance(node.get("properties"), dict):
            node["properties"] = {_marked(n, style): f for n, f in node["properties"].items()}
        if isinstance(node.get("required"), list):
            node["required"] = [_marked(name, style) for name in node["required"]]
        return node

    return ptr.rebuilt(schemas, kept) if style in _KEPT else schemas


def _marked(name: str, style: str) -> str:
    folded = name.isidentifier() and unicodedata.normalize("NFKC", name) != name
    # In a class a name with two underscores is mangled.
    private = name.startswith("_") and (style == "typeddict" or not name.startswith("__"))
    return _KEPT[style] + name if private or (folded and style == "typeddict") else name


def unmarked(text: str, style: str) -> str:
    """The module with the names themselves."""
    return text.replace(_KEPT[style], "") if style in _KEPT else text


def writable(schemas: Any, style: str) -> Any:
    """The schemas without the properties whose names a style cannot have. Warns of each."""

    def kept(node: dict[str, Any]) -> dict[str, Any]:
        names = node["properties"] if isinstance(node.get("properties"), dict) else {}
        for name in [name for name in names if _UNWRITABLE[style].search(name)]:
            warnings.warn(f"{style} cannot have a field {name!r}, which is left out", stacklevel=2)
            del names[name]
            node["required"] = [other for other in node.get("required", ()) if other != name]
            # It may be sent all the same.
            node.pop("additionalProperties", None)
        return node

    return ptr.rebuilt(schemas, kept) if style in _UNWRITABLE else schemas


def closed_structs(text: str, schemas: Mapping[str, Any]) -> str:
    """The module with unknown fields forbidden in the classes of closed schemas.

    A class for an object in a schema begins with the name of the schema and is closed as that is.
    """
    closed = {class_name(name): _is_closed(schema) for name, schema in schemas.items()}

    def forbidding(match: re.Match[str]) -> str:
        names = (match[1][:end] for end in range(len(match[1]), 0, -1))
        owner = next((name for name in names if name in closed), None)
        return f"{match[0]}, forbid_unknown_fields=True" if owner and closed[owner] else match[0]

    return re.sub(r"^class (\w+)\([\w, ]+, kw_only=True", forbidding, text, flags=re.MULTILINE)


def _is_closed(schema: Any) -> bool:
    return isinstance(schema, dict) and (
        schema.get("additionalProperties") is False or any(map(_is_closed, schema.get("allOf", ())))
    )
