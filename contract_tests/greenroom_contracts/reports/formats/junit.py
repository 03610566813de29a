"""`junit.xml`: a run for CI servers, a suite for the vendor, a case for each operation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from greenroom.http.timestamps import rfc3339
from greenroom.printable import counted, plain

from ...finding import DRIFT, Finding
from ...report import NOT_EXAMINED, Report
from ..next_steps import advice_for, options_for
from ..wording import LEFT_OUT, drift_first, facts, headline, some, state

FILE = "junit.xml"
_RUN = "the run itself"
_NO_OPERATION = "no operation"
# What says why an operation was not examined, by its state.
_ELEMENTS = {NOT_EXAMINED: "error", LEFT_OUT: "skipped"}


def write(report: Report) -> str:
    """A redacted report as JUnit XML.

    Drift is a failure. A planned operation that was not examined is an error, one that was not
    planned is skipped, with its reason. Additions and accepted findings are output.
    """
    cases = list(_cases(report))
    outcomes = (("failure", "failures"), ("error", "errors"), ("skipped", "skipped"))
    numbers = {
        "tests": str(len(cases)),
        **{name: str(sum(case.find(tag) is not None for case in cases)) for tag, name in outcomes},
        "time": f"{report.seconds:.3f}",
    }
    suites = Element("testsuites", {"name": "greenroom", **numbers})
    # JUnit's timestamp has neither a zone nor a fraction.
    when = rfc3339(report.started)[:19]
    about = {"name": _text(report.vendor), **numbers, "timestamp": when}
    suite = SubElement(suites, "testsuite", about)
    properties = SubElement(suite, "properties")
    described = {
        "verdict": report.verdict,
        "target": report.target,
        "contract": f"{report.title} {report.contract_version}",
        "greenroom": report.greenroom_version,
    }
    for name, value in described.items():
        SubElement(properties, "property", name=name, value=_text(value))
    suite.extend(cases)
    indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suites, encoding="unicode") + "\n"


def _cases(report: Report) -> Iterator[Element]:
    # By operation: the findings that are drift, and the others.
    found: dict[str, tuple[list[Finding], list[Finding]]] = defaultdict(lambda: ([], []))
    for finding, label in drift_first(report):
        for name in finding.operations:
            found[name][0 if label == DRIFT else 1].append(finding)
    seconds: dict[str, float] = defaultdict(float)
    for exchange in report.exchanges:
        seconds[exchange.operation] += exchange.seconds
    for operation in report.operations:
        drift, others = found.pop(operation.operation, ([], []))
        case = _case(report, operation.operation, seconds[operation.operation], drift, others)
        if (known := state(operation, len(drift))) in _ELEMENTS:
            element = Element(_ELEMENTS[known], message=_text(operation.why_not or known))
            if options := options_for(operation):
                element.text = _text(f"next: add {options}")
            if known == NOT_EXAMINED:
                element.set("type", NOT_EXAMINED)
            case.insert(0, element)
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
        failure = SubElement(case, "failure", type=DRIFT, message=message)
        failure.text = _described(drift, report.strict)
    if others:
        SubElement(case, "system-out").text = _described(others, report.strict)
    return case


def _described(found: Iterable[Finding], strict: bool) -> str:
    texts = []
    for finding in found:
        label = finding.counts_as(strict)
        more = [("next", advice_for(finding))] if label == DRIFT else []
        lines = map(": ".join, [(label, headline(finding)), *facts(finding), *more])
        texts.append("\n  ".join(lines))
    return _text("\n\n".join(texts))


def _text(text: str) -> str:
    """Text that XML 1.0 allows (section 2.2): unprintable characters are escaped."""
    return plain(text, keep="\n\t")
