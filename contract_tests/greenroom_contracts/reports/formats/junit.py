"""`junit.xml`: a run for CI servers, a suite for the vendor, a case for each operation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from greenroom.http.timestamps import rfc3339
from greenroom.printable import plain

from ...finding import Finding
from ...report import DRIFT, NOT_EXAMINED, OperationReport, Report
from ..next_steps import advice_for, options_for
from ..wording import counted, drift_first, facts, headline, label, some, state

FILE = "junit.xml"
_RUN = "the run itself"
_NO_OPERATION = "no operation"
_OUTCOMES = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def write(report: Report) -> str:
    """A redacted report as JUnit XML.

    Drift is a failure. A planned operation that was not examined is an error, one that was not
    planned is skipped, with its reason. Additions and accepted findings are output.
    """
    suites = Element("testsuites", name="greenroom")
    suite = SubElement(suites, "testsuite", name=_text(report.vendor))
    properties = SubElement(suite, "properties")
    described = {
        "verdict": report.verdict,
        "target": report.target,
        "contract": f"{report.title} {report.contract_version}",
        "greenroom": report.greenroom_version,
    }
    for name, value in described.items():
        SubElement(properties, "property", name=name, value=_text(value))
    for case in _cases(report):
        suite.append(case)
    _count(suites, suite, report)
    indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suites, encoding="unicode") + "\n"


def _cases(report: Report) -> Iterator[Element]:
    # By operation: the findings that are drift, and the others.
    found: dict[str, tuple[list[Finding], list[Finding]]] = defaultdict(lambda: ([], []))
    for finding, is_drift in drift_first(report):
        for name in finding.operations:
            found[name][0 if is_drift else 1].append(finding)
    seconds: dict[str, float] = defaultdict(float)
    for exchange in report.exchanges:
        seconds[exchange.operation] += exchange.seconds
    for operation in report.operations:
        drift, others = found.pop(operation.operation, ([], []))
        case = _case(report, operation.operation, seconds[operation.operation], drift, others)
        if state(operation, len(drift)) == NOT_EXAMINED:
            why = operation.why_not or "not examined"
            error = Element("error", type=NOT_EXAMINED, message=_text(why))
            error.text = _option(operation)
            case.insert(0, error)
        elif not drift and not operation.examined:
            skipped = Element("skipped", message=_text(operation.why_not or "left out"))
            skipped.text = _option(operation)
            case.insert(0, skipped)
        yield case
    # Webhooks, and traffic that belongs to no operation.
    for name, (drift, others) in found.items():
        yield _case(report, name or _NO_OPERATION, seconds[name], drift, others)
    if report.problem:
        case = _case(report, _RUN, 0.0, [], [])
        SubElement(case, "error", type=NOT_EXAMINED, message=_text(report.problem))
        yield case


def _case(
    report: Report, name: str, seconds: float, drift: list[Finding], others: list[Finding]
) -> Element:
    case = Element(
        "testcase", classname=_text(report.vendor), name=_text(name), time=f"{seconds:.3f}"
    )
    if drift:
        said = list(dict.fromkeys(f"{headline(f)}: {f.message}" for f in drift))
        message = _text(f"{counted(len(drift), 'difference')}: {some(said, '; ')}")
        SubElement(case, "failure", type=DRIFT, message=message).text = _described(drift, True)
    if others:
        SubElement(case, "system-out").text = _described(others, False)
    return case


def _described(found: Iterable[Finding], are_drift: bool) -> str:
    texts = []
    for f in found:
        more = [("next", advice_for(f))] if are_drift else []
        lines = (f"{label(f, are_drift)}: {headline(f)}", *map(": ".join, [*facts(f), *more]))
        texts.append("\n  ".join(lines))
    return _text("\n\n".join(texts))


def _option(operation: OperationReport) -> str | None:
    """The options that examine an operation, None if its reason names none."""
    options = options_for(operation)
    return _text(f"next: add {options}") if options else None


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
    # JUnit's timestamp has neither a zone nor a fraction.
    suite.set("timestamp", rfc3339(report.started)[:19])


def _text(text: str) -> str:
    """Text that XML 1.0 allows (section 2.2): unprintable characters are escaped."""
    return plain(text, keep="\n\t")
