"""Contracts are found by vendor or by file, each under a unique name."""

from __future__ import annotations

from pathlib import Path

import pytest

from greenroom.contract.catalog import find, load, specs_folder, vendors
from greenroom.errors import InvalidContractError, UnknownContractError

SMALL = "openapi: 3.1.0\ninfo: {title: Jobs, version: '1'}\npaths: {}\n"


def write(path: Path) -> str:
    """A small contract at a path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


def test_without_names_every_vendor_is_found() -> None:
    """Sorted by name."""
    names = [source.name for source in find([])]

    assert names == sorted(names) == [source.name for source in vendors()]


def test_the_vendors_of_an_installation_are_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the project around the environment has a folder of the same name."""
    write(tmp_path / "specs" / "theirs" / "openapi.yaml")
    (tmp_path / "pyproject.toml").touch()
    installed = tmp_path / ".venv/lib/site-packages/greenroom/contract/catalog.py"
    monkeypatch.setattr("greenroom.contract.catalog.__file__", str(installed))

    assert specs_folder().name == "_specs"
    assert not specs_folder().is_relative_to(tmp_path)


NAMES = {
    "jobs.yaml": "jobs",
    "My Jobs.v2.json": "my-jobs-v2",
    "Acme/openapi.yaml": "acme",
    "Acme/swagger.json": "acme",
    "___.yaml": "api",
}


@pytest.mark.parametrize("path", NAMES)
def test_a_contract_is_named_after_its_file_or_folder(path: str, tmp_path: Path) -> None:
    """The name becomes part of a URL."""
    (source,) = find([write(tmp_path / path)])

    assert source.name == NAMES[path]


def test_a_folder_may_be_named_for_the_contract_in_it(tmp_path: Path) -> None:
    """Like the folders of the vendors."""
    write(tmp_path / "acme" / "openapi.yaml")

    (source,) = find([str(tmp_path / "acme")])

    assert source.name == "acme"


def test_a_contract_named_twice_is_found_once(tmp_path: Path) -> None:
    """Also by another path to the same file."""
    first = write(tmp_path / "jobs.yaml")
    write(tmp_path / "other" / "x.yaml")

    found = find([first, str(tmp_path / "other" / ".." / "jobs.yaml"), first])

    assert [source.name for source in found] == ["jobs"]


def test_files_with_the_same_name_are_numbered(tmp_path: Path) -> None:
    """In the order in which they were given."""
    paths = [write(tmp_path / folder / "jobs.yaml") for folder in "abc"]

    assert [source.name for source in find(paths)] == ["jobs", "jobs-2", "jobs-3"]


def test_a_vendor_keeps_its_name_when_a_file_has_the_same(tmp_path: Path) -> None:
    """Whichever is given first."""
    vendor = vendors()[0]
    path = write(tmp_path / f"{vendor.name}.yaml")

    found = find([path, vendor.name])

    assert [source.name for source in found] == [f"{vendor.name}-2", vendor.name]


def test_the_file_of_a_vendor_is_that_vendor() -> None:
    """The vendor's name and the path of its file mean one contract."""
    vendor = vendors()[0]

    assert [source.name for source in find([vendor.name, str(vendor.path)])] == [vendor.name]


@pytest.mark.parametrize("name", ["nosuch", "", "a\0b", "x" * 5000, "/", "/nowhere/secret.yaml"])
def test_a_name_of_neither_vendor_nor_file_is_refused_with_all_vendors(name: str) -> None:
    """Even if the operating system does not accept the name."""
    with pytest.raises(UnknownContractError, match=vendors()[0].name):
        find([name])


def test_a_loaded_contract_has_the_name_of_its_source(tmp_path: Path) -> None:
    """Its file is the one that was read."""
    path = write(tmp_path / "jobs.yaml")
    (source,) = find([path])

    contract = load(source)

    assert (contract.name, contract.file) == ("jobs", path)


def test_a_file_that_is_not_a_contract_is_refused_with_file_and_rule(tmp_path: Path) -> None:
    """Every problem is on a separate line."""
    path = tmp_path / "jobs.yaml"
    path.write_text("openapi: 3.1.0\npaths: {}\n", encoding="utf-8")

    with pytest.raises(InvalidContractError) as caught:
        load(find([str(path)])[0])

    assert str(caught.value) == f'{path}#: openapi: "info" is a required property'
