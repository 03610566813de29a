"""HTML in pieces that cannot forget to escape: text is escaped unless it is already markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ..printable import plain


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: str | bool) -> Html:
    """An element. Children and attribute values are escaped, but for Html among the children.

    `True` gives an attribute without value, `False` and "" none. `class_` is `class`, and other
    underscores are hyphens.
    """
    written = "".join(
        f" {name.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{_text(value)}"')
        for name, value in attributes.items()
        if value
    )
    return Html(f"<{tag}{written}>{join(children)}</{tag}>")


def join(children: Iterable[str]) -> Html:
    """Pieces one after the other."""
    return Html("".join(c if isinstance(c, Html) else _text(c) for c in children))


def _text(text: str) -> str:
    # Characters that are invisible or turn the direction of writing could falsify a page.
    return escape(plain(text, keep="\n\t"))
