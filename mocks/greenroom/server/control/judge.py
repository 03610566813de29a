"""What a contract objects to in a request, as its mock sees it."""

from __future__ import annotations

from urllib.parse import urlsplit

from ...contract.model import Contract
from ...http.exchange import Request
from ...mock.mock import Mock
from ...mock.pipeline import RequestContext
from ...mock.response.prepared import PreparedResponse


class Judge:
    """Tells what a contract objects to in a request; it has no space, so nothing changes."""

    def __init__(self, contract: Contract) -> None:
        self._mock = Mock(contract, authenticate=False)

    def violations(self, request: Request, base_url: str) -> list[dict[str, str]]:
        """The violations of a request to the mock at a URL; it may lack a credential."""
        fields = {n.lower().encode(): v.encode("utf-8", "replace") for n, v in request.headers
                  if n.lower() != "prefer"}  # fmt: skip
        url = urlsplit(request.url)
        path = url.path.removeprefix(urlsplit(base_url).path)
        context = RequestContext(request.method, path, fields, url.query.encode(), request.body)
        response = self._mock.respond(context)
        # No step of this mock has to be awaited.
        assert isinstance(response, PreparedResponse)
        found = response.decision
        if found.refusal is not None and not found.violations:
            return [{"in": "request", "pointer": "", "message": found.reason}]
        return [{"in": place, "pointer": at, "message": text} for place, at, text in
                found.violations]  # fmt: skip
