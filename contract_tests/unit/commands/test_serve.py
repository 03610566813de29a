"""`greenroom serve` with files of others: several files, invalid ones, and what is told of them."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from greenroom.cli import main

FINE = {"responses": {"200": {"description": "Fine.", "content": {"text/plain": {"example": "x"}}}}}


def write(path: Path, content: Any) -> str:
    """A file of JSON at a path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return str(path)


def document(**paths: Any) -> dict[str, Any]:
    """A document of some paths."""
    named = {f"/{name}": item for name, item in paths.items()}
    return {"openapi": "3.1.0", "info": {"title": "Jobs", "version": "1"}, "paths": named}


@contextmanager
def serving(*words: str) -> Iterator[tuple[str, list[str]]]:
    """The first address of a server that was started, and what it has told until then."""
    command = [sys.executable, "-m", "greenroom", "serve", "--port", "0", "--no-access-log", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        ready = run.stdout.readline()
        told: list[str] = []
        try:
            yield ready.partition("ready: ")[2].split()[1], told
        finally:
            run.terminate()
            told += run.stderr.read().splitlines()


def refused(words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines that tell why a command ended at once."""
    assert main(["serve", "--port", "0", *words]) == 2
    return capsys.readouterr().err.splitlines()


BROKEN = {"get": {"responses": {"200": {"$ref": "#/components/responses/Lost"}}}}


def test_an_invalid_file_is_refused_and_the_way_out_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every breach with its pointer first."""
    path = write(tmp_path / "jobs.json", document(fine={"get": FINE}, broken=BROKEN))

    told = refused([path], capsys)

    assert told == [
        f"greenroom serve: {path}#/paths/~1broken/get/responses/200/$ref: reference: "
        "'#/components/responses/Lost' leads nowhere in this file, or in a circle",
        "--lenient serves what is valid of it: 1 operation",
    ]


@pytest.mark.parametrize(
    "content", [document(broken=BROKEN), {**document(fine={"get": FINE}), "openapi": "3.2.0"}]
)
def test_no_way_out_is_named_where_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: Any
) -> None:
    """Nothing of it could be served."""
    path = write(tmp_path / "jobs.json", content)

    assert "--lenient" not in "\n".join(refused([path], capsys))
    assert refused(["--lenient", path], capsys)[0].startswith(f"greenroom serve: {path}#/")


def test_what_is_valid_of_a_file_is_served_and_the_rest_told(tmp_path: Path) -> None:
    """On standard error, before the server is ready."""
    path = write(tmp_path / "jobs.json", document(fine={"get": FINE}, broken=BROKEN))

    with serving("--lenient", path) as (url, told):
        with urlopen(f"{url}/fine") as response:
            assert response.read() == b"x"
        with urlopen(f"{url.rpartition('/')[0]}/_greenroom/vendors") as response:
            assert json.load(response)["jobs"]["operations"] == 1

    assert told == [
        f"{path}#/paths/~1broken/get/responses/200/$ref: reference: '#/components/responses/Lost' "
        "leads nowhere in this file, or in a circle (left out: /paths/~1broken/get)",
        "greenroom serve: jobs: 1 fault, 1 operation served",
    ]


def test_files_beside_a_contract_are_served_with_it(tmp_path: Path) -> None:
    """Those of a folder that is named, too."""
    item = {"$ref": "../paths/jobs.json"}
    path = write(tmp_path / "api" / "jobs.json", document(jobs=item))
    write(tmp_path / "paths" / "jobs.json", {"get": FINE})

    with serving("--root", str(tmp_path), path) as (url, _), urlopen(f"{url}/jobs") as response:
        assert response.read() == b"x"


def test_a_folder_that_is_not_named_is_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What would be right is told."""
    path = write(tmp_path / "api" / "jobs.json", document(jobs={"$ref": "../jobs.json"}))
    write(tmp_path / "jobs.json", {"get": FINE})

    (told,) = refused([path], capsys)

    assert f"#/paths/~1jobs/$ref: reference: '../jobs.json': lies outside of {tmp_path}" in told
    assert told.endswith("name a folder that holds all of them with --root")


def test_a_command_that_ends_leaves_the_process_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its haste is over."""
    finders = list(sys.meta_path)

    refused([str(tmp_path / "lost.yaml")], capsys)

    assert gc.isenabled()
    assert sys.meta_path == finders


def test_what_a_start_does_not_need_is_loaded_when_it_is_used() -> None:
    """connexion imports it all the same, and may use it one day."""
    script = (
        "import sys\n"
        "from greenroom.server.lazy_imports import postpone\n"
        "postpone()\n"
        "import greenroom.server.connexion_seams\n"
        "before = 'urllib3' in sys.modules, 'requests' in sys.modules\n"
        "import requests\n"
        "print(*before, requests.get.__name__, 'urllib3' in sys.modules)\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert ended.stdout.split() == ["False", "True", "get", "True"]
