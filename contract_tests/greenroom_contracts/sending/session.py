"""The session that every request of a run goes through: guarded, paced, counted and recorded."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies

from greenroom.contract.model import Operation
from greenroom.contract.servers import is_loopback
from greenroom.errors import GreenroomError
from greenroom.http.exchange import WAITED, Exchange, Request, Response

from ..planning.effects import is_grave, makes
from .guard import Guard
from .interruption import Interruption
from .rate_limit import RateLimiter, retry_after
from .response_reading import read_body, reason_of

# Refused before anything was done, and perhaps not.
_TOO_MANY, _UNAVAILABLE = 429, 503
_RETRIES = 2
_LONGEST_WAIT = 300.0
_AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


# Gives the purpose of a request and a note about it.
Classify = Callable[[Request], tuple[str, str]]


class BudgetSpentError(GreenroomError):
    """No further request may be sent: the number or the time of the run is spent."""


class QuotaSpentError(GreenroomError):
    """No further request of an operation may be sent: it has had what the plan gives it."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a run may spend.

    `requests` in all (None for any number), `seconds` of time (None for any), `timeout` in seconds
    for each answer, `each` the most requests by operation id.
    """

    requests: int | None = None
    seconds: float | None = None
    timeout: float = 10.0
    each: Mapping[str, int] = field(default_factory=dict)


class GuardedSession(requests.Session):
    """A requests session that sends what the guard admits, and remembers it.

    Redirects are never followed, no cookie is kept, and nothing of the environment but proxies and
    certificate authorities is heeded: a `.netrc` would add credentials to requests without any.
    """

    def __init__(
        self,
        guard: Guard,
        pace: RateLimiter,
        budget: Budget | None = None,
        interruption: Interruption | None = None,
    ) -> None:
        super().__init__()
        self._interruption = interruption or Interruption()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.exchanges: list[Exchange] = []
        self.counts: Counter[str] = Counter()
        self._guard = guard
        self._pace = pace
        self._budget = budget or Budget()
        self._began = time.monotonic()
        self._about: Classify = lambda request: ("", "")
        self._listeners: list[Callable[[Exchange], None]] = []

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: not even what would follow is prepared, since a target may be malformed."""

    def listen(self, listener: Callable[[Exchange], None]) -> None:
        """Call a function with every exchange, right after it."""
        self._listeners.append(listener)

    @contextmanager
    def about(
        self, purpose: str, note: str = "", classify: Classify | None = None
    ) -> Iterator[None]:
        """Note in every exchange what it was for, as given or as told by the request itself."""
        before, self._about = self._about, classify or (lambda request: (purpose, note))
        try:
            yield
        finally:
            self._about = before

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send an admitted request and return its answer, the body read.

        Raises ForbiddenRequestError for what is not in the plan, BudgetSpentError and
        QuotaSpentError where nothing is left to spend, and what requests raises where no answer
        comes.
        """
        sent = _request(request)
        operation = self._guard.admit(sent.method, sent.url, sent.headers, sent.body)
        self._spend(operation)
        for _ in range(_RETRIES):
            response, asked = self._once(request, sent, operation, kwargs, may_wait=True)
            if asked is None:
                return response
            self._pace.rest(self._bearable(asked))
            self._spend_again()
        return self._once(request, sent, operation, kwargs)[0]

    def unbounded(self) -> None:
        """From now on heed no budget but the time of an answer: for what has to be cleaned up."""
        self._budget = Budget(timeout=self._budget.timeout)

    def _spend(self, operation: Operation) -> None:
        budget = self._budget
        if budget.requests is not None and len(self.exchanges) >= budget.requests:
            raise BudgetSpentError(f"the budget of {budget.requests} requests is spent")
        if self._left() <= 0:
            raise BudgetSpentError(f"the budget of {budget.seconds:g} seconds is spent")
        most = budget.each.get(operation.id)
        if most is not None and self.counts[operation.id] >= most:
            raise QuotaSpentError(f"{operation.id} has had its {most} requests")
        self.counts[operation.id] += 1

    def _spend_again(self) -> None:
        """Count the same request sent anew, which is no further one of its operation's share."""
        budget = self._budget
        if budget.requests is not None and len(self.exchanges) >= budget.requests:
            raise BudgetSpentError(f"the budget of {budget.requests} requests is spent")

    def _bearable(self, seconds: float) -> float:
        most = min(self._left(), _LONGEST_WAIT)
        if seconds > most:
            raise BudgetSpentError(f"the server asks to wait {seconds:.0f} s, longer than may be")
        return seconds

    def _left(self) -> float:
        seconds = self._budget.seconds
        return float("inf") if seconds is None else seconds - (time.monotonic() - self._began)

    def _once(
        self,
        request: requests.PreparedRequest,
        sent: Request,
        operation: Operation,
        kwargs: Mapping[str, Any],
        may_wait: bool = False,
    ) -> tuple[requests.Response, float | None]:
        """The answer, and the seconds after which it asks to be asked again."""
        self._pace.wait(operation.id)
        timeout = min(self._budget.timeout, max(self._left(), 0.1))
        options: dict[str, Any] = {
            **kwargs,
            "allow_redirects": False,
            "stream": True,
            "timeout": timeout,
            "proxies": {} if _is_local(sent.url) else get_environ_proxies(sent.url),
        }
        named = next((os.environ[name] for name in _AUTHORITIES if os.environ.get(name)), None)
        if named is not None and options.get("verify") is not False:
            options["verify"] = named
        with self._interruption.deferred():
            return self._exchange(request, sent, operation, options, may_wait)

    def _exchange(
        self,
        request: requests.PreparedRequest,
        sent: Request,
        operation: Operation,
        options: Mapping[str, Any],
        may_wait: bool,
    ) -> tuple[requests.Response, float | None]:
        started, clock = time.time(), time.monotonic()
        timeout = float(options["timeout"])
        try:
            response = super().send(request, **options)
            read_body(response, clock + timeout)
        except requests.RequestException as error:
            self._record(operation, sent, None, reason_of(error), started, clock)
            raise
        except (UnicodeError, ValueError) as error:
            self._record(operation, sent, None, f"could not be sent: {error}", started, clock)
            raise requests.exceptions.InvalidHeader(str(error)) from error
        except KeyboardInterrupt:
            self._record(operation, sent, None, "interrupted", started, clock)
            raise
        answer = Response(
            response.status_code,
            tuple(response.raw.headers.items()),
            response.content,
            response.reason or "",
        )
        asked = _asked_to_wait(operation, answer) if may_wait else None
        self._record(operation, sent, answer, "", started, clock, asked is not None)
        return response, asked

    def _record(
        self,
        operation: Operation,
        request: Request,
        response: Response | None,
        error: str,
        started: float,
        clock: float,
        waits: bool = False,
    ) -> None:
        purpose, note = (WAITED, "") if waits else self._about(request)
        exchange = Exchange(
            number=len(self.exchanges) + 1,
            operation=operation.id,
            purpose=purpose,
            request=request,
            response=response,
            error=error,
            note=note,
            started=started,
            seconds=time.monotonic() - clock,
        )
        self.exchanges.append(exchange)
        for listener in self._listeners:
            listener(exchange)


def _asked_to_wait(operation: Operation, answer: Response) -> float | None:
    """The seconds after which the same request may be sent again; None where it may not be.

    What reaches a person or costs money is asked once, and what may have been made is not made
    again.
    """
    if is_grave(operation) or answer.status not in (_TOO_MANY, _UNAVAILABLE):
        return None
    if answer.status == _UNAVAILABLE and makes(operation):
        return None
    return retry_after(answer.header("retry-after"), time.time())


def _is_local(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")


def _request(request: requests.PreparedRequest) -> Request:
    headers = tuple((_text(name), _text(value)) for name, value in request.headers.items())
    return Request(request.method or "", request.url or "", headers, _bytes(request.body))


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _bytes(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, bytes | bytearray) else b""
