"""Clients of both libraries call a mock of this process, by turns and at the same time."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from state_contract import API

from greenroom import GreenroomSpace, VendorMock

LIBRARIES: list[Any] = [httpx, httpx2]


@pytest.fixture(params=["a server that is started", "no server"])
def mock(greenroom_space: GreenroomSpace, tmp_path: Path, request: Any) -> VendorMock:
    """A small API, to which sockets lead or not."""
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(API.written))
    mock = greenroom_space(str(file))
    if request.param != "no server":
        assert mock.url
    return mock


def address(mock: VendorMock) -> str:
    """The mock's URL, without starting a server."""
    return str(mock.client().base_url)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_client_of_either_library_is_answered(mock: VendorMock, library: Any) -> None:
    """With its own kind of response."""
    with library.Client(
        base_url=address(mock), transport=mock.transport, headers=mock.headers
    ) as client:
        made = client.post("things", json={"name": "Ada ü"})
        assert isinstance(made, library.Response)
        assert (made.status_code, made.json()["name"]) == (201, "Ada ü")
        assert made.headers["x-greenroom-space"] == mock.space
        path = f"things/{made.json()['id']}"
        assert client.get("things", params={"name": "Ada ü"}).json()["things"] == [made.json()]
        assert client.head(path).content == b""
        assert client.delete(path).status_code == 204
        assert client.get("things/a%2Fb").status_code == 404
    assert mock.requests.last.path == "/things/a%2Fb"


@pytest.mark.parametrize("library", LIBRARIES)
def test_an_async_client_of_either_library_is_answered(mock: VendorMock, library: Any) -> None:
    """Several of its calls at once, too."""

    async def calls() -> list[int]:
        async with library.AsyncClient(
            base_url=address(mock), transport=mock.async_transport, headers=mock.headers
        ) as client:
            made = (client.post("things", json={"name": str(number)}) for number in range(20))
            return [response.status_code for response in await asyncio.gather(*made)]

    assert asyncio.run(calls()) == [201] * 20
    assert len(mock.resources["Thing"]) == 21


def test_a_sync_client_works_within_a_loop(mock: VendorMock) -> None:
    """As in an asynchronous test of code that is not."""

    async def call() -> int:
        with mock.client() as client:
            return client.get("/things").status_code

    assert asyncio.run(call()) == 200


def test_threads_do_not_disturb_each_other(mock: VendorMock) -> None:
    """Each thing is made once, and each request has its number."""

    def make(number: int) -> str:
        with mock.client() as client:
            identifier: str = client.post("/things", json={"name": str(number)}).json()["id"]
            return identifier

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(make, range(80)))
    assert len(set(made)) == 80
    assert [request.n for request in mock.requests] == [*range(1, 81)]


def test_a_stream_needs_a_server(mock: VendorMock) -> None:
    """It never ends, so it cannot be the response of a call in this process."""
    if mock._control.server is not None and mock._control.server.loop is not None:
        return
    with mock.client() as client, pytest.raises(RuntimeError, match="use the mock's URL"):
        client.get(f"{mock._control.url}/_greenroom/events", params={"space": mock.space})


def test_a_request_may_come_in_parts(mock: VendorMock) -> None:
    """From a generator."""
    parts = iter([b'{"name": ', b'"Ada"}'])
    with mock.client() as client:
        headers = {"content-type": "application/json"}
        assert client.post("/things", content=parts, headers=headers).status_code == 201
    assert mock.requests.last.body == {"name": "Ada"}
