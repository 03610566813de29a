"""The pages of one contract, by their addresses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ...schema import json_pointer as ptr
from ..layout import Place, render
from . import event, graphql, operation, provenance, vendor
from .api import Api
from .schema import FieldReader

Address = Callable[[Api, str], str]


def page(place: Place, api: Api, address: Address, now: datetime) -> str | None:
    """The page of a contract with an address, at a time; None where there is none."""
    url = address(api, place.space)
    match place.parts[2:]:
        case ():
            return vendor.page(place, api, url)
        case ("provenance",):
            return provenance.page(place, api)
        case ("graphql",) if api.graphql:
            return graphql.page(place, api)
        case ("events", at) if at in api.events:
            return event.page(place, api, api.events[at])
        case ("schemas", at) if at in api.schemas:
            return _schema(place, api, api.schemas[at])
        case (at,) if at in api.operations:
            return operation.page(place, api, api.operations[at], url, now)
    return None


def _schema(place: Place, api: Api, name: str) -> str:
    document = api.contract.document
    field = FieldReader(document).read((ptr.join("/components/schemas", name),))
    return render("schema.html", place, api=api, name=name, field=field, users=api.users_of(name))
