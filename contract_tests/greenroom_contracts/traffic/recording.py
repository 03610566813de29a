"""Recorded traffic, judged without sending anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from greenroom.contract.model import Contract, Operation
from greenroom.contract.operation_finder import OperationFinder
from greenroom.http import exchange as ex
from greenroom.http.curl import curl_line
from greenroom.http.exchange import Entry, Exchange, Request
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.http.url import normalized
from greenroom.printable import counted
from greenroom.redaction.body_text import is_left_out
from greenroom.redaction.secrets import MARK
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import SchemaWalk

from ..finding import Finding
from ..judge.content import documented_media
from ..judge.exchange_judge import ExchangeJudge
from ..judge.location import Location
from ..judge.request_judge import RequestJudge, RequestViolations
from ..judge.schema_findings import schema_findings
from ..report import OperationReport, Report
from ..reports.assembly import report_of
from ..reports.wording import some
from .redacted_values import is_redacted, judgeable

_VALIDATION_STATUSES = (400, 415, 422)
# Of the requests without an operation, so many are named.
_MOST_UNKNOWN, _LONGEST_UNKNOWN = 100, 200


def judge_recording(
    contract: Contract,
    entries: Sequence[Entry],
    *,
    target: str,
    base_url: str | None = None,
    strict: bool = False,
    judge: RecordingJudge | None = None,
) -> Report:
    """Judge recorded exchanges, except those with other hosts.

    `target` is the name of the recording. `base_url` is that of the recorded API; without it, an
    exchange belongs to the API if it has one of the contract's hosts, or paths on any host.
    """
    judge = judge or RecordingJudge(contract, base_url)
    findings: list[Finding] = []
    exchanges: list[Exchange] = []
    for entry in entries:
        if taken := judge.take(entry):
            exchanges.append(taken[0])
            findings += taken[1]
    problem = "" if exchanges else _nothing(contract, entries, target, base_url)
    return replace(judge.report(target, exchanges, findings, problem), strict=strict)


class RecordingJudge:
    """Judges recorded exchanges one by one by its `judge`, and keeps none of them.

    `base_url` as in judge_recording; with `whole_host`, what its host serves elsewhere belongs to
    the API, too.
    """

    def __init__(
        self, contract: Contract, base_url: str | None = None, whole_host: bool = False
    ) -> None:
        self._contract, self._base_url, self._whole_host = contract, base_url, whole_host
        self._finder = OperationFinder(contract, base_url)
        self.judge, self._requests = ExchangeJudge(contract), RequestJudge(contract)
        self._counts: Counter[str] = Counter()
        self._number = 0
        self._unknown: dict[str, None] = {}
        # Operations with a successful response, and those whose body was judged.
        self._succeeded: set[str] = set()
        self._judged: set[str] = set()

    def take(self, entry: Entry) -> tuple[Exchange, list[Finding]] | None:
        """The numbered exchange with its findings; None if it does not belong to the API."""
        request = entry.request
        found = self._finder.find(request.method, request.url)
        path = found.path if found else self._finder.path_below(request.url)
        if path is None and self._whole_host:
            path = urlsplit(request.url).path
        if path is None:
            return None
        ours = self._base_url is not None or urlsplit(request.url).hostname in self._contract.hosts
        if found is None and (not ours or self._is_implied(request)):
            return None
        self._number += 1
        operation = found.operation if found else None
        exchange = Exchange(
            self._number, operation.id if operation else "", entry.purpose, request, entry.response,
            entry.error or ("" if entry.response else "no response was recorded"), entry.note,
            entry.started, entry.seconds,
        )  # fmt: skip
        self._count(exchange)
        if found is None and len(self._unknown) < _MOST_UNKNOWN:
            self._unknown[f"{request.method} {request.path}"[:_LONGEST_UNKNOWN]] = None
        if operation is None:
            new = list(_undocumented(self.judge.walk, exchange, path))
        else:
            new = judgeable(self.judge.findings(exchange), exchange)
            if exchange.purpose == ex.RECORDED:
                new += _disagreements(self.judge.walk, exchange, operation, path, self._requests)
        line = curl_line(request) if new else ""
        return exchange, [replace(f, exchange=exchange.number, curl=line) for f in new]

    def _is_implied(self, request: Request) -> bool:
        """Whether it is the preflight request of a browser, or the HEAD of a GET (RFC 9110 9.1)."""
        if request.method == "HEAD":
            return self._finder.find("GET", request.url) is not None
        return request.method == "OPTIONS"

    def _count(self, exchange: Exchange) -> None:
        self._counts[exchange.operation] += 1
        if exchange.succeeded and exchange.purpose in ex.VALID | {ex.RECORDED}:
            self._succeeded.add(exchange.operation)
            if _is_recorded(exchange):
                self._judged.add(exchange.operation)

    def report(
        self,
        target: str,
        exchanges: Iterable[Exchange],
        findings: Iterable[Finding],
        problem: str = "",
    ) -> Report:
        """The report about everything that was taken, with these exchanges as its evidence."""
        operations = list(self._operations())
        if self._number and not any(operation.planned for operation in operations):
            problem = f"no operation has a successful response in {target}, so none was examined"
        report = report_of(self._contract, target, exchanges, findings, operations)
        unseen, notes = (
            tuple(self.judge.coverage.unseen()),
            (*self._unknown_calls(), *self.judge.notes),
        )
        return replace(report, unseen=unseen, notes=notes, problem=problem, is_received=True)

    def _unknown_calls(self) -> Iterator[str]:
        if number := self._counts[""]:
            what = counted(number, "request had", "requests had")
            yield f"{what} no documented operation: {some(list(self._unknown))}"

    def _operations(self) -> Iterator[OperationReport]:
        for operation in self._contract.operations:
            was, sent = operation.id in self._judged, self._counts[operation.id]
            lacks = operation.id in self._succeeded and not was
            why = "only refusals were recorded" if sent else "not in the recording"
            why = "the bodies of its responses were not recorded" if lacks else why
            # An operation that is not in the recording was not planned.
            yield OperationReport.of(operation, was or lacks, was, "" if was else why, sent)


def _nothing(
    contract: Contract, entries: Iterable[Entry], target: str, base_url: str | None
) -> str:
    """Why nothing was judged, with the base URL to give: the one that the most requests fit."""
    finder = OperationFinder(contract)
    fitting: Counter[str] = Counter()
    origins: dict[str, None] = {}
    for entry in entries:
        url = normalized(entry.request.url)
        origin, segments = f"{url.scheme}://{url.netloc}", url.path.split("/")
        origins[origin] = None
        below = ("/" + "/".join(segments[start:]) for start in range(1, len(segments)))
        found = next(filter(None, (finder.find_path(entry.request.method, p) for p in below)), None)
        if found is not None:
            fitting[origin + url.path.removesuffix(found.path)] += 1
    where = f"below {base_url}" if base_url else f"at a server of {contract.name}"
    advice = f"; try --base-url {fitting.most_common(1)[0][0]}" if fitting else ""
    listed = "" if fitting or not origins else f": they are to {some(list(origins))}"
    return f"no request in {target} is {where}{listed}{advice}"


def _undocumented(walk: SchemaWalk, exchange: Exchange, path: str) -> Iterator[Finding]:
    if exchange.status not in (404, 405):
        line, seen = f"{exchange.request.method} {path}", str(exchange.status or "no response")
        yield Location(walk, line).finding(
            "undocumented-operation", "/paths", f"{line} is not documented",
            expected="a documented operation", seen=seen, detail=line,
        )  # fmt: skip


def _disagreements(
    walk: SchemaWalk, exchange: Exchange, operation: Operation, path: str, requests: RequestJudge
) -> Iterator[Finding]:
    """A request that the server accepts and the contract does not, or the reverse.

    Nothing is said about a request whose redacted values may be the reason.
    """
    request, response = exchange.request, exchange.response
    if response is None or not (request.recorded or operation.body is None):
        return
    violations = requests.violations(operation, path, request.query, request.headers, request.body)
    location = Location(walk, operation.id, "request")
    if is_redacted(request) and not _violates(walk, exchange, operation, violations):
        return
    if violations is not None and exchange.succeeded:
        yield location.finding(
            "invalid-request-accepted", operation.pointer,
            f"{response.status} for a request that violates the contract: {violations.reason}",
            expected="4XX", seen=str(response.status), detail=violations.reason,
        )  # fmt: skip
    elif violations is None and response.status in _VALIDATION_STATUSES:
        yield location.finding(
            "undocumented-restriction", ptr.join(operation.pointer, "responses"),
            f"{response.status} for a request that conforms to the contract", expected="2XX",
            seen=str(response.status), detail=str(response.status),
        )  # fmt: skip


def _violates(
    walk: SchemaWalk, exchange: Exchange, operation: Operation, found: RequestViolations | None
) -> bool:
    """Whether a request with redacted values violates the contract in others."""
    request, content = exchange.request, operation.body.content if operation.body else ()
    if found is None:
        return False
    if any(place != "body" and MARK not in request.url for place, _, _ in found.violations):
        return True
    media = documented_media(content, request.header("content-type") or "")
    if media is None or not media.is_json or media.schema is None or is_left_out(request.body):
        return media is None
    try:
        value = decode_json(request.body)
    except MalformedError:
        return True
    location = Location(walk, operation.id, "request body")
    differences = schema_findings(location, media.schema, value)
    return any(not finding.is_addition for finding in judgeable(differences, exchange))


def _is_recorded(exchange: Exchange) -> bool:
    response = exchange.response
    return response is not None and (response.recorded or not ex.has_body(response.status))
