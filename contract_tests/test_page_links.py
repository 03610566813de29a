"""What pages name exists: other pages and their headings, commands and options, generated pages."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

import pytest

from documentation import PAGES, ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from greenroom.cli import COMMANDS
from reference import anchor, command_parser, pages

_TEXTS = [
    *PAGES,
    *(ROOT / name for name in ("ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md")),
    ROOT / "specs" / "README.md",
]
# Of pytest and of other programs that pages speak of.
_OF_OTHERS = {
    "--greenroom-url", "--global-property", "--json", "--read-only", "--rm", "--wait", "--add-host",
    "--version", "--help",
}  # fmt: skip


def _without_blocks(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


@cache
def _anchors(page: Path) -> set[str]:
    text = _without_blocks(page.read_text(encoding="utf-8"))
    return {anchor(head) for head in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


@pytest.mark.parametrize("page", _TEXTS, ids=lambda page: page.name)
def test_a_link_leads_to_a_page_and_a_heading_of_it(page: Path) -> None:
    """Of the repository; nothing is asked of a network."""
    text = _without_blocks(page.read_text(encoding="utf-8"))
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://", target):
            continue
        path, _, head = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (head and head not in _anchors(file)):
            broken.append(target)
    assert broken == []


@cache
def _options(command: str) -> set[str]:
    """The options of a command, with those of commands below it."""
    parser = command_parser(command)
    return set(re.findall(r"--[a-z][a-z-]*", "\n".join([parser.format_help(), _below(parser)])))


def _below(parser: object) -> str:
    actions = getattr(parser, "_actions", ())
    choices = [action.choices for action in actions if isinstance(action.choices, dict)]
    return "\n".join(each.format_help() for found in choices for each in found.values())


@pytest.mark.parametrize("page", _TEXTS, ids=lambda page: page.name)
def test_a_page_names_commands_and_options_that_there_are(page: Path) -> None:
    """In its blocks and between backquotes."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    code = re.findall(r"^```.*?^```$|`[^`\n]+`", text, re.DOTALL | re.MULTILINE)
    code = "\n".join(re.findall(r"^```.*?^```$|`[^`\n]+`", text, re.DOTALL | re.MULTILINE))
    wrong = []
    for command, rest in re.findall(r"(?:`|^|\$ |- )greenroom ([a-z]+)\b([^`|\n]*)", code, re.M):
        known = _options(command) if command in COMMANDS else set()
        named = re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest)
        if command not in COMMANDS and command not in ("ready",):
            wrong.append(f"greenroom {command}")
        wrong += [f"{command} {name}" for name in named if name not in known]
    every = _OF_OTHERS.union(*map(_options, COMMANDS))
    for code in re.findall(r"`(--[a-z][a-z-]*)", text):
        wrong += [code] if code not in every else []
    assert wrong == []


@pytest.mark.parametrize("name", pages())
def test_a_page_that_the_code_gives_is_up_to_date(name: str) -> None:
    """`make generate` writes it."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == pages()[name]


def test_the_first_page_is_short_and_the_index_has_all_pages() -> None:
    """Every page is found from the index, which the first page names."""
    first, *others = PAGES
    assert len(first.read_text(encoding="utf-8").splitlines()) <= 120
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert [p.name for p in others if f"({p.name})" not in index and p.name != "index.md"] == []
    assert len(others) > 20


def test_all_that_a_control_request_takes_is_described() -> None:
    """Also what is in its members, such as the effects of a fault."""
    page = pages()["control-api.md"]
    assert not re.findall(r"^\| `.*\| [-.] \|$", page, re.MULTILINE)
    assert "| `effect.tamper` | What differs from what was signed." in page
    assert "| `effect.status` | That of the response" in page
