"""Requests that name a space where there are none."""

from __future__ import annotations

from ...decision import Decision
from ...mock.pipeline import RequestContext, Result
from ...mock.response.prepared import problem
from ..space_access import SpaceAccess


class NoSpaces(SpaceAccess):
    """The spaces of a server with several workers and no store."""

    refusal = (
        "there are no spaces: they would be different ones in each worker; start the server with "
        "--store, or without --workers"
    )

    def enter(self, context: RequestContext, named: str | None = None) -> Result:
        decision = Decision(context.operation.id, "no-store", 503, reason=self.refusal)
        return problem(503, self.refusal, decision=decision)
