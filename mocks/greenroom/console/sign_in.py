"""The page on which a browser gets a session for the control token."""

from __future__ import annotations

from .assets import FOLDER
from .html import environment

_TEMPLATES = environment(__package__, "templates")


def render(root: str, wrong: str = "") -> str:
    """The page as HTML; `root` is the path of /_greenroom, `wrong` says why it is shown again."""
    page = _TEMPLATES.get_template("sign_in.html")
    return page.render(assets=f"{root}/{FOLDER}", root=root, wrong=wrong)
