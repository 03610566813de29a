"""The names of modules and classes, made from those of vendors and schemas."""

from __future__ import annotations

import keyword
import re


def module_name(vendor: str) -> str:
    """The module name for a vendor: `acme_ats` for `acme-ats`, `_2hire` for `2hire`."""
    name = re.sub(r"\W+", "_", vendor.lower(), flags=re.ASCII).strip("_")
    if not name or name[0].isdigit():
        name = f"_{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


def class_name(schema: str) -> str:
    """The class name for a component schema: its own name in PascalCase.

    The generator renames only schemas with the name of an import (`Any`, `Field`, `Literal`, …),
    which the style guide for contracts forbids.
    """
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[\W_]+", schema))
