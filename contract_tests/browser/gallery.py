"""Pictures of pages, and the table of the states they show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from browser.window import Window

FOLDER = Path(__file__).resolve().parents[2] / "reports" / "browser"
# Of longer pages only the beginning, and on a wide screen what fits on it.
_HIGHEST = 1400
# How states are seen in turn: every width, and both themes.
_VIEWS = (
    ((1280, "light"), (400, "dark"), (320, "light")),
    ((1280, "dark"), (400, "light"), (320, "dark")),
)


def slug(name: str) -> str:
    """A name as that of a file."""
    return re.sub(r"\W+", "-", name.lower()).strip("-")


def picture(window: Window, name: str, part: str = "") -> str:
    """A picture of the page, or of what is seen around a part of it; the name of its file."""
    page, file = window.page, f"{slug(name)}.jpg"
    if part:
        page.locator(part).first.evaluate("(e) => e.scrollIntoView({ block: 'start' })")
    width, height, top = page.evaluate(
        "[innerWidth, document.documentElement.scrollHeight, scrollY]"
    )
    area = {"x": 0, "y": 0, "width": width, "height": min(height, _HIGHEST)}
    is_whole = not top and not part and width < 1280
    whole = {"full_page": True, "clip": area} if is_whole else {}
    page.screenshot(path=FOLDER / file, type="jpeg", quality=80, **whole)
    return file


def look(
    window: Window, name: str, turn: int, part: str = ""
) -> tuple[Mapping[str, str], list[str]]:
    """Pictures by width and theme, which differ by turns, and the barriers that were found."""
    pictures, found = {}, []
    for width, theme in _VIEWS[turn % 2]:
        window.view(width, theme)
        # Measuring contrast takes longer than all else; a theme is measured once.
        barriers = window.barriers(contrast=width > 320)
        found += [f"{width} {theme}: {each}" for each in barriers]
        shown = part if width < 1280 else ""
        pictures[f"{width} {theme}"] = picture(window, f"{name} {width} {theme}", shown)
    return pictures, found


def table(rows: Iterable[Mapping[str, Any]]) -> str:
    """The states of the screens in Markdown: which test brings each about, and its pictures."""
    lines = [
        "# States of the screens", "",
        "| screen | state | test | seen | pictures |", "| --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for row in rows:
        shown = " ".join(f"[{view}]({file})" for view, file in row["pictures"].items())
        cells = (row["screen"], row["state"], f"`{row['test']}`", row["outcome"], shown)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
