"""One operation or webhook on the overview page: a row, and below it what calling it takes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from ..codec.curl_arguments import curl_arguments
from ..contract.model import Contract, Operation
from ..contract.provenance import KEY
from ..http.field_values import is_token
from ..mock.operation import CompiledOperation
from ..mock.response.selection import ResponseSelector, names
from ..mock.security import presented
from ..schema import json_pointer as ptr
from .html import Html, element

ALARMING = {"contact": "reach a person", "cost": "cost money"}

_ANSWERS = "Documented answers. Select one to ask for it with a Prefer header in the line above."
_LONGEST = 700


def operation_row(compiled: CompiledOperation, contract: Contract, url: str) -> Html:
    """An operation that opens to its curl line and the answers it documents."""
    operation = compiled.operation
    demands = operation.security[0] if operation.secured else ()
    call = curl_arguments(operation, url, presented(demands), contract.document)
    more = element(
        "div",
        *_remarks(operation, contract),
        element(
            "div",
            element("code", *_words(call)),
            copy_button(f"curl line of {operation.id}"),
            class_="line",
        ),
        element("p", _ANSWERS, class_="quiet"),
        _answers(compiled.selector),
        class_="more",
    )
    summary = element("summary", *_cells(operation, operation.method, operation.path))
    return element("details", summary, more, class_="row")


def webhook_row(webhook: Operation) -> Html:
    """A webhook; there is nothing to call, so nothing opens."""
    return element("div", *_cells(webhook, "event", webhook.path), class_="row event")


def copy_button(what: str) -> Html:
    """A button that copies the text of the element before it."""
    return element("button", "Copy", type="button", class_="copy", aria_label=f"Copy {what}")


def prefer(status: str, example: str) -> str:
    """The value of `Prefer` that asks for an answer."""
    if not example:
        return f"code={status}"
    escaped = example.replace("\\", "\\\\").replace('"', '\\"')
    return f"code={status}, example=" + (example if is_token(example) else f'"{escaped}"')


def short(text: str) -> str:
    """The first paragraph of a text, not longer than a few lines."""
    first = " ".join(text.strip().partition("\n\n")[0].split())
    return first if len(first) <= _LONGEST else first[:_LONGEST].rsplit(" ", 1)[0] + " …"


def _cells(operation: Operation, method: str, path: str) -> Iterator[Html]:
    yield element("span", method, class_="method")
    yield element("span", path, class_="path")
    yield element("span", operation.summary, class_="about")
    # A made-up id repeats method and path.
    named = operation.id if operation.id != f"{operation.method} {operation.path}" else ""
    yield element("span", named, class_="id")
    alarming = [effect for effect in operation.effects if effect in ALARMING]
    others = [effect for effect in operation.effects if effect not in ALARMING]
    badges = [element("span", effect, class_="badge") for effect in others]
    badges += [element("span", effect, class_=f"badge {effect}") for effect in alarming]
    yield element("span", Html(" ".join(badges)), class_="effects")
    basis = operation.basis or ""
    yield element("span", basis and element("span", basis, class_=f"basis {basis}"), class_="from")


def _remarks(operation: Operation, contract: Contract) -> Iterator[Html]:
    if operation.description:
        yield element("p", short(operation.description))
    node = ptr.look_up(contract.document, operation.pointer)
    alarming = [told for effect, told in ALARMING.items() if effect in operation.effects]
    reason = str(node.get("x-effect-reason", ""))
    if alarming:
        warning = f"At the real vendor this would {' and '.join(alarming)}."
        yield element("p", element("strong", warning), " ", short(reason), class_="warning")
    elif reason:
        yield element("p", element("b", "Effect:"), " ", short(reason))
    for subject, place in (
        ("path ", operation.pointer.rpartition("/")[0]),
        ("", operation.pointer),
    ):
        said = ptr.look_up(contract.document, place).get(KEY)
        if isinstance(said, dict) and said.get("note"):
            label = f"{subject}{said.get('basis', '')}:".capitalize()
            yield element("p", element("b", label), " ", short(str(said["note"])))


def _words(call: Sequence[str]) -> Iterator[str]:
    """The line in pieces that wrap as a whole, an option with its value; then room for `Prefer`."""
    piece: list[str] = []
    for word in call:
        piece.append(shlex.quote(word))
        if not word.startswith("-") or word == "--head":
            yield from (element("span", " ".join(piece)), " ")
            piece = []
    yield element("span", class_="prefer")


def _answers(selector: ResponseSelector) -> Html:
    entries: list[Html] = []
    for status, candidates in selector.candidates.items():
        response = selector.responses[status]
        told = {e.name: e.summary for media in response.content for e in media.examples}
        for example in names(candidates) or [""]:
            hint = element("button", prefer(status, example), type="button", aria_pressed="false")
            entries.append(_answer(hint, told.get(example) or response.description))
    return element("ul", *entries, class_="answers")


def _answer(hint: Html, about: str) -> Html:
    return element("li", hint, " ", element("span", short(about)))
