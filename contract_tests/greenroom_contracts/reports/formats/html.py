"""`report.html`: a run for people, one page that needs nothing beside it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib.resources import files
from string import Template

from greenroom.console.html import Html, clipped, element, join
from greenroom.http.timestamps import rfc3339

from ...report import CONFORMS, DRIFT, OperationReport, Report
from ..evidence import Exchanges
from ..wording import LEFT_OUT, UNEXAMINED, counted, state, verdict_sentence
from . import har
from .html_coverage import unseen_section, unseen_statuses, webhook_section
from .html_finding import finding_article
from .json import counts

FILE = "report.html"

# So many findings have their evidence on the page; more are only named, and yet more counted.
_WITH_EVIDENCE, _NAMED = 300, 2000
_LONGEST = 400
_OUTCOMES = {CONFORMS: "conforms", DRIFT: "drift", UNEXAMINED: "unexamined", LEFT_OUT: "left"}
_VERDICTS = {CONFORMS: "Conforms", DRIFT: "Drift", UNEXAMINED: "Not examined"}


def write(report: Report) -> str:
    """A redacted report as an HTML page, every text of a vendor escaped, its size bounded."""
    sections = [
        ("operations", "Operations", _operations(report)),
        ("findings", "Findings", _findings(report)),
        ("statuses", "Answers never seen", unseen_statuses(report)),
        ("webhooks", "Webhooks", webhook_section(report)),
        ("unseen", "Fields and values never seen", unseen_section(report)),
        ("leftovers", "Left behind", _leftovers(report)),
        ("notes", "Notes", _notes(report)),
    ]
    shown = [section for section in sections if section[2]]
    return _PAGE.substitute(
        policy=_POLICY,
        style=_STYLE,
        script=_SCRIPT,
        title=join((f"{_VERDICTS[report.verdict]}: {report.vendor}",)),
        contents=join(element("a", title, href=f"#{name}") for name, title, _ in shown),
        verdict=_verdict(report),
        sections=join(
            element("section", element("h2", title), content, id=name)
            for name, title, content in shown
        ),
    )


def _verdict(report: Report) -> Html:
    vendor = element("p", f"{report.title} ({report.vendor})", class_="vendor")
    outcome = _OUTCOMES[report.verdict]
    mark = element("span", _VERDICTS[report.verdict], class_=f"verdict {outcome}")
    head = element("h1", mark, " ", element("span", verdict_sentence(report), class_="said"))
    problem = report.problem and element("p", report.problem, class_="problem")
    facts = element(
        "dl",
        _fact("Examined", element("code", report.target)),
        _fact("Contract", f"{report.title} {report.contract_version}"),
        _fact("When", f"{_moment(report)}, {report.seconds:.1f} s"),
        _fact("By", f"greenroom {report.greenroom_version}"),
        _fact("Evidence", f"{har.FILE} beside this page, redacted like everything here"),
        class_="facts",
    )
    return element(
        "header", vendor, head, *([problem] if problem else []), _strip(report), facts,
        class_=f"summary {outcome}",
    )  # fmt: skip


def _moment(report: Report) -> str:
    return rfc3339(report.started)[:19].replace("T", " ") + " UTC"


def _fact(name: str, *parts: str) -> Html:
    return element("div", element("dt", name), element("dd", *parts))


def _strip(report: Report) -> Html:
    numbers = counts(report)
    left = numbers["operations"] - numbers["planned"]
    cells = [
        (f"{numbers['examined']} of {numbers['operations']}", "operations examined", ""),
        (str(numbers["drift"]), "differences", "drift"),
        (str(numbers["guesses"]), "of them our guesses", ""),
        (str(numbers["additions"]), "additions", ""),
        (str(numbers["accepted"]), "accepted", ""),
        (str(len(report.not_examined)), "not examined", "unexamined"),
        (str(left), "left out", ""),
        (str(numbers["requests"]), "requests", ""),
    ]
    return element(
        "ul",
        *(
            element(
                "li", element("b", number), " ", element("span", label),
                class_=colour if number != "0" else "none",
            )
            for number, label, colour in cells
        ),
        class_="strip",
    )  # fmt: skip


def _operations(report: Report) -> Html:
    if not report.operations:
        return Html()
    drift: dict[str, int] = {}
    for finding in report.drift:
        drift[finding.operation] = drift.get(finding.operation, 0) + 1
    total: dict[str, int] = {}
    for finding in report.findings:
        total[finding.operation] = total.get(finding.operation, 0) + 1
    head = ("Result", "Operation", "Method and path", "Requests", "Findings")
    rows = [
        _row(o, drift.get(o.operation, 0), total.get(o.operation, 0)) for o in report.operations
    ]
    return element(
        "table",
        element("thead", element("tr", *(element("th", name, scope="col") for name in head))),
        element("tbody", *rows),
    )


def _row(operation: OperationReport, drift: int, total: int) -> Html:
    known = state(operation, drift)
    name: str = element("code", operation.operation)
    if total:
        name = element("a", name, href=f"#{anchor(operation.operation)}")
    why = [] if known == CONFORMS else [operation.why_not] if operation.why_not else []
    path = element("code", element("b", operation.method), f" {operation.path}")
    return element(
        "tr",
        element("td", element("span", known, class_=f"mark {_OUTCOMES[known]}")),
        element("th", name, scope="row"),
        element(
            "td", path, *(element("p", clipped(w, _LONGEST), class_="why") for w in why)
        ),
        element("td", str(operation.requests), class_="number", data_label="requests"),
        element("td", str(total), class_="number", data_label="findings"),
        class_=_OUTCOMES[known],
    )  # fmt: skip


def anchor(operation: str) -> str:
    """The id of the findings of an operation, made of what may stand in a fragment."""
    return "op-" + hashlib.sha256(operation.encode("utf-8", "replace")).hexdigest()[:12]


def _findings(report: Report) -> Html:
    exchanges = Exchanges(report.exchanges)
    drift = set(map(id, report.drift))
    by_operation: dict[str, list[int]] = {}
    for i, finding in enumerate(report.findings):
        by_operation.setdefault(finding.operation, []).append(i)
    # What counts comes first, and so has its evidence where there is too much of it.
    order = sorted(range(len(report.findings)), key=lambda i: id(report.findings[i]) not in drift)
    rank = {i: place for place, i in enumerate(order)}
    paths = {o.operation: f"{o.method} {o.path}" for o in report.operations}

    def group(operation: str, members: list[int]) -> Html:
        shown = [i for i in sorted(members, key=rank.__getitem__) if rank[i] < _NAMED]
        articles = [
            finding_article(
                report.findings[i],
                exchanges if rank[i] < _WITH_EVIDENCE else None,
                id(report.findings[i]) in drift,
            )
            for i in shown
        ]
        title = element(
            "h3", element("code", operation or "No operation"), " ",
            element("small", paths.get(operation, "")),
        )  # fmt: skip
        return element("section", title, *articles, id=anchor(operation), class_="operation")

    groups = [
        group(operation, members)
        for operation, members in by_operation.items()
        if any(rank[i] < _NAMED for i in members)
    ]
    rest = len(report.findings) - _NAMED
    if rest > 0:
        groups.append(element("p", f"{counted(rest, 'further finding')} in report.json."))
    return join(groups)


def _leftovers(report: Report) -> Html:
    entries = [
        element(
            "li", element("code", left.operation), " created ",
            element("code", clipped(left.identifiers, _LONGEST)),
            f", which is still there: {clipped(left.why, _LONGEST)}",
        )
        for left in report.leftovers
    ]  # fmt: skip
    return element("ul", *entries, class_="plain") if entries else Html()


def _notes(report: Report) -> Html:
    entries = [element("li", clipped(note, _LONGEST)) for note in report.notes]
    return element("ul", *entries, class_="plain") if entries else Html()


def _parts(*names: str) -> Iterator[str]:
    for name in names:
        yield (files(__package__) / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


_TEMPLATE, _STYLE, _SCRIPT = _parts("page.html", "page.css", "page.js")
_PAGE = Template(_TEMPLATE)
# Texts of others stand on the page: should markup ever slip through, it can run and load nothing.
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_digest(_STYLE)}'; "
    f"script-src 'sha256-{_digest(_SCRIPT)}'; img-src data:; base-uri 'none'; form-action 'none'"
)
