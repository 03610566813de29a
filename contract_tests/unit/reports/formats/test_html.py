"""`report.html`: everything is on the page, nothing can become markup, its size is bounded."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from reporting import HOSTILE, everything, exchange, finding, guessing, operation, reported

from greenroom.contract.catalog import Source, load
from greenroom.contract.model import Contract
from greenroom_contracts.report import Leftover, NeverSeen, Report, StatusReport
from greenroom_contracts.reports import formats
from greenroom_contracts.reports.by_statement import anchor
from greenroom_contracts.reports.contents import ReportContents
from greenroom_contracts.reports.formats import html

VOID = ("meta", "link", "input")


def write(report: Report, contract: Contract | None = None) -> str:
    """The page of a report about a contract."""
    return html.write(ReportContents.of(report, contract or guessing()))


class Page(HTMLParser):
    """A page read by the rules of HTML: its tags, its attributes and the texts of its elements."""

    def __init__(self, report: Report, contract: Contract | None = None) -> None:
        super().__init__()
        self.html = write(report, contract)
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self._open: list[tuple[str, str, list[str]]] = []
        self._elements: list[tuple[str, str, str]] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attributes]
        if tag not in VOID:
            self._open.append((tag, dict(attributes).get("class") or "", []))

    def handle_endtag(self, tag: str) -> None:
        """End an element, the last that was opened."""
        opened, kind, parts = self._open.pop()
        assert opened == tag
        self._elements.append((tag, kind, "".join(parts)))

    def handle_data(self, data: str) -> None:
        """Take a text."""
        for _, _, parts in self._open:
            parts.append(data)

    @property
    def is_closed(self) -> bool:
        """Whether every element ended."""
        return not self._open

    def texts(self, tag: str, kind: str = "") -> list[str]:
        """The texts of the elements of a tag, and of a class."""
        return [
            text.strip()
            for name, kinds, text in self._elements
            if name == tag and (not kind or kind in kinds.split())
        ]

    def values(self, name: str) -> list[str]:
        """The values of an attribute."""
        return [value for attribute, value in self.attributes if attribute == name]


def test_a_page_is_well_formed() -> None:
    """Every element that it opens ends where it should."""
    assert Page(everything()).is_closed


def test_a_page_without_anything_is_well_formed() -> None:
    """As for a run that could not start."""
    page = Page(replace(reported(problem="no host"), operations=(), exchanges=()))

    assert page.is_closed
    assert page.texts("h1") == ["Not examined The run ended early: no host."]


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (reported(), "Conforms 1 operation examined, no difference from the contract."),
        (reported(finding(basis="documented")), "Drift 1 difference from the contract."),
        (
            reported(finding(), finding("wrong-type", basis="documented")),
            "Drift 2 differences from the contract, 1 of them where our guess was wrong.",
        ),
        (
            reported(operations=(operation("a"),)),
            "Not examined 1 planned operation could not be examined.",
        ),
        (
            replace(reported(), operations=(), exchanges=()),
            "Not examined Nothing was planned, so nothing was examined.",
        ),
    ],
)
def test_the_verdict_comes_first_in_plain_words(report: Report, expected: str) -> None:
    """Before every number."""
    assert Page(report).texts("h1") == [expected]


def test_the_counts_are_at_the_top() -> None:
    """The numbers of examined operations, differences and other findings."""
    strip = Page(everything()).texts("ul", "strip")[0]

    for expected in ("5 of 10 operations examined", "2 not examined", "3 left out"):
        assert expected in strip


def test_every_operation_is_in_the_table_with_its_result() -> None:
    """And the reason if it was not examined."""
    rows = dict.fromkeys(Page(everything()).texts("tr"))
    content = " ".join(rows)

    for listed in everything().operations:
        assert any(listed.operation in row and listed.path in row for row in rows)
    for expected in ("drift", "conforms", "not examined", "left out", "needs --allow-writes"):
        assert expected in content


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("documented", "The vendor's document states this."),
        ("published", "Other public material of the vendor states this."),
        ("inferred", "Our guess was wrong: no document states this."),
        ("disputed", "The vendor's sources contradict each other"),
        (None, "The contract does not name a source for this."),
    ],
)
def test_a_finding_names_the_source_of_the_statement(basis: str | None, expected: str) -> None:
    """In plain words."""
    assert expected in Page(reported(finding(basis=basis))).texts("section", "statement")[0]


@pytest.mark.parametrize("basis", ["documented", "published", "disputed", None])
def test_no_document_is_said_to_state_an_addition(basis: str | None) -> None:
    """An addition is what no document states, whatever the basis of the object around it."""
    page = Page(reported(finding("undocumented-field", basis=basis)))

    sentence = "No document states this; clients that follow the contract are not affected."
    assert sentence in page.texts("section", "statement")[0]
    assert page.texts("span", "basis") == []


def test_a_finding_has_expected_and_seen_values_and_a_command_to_repeat_it() -> None:
    """And where the contract states it."""
    content = Page(reported(finding(count=3))).texts("section", "statement")[0]

    for expected in ("a field stage", "no such field", "response body /stage", "3 times",
                 "#/components/schemas/Candidate/required", "curl -i https://"):  # fmt: skip
        assert expected in content


def test_a_finding_has_its_evidence_folded() -> None:
    """The request and the response."""
    page = Page(reported(finding()))

    assert len(page.texts("details")) == 1
    request, response = page.texts("pre")
    assert request.startswith("GET https://api.acme.example/v1/candidates/c-1")
    assert response == '200 OK\nContent-Type: application/json\n\n{"id": "c-1"}'


def test_a_missing_response_is_explained() -> None:
    """In the place of the response."""
    failed = exchange(response=None, error="no response in time")

    assert (
        "No response: no response in time"
        in Page(reported(finding(), exchanges=(failed,))).texts("details")[0]
    )


@pytest.mark.parametrize(
    ("more", "mark"),
    [
        ({}, "drift"),
        ({"accepted": "until then"}, "accepted"),
        ({"kind": "undocumented-field"}, "addition"),
    ],
)
def test_a_finding_is_marked_as_drift_or_not(more: dict[str, str], mark: str) -> None:
    """Drift does; accepted findings and additions do not."""
    page = Page(reported(finding(**{"kind": "missing-field", **more})))

    assert page.texts("span", "mark")[0] == mark


def test_every_link_leads_to_a_part_of_the_page() -> None:
    """From steps and operations to statements, from statements to operations."""
    page = Page(everything())
    ids = page.values("id")

    for link in page.values("href"):
        assert not link.startswith("#") or link[1:] in ids
    assert len(set(ids)) == len(ids)


def test_parts_that_never_appeared_are_listed() -> None:
    """Responses, webhooks, fields and values, leftovers and notes."""
    text = " ".join(Page(everything()).texts("main"))

    for expected in ("404", "thing.done", "rank", 'stage = "done"', "listThings4", "expired on"):
        assert expected in text


def test_sections_without_content_are_left_out() -> None:
    """A page of a good run is short."""
    page = Page(reported())
    assert page.texts("h2") == ["By statement", "By operation"]
    assert "Nothing differs in 1 of 1 operation." in page.texts("main")[0]


def test_hostile_texts_are_escaped() -> None:
    """Every text of a vendor."""
    hostile = finding(
        operation=HOSTILE, message=HOSTILE, seen=HOSTILE, expected=HOSTILE, instance=HOSTILE,
        curl=HOSTILE, pointer=f"/{HOSTILE}", basis=HOSTILE, accepted=HOSTILE, detail=HOSTILE,
    )  # fmt: skip
    seen = exchange(1, HOSTILE, note=HOSTILE, purpose=HOSTILE, error=HOSTILE)
    page = Page(
        reported(
            hostile, vendor=HOSTILE, title=HOSTILE, target=HOSTILE, contract_version=HOSTILE,
            operations=(operation(HOSTILE, method=HOSTILE, path=HOSTILE, why_not=HOSTILE),),
            statuses=(StatusReport(HOSTILE, HOSTILE, False, HOSTILE),),
            webhooks=(StatusReport(HOSTILE, "", False, HOSTILE),),
            unseen=(NeverSeen(HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
            leftovers=(Leftover(HOSTILE, HOSTILE, HOSTILE),),
            exchanges=(seen,), problem=HOSTILE, notes=(HOSTILE,),
        )
    )  # fmt: skip

    assert page.is_closed
    assert (page.tags["script"], page.tags["img"]) == (1, 0)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert not set(page.html) & {"\x00", "\x1b", "\u202e"}


def test_a_page_is_self_contained() -> None:
    """No script, style, image or font from elsewhere."""
    page = Page(everything())

    assert not page.values("src")
    assert all(link.startswith(("#", "data:")) for link in page.values("href"))
    assert "@import" not in page.html
    assert "url(" not in page.html


def test_the_policy_allows_only_the_script_and_style_of_the_page() -> None:
    """By their digests."""
    page = Page(everything())
    policy = next(value for value in page.values("content") if "default-src" in value)

    assert policy.startswith("default-src 'none'; ")
    for name, kind in (("script", "script-src"), ("style", "style-src")):
        found = re.search(f"<{name}>(.*?)</{name}>", page.html, re.DOTALL)
        assert found is not None
        digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy


def test_without_a_script_everything_can_be_read() -> None:
    """Buttons that need a script are hidden."""
    style = (files(formats) / "page.css").read_text()

    assert "@media (scripting: none) { .copy, .filter { display: none; } }" in style
    assert "hidden" not in dict(Page(everything()).attributes)


def test_a_page_of_very_many_findings_is_bounded() -> None:
    """The omitted ones are counted."""
    body = {"id": "x" * 3000, "text": "y" * 100_000}
    found = [
        finding(message="m" * 5000, seen="s" * 5000, expected="e" * 5000, curl="curl " + "c" * 9000,
                detail=str(i), exchange=1 + i % 50)
        for i in range(5000)
    ]  # fmt: skip
    unseen = [NeverSeen("op", "/p", f"field{i}") for i in range(5000)]
    report = reported(
        *found, unseen=tuple(unseen), exchanges=tuple(exchange(i, body) for i in range(1, 51))
    )

    page = write(report)

    assert len(page) < 10_000_000
    assert "3000 further findings in report.json." in page
    assert "4000 more in report.json" in page


def test_drift_has_its_evidence_first() -> None:
    """Additions may come before it by thousands."""
    additions = [finding("undocumented-field", detail=str(i)) for i in range(2500)]

    page = Page(reported(*additions, finding(message="this one counts")))

    assert "this one counts" in page.texts("section", "statement")[0]
    assert "Evidence" in page.texts("article")[0]


def test_a_finding_of_several_operations_is_written_once_and_linked_from_each() -> None:
    """Each operation links to the statement, and the statement to each operation."""
    operations = tuple(operation(name, examined=True) for name in ("getCandidate", "b", "c"))
    page = Page(reported(finding(others=("b",)), operations=operations))

    (statement,) = page.texts("section", "statement")
    assert "IngetCandidate, b " in " ".join(statement.split())
    (identifier,) = (value for value in page.values("id") if value.startswith("statement-"))
    # One more is in the step that says what to do about it.
    assert page.values("href").count(f"#{identifier}") == 3
    assert f"#{anchor('op', 'b')}" in page.values("href")
    rows = page.texts("tr")
    assert [row.startswith("drift") for row in rows[1:]] == [True, True, False]


def test_a_received_webhook_is_counted() -> None:
    """There are no operations."""
    strip = Page(reported(operations=())).texts("ul", "strip")[0]

    assert "1 payloads examined" in strip
    assert "operations examined" not in strip


def test_what_to_do_next_stands_before_the_findings() -> None:
    """With links to the statements, and lines to copy."""
    page = Page(reported(finding(basis="documented")))

    assert page.texts("h2")[:2] == ["What next", "By statement"]
    (step,) = page.texts("ol", "steps")
    for expected in ("The server differs", "--write-baseline acme-baseline.yaml", "stage is"):
        assert expected in step


def test_a_renamed_field_is_one_statement() -> None:
    """With both findings in it."""
    new = finding(
        "undocumented-field", pointer="/x", detail="Stage", instance="response body /Stage"
    )
    page = Page(reported(finding(), new))

    (statement,) = page.texts("section", "statement")
    assert statement.startswith("stage seems to be called Stage now")
    assert len(page.texts("article")) == 2


def test_a_statement_shows_the_lines_of_the_contract(tmp_path: Path) -> None:
    """With their numbers, as the file has them."""
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(guessing().document, indent=1), encoding="utf-8")
    page = Page(reported(finding()), load(Source("acme", file)))

    (figure,) = page.texts("figure")
    assert str(file) in figure
    assert '"required": [' in figure
    numbers = [int(text) for text in page.texts("span", "ln")]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@pytest.mark.parametrize(("number", "filters"), [(3, 0), (4, 1)])
def test_several_statements_can_be_filtered(number: int, filters: int) -> None:
    """By words and by what they count as."""
    found = [finding(pointer=f"/{i}") for i in range(number - 1)]
    page = Page(reported(*found, finding(accepted="until then")))

    assert len(page.texts("div", "filter")) == filters
    labels = [value for value in page.values("data-label") if value in ("drift", "accepted")]
    assert labels == [*["drift"] * (number - 1), "accepted"]
    boxes = page.values("value")
    assert boxes == (["drift", "accepted"] if filters else [])


def test_a_link_to_a_statement_opens_its_evidence() -> None:
    """Without a script too, where the browser can."""
    style = (files(formats) / "page.css").read_text()

    assert ".statement:target details::details-content { content-visibility: visible;" in style


def test_the_page_has_the_colours_of_the_console() -> None:
    """Every one that it uses is in the part of the console's stylesheet that it takes, and no more.

    With the other part, pages of the console would change how a report looks.
    """
    (style,) = re.findall("<style>(.*?)</style>", write(everything()), re.DOTALL)
    own = (files(formats) / "page.css").read_text()
    tokens = style.removesuffix(own)

    assert len(tokens) < len(style)
    assert set(re.findall(r"var\((--[\w-]+)", own)) <= set(re.findall(r"(--[\w-]+):", tokens))
    assert re.findall(r"^[^\s@/}][^{\n]*(?= \{)", tokens, re.MULTILINE) == [
        ":root", ":root[data-theme=light]", ":root[data-theme=dark]",
    ]  # fmt: skip
