"""Settings come from the user's own pyproject.toml, and only such as exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from greenroom.errors import GreenroomError
from greenroom_contracts.cli.settings import read_settings


def written(folder: Path, text: str) -> Path:
    """A folder with a pyproject.toml."""
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    """And that is no error."""
    assert read_settings("acme", tmp_path).values == {}


def test_a_file_of_something_else_has_none(tmp_path: Path) -> None:
    """Most pyproject.toml files say nothing about checks."""
    assert read_settings("acme", written(tmp_path, '[project]\nname = "x"\n')).values == {}


def test_what_is_said_for_a_vendor_counts_more(tmp_path: Path) -> None:
    """Everything else comes from the common table."""
    text = """
    [tool.greenroom]
    requests = 100
    timeout = 2.5
    [tool.greenroom.vendors.acme]
    requests = 7
    base-url = "https://sandbox.acme.example"
    [tool.greenroom.vendors.other]
    requests = 9
    """
    assert read_settings("acme", written(tmp_path, text)).values == {
        "requests": 7,
        "timeout": 2.5,
        "base-url": "https://sandbox.acme.example",
    }


def test_the_nearest_file_above_is_read(tmp_path: Path) -> None:
    """As other tools do; paths are relative to it."""
    written(tmp_path, '[tool.greenroom]\nbaseline = "known.yaml"\nbody = {op = "op.json"}\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert read_settings("acme", below).values == {
        "baseline": str(tmp_path / "known.yaml"),
        "body": {"op": str(tmp_path / "op.json")},
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.greenroom]\nreqests = 5\n", "/tool/greenroom/reqests: is no setting"),
        ('[tool.greenroom]\nrequests = "5"\n', "/tool/greenroom/requests: is not a number"),
        ("[tool.greenroom]\nrequests = true\n", "/tool/greenroom/requests: is not a number"),
        ("[tool.greenroom]\nallow = [1]\n", "/tool/greenroom/allow: holds something else"),
        ('[tool.greenroom]\nallow = "op"\n', "/tool/greenroom/allow: is not a list"),
        ("[tool]\ngreenroom = 5\n", "/tool/greenroom: is no table"),
        ("[tool.greenroom]\nvendors = 5\n", "/tool/greenroom/vendors: is no table"),
        ("[tool.greenroom.vendors]\nacme = 5\n", "/tool/greenroom/vendors/acme: is no table"),
        ("[tool.greenroom\n", "pyproject.toml: "),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    """File, pointer, and what would be right."""
    with pytest.raises(GreenroomError) as told:
        read_settings("acme", written(tmp_path, text))
    assert said in str(told.value)


@pytest.mark.parametrize("table", ["[tool.greenroom]", "[tool.greenroom.vendors.acme]"])
def test_no_file_allows_writes(tmp_path: Path, table: str) -> None:
    """A file is copied and forgotten; whoever runs a check says it each time."""
    with pytest.raises(GreenroomError, match="only the command line allows writes"):
        read_settings("acme", written(tmp_path, f"{table}\nallow-writes = true\n"))
