"""The pytest plugin: mocks as a fixture for other projects' tests. Cheap to import."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .server.background import StartMock

__all__ = ["greenroom"]


@pytest.fixture(scope="session")
def greenroom() -> Iterator[StartMock]:
    """Start mocks: `greenroom("VENDOR", ...)` gives a `BackgroundServer` on a free port.

    The same vendors share one server for the whole session; all are stopped at its end. Needs the
    extra `serve`.
    """
    try:
        from .server.background import StartMock
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.startswith("greenroom"):
            raise
        pytest.fail(
            f"the greenroom fixture needs {error.name!r}: pip install 'greenroom[serve]'",
            pytrace=False,
        )
    with StartMock() as start:
        yield start
