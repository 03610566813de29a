"""Rules for requests, responses and webhooks: which there must be, each with an example."""

from __future__ import annotations

from collections.abc import Iterator

from ..contract.model import METHODS, Operation
from ..http.media_type import essence
from ..schema import json_pointer as ptr
from .document import Document, Messages

_BODILESS = frozenset(("204", "205"))


def required_responses(document: Document) -> Messages:
    """There is a 2XX; 401 and 403 if secured; 400 or 422 for input; 404 for path parameters."""
    for operation in document.contract.operations:
        codes = {response.status for response in operation.responses}
        where = ptr.join(operation.pointer, "responses")
        for wanted, reason in _wanted(operation):
            if not codes & set(wanted):
                named = " or ".join(f"'{code}'" for code in wanted)
                yield where, f"no {named}, though {operation.id} {reason}; add it with an example"
        if not operation.successes:
            yield where, f"no 2XX; document the response of {operation.id} to a valid request"


def _wanted(operation: Operation) -> Iterator[tuple[tuple[str, ...], str]]:
    if operation.secured:
        yield from ((("401",), "is secured"), (("403",), "is secured"))
    if operation.body is not None or operation.parameters:
        what = "parameters" if operation.body is None else "a request body"
        yield ("400", "422"), f"has {what}"
    if any(parameter.location == "path" for parameter in operation.parameters):
        yield ("404",), "has an identifier in its path"


def response_examples(document: Document) -> Messages:
    """Each response of an operation has an example, except 1XX, 204, 205 and 3XX."""
    for response in (r for o in document.contract.operations for r in o.responses):
        if response.status in _BODILESS or response.status.startswith(("1", "3")):
            continue
        if not response.content:
            yield response.pointer, "no content; document a media type with an example"
        for media_type in response.content:
            if not media_type.examples:
                where = media_type.pointer
                yield where, "no example of this response; add one to components/examples"


def request_bodies(document: Document) -> Messages:
    """A request body has `required` and, for each media type, an example."""
    for part in document.of_kind("request body"):
        if "required" not in part.node:
            yield part.pointer, "no `required`; write `required: true` or `required: false`"
        for name, media_type in part.node["content"].items():
            if not media_type.get("examples"):
                where = ptr.join(part.pointer, "content", name)
                yield where, "no example of this request; add one to components/examples"


def media_types(document: Document) -> Messages:
    """Media types have no parameters, such as charset."""
    for part in document.of_kind("media type"):
        name = ptr.split(part.pointer)[-1]
        if ";" in name:
            yield part.pointer, f"{name!r} has a parameter; write {essence(name)!r}"


def webhooks(document: Document) -> Messages:
    """A webhook is one POST with a body, an example and a '200' response without content."""
    for event, entry in document.document.get("webhooks", {}).items():
        item, where = document.resolve(entry, ptr.join("/webhooks", event))
        for method in METHODS:
            if method in item and method != "post":
                yield ptr.join(where, method), "a webhook is sent with POST"
        if "post" not in item:
            yield where, "no `post`; document what the vendor sends"
    for operation in document.contract.webhooks:
        if operation.body is None:
            yield operation.pointer, "no requestBody; document what the vendor sends"
        ok = next((r for r in operation.responses if r.status == "200"), None)
        if ok is None:
            where = ptr.join(operation.pointer, "responses")
            yield where, "no '200'; document the response of the receiver"
        elif ok.content:
            where = ptr.join(ok.pointer, "content")
            yield where, "the vendor does not read the response; leave the content out"
