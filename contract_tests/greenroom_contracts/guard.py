"""The last line before the network: a session that sends what it may and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

import requests

from greenroom.contract.model import Operation
from greenroom.mock.router import Router


class ForbiddenRequestError(RuntimeError):
    """A request that the plan does not hold. It was not sent."""


class GuardedSession(requests.Session):
    """A session for one base URL and the operations given; everything else raises before sending.

    It sits below whatever chooses requests, so that no filter mistake above can get past it.
    Redirects are never followed, since they could lead anywhere.
    """

    def __init__(self, base_url: str, operations: Iterable[Operation]) -> None:
        super().__init__()
        self._base = urlsplit(base_url.rstrip("/"))
        self._router: Router[set[str]] = Router()
        allowed: dict[str, set[str]] = {}
        for operation in operations:
            allowed.setdefault(operation.path, set()).add(operation.method)
        for path, methods in allowed.items():
            self._router.add(path, methods)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send an allowed request. Raises ForbiddenRequestError for any other."""
        target = urlsplit(request.url or "")
        at_home = (target.scheme, target.netloc) == (self._base.scheme, self._base.netloc)
        if not at_home or request.method not in self._methods(target.path):
            shown = f"{request.method} {target.scheme}://{target.netloc}{target.path}"
            raise ForbiddenRequestError(f"{shown} is not in the plan; it was not sent")
        kwargs["allow_redirects"] = False
        return super().send(request, **kwargs)

    def _methods(self, path: str) -> set[str]:
        base, below = self._base.path, path[len(self._base.path) :]
        # A server may take `..` as a step up, encoded or not.
        climbs = any(unquote(segment) in (".", "..") for segment in below.split("/"))
        if not path.startswith(base) or not below.startswith("/") or climbs:
            return set()
        found = self._router.match(below)
        return found[0] if found else set()
