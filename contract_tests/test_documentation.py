"""Whoever does what a page of the documentation says, from top to bottom, sees what it says.

With GREENROOM_FRESH in the environment (`make fresh`) this happens in a new environment, into which
the `pip` lines of the pages install the wheel. Without, these lines are not run.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml

from documentation import (
    MOCK,
    PAGES,
    RECEIVER,
    ROOT,
    Block,
    Reader,
    Terminal,
    agrees,
    blocks,
    comparable,
    free_address,
    listens,
)
from greenroom.contract.catalog import find, load
from greenroom.webhooks.message import prepare
from replicas.processes import REDIS, fake_store
from servers import HttpResponse, serving

_FRESH = bool(os.environ.get("GREENROOM_FRESH"))
_INSTALLING = ("pip install ", "make dist")
_KINDS = {
    "bash", "console", "console terminal", "text log", "text output", "python", "python fails",
    "toml settings", "yaml workflow",
}  # fmt: skip
_BLOCKS = {page: blocks(page) for page in PAGES}
# A page without commands and programs has nothing to follow.
_TO_FOLLOW = [page for page, found in _BLOCKS.items() if any(not b.why for b in found)]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of a reader: with this environment, or with a new one."""
    folder = tmp_path_factory.mktemp("home")
    programs = Path(sys.executable).parent
    if _FRESH:
        subprocess.run([sys.executable, "-m", "venv", folder / "fresh"], check=True)
        programs = folder / "fresh" / "bin"
    variables = {
        "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        **{k: v for k, v in os.environ.items() if k.startswith(("PIP_", "SSL_", "LANG"))},
    }
    if _FRESH:
        (folder / "dist").symlink_to(ROOT / "dist")
        new = Reader(folder, variables)
        installing = [line for line in _bash_lines() if line.startswith("pip install")]
        for line in [*dict.fromkeys(installing), "pip install pytest"]:
            new.run(line)
    return variables


@pytest.fixture(scope="module")
def terminal(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Terminal]:
    """The terminal of `make serve`, on a free port."""
    folder = tmp_path_factory.mktemp("serve")
    serve = Terminal(["greenroom", "serve", "--port", "0"], folder, environment)
    try:
        assert serve.address
        yield serve
    finally:
        serve.close()


@pytest.fixture
def reader(environment: dict[str, str], terminal: Terminal, tmp_path: Path) -> Reader:
    """A reader in an empty folder, with a server in another terminal."""
    (tmp_path / "greenroom").symlink_to(ROOT)
    (tmp_path / "dist").symlink_to(ROOT / "dist")
    return Reader(tmp_path, dict(environment), {MOCK: terminal.address})


def _bash_lines() -> list[str]:
    return [line for found in _BLOCKS.values() for b in found if b.kind == "bash" and not b.why
            for line in b.commands]  # fmt: skip


def test_every_block_is_of_a_kind_that_is_run_or_says_why_not() -> None:
    """A block without a language, or in another, would be tested by nothing."""
    every = [block for found in _BLOCKS.values() for block in found]
    unknown = [f"{b} {b.kind}" for b in every if not (b.why or b.file or b.kind in _KINDS)]
    assert unknown == []
    kinds = Counter(block.kind for block in every if not block.why)
    assert min(kinds["bash"], kinds["console"], kinds["python"]) >= 4
    assert sum(bool(block.why) for block in every) <= len(every) / 4
    assert any(line.startswith("pip install") for line in _bash_lines())


@pytest.mark.parametrize("page", _TO_FOLLOW, ids=lambda page: page.name)
def test_a_page_can_be_followed(
    page: Path, reader: Reader, terminal: Terminal, subtests: pytest.Subtests
) -> None:
    """Every block does, in its order, what the page says, and prints what the page shows."""
    with ExitStack() as open_:
        has_receiver = any(b.kind == "console terminal" for b in _BLOCKS[page])
        if has_receiver:
            reader.addresses[RECEIVER] = free_address()
        else:
            received = HttpResponse(204, b"", {})
            origin, _ = open_.enter_context(serving(lambda request: received))
            reader.addresses[RECEIVER] = origin.removeprefix("http://")
        story = _Story(reader, terminal, open_)
        for block in _BLOCKS[page]:
            if not block.why:
                story.follow(block, subtests)
        story.end(subtests)


