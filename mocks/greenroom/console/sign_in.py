"""The page on which a browser gets a session for the control token."""

from __future__ import annotations

from .layout import Place, render


def page(wrong: str = "") -> str:
    """The page as HTML; `wrong` says why it is shown again."""
    return render("sign_in.html", Place(), wrong=wrong)
