"""The modules of models that are committed, and those that are made of a text."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import greenroom_models
from greenroom.contract.catalog import Source, load, vendors
from greenroom.models import module_name

PACKAGE = Path(str(greenroom_models.__file__)).parent
contract_of = cache(load)
over_vendors = pytest.mark.parametrize("vendor", vendors(), ids=lambda vendor: vendor.name)


def committed(vendor: Source) -> Path:
    """The file of a vendor's models."""
    return PACKAGE / f"{module_name(vendor.name)}.py"


def models(vendor: Source) -> ModuleType:
    """A vendor's models, imported."""
    return import_module(f"greenroom_models.{module_name(vendor.name)}")


def load_module(name: str, text: str) -> ModuleType:
    """Run source as a module; models look up their annotations in `sys.modules`."""
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    return module
