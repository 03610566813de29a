"""A report without secrets: every file and every printed line is made from it."""

from __future__ import annotations

from dataclasses import replace

from greenroom.http.curl import curl_line, with_variable
from greenroom.http.exchange import Request
from greenroom.redaction import json_tokens
from greenroom.redaction.redactor import Redactor
from greenroom.redaction.secrets import MARK
from greenroom.schema import json_pointer as ptr

from ..finding import Finding
from ..report import Report

# The kind of finding whose `detail` is a value from a message.
_VALUED = "undocumented-value"
_SHORTEST = 2


def redacted(report: Report, redactor: Redactor) -> Report:
    """A redacted copy of a report; redacting it again changes nothing."""
    exchanges = tuple(map(redactor.exchange, report.exchanges))
    shown = {finding.exchange for finding in report.findings}
    lines = {
        sent.number: _line(sent.request, clean.request, redactor, *report.credential)
        for sent, clean in zip(report.exchanges, exchanges, strict=True)
        if report.credential is not None and sent.number in shown
    }
    text = redactor.text
    return replace(
        report,
        target=text(report.target),
        findings=tuple(
            redacted_finding(f, redactor, lines.get(f.exchange)) for f in report.findings
        ),
        operations=tuple(replace(o, why_not=text(o.why_not)) for o in report.operations),
        statuses=tuple(replace(s, why_not=text(s.why_not)) for s in report.statuses),
        webhooks=tuple(replace(s, why_not=text(s.why_not)) for s in report.webhooks),
        leftovers=tuple(
            replace(left, identifiers=text(left.identifiers), why=text(left.why))
            for left in report.leftovers
        ),
        exchanges=exchanges,
        credential=None,
        problem=text(report.problem),
        notes=tuple(map(text, report.notes)),
    )


def names_of(instance: str) -> tuple[str, ...]:
    """The names in the place of a finding: data and id for `response body /data/0/id`.

    For `response header X-Id` the name of the field.
    """
    where, slash, rest = instance.partition("/")
    if slash:
        return tuple(name for name in ptr.split("/" + rest) if name and not name.isdigit())
    words = where.split()
    return tuple(words[-1:]) if len(words) > 1 and words[-2] == "header" else ()


def _line(sent: Request, clean: Request, redactor: Redactor, secret: str, variable: str) -> str:
    """The command that repeats a request, redacted but for the variable of the credential."""
    marked = with_variable(sent, secret, variable)
    url, headers = redactor.url(marked.url), redactor.fields(marked.headers)
    return curl_line(replace(clean, url=url, headers=headers), variable)


def redacted_finding(finding: Finding, redactor: Redactor, line: str | None = None) -> Finding:
    """A redacted copy of a finding; `line` is its command if that is redacted already."""
    names, text = names_of(finding.instance), redactor.text
    seen, detail = _seen(finding.seen, names, redactor), finding.detail
    message = finding.message
    value = json_tokens.decoded(finding.seen.rstrip("…"))
    if MARK in seen and seen != finding.seen and len(value) >= _SHORTEST:
        message = message.replace(value, MARK)
    return replace(
        finding,
        operation=text(finding.operation),
        others=tuple(map(text, finding.others)),
        message=text(message),
        expected=text(finding.expected),
        seen=seen,
        instance=text(finding.instance),
        curl=text(finding.curl) if line is None else line,
        detail=_seen(detail, names, redactor) if finding.kind == _VALUED else text(detail),
    )


def _seen(text: str, names: tuple[str, ...], redactor: Redactor) -> str:
    """The redacted text of a JSON value, perhaps cut short, or of a phrase."""
    is_value = text[:1] in ('"', "{", "[") or json_tokens.is_number(text)
    return redactor.json(text, names) if is_value else redactor.text(text)
