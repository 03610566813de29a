"""The control interface of a server, in this process or elsewhere."""

from __future__ import annotations

from typing import Any

import httpx2

from ..errors import GreenroomError
from ..server.background import BackgroundServer
from .transport import InProcessTransport


class ControlClient:
    """Calls the control routes of one server: a URL, or one of this process without its socket."""

    def __init__(self, server: BackgroundServer | str, token: str | None = None) -> None:
        local = None if isinstance(server, str) else server
        self.url = (local.url if local else str(server)).rstrip("/")
        self.server = local
        self.transport = InProcessTransport(local) if local else None
        headers = {"authorization": f"Bearer {token}"} if token else {}
        base = f"{self.url}/_greenroom/"
        # Receivers of webhooks may take half a minute of an advance.
        self._client = httpx2.Client(
            base_url=base, headers=headers, transport=self.transport, timeout=60
        )

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The JSON of a response, None without a body.

        Raises LookupError for 404, and GreenroomError with the reason for any other refusal.
        """
        try:
            response = self._client.request(method, path, json=body, params=query)
        except httpx2.TransportError as error:
            raise GreenroomError(f"{self.url} does not respond: {error}") from error
        if response.is_success:
            return response.json() if response.content else None
        try:
            detail = str(response.json()["detail"])
        except (ValueError, LookupError, TypeError):
            detail = f"{self.url} is no greenroom server: {method} {path} {response.status_code}"
        raise (LookupError if response.status_code == 404 else GreenroomError)(detail)

    def all(self, path: str, **query: Any) -> list[Any]:
        """All items of a list that is given in parts."""
        items: list[Any] = []
        while part := self("GET", path, limit=1000, after=items[-1]["n"] if items else 0, **query)[
            "items"
        ]:
            items += part
        return items

    def start(self) -> None:
        """Let a server of this process run: time passes, and webhooks go out, in its loop alone."""
        if self.server is not None:
            self.server.start()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
