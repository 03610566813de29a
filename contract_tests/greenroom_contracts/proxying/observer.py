"""What is made of the exchanges that passed: findings, a recording, a report.

It happens in a thread of its own, so that no exchange waits for it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from queue import SimpleQueue
from threading import Thread

from greenroom.contract.model import Contract
from greenroom.http.exchange import Entry, Exchange, Fields, Request, Response
from greenroom.printable import counted
from greenroom.redaction.archive import entry as har_entry
from greenroom.redaction.credentials import credentials_in
from greenroom.redaction.redactor import Redactor, redactor_for

from ..finding import Finding, merged
from ..report import Report
from ..reports.redacted_report import redacted_finding
from ..traffic.recording import RecordingJudge
from .archive_file import ArchiveFile
from .copies import Copy, without_coding

# Bounds of what is kept for the report: findings, exchanges with one, credentials to look for.
_MOST_FINDINGS, _MOST_EVIDENCE, _MOST_SECRETS = 500, 200, 50
_LARGEST_EVIDENCE = 256 * 1024
# Exchanges that wait to be judged.
_MOST_WAITING = 2_000
_LONGER = "followed by bytes that belong to no response; the connection was closed"


@dataclass(slots=True)
class Passage:
    """An exchange that passes: its heads, and copies of its bodies.

    `status` is None without a response, `error` the reason. A response that `is_longer` was
    followed by bytes that are none. Times are in seconds, `started` since 1970.
    """

    method: str
    url: str
    headers: Fields
    sent: Copy
    received: Copy
    started: float
    seconds: float = 0.0
    status: int | None = None
    reason: str = ""
    fields: Fields = ()
    error: str = "interrupted"
    is_longer: bool = False

    def entry(self) -> Entry:
        """It as it would be read from a recording."""
        body = self.sent.content
        request = Request(self.method, self.url, self.headers, body, self.sent.is_whole)
        response = None
        if self.status is not None and not self.error:
            content = self.received.content if self.received.is_whole else None
            plain = None if content is None else without_coding(content, self.fields)
            is_kept = plain is not None
            response = Response(self.status, self.fields, plain or b"", self.reason, is_kept)
        note = _LONGER if self.is_longer else ""
        return Entry(request, response, self.started, self.seconds, error=self.error, note=note)

    def release(self) -> None:
        """Forget the bodies."""
        self.sent.release()
        self.received.release()


class Observer:
    """Judges, records and tells of every exchange. `end` waits for the last one.

    `secrets` are credentials to redact, beside those of the requests themselves. `tell` is called
    with each new finding as a redacted line.
    """

    def __init__(
        self,
        contract: Contract,
        base_url: str,
        recording: ArchiveFile | None,
        secrets: set[str],
        tell: Callable[[str], None],
    ) -> None:
        self._contract, self._base_url = contract, base_url
        self._judge = RecordingJudge(contract, base_url, whole_host=True)
        self._recording, self._tell = recording, tell
        self._given = secrets
        self._secrets: dict[str, None] = {}
        self._redactor = redactor_for(contract, secrets)
        self._started = time.time()
        self._findings: list[Finding] = []
        self._evidence: list[Exchange] = []
        # The first exchange with each status of each operation.
        self._statuses: dict[tuple[str, int], Exchange] = {}
        self._refused: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()
        self._unjudged: Counter[str] = Counter()
        self._longer = 0
        self._queue: SimpleQueue[Passage | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="greenroom-judge", daemon=True)
        self._thread.start()

    def passed(self, passage: Passage) -> None:
        """Take note of an exchange that has ended. Returns at once."""
        if self._queue.qsize() < _MOST_WAITING:
            self._queue.put(passage)
        else:
            passage.release()
            self._unjudged["exchanges were not judged, since too many were waiting"] += 1

    def refused(self, operation: str, why: str) -> None:
        """Take note of a request that was not sent."""
        key = f"{operation}: {why}" if operation else why
        if key in self._refused or len(self._refused) < _MOST_FINDINGS:
            self._refused[key] += 1
        if self._refused[key] == 1:
            self._tell(self._redactor.text(f"not sent: {key}"))

    def end(self, strict: bool = False) -> tuple[Report, set[str]]:
        """The report about everything that passed, not redacted, and the credentials to redact."""
        self._queue.put(None)
        self._thread.join()
        kept = sorted([*self._evidence, *self._statuses.values()], key=lambda e: e.number)
        report = self._judge.report(self._base_url, kept, self._findings, self._problem())
        report = replace(
            report,
            started=self._started,
            seconds=time.time() - self._started,
            notes=(*self._notes(), *report.notes),
            strict=strict,
        )
        return report, {*self._given, *self._secrets}

    def _problem(self) -> str:
        if self._unjudged:
            return "; ".join(f"{number} {why}" for why, number in self._unjudged.items())
        return "" if self._statuses or self._evidence else "no documented operation was called"

    def _notes(self) -> Iterator[str]:
        for key, number in self._refused.items():
            yield f"{counted(number, 'request was', 'requests were')} not sent: {key}"
        if self._longer:
            yield f"{counted(self._longer, 'response was', 'responses were')} {_LONGER}"
        for why, number in self._left_out.items():
            yield f"{number} {why}"
        if self._recording is not None and self._recording.missing:
            missing = counted(self._recording.missing, "exchange is", "exchanges are")
            yield f"{missing} not in {self._recording.path}: {self._recording.why}"

    def _run(self) -> None:
        while (passage := self._queue.get()) is not None:
            try:
                self._observe(passage)
            except Exception as error:
                # A bug must end neither the proxy nor the recording of what follows.
                why = f"exchanges were not judged: a bug in greenroom: {type(error).__name__}"
                self._unjudged[why] += 1
            finally:
                passage.release()

    def _observe(self, passage: Passage) -> None:
        if passage.is_longer:
            self._longer += 1
            if self._longer == 1:
                line = f"warning: the response to {passage.method} {passage.url} was {_LONGER}"
                self._tell(self._redactor.text(line))
        taken = self._judge.take(passage.entry())
        if taken is None:
            return
        exchange, found = taken
        redactor = self._redactor_of(exchange)
        findings = [redacted_finding(finding, redactor) for finding in found]
        if self._recording is not None:
            self._recording.add(_entry(redactor.exchange(exchange), findings))
        # The report makes commands of the exchanges that it has.
        new = self._note([replace(finding, curl="") for finding in found])
        self._keep(exchange, bool(new))
        for finding in (line for line in findings if line.identity in new):
            basis = f" ({finding.basis})" if finding.basis else ""
            about = f"{finding.operation or 'no operation'}: {finding.message}{basis}"
            self._tell(f"{finding.counts_as()}: {about}")

    def _note(self, found: list[Finding]) -> set[tuple[str, str, str]]:
        """Keep findings; returns the identities of those that are new."""
        if not found:
            return set()
        known = {finding.identity for finding in self._findings}
        new = {finding.identity for finding in found} - known
        if len(known) + len(new) > _MOST_FINDINGS:
            self._left_out["findings are not listed, since there are too many"] += len(new)
            new = set()
        kept = (finding for finding in found if finding.identity in known | new)
        self._findings = merged([*self._findings, *kept])
        return new

    def _keep(self, exchange: Exchange, is_evidence: bool) -> None:
        """Keep an exchange for the report: with its bodies as evidence, unless they are large."""
        request, response = exchange.request, exchange.response
        key = (exchange.operation, exchange.status)
        is_evidence = is_evidence and len(self._evidence) < _MOST_EVIDENCE
        if not is_evidence and (key in self._statuses or not exchange.status):
            return
        size = len(request.body) + (len(response.body) if response is not None else 0)
        if not is_evidence or size > _LARGEST_EVIDENCE:
            request = replace(request, body=b"", recorded=False)
            response = response and replace(response, body=b"", recorded=False)
            exchange = replace(exchange, request=request, response=response)
        if is_evidence:
            self._evidence.append(exchange)
        else:
            self._statuses[key] = exchange

    def _redactor_of(self, exchange: Exchange) -> Redactor:
        """The redactor that knows the credentials of an exchange and of those before it."""
        new = (
            credentials_in(self._contract, [exchange.request]) - self._given - self._secrets.keys()
        )
        if new:
            latest = [*self._secrets, *new][-max(_MOST_SECRETS, len(new)) :]
            self._secrets = dict.fromkeys(latest)
            self._redactor = redactor_for(self._contract, {*self._given, *self._secrets})
        return self._redactor


def _entry(exchange: Exchange, findings: list[Finding]) -> dict[str, object]:
    written = har_entry(exchange)
    if findings:
        names = ("kind", "basis", "pointer", "message")
        listed = [{name: getattr(finding, name) for name in names} for finding in findings]
        written["_greenroom"]["findings"] = listed
    return written
