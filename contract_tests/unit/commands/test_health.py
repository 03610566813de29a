"""`greenroom health` finds the server of its container and asks it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from greenroom.cli import main
from greenroom.commands.health import address
from servers import HttpResponse, serving


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("greenroom serve --host 0.0.0.0", ("127.0.0.1", 8080)),
        ("python greenroom serve heymilo --port=81 --host ::", ("::1", 81)),
        ("greenroom serve --host 10.0.0.7 --port 80 --stateful", ("10.0.0.7", 80)),
        ("greenroom serve --port many", ("127.0.0.1", 8080)),
        ("init --port 1", ("127.0.0.1", 8080)),
        ("", ("127.0.0.1", 8080)),
    ],
)
def test_the_address_is_that_of_the_first_process(
    words: str, expected: tuple[str, int], tmp_path: Path
) -> None:
    """Which is the server in a container; a shell there, or nothing readable, is none."""
    file = tmp_path / "cmdline"
    file.write_bytes(words.replace(" ", "\0").encode())
    assert address(file) == expected
    assert address(tmp_path / "none") == ("127.0.0.1", 8080)


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_exit_code_tells_whether_the_server_responds(
    status: int, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong is told in a line."""
    with serving(lambda request: HttpResponse(status)) as (origin, seen):
        assert main(["health", "--port", origin.rpartition(":")[2]]) == code
    assert [request.line for request in seen] == ["GET /_greenroom/health"]
    assert ("responded with 503" in capsys.readouterr().err) is (status == 503)


def test_a_server_that_is_not_there_is_not_healthy(capsys: pytest.CaptureFixture[str]) -> None:
    """Nor one at a port that there cannot be."""
    assert main(["health", "--port", "1"]) == 1
    assert main(["health", "--port", "70000"]) == 1
    assert capsys.readouterr().err.count("greenroom health: 127.0.0.1:") == 2


def test_asking_imports_nothing_of_others() -> None:
    """A check that runs every few seconds costs little, and works without any extra."""
    script = (
        "import sys; from greenroom.cli import main; main(['health', '--port', '1'])\n"
        "print(*{name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{script}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(done.stdout.split()) - {"__main__"} == {"greenroom"}
