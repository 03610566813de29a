"""A request for a page: where it is, and what there is to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...console.layout import Place
from ...console.reference.api import Api

if TYPE_CHECKING:
    from .call import Served

# The status and HTML of a page; None where there is none.
Found = tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page: where it is, and what there is to show.

    `address` gives the base URL of a contract's mock, in a space or with "" outside of any, `root`
    is the URL of the control routes. `served` gives the spaces; nothing of the simulation is
    imported before.
    """

    place: Place
    apis: Mapping[str, Api]
    address: Callable[[Api, str], str]
    root: str
    served: Callable[[], Served]
