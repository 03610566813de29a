"""What a contract stands on: its inferred and disputed statements."""

from __future__ import annotations

from ...contract.provenance_summary import UNCONFIRMED_BASES
from ..layout import Place, render
from .api import Api


def page(place: Place, api: Api) -> str:
    """The page as HTML; `?basis=` chooses one of the bases."""
    asked = place.query.get("basis")
    bases = [asked] if asked in UNCONFIRMED_BASES else UNCONFIRMED_BASES
    listed = [each for each in api.provenance.unconfirmed if each.basis in bases]
    return render(
        "provenance.html", place, api=api, listed=listed[:_MOST], count=len(listed), asked=asked
    )


# As many as a page has room for.
_MOST = 180
