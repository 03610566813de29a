"""`junit.xml`: a run for CI servers, one suite for the vendor and one case for each operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from greenroom.http.timestamps import rfc3339
from greenroom.printable import plain

from ...finding import KINDS, Finding
from ...report import DRIFT, Report
from ..wording import UNEXAMINED, counted, facts, headline, state

FILE = "junit.xml"
_RUN = "the run itself"
_NO_OPERATION = "no operation"
_OUTCOMES = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def write(report: Report) -> str:
    """A redacted report as JUnit XML.

    Drift is a failure, an operation that the plan held and that was not examined an error, one
    left out of the plan skipped with its reason. Additions and what a baseline accepts are output.
    """
    suites = Element("testsuites", name="greenroom")
    suite = SubElement(suites, "testsuite", name=_text(report.vendor))
    properties = SubElement(suite, "properties")
    for name, value in _properties(report):
        SubElement(properties, "property", name=name, value=_text(value))
    for case in _cases(report):
        suite.append(case)
    _count(suites, suite, report)
    indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suites, encoding="unicode") + "\n"


def _properties(report: Report) -> Iterator[tuple[str, str]]:
    yield "verdict", report.verdict
    yield "target", report.target
    yield "contract", f"{report.title} {report.contract_version}"
    yield "greenroom", report.greenroom_version


def _cases(report: Report) -> Iterator[Element]:
    by_operation: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_operation.setdefault(finding.operation, []).append(finding)
    seconds: dict[str, float] = {}
    for exchange in report.exchanges:
        total = seconds.get(exchange.operation, 0.0) + exchange.seconds
        seconds[exchange.operation] = total
    drift = set(map(id, report.drift))
    for operation in report.operations:
        found = by_operation.pop(operation.operation, [])
        counting = [finding for finding in found if id(finding) in drift]
        case = _case(report, operation.operation, seconds.get(operation.operation, 0.0))
        known = state(operation, len(counting))
        if known == DRIFT:
            _fail(case, counting)
        elif known == UNEXAMINED:
            why = operation.why_not or "not examined"
            SubElement(case, "error", type=UNEXAMINED, message=_text(why))
        elif not operation.examined:
            SubElement(case, "skipped", message=_text(operation.why_not or "left out"))
        yield _with_output(case, [finding for finding in found if id(finding) not in drift])
    # Webhooks, and traffic that belongs to no operation.
    for name, found in by_operation.items():
        counting = [finding for finding in found if id(finding) in drift]
        case = _case(report, name or _NO_OPERATION, seconds.get(name, 0.0))
        if counting:
            _fail(case, counting)
        yield _with_output(case, [finding for finding in found if id(finding) not in drift])
    if report.problem:
        case = _case(report, _RUN, 0.0)
        SubElement(case, "error", type=UNEXAMINED, message=_text(report.problem))
        yield case


def _case(report: Report, name: str, seconds: float) -> Element:
    return Element(
        "testcase", classname=_text(report.vendor), name=_text(name), time=f"{seconds:.3f}"
    )


def _fail(case: Element, found: list[Finding]) -> None:
    titles = list(dict.fromkeys(KINDS[finding.kind].title for finding in found))
    message = f"{counted(len(found), 'difference')}: {', '.join(titles)}"
    failure = SubElement(case, "failure", type=DRIFT, message=_text(message))
    failure.text = _told(found)


def _with_output(case: Element, rest: list[Finding]) -> Element:
    if rest:
        SubElement(case, "system-out").text = _told(rest)
    return case


def _told(found: Iterable[Finding]) -> str:
    return _text("\n\n".join("\n".join(_lines(finding)) for finding in found))


def _lines(finding: Finding) -> Iterator[str]:
    yield headline(finding)
    for label, text in facts(finding):
        yield f"  {label}: {text}"


def _count(suites: Element, suite: Element, report: Report) -> None:
    cases = suite.findall("testcase")
    numbers = {
        "tests": str(len(cases)),
        **{
            name: str(sum(case.find(outcome) is not None for case in cases))
            for outcome, name in _OUTCOMES.items()
        },
        "time": f"{report.seconds:.3f}",
    }
    for element in (suites, suite):
        for name, number in numbers.items():
            element.set(name, number)
    # JUnit's own time has no zone and no fraction.
    suite.set("timestamp", rfc3339(report.started)[:19])


def _text(text: str) -> str:
    """Text that XML 1.0 can hold (section 2.2): what does not print is written as an escape."""
    return plain(text, keep="\n\t")
