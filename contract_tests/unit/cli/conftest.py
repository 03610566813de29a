"""What the checks of a command line are about: a folder with a contract, and a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from check_command import VARIABLE
from checked import DOCUMENT
from leaking import SECRET, mock

from servers import serving


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the contract of things, and a credential in the environment."""
    (tmp_path / "things.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, SECRET)
    return tmp_path


@pytest.fixture
def url() -> Iterator[str]:
    """A server that conforms to the contract."""
    with serving(mock()) as (origin, _):
        yield origin
