"""`report.html`: a run for people, on one self-contained page."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from importlib.resources import files

from markupsafe import Markup

from greenroom.console.html import environment, written
from greenroom.http.exchange import Request, Response
from greenroom.http.timestamps import rfc3339
from greenroom.printable import counted
from greenroom.redaction.archive import body_text

from ...finding import ACCEPTED, ADDITION, DRIFT, KINDS
from ...report import CONFORMS, NOT_EXAMINED, Report
from ..by_statement import StatementFindings, anchor
from ..contents import ReportContents
from ..evidence import Evidence, Exchanges, excerpt
from ..wording import (
    LEFT_OUT,
    basis_sentence,
    by_operation,
    state,
    verdict_sentence,
)
from . import har
from .json import counts

FILE = "report.html"

# The number of findings with evidence, and of findings on the page; the rest is counted.
_WITH_EVIDENCE, _NAMED = 300, 2000
_LONGEST_LINE = 2000
_MOST_FIELDS, _LONGEST_FIELD = 40, 300


def write(contents: ReportContents) -> str:
    """A redacted report as an HTML page, every text of a vendor escaped, its size bounded."""
    report = contents.report
    exchanges = Exchanges(report.exchanges)
    # Drift comes first, so that it keeps its evidence if there are too many findings.
    shown = [(each, finding) for each in contents.statements for finding in each.findings][:_NAMED]
    by_id: dict[str, tuple[StatementFindings, list[object], bool]] = {}
    for i, (statement, finding) in enumerate(shown):
        is_early = i < _WITH_EVIDENCE
        evidence = exchanges.evidence(finding) if is_early else None
        group = by_id.setdefault(statement.id, (statement, [], is_early))
        group[1].append((finding, evidence))
    groups = list(by_id.values())
    place = {name: each.id for each, _, _ in reversed(groups) for name in each.operations}
    found = by_operation(report)
    rows = [
        (each, state(each, labels[DRIFT]), labels.total(), place.get(each.operation))
        for each in report.operations
        for labels in [found.get(each.operation, Counter())]
    ]
    return _TEMPLATES.get_template("page.html").render(
        report=report,
        steps=contents.steps,
        rows=rows,
        groups=groups,
        named=by_id.keys(),
        known={each.operation for each in report.operations},
        further=len(report.findings) - len(shown),
        statuses=_never_seen(report),
        strip=_strip(contents),
        when=f"{rfc3339(report.started)[:19].replace('T', ' ')} UTC, {report.seconds:.1f} s",
    )


def _strip(contents: ReportContents) -> list[tuple[str, str, str]]:
    """The numbers at the top: each with what it counts, and its colour."""
    report, numbers = contents.report, counts(contents.report)
    labels = Counter(each.label for each in contents.statements)
    guesses = sum(each.label == DRIFT and each.basis == "inferred" for each in contents.statements)
    left = numbers["operations"] - numbers["planned"]
    examined = (f"{numbers['examined']} of {numbers['operations']}", "operations examined", "")
    return [
        examined if report.operations else (str(numbers["requests"]), "payloads examined", ""),
        (str(labels[DRIFT]), "statements differ", "drift"),
        (str(guesses), "of them guesses", ""),
        (str(labels[ADDITION]), "additions", ""),
        (str(labels[ACCEPTED]), "accepted", ""),
        (str(len(report.not_examined)), "not examined", "unexamined"),
        (str(left), "left out", ""),
        (str(numbers["requests"]), "requests", ""),
    ]


def _never_seen(report: Report) -> dict[tuple[str, str], list[str]]:
    """The documented statuses that no request received, by operation and reason."""
    groups: dict[tuple[str, str], list[str]] = {}
    for status in report.missed:
        groups.setdefault((status.operation, status.why_not), []).append(status.status)
    return groups


def _message(evidence: Evidence, side: str) -> str:
    """The request or the response of an exchange: its first line, header fields and body."""
    request, response = evidence.exchange.request, evidence.exchange.response
    if side == "response" and response is not None:
        message: Request | Response = response
        line = f"{response.status} {_clipped(response.reason, _LONGEST_FIELD)}".rstrip()
    else:
        message, line = request, f"{request.method} {_clipped(request.url, _LONGEST_LINE)}"
    listed = [f"{name}: {_clipped(value, _LONGEST_FIELD)}" for name, value in message.headers]
    more = ["…"] if len(listed) > _MOST_FIELDS else []
    is_found = evidence.side == side
    body = evidence.body if is_found else excerpt(body_text(message), "")
    return "\n".join((line, *listed[:_MOST_FIELDS], *more)) + (f"\n\n{body}" if body else "")


def _clipped(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]} …"


def _text_of(name: str, package: str | None = __package__) -> Markup:
    return Markup((files(package or "") / name).read_text(encoding="utf-8"))


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


# The colours of the console, without its layout.
_TOKENS = _text_of("look.css", "greenroom.console").partition("*, ::before")[0]
_STYLE, _SCRIPT = _TOKENS + _text_of("page.css"), _text_of("page.js")
_TEMPLATES = environment(
    __package__,
    anchor=anchor,
    basis_sentence=basis_sentence,
    counted=counted,
    verdict_sentence=verdict_sentence,
    COLOURS={CONFORMS: "conforms", DRIFT: "drift", NOT_EXAMINED: "unexamined", LEFT_OUT: "left"},
    KINDS=KINDS,
    VERDICTS={CONFORMS: "Conforms", DRIFT: "Drift", NOT_EXAMINED: "Not examined"},
    evidence_file=har.FILE,
    # If markup of a vendor ever got past the escaping, it could run and load nothing.
    policy=f"default-src 'none'; style-src 'sha256-{_digest(_STYLE)}'; "
    f"script-src 'sha256-{_digest(_SCRIPT)}'; img-src data:; base-uri 'none'; form-action 'none'",
    script=_SCRIPT,
    style=_STYLE,
)
_TEMPLATES.filters |= {"clipped": _clipped, "message": _message, "plain": written}
