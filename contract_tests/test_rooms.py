"""Who may import whom: the order of the rooms, which are the modules and folders of a package."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]
_FOLDERS = {"greenroom": "mocks", "greenroom_contracts": "contract_tests"}
# From the ground up: a room imports only from the rooms that stand before it.
_ROOMS = {
    "greenroom": [
        *("version", "printable", "errors", "decision", "schema", "http", "contract", "codec"),
        *("graphql", "lint", "redaction", "models", "mock", "journal", "state", "replay"),
        *("stores", "webhooks", "replicas", "console", "server", "commands", "testing"),
        *("plugin", "cli", "__main__"),
    ],
    "greenroom_contracts": [
        *("finding", "report", "planning", "sending", "resources", "judge", "mutations"),
        *("fuzzing", "probes", "reports", "running", "traffic", "proxying", "learning", "cli"),
    ],
}
_CORE = tuple(f"greenroom.{room}" for room in ("contract", "schema", "http", "codec", "mock"))
_FRAMEWORKS = ("connexion", "starlette", "uvicorn", "pytest", "hypothesis", "schemathesis")
_MOST_LINES, _MOST_MODULES, _LARGEST_SHARE = 300, 20, 0.25

_SOURCES = {
    ".".join(path.relative_to(_ROOT / folder).with_suffix("").parts): path.read_text("utf-8")
    for package, folder in _FOLDERS.items()
    for path in (_ROOT / folder / package).rglob("*.py")
}


def _imports(module: str, source: str) -> Iterator[str]:
    """What a module imports anywhere in it: in functions and for type checkers too.

    The `__init__` of a package is its public face, above all rooms.
    """
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            around = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*around, node.module] if node.module else around)
            names = [f"{base}.{alias.name}" for alias in node.names]
        for name in names:
            owner = name.rpartition(".")[0]
            known = (name, f"{name}.__init__", owner, f"{owner}.__init__")
            if name not in _FOLDERS:
                yield next((place for place in known if place in _SOURCES), name)


_ARROWS = [
    (module, target)
    for module, source in sorted(_SOURCES.items())
    for target in sorted(set(_imports(module, source)))
]


def _is_in(module: str, *places: str) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


def _room(module: str) -> str:
    return module.split(".")[1]


def test_there_are_imports_to_check() -> None:
    """Without any, the tests below would prove nothing."""
    assert len(_ARROWS) > 1000


@pytest.mark.parametrize("package", _ROOMS)
def test_every_module_is_in_a_room_of_the_order(package: str) -> None:
    """A new room is given its place here."""
    rooms = {_room(module) for module in _SOURCES if _is_in(module, package)}
    assert rooms - {"__init__"} <= set(_ROOMS[package])


@pytest.mark.parametrize("package", _ROOMS)
def test_no_room_imports_from_a_higher_room(package: str) -> None:
    """Neither at the top of a module nor lazily."""
    height = {room: i for i, room in enumerate(["", *_ROOMS[package], "__init__"])}
    inside = [(a, b) for a, b in _ARROWS if _is_in(a, package) and _is_in(b, package)]
    upward = [f"{a} -> {b}" for a, b in inside if height[_room(a)] < height[_room(b)]]
    assert not upward, "\n".join(upward)


def test_no_modules_import_each_other_in_a_circle() -> None:
    """graphlib raises CycleError, which names the circle."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for module, target in _ARROWS:
        sorter.add(module, target)
    sorter.prepare()


@pytest.mark.parametrize(
    ("importers", "forbidden"),
    [
        (("greenroom",), ("greenroom_contracts",)),
        (("greenroom_contracts",), ("greenroom.server", "greenroom.__init__")),
        (_CORE, _FRAMEWORKS),
    ],
    ids=["the mocks no checks", "the checks no server", "the core no framework"],
)
def test_forbidden_modules_are_never_imported(
    importers: tuple[str, ...], forbidden: tuple[str, ...]
) -> None:
    """The table says by which modules."""
    wrong = [f"{a} -> {b}" for a, b in _ARROWS if _is_in(a, *importers) and _is_in(b, *forbidden)]
    assert not wrong, "\n".join(wrong)


def test_the_checks_import_only_html_of_the_console() -> None:
    """Their report is a page too; the others are the server's."""
    checks = [target for module, target in _ARROWS if _is_in(module, "greenroom_contracts")]
    used = {target for target in checks if _is_in(target, "greenroom.console")}
    assert used == {"greenroom.console.html"}


def test_only_one_module_imports_connexion() -> None:
    """That module changes when connexion does."""
    users = {module for module, target in _ARROWS if _is_in(target, "connexion")}
    assert users == {"greenroom.server.connexion_seams"}


def test_the_models_import_only_pydantic_and_the_standard_library() -> None:
    """And `typing_extensions`, which pydantic imports itself."""
    imported = {
        name.partition(".")[0]
        for path in (_ROOT / "generated" / "greenroom_models").glob("*.py")
        for name in _imports(f"greenroom_models.{path.stem}", path.read_text("utf-8"))
    }
    own = {"greenroom_models", "pydantic", "typing_extensions"}
    assert imported - sys.stdlib_module_names == own


def test_no_module_has_more_than_300_lines() -> None:
    """A longer one has more than one subject."""
    lengths = {module: len(source.splitlines()) for module, source in _SOURCES.items()}
    assert {module: lines for module, lines in lengths.items() if lines > _MOST_LINES} == {}


def test_no_folder_has_more_than_20_modules() -> None:
    """A larger one has to be divided into folders."""
    counts = Counter(module.rpartition(".")[0] for module in _SOURCES)
    assert {folder: count for folder, count in counts.items() if count > _MOST_MODULES} == {}


@pytest.mark.parametrize("package", _ROOMS)
def test_no_room_has_over_a_quarter_of_its_package(package: str) -> None:
    """By lines."""
    lines: Counter[str] = Counter()
    for module, source in _SOURCES.items():
        if _is_in(module, package):
            lines[_room(module)] += len(source.splitlines())
    most = lines.total() * _LARGEST_SHARE
    assert {room: count for room, count in lines.items() if count > most} == {}
