"""Recorded exchanges of a contract, and which of them a request is like.

Requests are compared after redaction, since recordings are redacted.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import chain, islice
from typing import Any, NamedTuple
from urllib.parse import SplitResult, unquote, unquote_plus, urlsplit

from ..codec.credentials import EXPIRED_KEY, WRONG_KEY, compile_reader, is_visible
from ..codec.made_up import without_made_up
from ..contract.model import Contract, Operation
from ..contract.operation_finder import FoundOperation, OperationFinder
from ..contract.relative_time import without_times
from ..http import exchange as ex
from ..http import prefer
from ..http.exchange import Entry, Request, Response
from ..http.media_type import MULTIPART, parameters
from ..journal.document import body_value, named_values
from ..journal.matching import ABSENT, Difference, value_differences
from ..redaction.credentials import credentials_in
from ..redaction.redactor import redactor_for
from ..redaction.secrets import MARK
from ..schema import json_pointer as ptr

# Of a request that is like none, as many are compared in full, up to so many differences.
_MOST_COMPARED, _MOST_DIFFERENCES = 20, 20
# More and longer ones would take seconds.
_MOST_CREDENTIALS, _LONGEST_SHOWN = 50, 1024
_KEYS = {ex.WRONG_CREDENTIAL: WRONG_KEY, ex.EXPIRED_CREDENTIAL: EXPIRED_KEY}


class Message(NamedTuple):
    """A request as it is compared.

    `said` has `path`, `query` and `body`, redacted; `text` is that as JSON, `alike` without the
    identifiers that a check made up. `how` tells recorded requests apart that said the same:
    whether they had a credential, or which wrong one, and their `Accept`.
    """

    said: Mapping[str, Any]
    text: str
    alike: str
    how: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded exchange; `number` counts from 1 in the order of the recording."""

    number: int
    line: str
    message: Message
    response: Response


