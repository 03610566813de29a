"""The names that other projects import from the packages themselves."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

import pytest

_FACES = {
    "greenroom": {
        *("__version__", "GreenroomError", "InvalidContractError", "Contract", "find", "load"),
        *("StartMock", "BackgroundServer", "GreenroomSpace", "VendorMock"),
    },
    "greenroom_contracts": {
        *("check", "judge_received", "judge_recording", "Options"),
        *("Report", "Finding"),
    },
}
_NAMES = [(package, name) for package, names in _FACES.items() for name in sorted(names)]


@pytest.mark.parametrize("package", _FACES)
def test_the_public_names_are_exactly_those_listed(package: str) -> None:
    """Each additional name is a promise."""
    assert set(import_module(package).__all__) == _FACES[package]


@pytest.mark.parametrize(("package", "name"), _NAMES)
def test_a_public_name_exists_and_is_documented(package: str, name: str) -> None:
    """With its own docstring, and named in that of its package."""
    module = import_module(package)
    value = getattr(module, name)
    assert name == "__version__" or value.__doc__
    assert f"`{name}`" in (module.__doc__ or "")


@pytest.mark.parametrize("package", _FACES)
def test_importing_a_package_imports_no_other_distribution(package: str) -> None:
    """So that `greenroom models` needs no connexion, and a test that starts no mock no server."""
    script = (
        f"import sys; before = set(sys.modules); import {package}\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before}"
        " - sys.stdlib_module_names)"
    )
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == package


@pytest.mark.parametrize("package", _FACES)
def test_no_public_name_is_the_name_of_a_module(package: str) -> None:
    """Importing a submodule sets an attribute of its package, which would hide the name."""
    modules = {found.name for found in iter_modules(import_module(package).__path__)}
    assert modules & _FACES[package] == set()


@pytest.mark.parametrize("package", _FACES)
def test_an_unknown_name_is_an_attribute_error(package: str) -> None:
    """As of any other module."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        import_module(package).nothing  # noqa: B018
