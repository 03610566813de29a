"""Each vendor's interviews live as its documents tell, seen from outside with a real receiver.

The modules of `flows/` have the steps, with the headings of the documents.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module

import pytest

from flows.frame import opened, receiving
from greenroom.contract.catalog import find, load

pytest.register_assert_rewrite(*(f"flows.{source.name}" for source in find(())))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of a server in a process of its own."""
    command = [sys.executable, "-m", "greenroom", "serve", "--port", "0", "--no-access-log"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        assert found is not None
        try:
            yield found[0]
        finally:
            server.terminate()


@pytest.mark.parametrize("vendor", [source.name for source in find(())])
def test_a_vendor_lives_as_its_documents_tell(vendor: str, url: str) -> None:
    """From what is created to the last webhook."""
    document = load(find((vendor,))[0]).document
    with receiving() as receiver, opened(url, vendor, document) as account:
        import_module(f"flows.{vendor}").flow(account, receiver)
