"""Client models generated from a contract. Only this package knows the generator."""

from __future__ import annotations

from .generation import STYLES, ModelsError, source
from .naming import class_name, module_name

__all__ = ["STYLES", "ModelsError", "class_name", "module_name", "source"]