class _Story:
    """What was done of a page, and what was printed last."""

    def __init__(self, reader: Reader, terminal: Terminal, open_: ExitStack) -> None:
        self._reader, self._terminal, self._open = reader, terminal, open_
        self._printed, self._tests = "", 0
        self._beside: list[tuple[Block, Terminal, str]] = []

    def follow(self, block: Block, subtests: pytest.Subtests) -> None:
        """Do what a block says."""
        reader, kind = self._reader, block.kind
        if block.file:
            reader.write(block.file, block.text)
        elif kind == "console":
            for command, printed in block.sessions:
                with subtests.test(f"{block} {command}"):
                    if command == "make serve":
                        shown = self._terminal.text.partition("/_greenroom/\n")[0] + "/_greenroom/"
                    else:
                        # The progress of curl is not part of a page.
                        shown = reader.run(command.replace("curl ", "curl -sS "))
                    if not agrees(shown, printed):
                        assert comparable(shown) == comparable(printed)
        elif kind == "console terminal":
            self._open_terminal(block)
        elif kind == "bash":
            for line in block.commands:
                if line.startswith(_INSTALLING):
                    continue
                with subtests.test(f"{block} {line}"):
                    # A refusal is an error too.
                    line = line.replace("curl ", "curl -sS --fail-with-body ")
                    self._printed = reader.run(_filled_in(line, reader))
        elif kind.startswith("python"):
            self._python(block, subtests)
        elif kind == "text log":
            with subtests.test(str(block)):
                assert self._terminal.shows(block.text)
        elif kind == "text output":
            with subtests.test(str(block)):
                # pytest puts a margin before each line.
                shown = re.sub(r"^E ", "", self._printed, flags=re.MULTILINE)
                assert comparable(block.text) in comparable(shown)
        elif kind == "yaml workflow":
            with subtests.test(str(block)):
                _do_job(block, reader)

    def _open_terminal(self, block: Block) -> None:
        ((command, printed),) = block.sessions
        port = re.search(r"--port (\d+)", command)
        written = f"127.0.0.1:{port[1]}" if port else RECEIVER
        if command.startswith("redis-server") and REDIS is None:
            url = self._open.enter_context(fake_store())
            self._reader.addresses[written] = url.removeprefix("redis://").partition("/")[0]
            return
        address = self._reader.addresses.setdefault(written, free_address())
        words = shlex.split(self._reader.replaced(command))
        beside = Terminal(words, self._reader.folder, self._reader.environment)
        self._open.callback(beside.close)
        assert listens(address)
        self._beside.append((block, beside, printed))

    def _python(self, block: Block, subtests: pytest.Subtests) -> None:
        self._tests += 1
        if block.kind == "python" and "def test_" in block.text:
            # All of them together, at the end.
            self._reader.write(f"tests/test_block_{self._tests}.py", block.text)
            return
        with subtests.test(str(block)):
            fails = block.kind == "python fails"
            path = self._reader.write(f"block_{self._tests}.py", block.text)
            tested = "-m pytest -q -p no:cacheprovider" if fails else ""
            self._printed = self._reader.run(f"python {tested} -W error {path.name}", fails=fails)

    def end(self, subtests: pytest.Subtests) -> None:
        """Run the tests of the page, and look at the other terminals."""
        if (self._reader.folder / "tests").is_dir():
            with subtests.test("its tests"):
                self._reader.run("python -m pytest -q -p no:cacheprovider -W error tests")
        for block, beside, printed in self._beside:
            with subtests.test(str(block)):
                assert beside.shows(printed)


def _do_job(block: Block, reader: Reader) -> None:
    """The commands of a job one after the other, with a mock as the sandbox."""
    steps = yaml.safe_load(block.text)
    commands = [step for step in steps if "run" in step]
    assert len(commands) >= 2
    for step in commands:
        for name, value in step.get("env", {}).items():
            assert re.fullmatch(r"\$\{\{ secrets\.\w+ \}\}", value)
            reader.environment[name] = "test-key"
        reader.environment["HEYMILO_URL"] = f"http://{reader.addresses[MOCK]}/heymilo"
        if not step["run"].startswith(_INSTALLING):
            reader.run(step["run"])
    uploaded = next(step for step in steps if "upload-artifact" in step.get("uses", ""))
    assert (reader.folder / uploaded["with"]["path"] / "report.json").is_file()


def _filled_in(line: str, reader: Reader) -> str:
    """A line whose signature is that of a webhook, of which the body is in body.json."""
    if "…" not in line:
        return line
    found = re.search(r"check (\w+) --webhook (\w+) (\S+)", line)
    assert found is not None
    (source,) = find([found[1]])
    secret = reader.environment[f"GREENROOM_{found[1].upper()}_WEBHOOK_SECRET"].encode()
    sent = prepare(load(source), found[2], now=time.time(), secret=secret)
    (reader.folder / found[3]).write_bytes(sent.body)
    for name, value in sent.fields:
        line = line.replace(f"{name}: …", f"{name}: {value}")
    assert "…" not in line
    return line


def test_the_console_shows_the_pages(terminal: Terminal) -> None:
    """From what is installed: their text, and the files of the console."""
    with urlopen(f"http://{terminal.address}/_greenroom/docs/rehearse-heymilo") as response:
        page = response.read().decode()
    assert "Rehearse with HeyMilo</h1>" in page
    style = re.search(r'href="\.\./(assets/\w+/look\.css)"', page)
    assert style is not None
    with urlopen(f"http://{terminal.address}/_greenroom/{style[1]}") as response:
        assert response.status == 200


def test_the_settings_take_effect(reader: Reader) -> None:
    """Each of them: the address, the identifier, the baseline and the budget."""
    (settings,) = [b.text for found in _BLOCKS.values() for b in found if b.kind == "toml settings"]
    vendor = re.search(r"vendors\.(\w+)", settings)
    address = re.search(r'base-url = "(.*)"', settings)
    baseline = re.search(r'baseline = "(.*)"', settings)
    assert vendor is not None
    assert address is not None
    assert baseline is not None
    mock = f"http://{reader.addresses[MOCK]}/{vendor[1]}"
    reader.write("pyproject.toml", settings.replace(address[1], mock))
    known = reader.folder / baseline[1]
    known.parent.mkdir(exist_ok=True)
    reader.environment[f"GREENROOM_{vendor[1].upper()}_KEY"] = "test-key"
    reader.run(f"greenroom check {vendor[1]} --write-baseline {known}.new --base-url {mock}")
    shutil.move(f"{known}.new", known)
    reader.run(f"greenroom check {vendor[1]} --report settings/")
    traffic = (reader.folder / "settings" / "traffic.har").read_text(encoding="utf-8")
    for value in re.findall(r'\w+ = "([^"]*)"\}', settings):
        assert value in traffic
    known.write_text("not a baseline", encoding="utf-8")
    assert baseline[1] in reader.run(f"greenroom check {vendor[1]}", fails=True)
