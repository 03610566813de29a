"""A webhook or a response that came from elsewhere, held to its contract. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...contract.model import Contract, MediaType
from ...contract.read_write_only import for_any, for_responses
from ...contract.webhook_signature import signing_of
from ...http.charset import decode_text
from ...http.json_decoding import MalformedError, decode_json
from ...http.media_type import best_match
from ...schema.validators import SchemaSet
from ...webhooks.payload import TEST_SECRET, in_form
from ...webhooks.signature import objection
from .call import Call, ControlError

_MOST = 50
Violations = Iterator[dict[str, str]]


def verify_webhook(call: Call) -> Any:
    """Whether a secret signed a webhook, and what the contract objects to in its body."""
    given, contract = call.body, _contract(call)
    known, name = call.served.apis[contract.name].events, call.path["event"]
    webhook = known.get(name) or next((w for w in contract.webhooks if w.path == name), None)
    if webhook is None:
        raise ControlError(404, f"{contract.name} documents no event {name}")
    body, fields = given.get("body", "").encode(), given.get("headers", {})
    signing = signing_of(contract)
    signature, reason = "not checked", "the contract does not say how this vendor signs"
    if signing is not None and not signing.signs:
        reason = "this vendor does not sign, as its contract says"
    elif signing is not None and not signing.complete:
        reason = f"the contract lacks {', '.join(signing.unpublished)}"
    elif signing is not None:
        secret = (given.get("secret") or in_form(signing, TEST_SECRET)).encode()
        # A page or a shell may have added a line end.
        reason = objection(signing, secret, fields.items(), body, body.rstrip())
        signature = "invalid" if reason else "valid"
    content = webhook.request_content
    violations = _body(for_any(contract.document), content, _type(fields, content), body)
    return {"signature": signature, "reason": reason, "violations": [*violations][:_MOST]}


def judge_response(call: Call) -> Any:
    """What the contract objects to in a response to an operation."""
    given, contract = call.body, _contract(call)
    operation = call.served.apis[contract.name].operation(call.path["operation"])
    if operation is None:
        raise ControlError(404, f"{contract.name} has no operation {call.path['operation']}")
    found = operation.documented(given["status"])
    if found is None:
        listed = ", ".join(response.status.upper() for response in operation.responses)
        message = f"{given['status']} is not documented; documented: {listed}"
        return {"violations": [{"in": "status", "pointer": "", "message": message}]}
    body, kind = given.get("body", "").encode(), given.get("media_type", "")
    violations = _body(for_responses(contract.document), found.content, kind, body)
    return {"violations": [*violations][:_MOST]}


def _contract(call: Call) -> Contract:
    name, contracts = call.path["vendor"], call.served.contracts
    if name not in contracts:
        raise ControlError(404, f"{name} is not served here; served: {', '.join(contracts)}")
    return contracts[name]


def _type(fields: Mapping[str, str], content: Sequence[MediaType]) -> str:
    named = (value for name, value in fields.items() if name.lower() == "content-type")
    return next(named, content[0].name if content else "")


def _body(
    document: Mapping[str, Any], content: Sequence[MediaType], kind: str, body: bytes
) -> Violations:
    """What the documented content does not allow; only JSON is read."""
    names = {media.name.lower(): media for media in content}
    if not body.strip() or not content:
        if bool(body.strip()) != bool(content):
            yield _violation("", "no body is documented" if body.strip() else "the body is missing")
        return
    media = names.get(best_match(names, kind or content[0].name) or "")
    if media is None:
        yield _violation("", f"{kind} is not documented; documented: {', '.join(names)}")
    elif media.is_json:
        try:
            value = decode_json(decode_text(body, kind))
        except MalformedError as error:
            yield _violation("", f"not JSON: {error}")
            return
        for wrong in SchemaSet(document).errors(media.schema, value) if media.schema else ():
            yield _violation(wrong.instance, wrong.message)


def _violation(pointer: str, message: str) -> dict[str, str]:
    return {"in": "body", "pointer": pointer, "message": message}
