"""The requests of a load run to all mocks: every documented request, and invalid ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from greenroom.codec.documented_request import DocumentedRequest, documented_request
from greenroom.contract.catalog import load, vendors
from greenroom.contract.extension_schemas import refusals_of
from greenroom.contract.model import Contract
from greenroom.mock.addresses import base_path
from raw_request import raw_request

from .exchange import Template
from .workloads import KEY, NUMBER

OK, REFUSED, UNAUTHORIZED, UNKNOWN = "documented call", "refused body", "no credential", "no path"
# The number of requests of each kind among ten.
SHARES = {OK: 6, REFUSED: 2, UNAUTHORIZED: 1, UNKNOWN: 1}
_STATUSES = {
    OK: frozenset(range(200, 300)),
    REFUSED: frozenset((400, 422)),
    UNAUTHORIZED: frozenset((401,)),
    UNKNOWN: frozenset((404,)),
}


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """A request of a kind, and the expected statuses."""

    title: str
    kind: str
    template: Template
    statuses: frozenset[int]


def load_requests() -> list[LoadRequest]:
    """Every request of the run, those of all contracts and kinds."""
    return [request for source in vendors() for request in _of(load(source))]


def _of(contract: Contract) -> Iterator[LoadRequest]:
    prefix = base_path(contract, at_root=False)
    # The statuses that the contract gives to refusals.
    declared = frozenset(int(status) for _, status, *_ in refusals_of(contract.document) if status)
    for operation in contract.operations:
        title = f"{contract.name} {operation.id}"
        if operation.method == "HEAD":
            continue
        call = documented_request(contract, operation, KEY)
        kinds = {OK: call, UNKNOWN: replace(call, path=f"/nowhere/{NUMBER}{call.path}")}
        # No contract allows a number as a JSON body.
        if any(m.name == "application/json" and m.schema for m in operation.request_content):
            content = ("application/json", f"1{NUMBER}".encode())
            kinds[REFUSED] = documented_request(contract, operation, KEY, content)
        if operation.secured:
            kinds[UNAUTHORIZED] = documented_request(contract, operation, None)
        for kind, call in kinds.items():
            statuses = _STATUSES[kind] | (declared if kind != OK else set())
            template = _template(replace(call, path=prefix + call.path), kind)
            yield LoadRequest(f"{title}, {kind}", kind, template, statuses)


def _template(call: DocumentedRequest, kind: str) -> Template:
    # In the other kinds a header field has the number, so that every request has one.
    numbered = [("X-Request-Id", NUMBER)] if kind not in (REFUSED, UNKNOWN) else []
    raw = raw_request(call, *numbered, host="127.0.0.1")
    return Template(*raw.split(NUMBER.encode()))
