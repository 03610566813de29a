"""Rehearse against interview vendors before going live.

The public names, each imported when it is first used, so that `import greenroom` costs nothing:

- `find` looks up vendors and OpenAPI files by name, `load` reads one of them into a `Contract`;
- `StartMock` starts mocks in this process, each a `BackgroundServer` (extra `serve`);
- `GreenroomSpace` gives a test a space, in which each vendor is a `VendorMock` (extra `serve`);
- `GreenroomError` is raised for bad input, `InvalidContractError` for an invalid contract;
- `__version__`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .version import __version__

if TYPE_CHECKING:
    from .contract.catalog import find, load
    from .contract.model import Contract
    from .errors import GreenroomError, InvalidContractError
    from .server.background import BackgroundServer, StartMock
    from .testing.mock import GreenroomSpace, VendorMock

__all__ = [
    "BackgroundServer",
    "Contract",
    "GreenroomError",
    "GreenroomSpace",
    "InvalidContractError",
    "StartMock",
    "VendorMock",
    "__version__",
    "find",
    "load",
]

_MODULES = {
    "BackgroundServer": "server.background",
    "Contract": "contract.model",
    "GreenroomError": "errors",
    "GreenroomSpace": "testing.mock",
    "InvalidContractError": "errors",
    "StartMock": "server.background",
    "VendorMock": "testing.mock",
    "find": "contract.catalog",
    "load": "contract.catalog",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
