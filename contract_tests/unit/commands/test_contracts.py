"""The commands that print, change and begin contracts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from greenroom.cli import main
from greenroom.contract.catalog import specs_folder, vendors
from greenroom.contract.loading.parsing import parse

VENDOR = vendors()[0]

OVERLAY = """\
overlay: 1.0.0
info: {title: Ours, version: '1'}
actions:
  - {target: $.info, update: {title: Ours}}
  - {target: $.nix, remove: true}
"""
PETS = """\
{"openapi": "3.0.3", "info": {"title": "Pets ü all", "version": "1"},
 "paths": {"/pets": {"$ref": "paths.yaml#/pets"}}}
"""
PATHS = "pets: {get: {responses: {'200': {description: Pets.}}}}\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in {"o.yaml": OVERLAY, "pets.json": PETS, "paths.yaml": PATHS}.items():
        Path(name).write_text(text, encoding="utf-8")


def test_a_contract_is_printed_as_it_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Comments, quotes and order included."""
    assert main(["contract", VENDOR.name]) == 0
    assert capsys.readouterr().out == VENDOR.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [VENDOR.name, "pets.json"])
@pytest.mark.parametrize("wanted", ["yaml", "json"])
def test_a_contract_is_printed_in_either_format(
    capsys: pytest.CaptureFixture[str], name: str, wanted: str
) -> None:
    """With what it refers to in other files."""
    assert main(["contract", name, "--format", wanted]) == 0
    text = capsys.readouterr().out
    assert text.startswith("{") is (wanted == "json")
    document = json.loads(text) if wanted == "json" else parse(text, "printed")
    assert "get" in next(iter(document["paths"].values())) or document["openapi"] == "3.1.0"
    if name == VENDOR.name:
        assert document == parse(VENDOR.path.read_text(encoding="utf-8"), "")


def test_a_contract_on_a_terminal_cannot_control_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Elsewhere it is not changed."""
    Path("pets.json").write_text(PETS.replace("ü", "\\u202e\x7f\u009b"), encoding="utf-8")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main(["contract", "pets.json", "--format", "json"]) == 0
    assert "\u009b" not in capsys.readouterr().out


def test_an_overlay_is_applied_to_a_contract(capsys: pytest.CaptureFixture[str]) -> None:
    """A target that selects nothing is noted."""
    assert main(["overlay", "apply", VENDOR.name, "o.yaml"]) == 0
    printed = capsys.readouterr()
    expected = parse(VENDOR.path.read_text(encoding="utf-8"), "")
    expected["info"]["title"] = "Ours"
    assert parse(printed.out, "printed") == expected
    assert printed.err == "greenroom overlay: note: $.nix selects nothing\n"


@pytest.mark.parametrize("output", ["new.json", "new.yaml"])
def test_the_result_of_an_overlay_is_written_to_a_file(output: str) -> None:
    """In the format that its name says; it can be served."""
    assert main(["overlay", "apply", "pets.json", "o.yaml", "--output", output]) == 0
    text = Path(output).read_text(encoding="utf-8")
    assert text.startswith("{") is output.endswith(".json")
    document = parse(text, output)
    assert document["info"]["title"] == "Ours"
    assert "get" in document["paths"]["/pets"]


BAD = {
    "swapped": (["overlay", "apply", "o.yaml", "pets.json"], "o.yaml#: openapi: not an OpenAPI"),
    "no overlay": (["overlay", "apply", "pets.json", "nix"], "nix#: file: No such file"),
    "not one": (["overlay", "apply", "pets.json", "pets.json"], "pets.json#: overlay: not an"),
    "a folder": (["overlay", "apply", "pets.json", "o.yaml", "--output", "."], "is a folder"),
    "unknown": (["contract", "nix"], "nix is neither a vendor nor a file"),
    "a bad name": (["new", "a-b"], "'a-b' is not a name of lower-case letters and digits"),
    "a path": (["new", "../a"], "not a name"),
    "no file": (["new", "acme", "--from", "nix"], "nix is neither a vendor nor a file"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_message(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and nothing is written."""
    words, message = BAD[name]
    before = sorted(Path().rglob("*"))
    assert main(words) == 2
    assert message in capsys.readouterr().err
    assert sorted(Path().rglob("*")) == before


def test_a_new_contract_keeps_all_rules(capsys: pytest.CaptureFixture[str]) -> None:
    """It can be served at once, under the name of the vendor."""
    assert main(["new", "globex"]) == 0
    assert capsys.readouterr().out == (
        "Wrote specs/globex/openapi.yaml. Next: greenroom lint specs/globex; "
        "greenroom serve specs/globex\n"
    )
    assert main(["lint", "specs/globex"]) == 0
    text = Path("specs/globex/openapi.yaml").read_text(encoding="utf-8")
    assert "Globex" in text
    assert "acme" not in text.lower()


def test_a_contract_is_never_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    """Days of work may be in it."""
    assert main(["new", "globex"]) == 0
    Path("specs/globex/openapi.yaml").write_text("work", encoding="utf-8")
    assert main(["new", "globex", "--from", "pets.json"]) == 2
    assert Path("specs/globex/openapi.yaml").read_text(encoding="utf-8") == "work"
    assert capsys.readouterr().err == "greenroom new: specs/globex/openapi.yaml exists already\n"


def test_a_new_contract_may_begin_with_an_openapi_file() -> None:
    """Of version 3.0 or 3.1, in one file or several."""
    assert main(["new", "pets", "--from", "pets.json"]) == 0
    document = parse(Path("specs/pets/openapi.yaml").read_text(encoding="utf-8"), "")
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "Pets ü all"
    assert document["paths"]["/pets"]["get"]["operationId"] == "getPets"


def test_the_vendors_are_listed_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with what a script needs to find and name it."""
    assert main(["vendors", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in listed] == [source.name for source in vendors()]
    assert all(Path(entry["file"]).is_relative_to(specs_folder()) for entry in listed)
    assert all(entry["operations"] > 0 and entry["hosts"] for entry in listed)


def test_problems_are_listed_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    """An array, empty where there are none; the exit code is the same."""
    assert main(["lint", "--json", VENDOR.name]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["lint", "--json", "pets.json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found[0].keys() == {"file", "pointer", "rule", "message"}
    assert found[0]["file"] == "pets.json"
