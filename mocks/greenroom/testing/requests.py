"""The requests that reached a vendor's mock, and assertions on them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, overload

from ..printable import counted
from .control import ControlClient

Pattern = Mapping[str, Any]


@dataclass(frozen=True)
class RecordedRequest:
    """One request; credentials other than test keys are masked.

    `n` is its number in the space, `kind` the kind of refusal or `accepted`, with its `reason`.
    `query` is by name, where one that was sent several times has a list, `headers` by lower-case
    name. A body is a JSON value, the fields of a form, or text. `response` has `headers` and
    `body`, `decision` says why the request got it.
    """

    n: int
    operation: str | None
    method: str
    path: str
    status: int
    kind: str
    reason: str
    query: Mapping[str, Any] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: Any = field(repr=False)
    response: Mapping[str, Any] = field(repr=False)
    decision: Mapping[str, Any] = field(repr=False)


_FIELDS = frozenset(each.name for each in fields(RecordedRequest))


class Requests:
    """The requests to one vendor in a space, the oldest first; read anew each time it is asked."""

    def __init__(self, control: ControlClient, space: str, pattern: Pattern) -> None:
        self._control, self._space, self._pattern = control, space, pattern

    def __iter__(self) -> Iterator[RecordedRequest]:
        return iter(self[:])

    def __len__(self) -> int:
        return len(self._verdict(at_least=0)["requests"])

    @overload
    def __getitem__(self, index: int) -> RecordedRequest: ...
    @overload
    def __getitem__(self, index: slice) -> list[RecordedRequest]: ...
    def __getitem__(self, index: int | slice) -> RecordedRequest | list[RecordedRequest]:
        """The request at an index, or those of a slice."""
        numbers = set(self._verdict(at_least=0)["requests"])
        entries = self._control.all(f"spaces/{self._space}/requests", whole=True)
        found = [{**entry, **entry["request"]} for entry in entries if entry["n"] in numbers]
        return [RecordedRequest(**{n: each[n] for n in _FIELDS}) for each in found][index]

    def __repr__(self) -> str:
        return repr(self[:])

    @property
    def last(self) -> RecordedRequest:
        """The newest. Raises LookupError where there is none."""
        if found := self[:]:
            return found[-1]
        raise LookupError(f"no request: {_said(self._pattern)}")

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self)

    def of(self, operation: str) -> Requests:
        """Those of an operation."""
        return self.where(operation=operation)

    def where(self, **pattern: Any) -> Requests:
        """Those that match `operation`, `method`, `path`, `query`, `headers` and `body`.

        `path` is the vendor's own, as sent or as the contract writes it. Objects match by the
        members that are named, arrays by all of their items.
        """
        return Requests(self._control, self._space, {**self._pattern, **pattern})

    def clear(self) -> None:
        """Forget all requests of the space."""
        self._control("DELETE", f"spaces/{self._space}/requests")

    def assert_called(
        self,
        operation: str | None = None,
        *,
        times: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        **pattern: Any,
    ) -> None:
        """Fail unless requests matched, at least one by default; `pattern` is that of `where`."""
        __tracebackhide__ = True
        given = {"exactly": times, "at_least": at_least, "at_most": at_most}
        asked = {name: number for name, number in given.items() if number is not None}
        named = {} if operation is None else {"operation": operation}
        wanted = self.where(**named, **pattern)
        verdict = wanted._verdict(**(asked or {"at_least": 1}))
        said = " and ".join(f"{name.replace('_', ' ')} {n}" for name, n in asked.items())
        title = f"{_said(wanted._pattern)}: {counted(verdict['count'], 'request')}, "
        is_certain = verdict["complete"] or (verdict["ok"] and set(asked) <= {"at_least"})
        _judge(verdict, f"{title}expected {said or 'at least 1'}", is_certain)

    def assert_not_called(self, operation: str | None = None, **pattern: Any) -> None:
        """Fail if any request matched."""
        __tracebackhide__ = True
        self.assert_called(operation, times=0, **pattern)

    def assert_order(self, *expected: str | Pattern) -> None:
        """Fail unless requests matched one after the other, whatever was between.

        Each is the name of an operation, or a mapping as the arguments of `where`.
        """
        __tracebackhide__ = True
        order = [
            {**self._pattern, **({"operation": each} if isinstance(each, str) else each)}
            for each in expected
        ]
        verdict = self._control("POST", f"spaces/{self._space}/verify", {"order": order})
        missing = order[min(verdict["count"], len(order) - 1)]
        title = f"{_said(missing)}: number {verdict['count'] + 1} of {len(order)} did not follow"
        _judge(verdict, title, verdict["complete"] or verdict["ok"])

    def assert_no_verdicts(self) -> None:
        """Fail if the caller did wrong: `greenroom.journal.verdicts` has the rules.

        It came back before Retry-After was over, repeated a creation, went on with a credential
        that had got a 401, or asked again for what had got a 410.
        """
        __tracebackhide__ = True
        asked = {"vendor": self._pattern["vendor"]} if "vendor" in self._pattern else {}
        found = self._control("GET", f"spaces/{self._space}/verdicts", **asked)
        lines = []
        for verdict in found["items"]:
            lines.append(f"{verdict['rule']}: {verdict['detail']}")
            lines += [f"  {_head(request)}" for request in verdict["requests"]]
        if found["dropped"]:
            lines.append(f"the journal lost {found['dropped']} requests, which may show more")
        if lines:
            raise AssertionError("\n".join(lines))

    def _verdict(self, **times: int) -> Any:
        question = {"request": self._pattern, "times": times}
        return self._control("POST", f"spaces/{self._space}/verify", question)


def _judge(verdict: Any, title: str, is_certain: bool) -> None:
    __tracebackhide__ = True
    if verdict["ok"] and is_certain:
        return
    lines = [title]
    if not is_certain:
        lines.append(f"the journal lost what could have counted ({verdict['dropped']} requests)")
    for miss in verdict.get("nearest", ()):
        request = miss["request"]
        lines.append(f"  {_head(request)}")
        for each in miss["differences"]:
            got = json.dumps(each["got"]) if "got" in each else "nothing"
            lines.append(
                f"     {each['pointer']}: expected {json.dumps(each['wanted'])}, got {got}"
            )
    raise AssertionError("\n".join(lines))


def _head(request: Mapping[str, Any]) -> str:
    return f"{request['n']}: {request['method']} {request['path']} {request['status']}"


def _said(pattern: Pattern) -> str:
    rest = [f"{n}={json.dumps(v)}" for n, v in pattern.items() if n not in ("vendor", "operation")]
    return " ".join([str(pattern.get("operation") or pattern["vendor"]), *rest])
