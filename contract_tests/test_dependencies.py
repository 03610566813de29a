"""What is imported is declared where it is needed, and what is declared is imported."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from greenroom.cli import COMMANDS

ROOT = Path(__file__).parents[1]
PACKAGES = {
    "greenroom": ROOT / "mocks",
    "greenroom_contracts": ROOT / "contract_tests",
    "greenroom_models": ROOT / "generated",
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = {"": PROJECT["project"]["dependencies"], **PROJECT["project"]["optional-dependencies"]}
# The groups of packages for tests, and the folder whose files they are for.
GROUPS = {"dev": ROOT / "contract_tests", "browser": ROOT / "contract_tests" / "browser"}

# Extras that options of `greenroom serve` need.
OF_OPTIONS = ("tls",)
# Declared and not imported, with the reason.
NOT_IMPORTED = {
    "argcomplete": "imported by name, where a shell asks",
    "uvloop": "uvicorn finds it by name",
    "openapi-spec-validator": "its JSON Schema files are read",
    "starlette": "connexion has no upper bound for it",
    "hatchling": "builds the package",
    "msgspec": "imported by models that tests generate",
    "mypy": "a tool",
    "pytest-xdist": "a plugin of pytest",
    "pyright": "a tool",
    "types-pyyaml": "stubs for mypy",
}
# Imported by the code of an extra that does not declare it, with the reason.
NOT_DECLARED = {
    ("serve", "pytest"): "only pytest loads the plugin",
    ("serve", "redis"): "only servers with --store load it",
    ("serve", "trustme"): "only servers with --tls load it",
    ("generate", "graphql-core"): "models need no GraphQL schema, only leniently loaded mocks do",
}


def modules() -> dict[str, Path]:
    """Every module of the packages, by its name."""
    found = {}
    for package, folder in PACKAGES.items():
        for path in (folder / package).rglob("*.py"):
            name = ".".join(path.relative_to(folder).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = path
    return found


MODULES = modules()


def executed(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a module, without what only type checkers read."""
    left = [tree]
    while left:
        node = left.pop()
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            left += node.orelse
        else:
            left += ast.iter_child_nodes(node)


@cache
def imported(path: Path, package: str = "") -> frozenset[str]:
    """The modules that a file of a package imports when it is executed, at its top or lazily."""
    found = set()
    for node in executed(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.rsplit(".", node.level - 1)[0] if node.level else ""
            name = ".".join(filter(None, (above, node.module)))
            names = {f"{name}.{alias.name}" for alias in node.names}
            found |= {name} | (names & MODULES.keys())
    return frozenset(found)


def reached(start: Iterable[str]) -> Iterator[str]:
    """Every name that modules import, whether directly or through others of our packages."""
    left, seen = list(start), set()
    while left:
        name = left.pop()
        if name in seen:
            continue
        seen.add(name)
        if name not in MODULES:
            if name.partition(".")[0] not in PACKAGES:
                yield name
            continue
        package = name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]
        left += [*imported(MODULES[name], package), *filter(None, [name.rpartition(".")[0]])]


def roots(extra: str) -> list[str]:
    """The modules that users of an extra start with; without one, the models and the parser."""
    if not extra:
        return ["greenroom.cli", *(name for name in MODULES if name.startswith("greenroom_models"))]
    plugin = ["greenroom.plugin"] if extra == "serve" else []
    shared = ["greenroom.replicas.store"] if extra == "redis" else []
    command = "serve" if extra in OF_OPTIONS else extra
    return [
        *plugin,
        *shared,
        *(module for _, needed, module in COMMANDS.values() if needed == command),
    ]


def written_for_tests(group: str) -> Iterator[str]:
    """What the files that a group is for import, but for our packages and each other."""
    ours = [path for top in ("contract_tests", "scripts") for path in (ROOT / top).rglob("*.py")]
    local = {path.stem for path in ours} | {path.parent.name for path in ours} | PACKAGES.keys()
    for path in ours:
        is_for_browser = GROUPS["browser"] in path.parents
        if path not in MODULES.values() and is_for_browser == (group == "browser"):
            yield from (n for n in imported(path) if n.partition(".")[0] not in local)


def third_party(names: Iterable[str]) -> set[frozenset[str]]:
    """The distributions that may provide each of the names, without the standard library."""
    providers = packages_distributions()
    tops = {name.partition(".")[0] for name in names} - {*sys.stdlib_module_names, ""}
    return {frozenset(map(normal, providers.get(top, [top]))) for top in tops}


def normal(name: str) -> str:
    """The name of a distribution in the form of PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named(requirements: Iterable[str]) -> set[str]:
    """The distributions that requirements name, those of an extra of ours apart."""
    names = (re.match(r"[\w.-]+", requirement) for requirement in requirements)
    return {normal(name[0]) for name in names if name} - {"greenroom"}


def declared(extra: str) -> set[str]:
    """The distributions that an extra declares, those of extras it includes among them."""
    found = named(EXTRAS[extra]) | named(EXTRAS[""])
    for requirement in EXTRAS[extra]:
        if included := re.match(r"greenroom\[(.*?)\]", requirement):
            found |= {name for other in included[1].split(",") for name in declared(other)}
    return found


def grouped(group: str) -> set[str]:
    """The distributions of a group."""
    return named(PROJECT["dependency-groups"][group])


def undeclared(names: Iterable[str], known: set[str]) -> list[list[str]]:
    """The distributions that are imported and not known."""
    return [sorted(found) for found in third_party(names) if not found & known]


@pytest.mark.parametrize("extra", sorted(EXTRAS.keys() - {"all"}))
def test_an_extra_declares_all_that_it_imports(extra: str) -> None:
    """Lazy imports too: whoever installs one extra can use all that needs it."""
    command = "serve" if extra in OF_OPTIONS else extra
    excepted = {name for needing, name in NOT_DECLARED if needing == command}
    assert undeclared(reached(roots(extra)), declared(extra) | excepted) == []


@pytest.mark.parametrize("extra", sorted(EXTRAS.keys() - {"all"}))
def test_an_extra_imports_all_that_it_declares(extra: str) -> None:
    """Or the reason why not is written here."""
    used = {name for found in third_party(reached(roots(extra))) for name in found}
    assert named(EXTRAS[extra]) - used - NOT_IMPORTED.keys() == set()


@pytest.mark.parametrize("group", GROUPS)
def test_imports_of_tests_and_scripts_are_declared(group: str) -> None:
    """In the group that they are for, or in an extra, all of which developers have."""
    known = declared("all") | grouped("dev") | grouped(group)
    assert undeclared(written_for_tests(group), known) == []


@pytest.mark.parametrize("group", GROUPS)
def test_packages_of_a_group_are_imported_by_its_tests_or_scripts(group: str) -> None:
    """And by nothing that is shipped."""
    used = {name for found in third_party(written_for_tests(group)) for name in found}
    assert grouped(group) - used - NOT_IMPORTED.keys() == set()
    assert grouped(group) & declared("all") == set()


def test_every_listed_exception_is_needed() -> None:
    """It is a name that is declared and never imported, or imported and never declared."""
    shipped = {name for found in third_party(reached(MODULES)) for name in found}
    assert NOT_IMPORTED.keys() - declared("all") - grouped("dev") == set()
    assert NOT_IMPORTED.keys() & shipped == set()
    for extra, name in NOT_DECLARED:
        assert [name] in undeclared(reached(roots(extra)), declared(extra))
