"""The pages of one contract, by their addresses."""

from __future__ import annotations

from collections.abc import Callable

from ..layout import Place, render
from .api import Api

Address = Callable[[Api, str], str]


def page(place: Place, api: Api, address: Address) -> str | None:
    """The page of a contract with an address; None where there is none."""
    if len(place.parts) == 2:
        return render("vendor.html", place, api=api, url=address(api, place.space))
    if len(place.parts) == 3 and (operation := api.operations.get(place.parts[2])):
        return render("operation.html", place, api=api, operation=operation)
    return None
