"""`report.html`: a run for people, on one self-contained page."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable
from importlib.resources import files
from string import Template

from greenroom.console.html import Html, clipped, element, join
from greenroom.http.timestamps import rfc3339

from ...report import CONFORMS, DRIFT, NOT_EXAMINED, OperationReport, Report
from ..evidence import Exchanges
from ..wording import LEFT_OUT, by_operation, counted, drift_first, state, verdict_sentence
from . import har
from .html_coverage import unseen_section, unseen_statuses, webhook_section
from .html_finding import fact, finding_article
from .json import counts

FILE = "report.html"

# The number of findings with evidence, and of findings on the page; the rest is counted.
_WITH_EVIDENCE, _NAMED = 300, 2000
_LONGEST = 400
_STATE_CLASSES = {
    CONFORMS: "conforms",
    DRIFT: "drift",
    NOT_EXAMINED: "unexamined",
    LEFT_OUT: "left",
}
_VERDICTS = {CONFORMS: "Conforms", DRIFT: "Drift", NOT_EXAMINED: "Not examined"}


def write(report: Report) -> str:
    """A redacted report as an HTML page, every text of a vendor escaped, its size bounded."""
    sections = [
        ("operations", "Operations", _operations(report)),
        ("findings", "Findings", _findings(report)),
        ("statuses", "Responses never seen (for information)", unseen_statuses(report)),
        ("webhooks", "Webhooks", webhook_section(report)),
        ("unseen", "Fields and values never seen (for information)", unseen_section(report)),
        ("leftovers", "Left behind", _leftovers(report)),
        ("notes", "Notes", _list(element("li", clipped(note, _LONGEST)) for note in report.notes)),
    ]
    present = [section for section in sections if section[2]]
    return _PAGE.substitute(
        policy=_POLICY,
        style=_STYLE,
        script=_SCRIPT,
        title=join((f"{_VERDICTS[report.verdict]}: {report.vendor}",)),
        contents=join(element("a", title, href=f"#{name}") for name, title, _ in present),
        verdict=_verdict(report),
        sections=join(
            element("section", element("h2", title), content, id=name)
            for name, title, content in present
        ),
    )


def _verdict(report: Report) -> Html:
    vendor = element("p", f"{report.title} ({report.vendor})", class_="vendor")
    colour = _STATE_CLASSES[report.verdict]
    mark = element("span", _VERDICTS[report.verdict], class_=f"verdict {colour}")
    head = element("h1", mark, " ", element("span", verdict_sentence(report), class_="sentence"))
    problem = report.problem and element("p", report.problem, class_="problem")
    moment = rfc3339(report.started)[:19].replace("T", " ")
    facts = element(
        "dl",
        fact("Examined", element("code", report.target)),
        fact("Contract", f"{report.title} {report.contract_version}"),
        fact("When", f"{moment} UTC, {report.seconds:.1f} s"),
        fact("By", f"greenroom {report.greenroom_version}"),
        fact("Evidence", f"{har.FILE} in the same folder, redacted too"),
        class_="facts",
    )
    return element(
        "header", vendor, head, *([problem] if problem else []), _strip(report), facts,
        class_=f"summary {colour}",
    )  # fmt: skip


def _strip(report: Report) -> Html:
    numbers = counts(report)
    left = numbers["operations"] - numbers["planned"]
    examined = (f"{numbers['examined']} of {numbers['operations']}", "operations examined", "")
    cells = [
        examined if report.operations else (str(numbers["requests"]), "payloads examined", ""),
        (str(numbers["drift"]), "differences", "drift"),
        (str(numbers["guesses"]), "of them guesses", ""),
        (str(numbers["additions"]), "additions", ""),
        (str(numbers["accepted"]), "accepted", ""),
        (str(len(report.not_examined)), "not examined", "unexamined"),
        (str(left), "left out", ""),
        (str(numbers["requests"]), "requests", ""),
    ]
    entries = [
        element(
            "li", element("b", number), " ", element("span", label),
            class_=colour if number != "0" else "none",
        )
        for number, label, colour in cells
    ]  # fmt: skip
    return element("ul", *entries, class_="strip")


def _operations(report: Report) -> Html:
    if not report.operations:
        return Html()
    labels = by_operation(report)
    # A finding of several operations stands with the first of them.
    place = {name: f.operation for f in reversed(report.findings) for name in f.operations}
    head = ("Result", "Operation", "Method and path", "Requests", "Findings")
    rows = [
        _row(o, labels.get(o.operation, Counter()), place.get(o.operation, ""))
        for o in report.operations
    ]
    return element(
        "table",
        element("thead", element("tr", *(element("th", name, scope="col") for name in head))),
        element("tbody", *rows),
    )


def _row(operation: OperationReport, labels: Counter[str], place: str) -> Html:
    current, total = state(operation, labels[DRIFT]), labels.total()
    name: str = element("code", operation.operation)
    if total:
        name = element("a", name, href=f"#{anchor(place)}")
    path = element("code", element("b", operation.method), f" {operation.path}")
    if current != CONFORMS and operation.why_not:
        path = join((path, element("p", clipped(operation.why_not, _LONGEST), class_="why")))
    return element(
        "tr",
        element("td", element("span", current, class_=f"mark {_STATE_CLASSES[current]}")),
        element("th", name, scope="row"),
        element("td", path),
        element("td", str(operation.requests), class_="number", data_label="requests"),
        element("td", str(total), class_="number", data_label="findings"),
        class_=_STATE_CLASSES[current],
    )  # fmt: skip


def anchor(operation: str) -> str:
    """The id of the findings of an operation, with characters that a URL fragment may have."""
    return "op-" + hashlib.sha256(operation.encode("utf-8", "replace")).hexdigest()[:12]


def _findings(report: Report) -> Html:
    exchanges = Exchanges(report.exchanges)
    paths = {o.operation: f"{o.method} {o.path}" for o in report.operations}
    articles: dict[str, list[Html]] = {finding.operation: [] for finding in report.findings}
    # Drift comes first, so that it keeps its evidence if there are too many findings.
    for rank, (finding, is_drift) in enumerate(drift_first(report)[:_NAMED]):
        evidence = exchanges if rank < _WITH_EVIDENCE else None
        articles[finding.operation].append(finding_article(finding, evidence, is_drift))
    groups = [
        element(
            "section",
            element(
                "h3", element("code", operation or "No operation"), " ",
                element("small", paths.get(operation, "")),
            ),
            *found, id=anchor(operation), class_="operation",
        )
        for operation, found in articles.items() if found
    ]  # fmt: skip
    rest = len(report.findings) - _NAMED
    if rest > 0:
        groups.append(element("p", f"{counted(rest, 'further finding')} in report.json."))
    return join(groups)


def _leftovers(report: Report) -> Html:
    return _list(
        element(
            "li", element("code", left.operation), ": ",
            element("code", clipped(left.identifiers, _LONGEST)),
            f"; {clipped(left.why, _LONGEST)}",
        )
        for left in report.leftovers
    )  # fmt: skip


def _list(entries: Iterable[Html]) -> Html:
    content = join(entries)
    return element("ul", content, class_="plain") if content else content


def _text_of(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


_PAGE = Template(_text_of("page.html"))
_STYLE, _SCRIPT = _text_of("page.css"), _text_of("page.js")
# If markup of a vendor ever got past the escaping, it could run and load nothing.
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_digest(_STYLE)}'; "
    f"script-src 'sha256-{_digest(_SCRIPT)}'; img-src data:; base-uri 'none'; form-action 'none'"
)
