"""The pytest plugin: a fixture that starts mocks. It imports greenroom when it is used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .server.background import StartMock

__all__ = ["greenroom"]


@pytest.fixture(scope="session")
def greenroom() -> Iterator[StartMock]:
    """Start mocks: `greenroom("VENDOR", ...)` returns a `BackgroundServer` on a free port.

    Calls with the same arguments share a server; all servers are stopped at the end of the session.
    Needs the extra `serve`.
    """
    try:
        from .server.background import StartMock
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.startswith("greenroom"):
            raise
        pytest.fail(
            f"the fixture `greenroom` needs {error.name!r}: pip install 'greenroom[serve]'",
            pytrace=False,
        )
    with StartMock() as start:
        yield start
