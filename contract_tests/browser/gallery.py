"""Pictures of pages, and the table of the states they show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from browser.window import THEMES, WIDTHS, Window

FOLDER = Path(__file__).resolve().parents[2] / "reports" / "browser"
# Of longer pages only the beginning.
_HIGHEST = 1400
# Each colour and each part of a page is seen in one of these.
_CONTRAST = {(1280, "light"), (320, "dark")}


def slug(name: str) -> str:
    """A name as that of a file."""
    return re.sub(r"\W+", "-", name.lower()).strip("-")


def picture(window: Window, name: str) -> str:
    """A picture of the page as it is now; the name of its file."""
    height = min(int(window.page.evaluate("document.documentElement.scrollHeight")), _HIGHEST)
    width = window.page.evaluate("innerWidth")
    at_top = window.page.evaluate("scrollY") == 0
    area = {"full_page": True, "clip": {"x": 0, "y": 0, "width": width, "height": height}}
    file = f"{slug(name)}.jpg"
    window.page.screenshot(path=FOLDER / file, type="jpeg", quality=80, **(area if at_top else {}))
    return file


def look(window: Window, name: str) -> tuple[Mapping[str, str], list[str]]:
    """Pictures in every width and theme by these, and the barriers that were found there."""
    pictures, found = {}, []
    for width in WIDTHS:
        for theme in THEMES:
            window.view(width, theme)
            found += [
                f"{width} {theme}: {each}" for each in window.barriers((width, theme) in _CONTRAST)
            ]
            pictures[f"{width} {theme}"] = picture(window, f"{name} {width} {theme}")
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
