"""One run: planned requests are sent, responses judged, and created resources deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from greenroom.contract.model import Contract, Operation
from greenroom.http import exchange as ex
from greenroom.http.curl import curl_line, with_variable
from greenroom.http.exchange import Exchange

from ..finding import Finding
from ..judge.exchange_judge import ExchangeJudge
from ..judge.responses import is_success
from ..planning.effects import changes, deletes
from ..planning.identifiers import sources
from ..planning.options import Options
from ..planning.plan import Plan, stage
from ..probes.calling import UnsendableError
from ..probes.operation import OperationProbe
from ..report import Leftover
from ..resources.created import CreatedResources
from ..resources.identifier_pool import IdentifierPool, SuppliedValues
from ..sending.guard import ForbiddenRequestError
from ..sending.interruption import Interruption
from ..sending.session import BudgetSpentError, QuotaSpentError
from ..sending.target import Target, open_session
from .progress import Progress
from .target_sanity import ENOUGH, refused_credential, wrong_target

# Statuses of requests that were not processed, so that they show nothing about the operation.
_NOT_PROCESSED = (429, 502, 503, 504)
# Statuses by which a server refuses an address that cannot exist.
_REFUSALS = (400, 422)
# After so many requests in a row without a response, the server is considered down.
_MOST_WITHOUT_RESPONSE = 3


class StopRunError(Exception):
    """The run cannot continue: the reason, in one line."""


class WrongTargetError(StopRunError):
    """The server is not the API, or refuses this credential."""


class CheckRun:
    """A run in progress. Its attributes have the results so far.

    `reasons` has the reasons why operations were not examined, by id; `problem` is the reason why
    the run ended early.
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
        self.unsupplied: set[str] = set()
        self.examined: set[str] = set()
        self.problem = ""
        self.judge = ExchangeJudge(contract)
        self.session = open_session(contract, target, plan, options, interruption)
        self.session.listen(self._process)
        self._target = target
        self._progress = progress or Progress()
        self._identifiers = IdentifierPool(contract, target.base_url, options)
        self._created = CreatedResources(self.judge.operations)
        self._probe = OperationProbe(
            contract, target, plan, options, self.session, self.judge, self._add
        )
        self._firsts: dict[str, Exchange] = {}
        # Operations that the server does not have.
        self._gone: set[str] = set()
        # Why requests of an operation show nothing about it, by its id.
        self._inconclusive: dict[str, str] = {}
        self._without_response = 0

    @property
    def unsent(self) -> list[str]:
        """The GraphQL operations among the documented ones that were not sent, with the reason."""
        return self._probe.unsent

    def execute(self) -> None:
        """Send all planned requests, then clean up, whatever happens in between."""
        try:
            self._send_all()
        except WrongTargetError as error:
            # The responses were not those of the API, so they show nothing about its operations.
            self.problem = str(error)
            self.findings.clear()
            self.examined.clear()
        except (StopRunError, BudgetSpentError) as error:
            self.problem = str(error)
        except KeyboardInterrupt:
            self.problem = "interrupted"
        except Exception as error:
            # A bug must not prevent cleaning up, nor hide what was found.
            self.problem = f"a bug in greenroom: {type(error).__name__}: {error}"
        try:
            self._clean_up()
        except KeyboardInterrupt:
            self.problem = "interrupted, and again while cleaning up"
            self.leftovers += [
                resource.leftover(self.problem) for resource in self._created.pending
            ]
        self.leftovers += self._created.lasting()
        # An operation with an inconclusive request was not examined completely.
        for name, reason in {**self.judge.unread, **self._inconclusive}.items():
            self.examined.discard(name)
            self.reasons[name] = reason

    def _send_all(self) -> None:
        probe = self._probe
        reading = [operation for operation in self.plan.sent if stage(operation) == "read"]
        deleting = [operation for operation in self.plan.sent if stage(operation) == "delete"]
        writing = [o for o in self.plan.sent if o not in reading and o not in deleting]
        late = self._in_order(reading, "documented", probe.documented)
        self._verify_target(whole=True)
        known = [operation for operation in reading if operation not in late]
        self._in_order(known, "probes", probe.refused, probe.explored)
        # Invalid requests come first: afterwards the resource may be deleted.
        writes = (probe.refused, probe.documented, probe.explored)
        reads = (probe.documented, probe.refused, probe.explored)
        left = self._in_order(writing, "writing", *writes)
        for operation in (o for o in writing if o.id in self.examined):
            self._read_again(operation, reading)
        # Some things can only be read after they were created, and before they are deleted.
        late = self._in_order(late, "reading created resources", *reads)
        left = self._in_order([*left, *deleting], "deleting", *writes)
        left += self._in_order(late, "reading created resources", *reads)
        # Responses to the requests below may supply some of them, too late.
        lacking = {operation.id: self._identifiers.missing(operation) for operation in left}
        for operation in left:
            with suppress(QuotaSpentError, ForbiddenRequestError, UnsendableError):
                self._probe.unknown(operation, self._identifiers.known(operation))
            names = lacking[operation.id]
            options = " ".join(f"--param {operation.id}.{name}=…" for name in names)
            reason = f"no response supplied {', '.join(names)}; {options}"
            self.reasons.setdefault(operation.id, reason)
            if not any(link.pointer for _, link in sources(self.contract, operation)):
                self.unsupplied.add(operation.id)
        self._verify_target(whole=True)

    def _read_again(self, changed: Operation, reading: Iterable[Operation]) -> None:
        """Read what an operation has changed."""
        values = self._identifiers.values(changed)
        readers = [reader for reader in reading if changes(changed, reader)]
        own = {k: v for k, v in values.parameters.items() if k[0] == "path"} if values else {}

        def read(reader: Operation, known: SuppliedValues) -> None:
            self._probe.again(reader, replace(known, parameters={**known.parameters, **own}))

        self._in_order(readers, "reading again", read)

    def _in_order(
        self,
        operations: Iterable[Operation],
        phase: str,
        *steps: Callable[[Operation, SuppliedValues], None],
    ) -> list[Operation]:
        """Take the steps for each operation once its identifiers are known; returns the others."""
        left = list(operations)
        total = len(left)
        while (found := self._next(left)) is not None:
            operation, values = found
            left.remove(operation)
            self._progress.operation(operation.id, phase, total - len(left), total)
            try:
                for step in steps:
                    if operation.id not in self._gone:
                        step(operation, values)
            except QuotaSpentError:
                continue
            except (ForbiddenRequestError, UnsendableError) as error:
                self.reasons.setdefault(operation.id, str(error))
        return left

    def _next(self, left: list[Operation]) -> tuple[Operation, SuppliedValues] | None:
        """The next operation with known identifiers, preferably one without a source in `left`."""
        ready = [(o, known) for o in left if (known := self._identifiers.values(o)) is not None]
        first = [(o, known) for o, known in ready if stage(o) == stage(ready[0][0])]
        for operation, known in first:
            suppliers = [source for source, _ in sources(self.contract, operation)]
            if not any(other in suppliers for other in left if other is not operation):
                return operation, known
        return first[0] if first else None

    def _process(self, exchange: Exchange) -> None:
        """Judge an exchange and learn from it, as soon as it has ended."""
        operation = self.judge.operations[exchange.operation]
        if exchange.response is None:
            self._without_response += 1
            self._created.uncertain(operation, exchange)
            self._note_inconclusive(operation, exchange, exchange.error)
            if self._without_response == _MOST_WITHOUT_RESPONSE and exchange.purpose != ex.CLEAN_UP:
                is_absent = exchange.error.startswith(("no connection", "the host name"))
                hint = "; is the server running, and --base-url right?" if is_absent else ""
                raise StopRunError(f"{self._target.host}: {exchange.error}{hint}")
            return
        self._without_response = 0
        if exchange.purpose == ex.WAITED:
            return
        if exchange.response.status in _NOT_PROCESSED:
            self._note_inconclusive(operation, exchange, f"responded {exchange.response.status}")
        if exchange.purpose == ex.RESERVED and exchange.response.status in _REFUSALS:
            why = f"responded {exchange.response.status}; give --receiver URL"
            self._note_inconclusive(operation, exchange, why)
            return
        found = self.judge.findings(exchange)
        if found:
            self._add(found, exchange)
        if exchange.response.status >= 500 or 300 <= exchange.response.status < 400:
            self._created.uncertain(operation, exchange)
        response = operation.documented(exchange.response.status)
        self._created.made(operation, exchange, self._identifiers.learn(exchange, response))
        if deletes(operation) and exchange.succeeded:
            self._created.deleted(operation, self._identifiers.path_of(exchange.request))
        if exchange.purpose in ex.VALID - {ex.CLEAN_UP}:
            self._examine(operation, exchange, exchange.response.status, found)

    def _note_inconclusive(self, operation: Operation, exchange: Exchange, why: str) -> None:
        if exchange.purpose != ex.CLEAN_UP:
            self._inconclusive.setdefault(operation.id, f"{exchange.purpose}: {why}")

    def _examine(
        self, operation: Operation, exchange: Exchange, status: int, found: list[Finding]
    ) -> None:
        if any(finding.kind == "operation-gone" for finding in found):
            self._gone.add(operation.id)
        if is_success(operation, status) or any(not finding.is_addition for finding in found):
            self.examined.add(operation.id)
        else:
            reason = f"responded {status} to every valid request, so no success was seen"
            if operation.body and exchange.purpose == ex.GENERATED:
                reason += f"; give --body {operation.id}=FILE"
            self.reasons.setdefault(operation.id, reason)
        if operation.id not in self._firsts:
            self._firsts[operation.id] = exchange
            if len(self._firsts) == ENOUGH or len(self._secured_firsts()) == ENOUGH:
                self._verify_target()

    def _add(self, findings: Iterable[Finding], exchange: Exchange) -> None:
        target = self._target
        request = with_variable(exchange.request, target.credential, target.variable)
        line = curl_line(request, target.variable)
        for finding in findings:
            self.findings.append(replace(finding, exchange=exchange.number, curl=line))

    def _secured_firsts(self) -> list[Exchange]:
        operations = self.judge.operations
        return [first for name, first in self._firsts.items() if operations[name].secured]

    def _verify_target(self, whole: bool = False) -> None:
        """Raise WrongTargetError if the server is not the API, or refuses this credential.

        `whole` is whether the operations with a response are all of this part of the run.
        """
        firsts, base_url = list(self._firsts.values()), self._target.base_url
        reason = wrong_target(firsts, self.contract, base_url, whole)
        reason = reason or refused_credential(self._secured_firsts(), whole)
        if reason:
            raise WrongTargetError(f"{self._target.host}: {reason}")

    def _clean_up(self) -> None:
        self.session.unbounded()
        pending = self._created.pending
        for number, resource in enumerate(pending, 1):
            delete = resource.delete
            self._progress.operation(delete.id, "clean-up", number, len(pending))
            why = self._probe.delete(delete, resource.values)
            self._created.handled(resource)
            if why:
                self.leftovers.append(resource.leftover(why))
