"""Settings come from the user's pyproject.toml and the command line, which takes precedence."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest
from checked import things

from greenroom.errors import GreenroomError
from greenroom_contracts.cli.command import add_arguments
from greenroom_contracts.cli.settings import CheckSettings, options_of, read_settings, with_options
from greenroom_contracts.planning.options import Options


def written(folder: Path, text: str) -> Path:
    """A folder with a pyproject.toml."""
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def settings_in(folder: Path) -> dict[str, Any]:
    """The settings for the vendor acme in the file nearest to a folder."""
    return read_settings("acme", folder).model_dump(exclude_unset=True)


def options(folder: Path, *words: str) -> CheckSettings:
    """The settings of a check of acme with options on its command line."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return with_options(read_settings("acme", folder), parser.parse_args(["acme", *words]))


def run_options(folder: Path, *words: str) -> Options:
    """The options of a run."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    arguments = parser.parse_args(["acme", *words])
    settings = with_options(read_settings("acme", folder), arguments)
    return options_of(arguments, settings, things())


def test_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    """This is not an error."""
    assert settings_in(tmp_path) == {}


def test_a_file_of_another_project_sets_nothing(tmp_path: Path) -> None:
    """Most pyproject.toml files do not mention checks."""
    assert settings_in(written(tmp_path, '[project]\nname = "x"\n')) == {}


def test_the_table_of_a_vendor_takes_precedence(tmp_path: Path) -> None:
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
    assert settings_in(written(tmp_path, text)) == {
        "requests": 7,
        "timeout": 2.5,
        "base_url": "https://sandbox.acme.example",
    }


def test_the_nearest_file_above_is_read(tmp_path: Path) -> None:
    """Paths in it are relative to its folder."""
    written(tmp_path, '[tool.greenroom]\nbaseline = "known.yaml"\nbody = {op = "op.json"}\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert settings_in(below) == {
        "baseline": str(tmp_path / "known.yaml"),
        "body": {"op": str(tmp_path / "op.json")},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = " + "[" * 3_000 + "]" * 3_000, "nested too deeply"),
        ("[tool.greenroom]\nqqq = 5\n", "#/qqq: is not a setting; the settings are allow"),
        ("[tool.greenroom]\nreqests = 5\n", "#/reqests: is not a setting; did you mean requests?"),
        ("[tool.greenroom.vendor.a]\n", "#/vendor: is not a setting; did you mean vendors?"),
        ("[tool.greenroom.vendors.acme]\nonyl = []\n", "/acme/onyl: is not a setting; did you"),
        ("[tool.greenroom.vendors.acmee]\n", "#/vendors/acmee: did you mean acme? It has no"),
        ('[tool.greenroom]\nrequests = "5"\n', '#/requests: must be a whole number, not "5"'),
        ("[tool.greenroom]\nrequests = true\n", "#/requests: must be a whole number, not true"),
        ("[tool.greenroom]\nallow = [1]\n", "#/allow/0: must be a string, not 1"),
        ('[tool.greenroom]\nallow = "op"\n', '#/allow: must be a list of strings, not "op"'),
        ("[tool]\ngreenroom = 5\n", "#: must be a table, not 5"),
        ("[tool.greenroom]\nvendors = 5\n", "#/vendors: must be a table, not 5"),
        ("[tool.greenroom.vendors]\nacme = 5\n", "#/vendors/acme: must be a table, not 5"),
        ("[tool.greenroom]\nstrict = 1\n", "#/strict: must be true or false, not 1"),
        (
            "[tool.greenroom]\ninvalid = -1\n",
            "#/invalid: must be greater than or equal to 0, not -1",
        ),
        ("[tool.greenroom]\ntimeout = inf\n", "#/timeout: must be a finite number, not Infinity"),
        ("[tool.greenroom]\ntimeout = nan\n", "#/timeout: must be a finite number, not NaN"),
        ("[tool.greenroom]\nparam = {id = 5}\n", "#/param/id: must be a string"),
        ('[tool.greenroom]\nbase-url = "x"\n', "belongs in [tool.greenroom.vendors.NAME]"),
        ("[tool.greenroom\n", "pyproject.toml: "),
    ],
)
def test_an_unusable_setting_is_reported_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    """The message has file, pointer, the wrong value and what is allowed."""
    with pytest.raises(GreenroomError) as error:
        read_settings("acme", written(tmp_path, text))
    problem = str(error.value).replace("toml#/tool/greenroom", "toml#")
    assert message in problem
    assert "pydantic" not in str(error.value)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--requests", "many"), '--requests: must be a whole number, not "many"'),
        (("--examples", "-1"), '--examples: must be greater than or equal to 0, not "-1"'),
        (("--time-budget", "soon"), '--time-budget: must be a number, not "soon"'),
        (("--timeout", "nan"), '--timeout: must be a finite number, not "nan"'),
        (("--timeout", "0"), '--timeout: must be greater than 0, not "0"'),
        (("--param", "=5"), "--param =5: write NAME=VALUE"),
    ],
)
def test_an_unusable_option_is_reported_by_its_name(
    tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    """The message has the wrong value and what is allowed."""
    with pytest.raises(GreenroomError) as error:
        options(tmp_path, *words)
    assert str(error.value) == message


def test_the_table_of_another_contract_is_none_of_our_business(tmp_path: Path) -> None:
    """Also of one with nearly the same name, where this one has a table."""
    text = "[tool.greenroom.vendors.acmee]\n[tool.greenroom.vendors.acme]\nstrict = true\n"
    assert settings_in(written(tmp_path, text)) == {"strict": True}
    assert settings_in(written(tmp_path, "[tool.greenroom.vendors.other]\n")) == {}


def test_options_take_precedence_over_the_file(tmp_path: Path) -> None:
    """Settings that only the file has are kept; lists and tables are joined."""
    text = """
    [tool.greenroom]
    requests = 100
    timeout = 2.5
    strict = true
    allow = ["one"]
    param = {a = "1", b = "2"}
    """
    words = ("--requests", "7", "--allow", "two", "--param", "b=3")
    assert options(written(tmp_path, text), *words).model_dump(exclude_defaults=True) == {
        "requests": 7,
        "timeout": 2.5,
        "strict": True,
        "allow": ["two", "one"],
        "param": {"a": "1", "b": "3"},
    }


def test_a_recording_is_not_judged_by_the_base_url_of_the_file(tmp_path: Path) -> None:
    """It was recorded elsewhere; only --base-url applies to it."""
    text = '[tool.greenroom.vendors.acme]\nbase-url = "https://sandbox.acme.example"\n'
    assert options(written(tmp_path, text), "--har", "f").base_url is None
    assert options(tmp_path, "--har", "f", "--base-url", "https://h").base_url == "https://h"


@pytest.mark.parametrize("table", ["[tool.greenroom]", "[tool.greenroom.vendors.acme]"])
def test_no_file_allows_writes(tmp_path: Path, table: str) -> None:
    """A file might be copied unnoticed, so --allow-writes is needed each time."""
    with pytest.raises(GreenroomError, match="only the command line allows writes"):
        read_settings("acme", written(tmp_path, f"{table}\nallow-writes = true\n"))


@pytest.mark.parametrize(
    "url", ["me.example.net", "ftp://me.example.net", "https://a:b@me.example.net"]
)
def test_a_receiver_that_is_no_address_is_refused(tmp_path: Path, url: str) -> None:
    """Nothing could be sent there, or a password would be sent along."""
    text = f'[tool.greenroom]\nreceiver = "{url}"\n'
    with pytest.raises(GreenroomError, match="/greenroom/receiver: must be an HTTP URL"):
        run_options(written(tmp_path, text))


def test_the_receiver_is_a_setting_and_an_option(tmp_path: Path) -> None:
    """The option takes precedence."""
    folder = written(tmp_path, '[tool.greenroom]\nreceiver = "https://me.example.net"\n')
    assert run_options(folder).receiver == "https://me.example.net"
    other = ("--receiver", "http://127.0.0.1:9/x")
    assert run_options(folder, *other).receiver == "http://127.0.0.1:9/x"


def test_what_a_file_allows_is_not_asked_for_without_writes(tmp_path: Path) -> None:
    """A nightly run without writes is complete; what the command line names is asked for."""
    folder = written(tmp_path, '[tool.greenroom]\nallow = ["callThing"]\n')
    assert run_options(folder).allowed == frozenset()
    assert run_options(folder, "--allow", "callThing").allowed == {"callThing"}
    assert run_options(folder, "--allow-writes").allowed == {"callThing"}
