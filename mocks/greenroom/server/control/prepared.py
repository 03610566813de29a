"""The request that a person composes, and what its contract objects to. Nothing is sent."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from ...codec.bodies.serializing import to_json
from ...console.reference.prepared import Composed, as_document, prepare
from ...contract.operation_finder import operation_base_url
from .call import Call, ControlError

_LARGEST = 64 * 1024


def prepare_request(call: Call) -> Any:
    """The request, programs that send it, and the objections of the contract."""
    given = call.body
    if len(to_json(given)) > _LARGEST:
        raise ControlError(413, f"the request may have {_LARGEST} bytes")
    api = call.served.apis.get(call.path["vendor"])
    operation = api.operation(call.path["operation"]) if api else None
    if api is None or operation is None:
        raise ControlError(404, "there is no such operation; a contract's operations are listed "
                           "in its openapi.json")  # fmt: skip
    url = call.address(api.contract, given.get("space", ""))
    base = operation_base_url(api.contract, url + api.contract.base_path, operation)
    try:
        files = {name: base64.b64decode(text, validate=True)
                 for name, text in given.get("files", {}).items()}  # fmt: skip
        composed = Composed(
            given.get("credential"), given.get("prefer", ""), given.get("media_type"),
            given.get("parameters"), given.get("body"), files,
        )  # fmt: skip
        space = call.served.spaces.get(given.get("space", ""))
        now = datetime.now(UTC) if space is None else space.now()
        request = prepare(api.contract, operation, base, composed, now)
    except ValueError as error:
        raise ControlError(400, f"the request cannot be written: {error}") from error
    return {
        **as_document(request),
        "violations": call.served.judge_of(api.name).violations(request, url),
    }
