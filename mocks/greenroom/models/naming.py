"""What modules and classes are called after vendors and schemas."""

from __future__ import annotations

import keyword
import re


def module_name(vendor: str) -> str:
    """The importable name for a vendor: `acme-ats` gives `acme_ats`, `2hire` gives `_2hire`."""
    name = re.sub(r"\W+", "_", vendor.lower(), flags=re.ASCII).strip("_")
    if not name or name[0].isdigit():
        name = f"_{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


def class_name(schema: str) -> str:
    """The class of a component schema: the schema's own name, made PascalCase where it is not.

    Only a schema named after something its module imports (`Any`, `Field`, `Literal`, …) is called
    differently; the rules for contracts forbid those names.
    """
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[\W_]+", schema))
