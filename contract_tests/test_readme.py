"""Whoever does what README.md says, from its beginning to its end, sees what it says.

With GREENROOM_FRESH in the environment (`make fresh`) this happens in a new environment, into which
the `pip` lines of the page install the wheel. Without, they are the only lines that are not run.
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import pytest
import yaml

from greenroom.contract.catalog import find, load
from greenroom.webhooks.message import prepare
from servers import HttpResponse, serving

_ROOT = Path(__file__).resolve().parents[1]
_PAGE = (_ROOT / "README.md").read_text(encoding="utf-8")
# The language and the text of each block, in order.
_BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", _PAGE, re.DOTALL | re.MULTILINE)
_FRESH = bool(os.environ.get("GREENROOM_FRESH"))
_INSTALLING = ("pip install ", "make dist")
# The port of the receiver, and the values of a signed webhook, in the page.
_MOCK, _RECEIVER, _LEFT_OPEN = "127.0.0.1:8080", "127.0.0.1:9000", "…"


@dataclass
class Reader:
    """Someone with a shell: where they are, and what they have exported."""

    folder: Path
    environment: dict[str, str]
    addresses: dict[str, str] = field(default_factory=dict)

    def replaced(self, text: str) -> str:
        """A text of the page with the addresses of this machine."""
        for written, real in self.addresses.items():
            text = text.replace(written, real)
        return text

    def run(self, line: str) -> str:
        """What a line prints, its errors too. It has to succeed."""
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            self.environment[name] = value
            return ""
        if line.startswith("make "):
            # What they do is tested by the tests, of which this is one.
            line = f"make --dry-run --no-print-directory -C {_ROOT} {line.removeprefix('make ')}"
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
        assert done.returncode == 0, f"{line}\n{done.stdout}"
        return done.stdout


class Terminal:
    """A server in a terminal; `text` is what is seen there."""

    def __init__(self, command: list[str], reader: Reader) -> None:
        self.text = ""
        self._master, slave = pty.openpty()
        streams = {"stdin": slave, "stdout": slave, "stderr": slave}
        self._process = subprocess.Popen(
            command, cwd=reader.folder, env=reader.environment, **streams
        )
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
        deadline = time.monotonic() + 20
        while text not in self.text and time.monotonic() < deadline:
            time.sleep(0.05)
        return text in self.text

    def close(self) -> None:
        """End the server."""
        self._process.terminate()
        self._process.wait()
        self._thread.join()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A reader who has a checkout: in its environment, or in a new one."""
    folder = tmp_path_factory.mktemp("readme")
    programs = Path(sys.executable).parent
    if _FRESH:
        subprocess.run([sys.executable, "-m", "venv", folder / "fresh"], check=True)
        programs = folder / "fresh" / "bin"
        (folder / "dist").symlink_to(_ROOT / "dist")
        (folder / "greenroom").symlink_to(_ROOT)
    environment = {
        "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        **{k: v for k, v in os.environ.items() if k.startswith(("PIP_", "SSL_", "LANG"))},
    }
    return Reader(folder, environment)


@pytest.fixture(scope="module")
def terminal(reader: Reader) -> Iterator[Terminal]:
    """The terminal of `make serve`, on a free port."""
    _install(reader)
    serve = Terminal(["greenroom", "serve", "--port", "0"], reader)
    try:
        assert serve.shows("/_greenroom/\n"), serve.text
        found = re.search(r"127\.0\.0\.1:\d+", serve.text)
        assert found is not None
        reader.addresses[_MOCK] = found[0]
        yield serve
    finally:
        serve.close()


def _install(reader: Reader) -> None:
    for line in _lines("bash"):
        if _FRESH and line.startswith("pip install"):
            reader.run(line)


def _lines(language: str) -> list[str]:
    """The lines of all blocks in a language, without comments."""
    texts = (text for known, text in _BLOCKS if known == language)
    return [line.partition("   #")[0].rstrip() for text in texts for line in text.splitlines()]


def _blocks(language: str) -> list[str]:
    return [text for known, text in _BLOCKS if known == language]


def _sessions() -> Iterator[tuple[str, str]]:
    """The commands of the sessions, each with what is printed below it."""
    for text in _blocks("console"):
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed


def _comparable(text: str) -> str:
    """A text without what is different each time, and without the width of columns."""
    text = re.sub(r"127\.0\.0\.1:\d+", _MOCK, text.replace("\r", ""))
    text = re.sub(r"date: .*", "date: …", text)
    text = re.sub(r"^\d\d:\d\d:\d\d | [\d.]+ ms$", "", text, flags=re.MULTILINE)
    return re.sub(r" +", " ", text).strip()


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    """A block without a language, or in another, would be tested by nothing."""
    kinds = [language for language, _ in _BLOCKS]
    assert set(kinds) == {"bash", "console", "text", "python", "toml", "yaml"}
    assert kinds.count("bash") >= 6
    assert len(list(_sessions())) >= 5
    assert sum(line.startswith("pip install") for line in _lines("bash")) == 1