class Recording:
    """The exchanges with one API in a recording, by operation.

    `left_out` counts those that cannot be replayed, by the reason.
    """

    def __init__(self, contract: Contract, entries: Sequence[Entry]) -> None:
        self._contract = contract
        self._redactor = redactor_for(contract)
        # What a check or the proxy has redacted is none.
        self._credentials = credentials_in(contract, (e.request for e in entries)) - {MARK}
        self._finder = OperationFinder(contract)
        self._operations = {operation.id: operation for operation in contract.operations}
        self._all: defaultdict[str, list[Recorded]] = defaultdict(list)
        self._by_text: defaultdict[tuple[str, str], list[Recorded]] = defaultdict(list)
        self.left_out: Counter[str] = Counter()
        for number, entry in enumerate(entries, start=1):
            self._add(number, entry)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many exchanges of each operation can be replayed."""
        return {name: len(found) for name, found in self._all.items()}

    def message(self, operation: Operation, request: Request) -> Message:
        """What a request for an operation says. Its URL may be a path; it need not be redacted."""
        return self._message(operation, request, urlsplit(self._redactor.url(request.url)))

    def _message(self, operation: Operation, request: Request, url: SplitResult) -> Message:
        found = self._found(operation, url.path)
        keys = {s.parameter for all_of in operation.security for s in (r.scheme for r in all_of)}
        query = {n: v for n, v in named_values(url.query).items() if n not in keys}
        kind = request.header("content-type") or ""
        body = body_value(request.body, {"content-type": kind}, self._redactor)
        boundary = parameters(kind).get("boundary") if kind.startswith(MULTIPART) else None
        if boundary and isinstance(body, str):
            body = body.replace(boundary, "boundary")
        path = {n: unquote(v) for n, v in found.parameters.items()} if found else url.path
        said = without_times({"path": path, "query": query, "body": body}, _times(operation))
        text = json.dumps(said, sort_keys=True, ensure_ascii=False)
        how = _credential(operation, request), request.header("accept") or ""
        return Message(said, text, without_made_up(text), how)

    def find(self, operation: Operation, message: Message, used: Container[int]) -> Recorded | None:
        """The recorded exchange for a message: the first that is not `used`, else the last one.

        Where none is equal, one is that differs in identifiers that a check made up.
        """
        found = self._by_text.get((operation.id, message.text))
        found = found or self._by_text.get((operation.id, message.alike))
        if found is None:
            return None
        alike = [each for each in found if each.message.how == message.how]
        alike = alike or [each for each in found if each.message.how[0] == message.how[0]]
        chosen = alike or found
        return next((each for each in chosen if each.number not in used), chosen[-1])

    def nearest(
        self, operation: Operation, message: Message
    ) -> tuple[Recorded, list[Difference]] | None:
        """The recorded exchange with the fewest differences; None where the operation has none."""

        def distance(each: Recorded) -> tuple[int, int]:
            pairs = ((each.message.said[name], message.said[name]) for name in message.said)
            return sum(recorded != sent for recorded, sent in pairs), -each.number

        near = nsmallest(_MOST_COMPARED, self._all.get(operation.id, ()), key=distance)
        compared = [(each, differences(each.message.said, message.said)) for each in near]
        nearest = min(compared, key=lambda one: len(one[1]), default=None)
        return nearest and self._shown(*nearest)

    def _shown(
        self, recorded: Recorded, found: list[Difference]
    ) -> tuple[Recorded, list[Difference]]:
        """Both without credentials of the recording; long values are cut."""
        cut = [(d[0], _cut(d[1]), _cut(d[2])) for d in found]
        text = json.dumps([recorded.line, cut], ensure_ascii=False, default=str)
        text += unquote_plus(recorded.line)
        known = [each for each in self._credentials if each in text][:_MOST_CREDENTIALS]
        redactor = redactor_for(self._contract, known)

        def shown(value: Any) -> Any:
            return value if value is ABSENT else redactor.value_at((), value)

        less = [Difference(redactor.text(p), shown(old), shown(new)) for p, old, new in cut]
        return replace(recorded, line=redactor.url(recorded.line)), less

    def _add(self, number: int, entry: Entry) -> None:
        request, response = entry.request, entry.response
        url = urlsplit(self._redactor.url(request.url))
        operation = self._operations.get(entry.operation)
        if operation is None or self._found(operation, url.path) is None:
            found = self._finder.find(request.method, url.geturl())
            operation = found.operation if found else None
        if operation is None:
            self.left_out["of no documented operation"] += 1
            return
        preference = prefer.parse(request.header("prefer") or "")
        if response is None or response.status < 200:
            self.left_out["without a response"] += 1
        elif not (request.recorded or operation.body is None):
            self.left_out["without the body of the request"] += 1
        elif ex.has_body(response.status) and not response.recorded:
            self.left_out["without the body of the response"] += 1
        elif preference != prefer.Preference():
            self.left_out["that preferred an example of the contract"] += 1
        else:
            message = self._message(operation, request, url)
            if entry.purpose in _KEYS:
                message = message._replace(how=(_KEYS[entry.purpose], message.how[1]))
            line = f"{request.method} {url.geturl()}"
            recorded = Recorded(number, line, message, response)
            self._all[operation.id].append(recorded)
            for text in {message.text, message.alike}:
                self._by_text[operation.id, text].append(recorded)

    def _found(self, operation: Operation, path: str) -> FoundOperation | None:
        """The operation with its parameters in a path, whatever comes before its own path."""
        own = "/".join(path.split("/")[-operation.path.count("/") :])
        found = self._finder.find_path(operation.method, f"{operation.base_paths[0]}/{own}")
        return found if found is not None and found.operation is operation else None


def differences(recorded: Any, sent: Any) -> list[Difference]:
    """Where two JSON values differ, up to a bound; `wanted` is what was recorded."""
    less = value_differences("", recorded, sent)
    more = (d for d in value_differences("", sent, recorded) if d.got is ABSENT)
    added = (Difference(pointer, ABSENT, value) for pointer, value, _ in more)
    return list(islice(chain(less, added), _MOST_DIFFERENCES))


def _cut(value: Any) -> Any:
    """A value, or the beginning of its JSON text."""
    if isinstance(value, str):
        return value[:_LONGEST_SHOWN]
    text = "" if value is ABSENT else json.dumps(value, ensure_ascii=False)
    return value if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN]


def _times(operation: Operation) -> Mapping[str, str]:
    """The times in requests that are relative to when they are sent, by pointer."""
    media = operation.body.content if operation.body else ()
    examples = [("/body", each) for one in media for each in one.examples]
    for parameter in operation.parameters:
        place = ptr.step(f"/{parameter.location}", parameter.name)
        examples += [(place, each) for each in parameter.examples]
    return {
        place + pointer: duration
        for place, example in examples
        for pointer, duration in example.relative_times.items()
    }


def _credential(operation: Operation, request: Request) -> str:
    """Whether a request has a credential, and which wrong one of a check."""
    fields = {n.lower().encode(): v.encode("latin-1", "replace") for n, v in request.headers}
    schemes = (r.scheme for all_of in operation.security for r in all_of if is_visible(r.scheme))
    tokens = {compile_reader(scheme)(fields, request.query.encode()) for scheme in schemes}
    wrong = next((key for key in (WRONG_KEY, EXPIRED_KEY) if key in tokens), "")
    return wrong or ("any" if any(tokens) else "")
