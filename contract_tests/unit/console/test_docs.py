"""Pages of documentation in the console: their links, and what a policy without styles allows."""

from __future__ import annotations

import pytest

from greenroom.console.docs import page, titles
from greenroom.console.layout import Place
from html_page import HtmlPage


def shown(*parts: str) -> str:
    """A page as HTML, as it is below `/_greenroom/docs`."""
    html = page(Place("../" * len(parts), ("docs", *parts)))
    assert html is not None
    return html


def test_there_are_pages_and_the_index_comes_first() -> None:
    """Without a name it is the one that is shown."""
    assert next(iter(titles())) == "index"
    assert len(titles()) > 20
    assert "<h1" in shown()


@pytest.mark.parametrize("name", titles())
def test_a_page_is_html_without_comments_styles_and_files(name: str) -> None:
    """What has its own ids does not take those of the frame around it."""
    html = shown(name)
    found = HtmlPage(html)
    assert "&lt;!--" not in html
    assert found.faults() == []
    assert not any(".md" in link for link in found.links)
    assert '<h1 id="on-' in html


def test_what_is_wider_than_the_screen_is_scrolled_with_keys() -> None:
    """Blocks and tables of any page."""
    html = shown("rehearse-heymilo") + shown("cli")
    assert html.count("<pre") == html.count('<pre tabindex="0"') > 5
    assert html.count("<table>") == html.count('<div class="scroll" tabindex="0"') > 5


def test_links_lead_to_pages_and_headings_and_others_are_texts() -> None:
    """SECURITY.md and the style guide are not part of the console."""
    html = shown("safety")
    assert 'href="../../docs' not in html
    assert "SECURITY.md says what is a vulnerability" in html
    assert 'href="../docs/rehearse-heymilo#on-1-serve"' in shown("first-check")
    assert 'href="docs/first-check"' in shown()


@pytest.mark.parametrize("parts", [("nothing",), ("..", "pyproject"), ("cli", "more")])
def test_there_is_no_other_page(parts: tuple[str, ...]) -> None:
    """Least of all a file outside of the folder."""
    assert page(Place("../", ("docs", *parts))) is None
