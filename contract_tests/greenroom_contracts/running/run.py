"""One run against a server: what the plan holds is sent, judged, and cleaned up after."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from greenroom.contract.model import Contract, Operation
from greenroom.http import exchange as ex
from greenroom.http.curl import curl_line
from greenroom.http.exchange import Exchange

from ..finding import Finding
from ..judge.exchange import Judge
from ..judge.responses import documented
from ..planning.effects import removes
from ..planning.identifiers import identifiers_of, sources
from ..planning.options import Options
from ..planning.plan import Plan, stage
from ..probes.calling import UnsendableError, call_for, send
from ..probes.operation import OperationProbe
from ..report import Leftover
from ..resources.created import Creation, Creations
from ..resources.identifier_pool import IdentifierPool, Values
from ..sending.guard import ForbiddenRequestError
from ..sending.interruption import Interruption
from ..sending.session import BudgetSpentError, QuotaSpentError
from ..sending.target import Target, open_session
from .progress import NoProgress, Progress
from .target_sanity import ENOUGH, refused, unsound

# Statuses that put a request off, so that nothing was learned by it.
_PUT_OFF = (429, 502, 503, 504)
# So many requests in a row without any answer, and the server is taken to be gone.
_SILENT = 3


class StopRunError(Exception):
    """There is no use in going on: the reason, in one line."""


class UnsoundError(StopRunError):
    """What answers is not the API, or not for this credential."""


class Run:
    """A run in progress. What it found is in its attributes, complete or not.

    `reasons` say why an operation was not examined, `problem` why the run ended early.
    """

    def __init__(
        self,
        contract: Contract,
        target: Target,
        plan: Plan,
        options: Options,
        progress: Progress | None = None,
        interruption: Interruption | None = None,
    ) -> None:
        self.contract = contract
        self.plan = plan
        self.findings: list[Finding] = []
        self.leftovers: list[Leftover] = []
        self.reasons: dict[str, str] = {}
        self.examined: set[str] = set()
        self.problem = ""
        self.judge = Judge(contract)
        self.session = open_session(contract, target, plan, options, interruption)
        self.session.listen(self._hear)
        self._target = target
        self._progress = progress or NoProgress()
        self._known = IdentifierPool(contract, target.base_url, options.given)
        self._creations = Creations(contract)
        self._probe = OperationProbe(
            contract, target, plan, options, self.session, self.judge, self._add
        )
        self._firsts: dict[str, Exchange] = {}
        # Why a check of an operation came to nothing, by its id.
        self._unmade: dict[str, str] = {}
        self._unanswered = 0

    def execute(self) -> None:
        """Send everything that is planned, then clean up, whatever happens in between."""
        try:
            self._send_all()
        except UnsoundError as error:
            # What somebody else answered is held against no operation.
            self.problem = str(error)
            self.findings.clear()
            self.examined.clear()
        except (StopRunError, BudgetSpentError) as error:
            self.problem = str(error)
        except KeyboardInterrupt:
            self.problem = "interrupted"
        except Exception as error:
            # A fault of ours must not leave behind what the run created, nor hide what it found.
            self.problem = f"a fault of greenroom's own: {type(error).__name__}: {error}"
        try:
            self._clean_up()
        except KeyboardInterrupt:
            self.problem = "interrupted, and again while cleaning up"
            self.leftovers += [_left(creation, self.problem) for creation in self._pending]
        self.leftovers += self._creations.lasting()
        # A check that was not made is not made up for by one that was.
        for name, reason in self._unmade.items():
            self.examined.discard(name)
            self.reasons[name] = reason

    def _send_all(self) -> None:
        reading = [operation for operation in self.plan.sent if stage(operation) == "read"]
        writing = [operation for operation in self.plan.sent if stage(operation) != "read"]
        late = self._in_order(reading, "documented", self._probe.documented)
        self._sound()
        known = [operation for operation in reading if operation not in late]
        self._in_order(known, "probes", self._refuse_and_explore)
        left = self._in_order(writing, "writing", self._write)
        # Some things can be read once they were created.
        left += self._in_order(late, "reading what was created", self._read)
        for operation in left:
            names = [parameter.name for parameter in identifiers_of(operation)]
            options = " ".join(f"--param {operation.id}.{name}=…" for name in names)
            self.reasons.setdefault(operation.id, f"no answer gave {', '.join(names)}; {options}")
        self._sound()

    def _in_order(
        self,
        operations: Iterable[Operation],
        phase: str,
        call: Callable[[Operation, Values], None],
    ) -> list[Operation]:
        """Call each operation once its identifiers are known; those for which they never are."""
        left = list(operations)
        total = len(left)
        while left:
            ready = self._next(left)
            values = self._known.values(ready) if ready is not None else None
            if ready is None or values is None:
                break
            left.remove(ready)
            self._progress.operation(ready.id, phase, total - len(left), total)
            try:
                call(ready, values)
            except QuotaSpentError:
                continue
            except (ForbiddenRequestError, UnsendableError) as error:
                self.reasons.setdefault(ready.id, str(error))
        return left

    def _next(self, left: list[Operation]) -> Operation | None:
        """Of the operations with known identifiers the first that no other one left can serve."""
        ready = [operation for operation in left if self._known.values(operation) is not None]
        first = [operation for operation in ready if stage(operation) == stage(ready[0])]
        names = {operation.id for operation in left}
        for operation in first:
            served_by = {source.id for source, _ in sources(self.contract, operation)}
            if not served_by & (names - {operation.id}):
                return operation
        return first[0] if first else None

    def _refuse_and_explore(self, operation: Operation, values: Values) -> None:
        self._probe.refused(operation, values)
        self._probe.explored(operation, values)

    def _read(self, operation: Operation, values: Values) -> None:
        self._probe.documented(operation, values)
        self._refuse_and_explore(operation, values)

    def _write(self, operation: Operation, values: Values) -> None:
        # What has to be refused comes first: afterwards what it is about may be gone.
        self._probe.refused(operation, values)
        self._probe.documented(operation, values)
        self._probe.explored(operation, values)

    def _hear(self, exchange: Exchange) -> None:
        """Judge an exchange and learn from it, right after it."""
        operation = self.judge.operations[exchange.operation]
        if exchange.response is None:
            self._unanswered += 1
            self._creations.uncertain(exchange)
            self._came_to_nothing(operation, exchange, exchange.error)
            if self._unanswered == _SILENT and exchange.purpose != ex.CLEAN_UP:
                raise StopRunError(f"{self._target.host}: {exchange.error}")
            return
        self._unanswered = 0
        if exchange.purpose == ex.WAITED:
            return
        if exchange.response.status in _PUT_OFF:
            self._came_to_nothing(operation, exchange, f"answered {exchange.response.status}")
        found = self.judge.findings(exchange)
        if found:
            self._add(found, exchange)
        if exchange.response.status >= 500 or 300 <= exchange.response.status < 400:
            self._creations.uncertain(exchange)
        response = documented(operation, exchange.response.status)
        self._creations.made(exchange, self._known.learn(exchange, response))
        if removes(operation) and exchange.succeeded:
            self._creations.deleted(operation, self._known.path_of(exchange.request))
        if exchange.purpose in ex.VALID - {ex.CLEAN_UP}:
            self._examine(operation, exchange, exchange.response.status, found)

    def _came_to_nothing(self, operation: Operation, exchange: Exchange, why: str) -> None:
        if exchange.purpose != ex.CLEAN_UP:
            about = f"{exchange.purpose}: {why}"
            self._unmade.setdefault(operation.id, about)

    def _examine(
        self, operation: Operation, exchange: Exchange, status: int, found: list[Finding]
    ) -> None:
        if exchange.succeeded or any(not finding.is_addition for finding in found):
            self.examined.add(operation.id)
        else:
            said = f"answered {status} to every valid request, so its success was never seen"
            self.reasons.setdefault(operation.id, said)
        if operation.id not in self._firsts:
            self._firsts[operation.id] = exchange
            if len(self._firsts) == ENOUGH or len(self._secured_firsts()) == ENOUGH:
                self._sound()

    def _add(self, findings: Iterable[Finding], exchange: Exchange) -> None:
        target = self._target
        line = curl_line(exchange.request, target.credential, target.variable)
        # Another judge's opinion adds nothing to what has been found already.
        known = any(finding.exchange == exchange.number for finding in self.findings)
        for finding in findings:
            if finding.kind != "property" or not known:
                self.findings.append(replace(finding, exchange=exchange.number, curl=line))

    def _secured_firsts(self) -> list[Exchange]:
        operations = self.judge.operations
        return [first for name, first in self._firsts.items() if operations[name].secured]

    def _sound(self) -> None:
        """Raise UnsoundError where what answers is not the API, or not for this credential."""
        reason = unsound(list(self._firsts.values()), self.contract)
        reason = reason or refused(self._secured_firsts())
        if reason:
            raise UnsoundError(f"{self._target.host}: {reason}")

    @property
    def _pending(self) -> list[Creation]:
        return self._creations.pending

    def _clean_up(self) -> None:
        self.session.unbounded()
        sendable = {operation.id for operation in self.plan.sent}
        pending = self._pending
        for number, creation in enumerate(pending, 1):
            delete = creation.delete
            self._progress.operation(delete.id, "clean-up", number, len(pending))
            if delete.id in sendable:
                why = self._delete(delete, creation.values)
            else:
                why = f"{delete.id} is not in the plan"
            self._creations.settled(creation)
            if why:
                self.leftovers.append(_left(creation, why))

    def _delete(self, operation: Operation, values: Values) -> str:
        """Delete something; why it was not, empty where it was."""
        call = call_for(self.contract, operation, self._target.credential, values)
        try:
            with self.session.about(ex.CLEAN_UP):
                answer = send(self.session, self._target.base_url, call)
        except (ForbiddenRequestError, UnsendableError, BudgetSpentError) as error:
            return str(error)
        if answer is None:
            return f"{operation.id}: {self.session.exchanges[-1].error}"
        gone = answer.status_code < 300 or answer.status_code in (404, 410)
        return "" if gone else f"{operation.id} answered {answer.status_code}"


def _left(creation: Creation, why: str) -> Leftover:
    return Leftover(creation.made_by, creation.identifiers, why)
