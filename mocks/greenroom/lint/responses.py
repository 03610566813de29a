"""What an operation must answer, with an example for each answer."""

from __future__ import annotations

from collections.abc import Iterator

from ..contract.model import METHODS, Operation, Response
from ..http.media_type import essence
from ..schema import json_pointer as ptr
from .document import Document, Found

_BODILESS = frozenset(("204", "205"))


def required_responses(document: Document) -> Iterator[Found]:
    """A 2XX; 401 and 403 where secured; 400 or 422 where it takes input; 404 with an identifier."""
    for operation in document.contract.operations:
        codes = {response.status for response in operation.responses}
        where = ptr.join(operation.pointer, "responses")
        for wanted, reason in _wanted(operation):
            if not codes & set(wanted):
                named = " or ".join(f"'{code}'" for code in wanted)
                yield where, f"no {named}, though {operation.id} {reason}; add it with an example"
        if not any(code.startswith("2") for code in codes):
            yield where, f"no 2XX; say what {operation.id} answers when all is well"


def _wanted(operation: Operation) -> Iterator[tuple[tuple[str, ...], str]]:
    if operation.secured:
        yield ("401",), "is secured"
        yield ("403",), "is secured"
    if operation.body is not None:
        yield ("400", "422"), "takes a body"
    elif operation.parameters:
        yield ("400", "422"), "takes parameters"
    if any(parameter.location == "path" for parameter in operation.parameters):
        yield ("404",), "has an identifier in its path"


def response_examples(document: Document) -> Iterator[Found]:
    """Each 2XX (204 excepted) and each error of an operation has an example."""
    judged: set[str] = set()
    for operation in document.contract.operations:
        for response in operation.responses:
            bodiless = response.status in _BODILESS or response.status.startswith(("1", "3"))
            if not bodiless and response.pointer not in judged:
                judged.add(response.pointer)
                yield from _exampled(response)


def _exampled(response: Response) -> Iterator[Found]:
    if not response.content:
        yield response.pointer, "no content; an answer has a media type with an example"
    for media_type in response.content:
        if not media_type.examples:
            yield media_type.pointer, "no example of this answer; add one to components/examples"


def request_bodies(document: Document) -> Iterator[Found]:
    """A request body says whether it is required and has an example in each media type."""
    for part in document.of_kind("request body"):
        if "required" not in part.node:
            yield part.pointer, "does not say `required: true` or `required: false`"
        for name, media_type in part.node["content"].items():
            if not media_type.get("examples"):
                where = ptr.join(part.pointer, "content", name)
                yield where, "no example of this request; add one to components/examples"


def media_types(document: Document) -> Iterator[Found]:
    """Media types are bare: no parameters such as charset."""
    for part in document.of_kind("media type"):
        name = ptr.split(part.pointer)[-1]
        if ";" in name:
            bare = essence(name)
            yield part.pointer, f"{name!r} has a parameter; write {bare!r}"


def webhooks(document: Document) -> Iterator[Found]:
    """A webhook is one post with a body, an example and a '200' without content."""
    for event, entry in document.document.get("webhooks", {}).items():
        item, where = document.resolve(entry, ptr.join("/webhooks", event))
        for method in METHODS:
            if method in item and method != "post":
                yield ptr.join(where, method), "what a vendor sends is a post"
        if "post" not in item:
            yield where, "no post; write what the vendor sends"
    for operation in document.contract.webhooks:
        if operation.body is None:
            yield operation.pointer, "no requestBody; write what the vendor sends"
        ok = [response for response in operation.responses if response.status == "200"]
        if not ok:
            yield (
                ptr.join(operation.pointer, "responses"),
                "no '200'; say that the receiver answers",
            )
        for response in ok:
            if response.content:
                where = ptr.join(response.pointer, "content")
                yield where, "the vendor does not read the answer; leave the content out"
