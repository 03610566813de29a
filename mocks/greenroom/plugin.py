"""The pytest plugin: fixtures with mocks. It imports greenroom when they are used."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .server.background import StartMock
    from .testing.mock import GreenroomSpace

__all__ = ["greenroom", "greenroom_space"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the address of a running server."""
    parser.getgroup("greenroom").addoption(
        "--greenroom-url",
        metavar="URL",
        help="the server in which `greenroom_space` makes its spaces, by default one of this "
        "process; its control token is read from GREENROOM_CONTROL_TOKEN",
    )


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


@pytest.fixture
def greenroom_space(
    request: pytest.FixtureRequest, greenroom: StartMock
) -> Iterator[GreenroomSpace]:
    """A space for one test: `greenroom_space("VENDOR")` is that vendor in it.

    What the test creates stays in the space, which is removed at the end.
    """
    from .testing.mock import GreenroomSpace

    node, worker = request.node, os.environ.get("PYTEST_XDIST_WORKER", "master")
    url = request.config.getoption("--greenroom-url")
    token = os.environ.get("GREENROOM_CONTROL_TOKEN")
    space = GreenroomSpace(greenroom, node.nodeid, node.name, worker, url, token)
    yield space
    space.close()
