"""The GraphQL schema of a contract, and its documented queries."""

from __future__ import annotations

from ..layout import Place, render
from .api import Api
from .responses import shown_example

# Characters; the file has the rest.
_LONGEST = 40_000


def page(place: Place, api: Api) -> str:
    """The page as HTML."""
    shown = [
        (operation, operation.graphql.text[:_LONGEST], len(operation.graphql.text) > _LONGEST,
         [shown_example(e) for m in (operation.body.content if operation.body else ())
          for e in m.examples])
        for operation in api.graphql if operation.graphql is not None
    ]  # fmt: skip
    return render("graphql.html", place, api=api, shown=shown)
