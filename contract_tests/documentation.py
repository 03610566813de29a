"""The pages of documentation, their blocks, and a reader who follows them on this machine."""

from __future__ import annotations

import os
import pty
import re
import socket
import subprocess
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).resolve().parents[1]
# The first page, and those in docs/.
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# What a page calls a server of mocks and a receiver of webhooks.
MOCK, RECEIVER = "127.0.0.1:8080", "127.0.0.1:9000"
_BLOCK = re.compile(
    r"^(?:<!-- not run: (?P<why>.+?) -->\n)?```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """A block of a page: `kind` is what stands after its fence, `why` why it is not run."""

    page: str
    line: int
    kind: str
    text: str
    why: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def file(self) -> str:
        """The file that it is written to, or empty."""
        return self.kind.partition(" file=")[2]

    @property
    def sessions(self) -> list[tuple[str, str]]:
        """The commands after `$`, each with what is printed below it."""
        parts = re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]
        return [(command, printed) for command, _, printed in (p.partition("\n") for p in parts)]

    @property
    def commands(self) -> list[str]:
        """The commands of a block of `bash`, without comments; `\\` continues a line."""
        lines = self.text.replace("\\\n", "").splitlines()
        return [line for line in (each.partition("   #")[0].rstrip() for each in lines) if line]


def blocks(page: Path) -> list[Block]:
    """All blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page.name, text.count("\n", 0, found.start()) + 1, found["kind"], found["text"],
            found["why"] or "",
        )
        for found in _BLOCK.finditer(text)
    ]  # fmt: skip


def comparable(text: str) -> str:
    """A text without what is different each time, and without the width of columns."""
    text = re.sub(r"127\.0\.0\.1:\d+", MOCK, text.replace("\r", ""))
    text = re.sub(r"date: .*", "date: …", text)
    text = re.sub(r"^\d\d:\d\d:\d\d | [\d.]+ ms$", "", text, flags=re.MULTILINE)
    return re.sub(r" +", " ", text).strip()


def agrees(shown: str, written: str) -> bool:
    """Whether a page writes what is shown; `…` in it is anything."""
    parts = map(re.escape, comparable(written).replace("date: …", "date: \0").split("…"))
    pattern = ".*?".join(parts).replace(re.escape("\0"), "…").replace("\0", "…")
    return re.fullmatch(pattern, comparable(shown), re.DOTALL) is not None


@dataclass
class Reader:
    """Someone with a shell: where they are, and what they have exported."""

    folder: Path
    environment: dict[str, str]
    addresses: dict[str, str] = field(default_factory=dict)

    def replaced(self, text: str) -> str:
        """A text of a page with the addresses of this machine."""
        for written, real in self.addresses.items():
            text = text.replace(written, real)
            (host, port), (to, new) = written.split(":"), real.split(":")
            text = text.replace(f'"{host}", {port}', f'"{to}", {new}')
            text = text.replace(f"--port {port}", f"--port {new}")
        return text

    def write(self, name: str, text: str) -> Path:
        """Write a file of a page."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.replaced(text), encoding="utf-8")
        return path

    def run(self, line: str, *, fails: bool = False) -> str:
        """What a line prints, its errors too. It has to succeed, or to fail."""
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            self.environment[name] = self.replaced(value)
            return ""
        if line.startswith("make "):
            # What they do is tested by the tests, of which this is one.
            line = f"make --dry-run --no-print-directory -C {ROOT} {line.removeprefix('make ')}"
        done = subprocess.run(
            ["bash", "-c", self.replaced(line)],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        assert (done.returncode != 0) is fails, f"{line}\n{done.stdout}"
        return done.stdout


class Terminal:
    """A program in a terminal; `text` is what is seen there."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self.text = ""
        self._master, slave = pty.openpty()
        streams = {"stdin": slave, "stdout": slave, "stderr": slave}
        self._process = subprocess.Popen(command, cwd=folder, env=environment, **streams)
        os.close(slave)
        self._thread = Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        # A terminal whose other side is closed cannot be read.
        with open(self._master, "rb", buffering=0) as shown:
            try:
                while data := shown.read(65536):
                    self.text += data.decode().replace("\r\n", "\n")
            except OSError:
                pass

    def shows(self, text: str) -> bool:
        """Whether a text is seen within some seconds."""
        return _soon(lambda: comparable(text) in comparable(self.text))

    @cached_property
    def address(self) -> str:
        """Of a server of mocks, when it is ready."""
        assert self.shows("/_greenroom/"), self.text
        found = re.search(r"127\.0\.0\.1:\d+", self.text)
        assert found is not None
        return found[0]

    def close(self) -> None:
        """End the program."""
        self._process.terminate()
        self._process.wait()
        self._thread.join()


def free_address() -> str:
    """An address of this machine that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"127.0.0.1:{taken.getsockname()[1]}"


def listens(address: str) -> bool:
    """Whether something listens on an address within some seconds."""
    host, port = address.split(":")

    def tried() -> bool:
        with socket.socket() as client:
            return client.connect_ex((host, int(port))) == 0

    return _soon(tried)


def _soon(holds: object) -> bool:
    assert callable(holds)
    deadline = time.monotonic() + 20
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
