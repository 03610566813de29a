"""The clients of HTTP that people use, and what they raise where a connection breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import aiohttp
import httpx
import httpx2
import pytest
import requests

GET = "GET", "things"
POST = "POST", "things"
HEAD = "HEAD", "things"
ERRORS = (
    httpx.TransportError, httpx2.TransportError, requests.RequestException,
    # aiohttp's own are not all errors of a client: too long a wait is a TimeoutError.
    aiohttp.ClientError, TimeoutError,
)  # fmt: skip
# How long clients wait where nothing comes, and where something does.
SHORT, LONG = 0.2, 20


def by_httpx(library: Any, url: str, method: str, path: str, **arguments: Any) -> Any:
    """A request by httpx or httpx2."""
    sent = {"json": {"name": "Ada"}} if method == "POST" else {}
    with library.Client(**{"base_url": url, "timeout": LONG, **arguments}) as client:
        return client.request(method, path, **sent)


def by_async_httpx(library: Any, url: str, method: str, path: str, **arguments: Any) -> Any:
    """The same by an asynchronous client."""

    async def call() -> Any:
        async with library.AsyncClient(base_url=url, **arguments) as client:
            return await client.request(method, path)

    return asyncio.run(call())


def by_requests(url: str, method: str, path: str, **arguments: Any) -> Any:
    """A request by requests."""
    sent = {"json": {"name": "Ada"}} if method == "POST" else {}
    return requests.request(method, f"{url}/{path}", **sent, **{"timeout": LONG, **arguments})


def by_aiohttp(url: str, method: str, path: str, timeout: float = LONG, **arguments: Any) -> Any:
    """A request by aiohttp, with the body of its response."""

    async def call() -> Any:
        limit = aiohttp.ClientTimeout(timeout)
        async with (
            aiohttp.ClientSession(timeout=limit) as client,
            client.request(method, f"{url}/{path}", **arguments) as response,
        ):
            return await response.read()

    return asyncio.run(call())


CLIENTS: dict[str, Callable[..., Any]] = {
    "httpx": partial(by_httpx, httpx),
    "httpx2": partial(by_httpx, httpx2),
    "async httpx": partial(by_async_httpx, httpx),
    "async httpx2": partial(by_async_httpx, httpx2),
    "requests": by_requests,
    "aiohttp": by_aiohttp,
}


def patience_with(effect: Mapping[str, Any]) -> float:
    """How long a client waits for what comes after an effect."""
    return SHORT if {"latency", "timeout"} & effect.keys() else LONG


def failure(call: Callable[..., Any], *arguments: Any, **named: Any) -> type[BaseException]:
    """The kind of exception that a call ends with."""
    with pytest.raises(ERRORS) as raised:
        call(*arguments, **named)
    return raised.type
