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


def test_blocks_can_be_copied_and_what_is_wide_is_scrolled_with_keys() -> None:
    """Blocks and tables of any page."""
    html = shown("rehearse-heymilo") + shown("cli")
    assert html.count("<pre") == html.count('<pre tabindex="0"') == html.count(">Copy<") > 5
    assert html.count("<table>") == html.count('<div class="scroll" tabindex="0"') > 5


def test_links_lead_to_pages_and_headings_and_others_are_texts() -> None:
    """Of the checkout's top and of specs/, too; what no page is made of is a text."""
    assert 'href="../docs/SECURITY"' in shown("safety")
    assert 'href="../docs/style-guide#on-for-the-models"' in shown("models-in-your-project")
    assert 'href="../docs/README#on-install"' in shown("rehearse-heymilo")
    assert 'href="../docs/safety"' in shown("README")
    assert "See CHANGELOG.md." in shown("README")
    assert 'href="../docs/rehearse-heymilo#on-1-serve"' in shown("first-check")
    assert 'href="docs/first-check"' in shown()


@pytest.mark.parametrize("parts", [("nothing",), ("..", "pyproject"), ("cli", "more")])
def test_there_is_no_other_page(parts: tuple[str, ...]) -> None:
    """Least of all a file outside of the folder."""
    assert page(Place("../", ("docs", *parts))) is None
