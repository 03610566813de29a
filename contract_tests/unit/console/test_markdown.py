"""Texts of contracts are CommonMark, and never anything that loads or runs."""

from __future__ import annotations

import pytest

from greenroom.console.markdown import markdown
from html_page import HtmlPage


def test_what_people_write_becomes_html() -> None:
    """Emphasis, lists, code and headings below those of the page."""
    html = markdown("# One\n\n*two* `three`\n\n- four\n\n## Five", 3)

    assert html.splitlines() == [
        "<h3>One</h3>", "<p><em>two</em> <code>three</code></p>", "<ul>", "<li>four</li>", "</ul>",
        "<h4>Five</h4>",
    ]  # fmt: skip


def test_links_lead_away_without_a_trace() -> None:
    """The page that is left is nobody's business."""
    assert markdown("[a](https://a.test)") == (
        '<p><a href="https://a.test" rel="noopener noreferrer">a</a></p>\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.test/x.png)",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html,x)",
        "[a](data:image/svg+xml,x)",
        "[a](vbscript:x)",
        "[a](/_greenroom/spaces)",
        '<https://a.test/" onclick=x>',
        '[a](https://a.test/"onclick="x)',
        '[a](https://a.test "" onclick="x")',
    ],
)
def test_nothing_is_loaded_and_nothing_runs(text: str) -> None:
    """Contracts can come from anywhere."""
    page = HtmlPage(str(markdown(text)))

    assert not page.tags.keys() & {"script", "img"}
    for tag, attributes, _ in page.elements:
        assert not attributes.keys() - {"href", "rel", "title"}, tag
        assert attributes.get("href", "https://").startswith("https://")


def test_characters_that_turn_the_writing_are_shown_as_such() -> None:
    """They could falsify a page."""
    assert markdown("a\u202eb") == "<p>a\\u202eb</p>\n"


def test_of_a_long_text_the_beginning_is_shown() -> None:
    """A page has a bound, and says so."""
    html = markdown("word " * 200_000)

    assert len(html) < 11_000
    assert "The contract has the rest." in html