def test_the_page_can_be_followed(
    reader: Reader, terminal: Terminal, subtests: pytest.Subtests
) -> None:
    """Every command of the page succeeds, in its order, and prints what the page shows."""
    received = HttpResponse(204, b"", {})
    with serving(lambda request: received) as (origin, _):
        reader.addresses[_RECEIVER] = origin.removeprefix("http://")
        for command, printed in _sessions():
            with subtests.test(command):
                if command == "make serve":
                    shown = terminal.text[: terminal.text.index("/_greenroom/\n")] + "/_greenroom/"
                else:
                    # The progress of curl, and the tail of a pipe, are not part of the page.
                    shown = reader.run(command.replace("curl ", "curl -sS "))
                assert _comparable(shown) == _comparable(printed)
        with subtests.test("the log"):
            log, _ = _blocks("text")
            assert terminal.shows('"abc" is not of type')
            assert _comparable(log) in _comparable(terminal.text)
        for line in _lines("bash"):
            if not line.startswith(_INSTALLING):
                with subtests.test(line):
                    # A refusal is an error too.
                    line = line.replace("curl ", "curl -sS --fail-with-body ")
                    reader.run(_filled_in(line, reader))


def _filled_in(line: str, reader: Reader) -> str:
    """A line whose signature is that of a webhook, of which the body is in body.json."""
    if _LEFT_OPEN not in line:
        return line
    found = re.search(r"check (\w+) --webhook (\w+) (\S+)", line)
    assert found is not None
    (source,) = find([found[1]])
    secret = reader.environment[f"GREENROOM_{found[1].upper()}_WEBHOOK_SECRET"].encode()
    sent = prepare(load(source), found[2], now=time.time(), secret=secret)
    (reader.folder / found[3]).write_bytes(sent.body)
    for name, value in sent.fields:
        line = line.replace(f"{name}: {_LEFT_OPEN}", f"{name}: {value}")
    assert _LEFT_OPEN not in line
    return line


@pytest.mark.parametrize("block", _blocks("python"), ids=lambda block: block.splitlines()[0])
def test_a_python_block_runs(block: str, reader: Reader, terminal: Terminal) -> None:
    """A script runs and a test passes, each in a process of its own, with warnings as errors."""
    is_test = "def test_" in block
    if is_test and _FRESH:
        reader.run("pip install pytest")
    path = reader.folder / "test_block.py"
    path.write_text(block, encoding="utf-8")
    reader.run(
        f"python {'-m pytest -q -p no:cacheprovider' if is_test else ''} -W error {path.name}"
    )


def test_a_failed_assertion_says_what_the_page_shows(reader: Reader, terminal: Terminal) -> None:
    """The test of the page, with another event in its request."""
    _, shown = _blocks("text")
    (block,) = (text for text in _blocks("python") if "assert_called" in text)
    *lines, assertion = block.replace("    assert listed == [created]\n", "").splitlines()
    other = "\n".join(lines).replace("report_available", "interview_completed")
    path = reader.folder / "test_block.py"
    path.write_text(f"{other}\n{assertion}\n", encoding="utf-8")
    printed = reader.run(f"! python -m pytest -q -p no:cacheprovider {path.name}")
    # pytest puts a margin before each line.
    assert _comparable(shown) in _comparable(re.sub(r"^E ", "", printed, flags=re.MULTILINE))


def test_the_settings_take_effect(reader: Reader, terminal: Terminal) -> None:
    """Each of them: the address, the identifier, the baseline and the budget."""
    (settings,) = _blocks("toml")
    vendor = re.search(r"vendors\.(\w+)", settings)
    address = re.search(r'base-url = "(.*)"', settings)
    baseline = re.search(r'baseline = "(.*)"', settings)
    assert vendor is not None
    assert address is not None
    assert baseline is not None
    mock = f"http://{reader.addresses[_MOCK]}/{vendor[1]}"
    (reader.folder / "pyproject.toml").write_text(
        settings.replace(address[1], mock), encoding="utf-8"
    )
    known = reader.folder / baseline[1]
    known.parent.mkdir(exist_ok=True)
    reader.environment[f"GREENROOM_{vendor[1].upper()}_KEY"] = "test-key"
    try:
        reader.run(f"greenroom check {vendor[1]} --write-baseline {known}.new --base-url {mock}")
        shutil.move(f"{known}.new", known)
        reader.run(f"greenroom check {vendor[1]} --report settings/")
        traffic = (reader.folder / "settings" / "traffic.har").read_text(encoding="utf-8")
        for value in re.findall(r'\w+ = "([^"]*)"\}', settings):
            assert value in traffic
        known.write_text("not a baseline", encoding="utf-8")
        with pytest.raises(AssertionError, match=re.escape(baseline[1])):
            reader.run(f"greenroom check {vendor[1]}")
    finally:
        (reader.folder / "pyproject.toml").unlink()


def test_the_nightly_job_runs(reader: Reader, terminal: Terminal) -> None:
    """Its commands one after the other, with a mock as the sandbox."""
    (job,) = _blocks("yaml")
    steps = yaml.safe_load(job)
    commands = [step for step in steps if "run" in step]
    assert len(commands) == 2
    for step in commands:
        for name, value in step.get("env", {}).items():
            assert re.fullmatch(r"\$\{\{ secrets\.\w+ \}\}", value)
            reader.environment[name] = "test-key"
        reader.environment["HEYMILO_URL"] = f"http://{reader.addresses[_MOCK]}/heymilo"
        if _FRESH or not step["run"].startswith(_INSTALLING):
            reader.run(step["run"])
    uploaded = next(step for step in steps if "upload-artifact" in step.get("uses", ""))
    assert (reader.folder / uploaded["with"]["path"] / "report.json").is_file()
