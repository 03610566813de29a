"""The session of a run: every request is guarded, rate limited, counted and recorded."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests

from greenroom.contract.model import Operation
from greenroom.errors import GreenroomError
from greenroom.http.exchange import WAITED, Exchange, Request, Response
from greenroom.http.timestamps import retry_after
from greenroom.version import __version__

from ..planning.effects import creates, is_grave
from .bounded_connection import BoundedAdapter
from .guard import Guard
from .interruption import Interruption
from .rate_limit import RateLimiter
from .response_reading import failure_reason, is_lost_connection, read_body

# 429 means that the request was not processed; 503 does not guarantee that.
_TOO_MANY, _UNAVAILABLE = 429, 503
_RETRIES = 2
_LONGEST_WAIT = 300.0
# Methods that do the same when they are repeated (RFC 9110 section 9.2.2).
_IDEMPOTENT = frozenset(("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"))

# From a request to its purpose and a note about it.
Classify = Callable[[Request], tuple[str, str]]


class BudgetSpentError(GreenroomError):
    """No further request may be sent: the requests or the time of the run are used up."""


class QuotaSpentError(GreenroomError):
    """No further request of an operation may be sent: those of the plan are used up."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of a run.

    `requests` and `seconds` are for the whole run, None for no limit; `timeout` is in seconds for
    each response; `each` has the maximum number of requests by operation id.
    """

    requests: int | None = None
    seconds: float | None = None
    timeout: float = 10.0
    each: Mapping[str, int] = field(default_factory=dict)


class GuardedSession(requests.Session):
    """A requests session that sends and records the requests that the guard admits.

    Redirects are never followed, no cookie is kept, and the environment is not used: a `.netrc`
    would add credentials to requests without any.
    """

    def __init__(
        self,
        guard: Guard,
        limiter: RateLimiter,
        budget: Budget | None = None,
        interruption: Interruption | None = None,
    ) -> None:
        super().__init__()
        self._interruption = interruption or Interruption()
        self.trust_env = False
        self.headers["User-Agent"] = f"greenroom/{__version__}"
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for prefix in list(self.adapters):
            self.mount(prefix, BoundedAdapter())
        # Whether the next request may go out on a connection that has been idle.
        self._is_warm = False
        self._repeated = 0
        self.exchanges: list[Exchange] = []
        self.counts: Counter[str] = Counter()
        self._guard = guard
        self._limiter = limiter
        self._budget = budget or Budget()
        self._began = time.monotonic()
        self._about: Classify = lambda request: ("", "")
        self._listeners: list[Callable[[Exchange], None]] = []

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: a request to it would be prepared even if unsent, and may be malformed."""

    def listen(self, listener: Callable[[Exchange], None]) -> None:
        """Call a function with every exchange, as soon as it has ended."""
        self._listeners.append(listener)

    @contextmanager
    def about(
        self, purpose: str, note: str = "", classify: Classify | None = None
    ) -> Iterator[None]:
        """Record a purpose and a note with every exchange of this block.

        Both are given, or returned by `classify` for each request, which may raise
        ForbiddenRequestError for one that is not to be sent.
        """
        before, self._about = self._about, classify or (lambda request: (purpose, note))
        try:
            yield
        finally:
            self._about = before

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send an admitted request and return its response, the body read.

        Raises ForbiddenRequestError if the guard or `classify` refuses it, BudgetSpentError and
        QuotaSpentError if a limit is used up, and a RequestException if no response came.
        """
        sent = _request(request)
        operation = self._guard.admit(sent.method, sent.url, sent.headers, sent.body)
        about = self._about(sent)
        self._spend(operation)
        for attempt in range(_RETRIES + 1):
            self._limiter.wait(operation.id)
            with self._interruption.deferred():
                response, delay = self._exchange(
                    request, sent, operation, about, kwargs, attempt < _RETRIES
                )
            if delay is None:
                break
            if delay > min(self._left(), _LONGEST_WAIT):
                reason = f"Retry-After is {delay:.0f} s, longer than allowed"
                raise BudgetSpentError(reason)
            self._limiter.sleep(delay)
            # A retry counts towards the requests of the run, but not towards those of its
            # operation.
            self._check_number()
        return response

    def unbounded(self) -> None:
        """Lift every limit but the timeout of a response, to clean up."""
        self._budget = Budget(timeout=self._budget.timeout)

    def _spend(self, operation: Operation) -> None:
        self._check_number()
        if self._left() <= 0:
            raise BudgetSpentError(f"the budget of {self._budget.seconds:g} seconds is used up")
        most = self._budget.each.get(operation.id)
        if most is not None and self.counts[operation.id] >= most:
            raise QuotaSpentError(f"the {most} planned requests of {operation.id} are used up")
        self.counts[operation.id] += 1

    def _check_number(self) -> None:
        most = self._budget.requests
        if most is not None and len(self.exchanges) + self._repeated >= most:
            raise BudgetSpentError(f"the budget of {most} requests is used up")

    def _left(self) -> float:
        seconds = self._budget.seconds
        return float("inf") if seconds is None else seconds - (time.monotonic() - self._began)

    def _exchange(
        self,
        request: requests.PreparedRequest,
        sent: Request,
        operation: Operation,
        about: tuple[str, str],
        kwargs: Mapping[str, Any],
        may_retry: bool,
    ) -> tuple[requests.Response, float | None]:
        """Send and record a request: the response, and the seconds until it is to be sent again."""
        timeout = min(self._budget.timeout, max(self._left(), 0.1))
        options = {"allow_redirects": False, "stream": True, "verify": self.verify}
        started, clock = time.time(), time.monotonic()
        received, delay, failure = None, None, "interrupted"
        try:
            response = self._transmit(request, operation, {**kwargs, **options, "timeout": timeout})
            body = read_body(response)
            self._guard.saw(body)
            headers = tuple(response.raw.headers.items())
            received = Response(response.status_code, headers, body, response.reason or "")
            delay, failure = _retry_delay(operation, received) if may_retry else None, ""
        except requests.RequestException as error:
            failure = failure_reason(error)
            raise
        except (UnicodeError, ValueError) as error:
            failure = f"could not be sent: {error}"
            raise requests.exceptions.InvalidHeader(str(error)) from error
        finally:
            purpose, note = about if delay is None else (WAITED, "")
            exchange = Exchange(
                number=len(self.exchanges) + 1,
                operation=operation.id,
                purpose=purpose,
                request=sent,
                response=received,
                error=failure,
                note=note,
                started=started,
                seconds=time.monotonic() - clock,
            )
            self.exchanges.append(exchange)
            for listener in self._listeners:
                listener(exchange)
        return response, delay

    def _transmit(
        self, request: requests.PreparedRequest, operation: Operation, options: Mapping[str, Any]
    ) -> requests.Response:
        """Send a request, once more if the server had closed an idle connection (section 9.2.2).

        What must not be repeated goes out on a new connection.
        """
        repeatable = request.method in _IDEMPOTENT and not is_grave(operation)
        if not repeatable:
            self.close()
        was_warm, self._is_warm = self._is_warm and repeatable, False
        try:
            response = super().send(request, **options)
        except requests.ConnectionError as error:
            if not (was_warm and is_lost_connection(error)):
                raise
            self.close()
            self._repeated += 1
            self._limiter.wait(operation.id)
            response = super().send(request, **options)
        self._is_warm = True
        return response


def _retry_delay(operation: Operation, response: Response) -> float | None:
    """The seconds after which the same request may be sent again, None if it must not be.

    A request that may contact a person or cost money is never repeated, nor one that may already
    have created something.
    """
    if is_grave(operation) or response.status not in (_TOO_MANY, _UNAVAILABLE):
        return None
    if response.status == _UNAVAILABLE and creates(operation):
        return None
    return retry_after(response.header("retry-after"), time.time())


def _request(request: requests.PreparedRequest) -> Request:
    headers = tuple((_text(name), _text(value)) for name, value in request.headers.items())
    body = request.body.encode() if isinstance(request.body, str) else request.body
    body = bytes(body) if isinstance(body, bytes | bytearray) else b""
    return Request(request.method or "", request.url or "", headers, body)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
