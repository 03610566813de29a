"""One contract: how to reach its mock, what it says, what it stands on, and its operations."""

from __future__ import annotations

from collections.abc import Iterator

from ...contract.behaviour.rate_limit import limits_of
from ..layout import Place, render
from ..start import first_steps
from ..wording import length
from .api import Api


def page(place: Place, api: Api, url: str) -> str:
    """The page as HTML; of a large contract one part of the operations, chosen by `?part=`."""
    groups = [*enumerate(api.groups)]
    if api.is_large:
        asked = place.query.get("part", "0")
        part = int(asked) if asked.isdecimal() and int(asked) < len(groups) else 0
        groups = [groups[part]]
    return render(
        "vendor.html", place, scripts=["filter"], api=api, contract=api.contract, url=url,
        groups=groups,
        here=first_steps(api, url), limits=[*_limits(api)],
        about=str(api.contract.document["info"].get("description", "")),
    )  # fmt: skip


def _limits(api: Api) -> Iterator[tuple[str, str]]:
    """What a limit is for, and the limit in words."""
    for name, limits in limits_of(api.contract).items():
        for limit in limits:
            whom = "address" if limit.per_address else "credential"
            yield name, f"{limit.requests} requests in {length(limit.seconds)} for each {whom}"
