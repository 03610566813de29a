"""A client that lives a life by HTTP; the contract judges every response."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx2

from greenroom.contract.model import Contract
from greenroom.http import exchange as ex
from greenroom.schema import json_pointer as ptr
from greenroom.server.background import BackgroundServer
from greenroom_contracts.judge.exchange_judge import ExchangeJudge
from wire import send

from .life import Life, Listing, differences, filled, stage

# More than a page of any list, and no multiple of PAGE.
MANY, PAGE = 200, 30
# The time of the spaces: tables have times after it.
NOW = "2026-01-05T09:00:00Z"


class LifeClient:
    """Takes the steps of a life in a space of its own."""

    def __init__(
        self, server: BackgroundServer, contract: Contract, judge: ExchangeJudge, life: Life
    ) -> None:
        self._server, self._judge, self.life = server, judge, life
        self._operations = {operation.id: operation for operation in contract.operations}
        self._access = server[contract.name]
        self._client = httpx2.Client(headers=dict(self._access.headers))
        self._number = 0
        self.names: dict[str, Any] = {}
        self._base = ""
        self._before: list[Any] = []

    def live(self) -> list[str]:
        """Take every step: what was not as the table says."""
        wrong = []
        with self._client:
            self._enter(self.life.name)
            first = self.life.stages.index("create")
            for number, step in enumerate(self.life.steps):
                kind = stage(step)
                try:
                    if number == first:
                        self._before = self._all()
                    if kind == "page":
                        self._page(step)
                    elif kind in ("list", "filter"):
                        self._list(step, is_whole=kind == "list")
                    else:
                        self._step(step)
                except (AssertionError, LookupError) as error:
                    wrong.append(f"step {number}, {kind} by {step[kind]}: {error}")
        return wrong

    def _enter(self, space: str) -> None:
        """A fresh space, whose clock stands."""
        url, name = self._server.url, f"lives-{self.life.vendor}-{space}"
        made = self._client.put(f"{url}/_greenroom/spaces/{name}", json={"now": NOW})
        assert made.status_code in (200, 201), made.text
        self._base = self._access.url.replace(url, f"{url}/~{name}", 1)
        self.names = {"n": "0"}

    def _step(self, step: Mapping[str, Any]) -> None:
        body = self._send(step, step[stage(step)])
        for name, pointer in step.get("bind", {}).items():
            self.names[name] = ptr.look_up(body, pointer)
        wrong = differences(filled(step["gives"], self.names), body) if "gives" in step else []
        assert not wrong, "; ".join(wrong)

    def _list(self, step: Mapping[str, Any], *, is_whole: bool) -> None:
        listing = self._listing(step)
        if is_whole:
            items = self._all(listing) if listing is self.life.listing else self._some(listing, {})
            if "more" in step:
                assert len(items) == len(self._before) + step["more"], (
                    f"{len(items)} items, before {len(self._before)}"
                )
        else:
            items = self._some(listing, filled(step.get("query", {}), self.names))
            only = filled(step["only"], self.names)
            assert len(items) == len(only), f"{len(items)} items: {items!r:.600}"
        for wanted in filled(step.get("has", step.get("only", [])), self.names):
            found = [differences(wanted, item) for item in items]
            best = min(found, key=len, default=["the list is empty"])
            assert found.count([]) == 1, f"{found.count([])} items, nearest {best}"
        for unwanted in filled(step.get("lacks", []), self.names):
            found = [differences(unwanted, item) for item in items]
            assert [] not in found, "still listed"

    def _page(self, step: Mapping[str, Any]) -> None:
        """MANY records and their pages: nothing is lost, nothing comes twice."""
        life, listing = self.life, self._listing(step)
        self._enter(f"{life.name}-pages")
        first = life.stages.index("create")
        for each in life.steps[:first]:
            self._step(each)
        known = [self._key(listing, item) for item in self._all(listing)]
        create, key = life.steps[first], step["key"]
        for number in range(1, MANY + 1):
            self.names["n"] = str(number)
            body = self._quickly(create)
            known.append(ptr.look_up(body, key))
        paged: list[Any] = []
        for number in range(len(known) // PAGE + 2):
            place = {listing.page: number + 1} if listing.page else {listing.offset: number * PAGE}
            items = self._some(listing, {**place, listing.size: PAGE}, total=len(known))
            expected = max(0, min(PAGE, len(known) - number * PAGE))
            assert len(items) == expected, f"page {number} has {len(items)}"
            paged += [self._key(listing, item) for item in items]
        assert len(paged) == len(set(paged)), "repeated"
        assert set(paged) == set(known), "other records"

    def _all(self, listing: Listing | None = None) -> list[Any]:
        """Every item of the list."""
        listing = listing or self.life.listing
        if listing is None:
            return []
        if listing.size is None:
            return self._some(listing, {})
        items: list[Any] = []
        while True:
            number = len(items) // 100
            place = {listing.page: number + 1} if listing.page else {listing.offset: number * 100}
            page = self._some(listing, {**place, listing.size: 100}, total=None)
            items += page
            if len(page) < 100:
                self._total = len(items)
                return items

    def _some(
        self, listing: Listing, query: Mapping[str, Any], total: int | None = None
    ) -> list[Any]:
        request = {"path": listing.path, "query": {**listing.query, **query}}
        body = self._send(request, listing.operation)
        items: list[Any] = ptr.look_up(body, listing.items)
        assert isinstance(items, list), f"{items!r:.100}"
        if listing.total is not None:
            told = ptr.look_up(body, listing.total)
            is_part = listing.size in query
            if listing.counts == "page" or not is_part:
                total = len(items)
            assert told == total or (total is None and told >= len(items)), (
                f"the total is {told}, not {total}"
            )
        return items

    def _listing(self, step: Mapping[str, Any]) -> Listing:
        own, operation = self.life.listing, step[stage(step)]
        if own is not None and own.operation == operation and "items" not in step:
            return own
        facts = {name: step[name] for name in Listing.__annotations__ if name in step}
        return Listing(**{"operation": operation, "path": {}, "query": {}, "key": "", **facts})

    def _key(self, listing: Listing, item: Any) -> Any:
        return ptr.look_up(item, listing.key)

    def _request(self, step: Mapping[str, Any], name: str) -> tuple[str, str, bytes, str]:
        """Method, target, body and its media type."""
        operation = self._operations[name]
        path = operation.path
        for parameter, value in filled(step.get("path", {}), self.names).items():
            path = path.replace(f"{{{parameter}}}", quote(str(value), safe=""))
        query = urlencode(filled(step.get("query", {}), self.names))
        target = path + (f"?{query}" if query else "")
        if "file" in step:
            field, file = step["file"]["field"], step["file"]["name"]
            content = (
                f'--part\r\nContent-Disposition: form-data; name="{field}"; filename="{file}"\r\n'
                f"Content-Type: application/pdf\r\n\r\n%PDF-1.4 own\r\n--part--\r\n"
            )
            return operation.method, target, content.encode(), "multipart/form-data; boundary=part"
        if "body" not in step:
            return operation.method, target, b"", ""
        body = json.dumps(filled(step["body"], self.names)).encode()
        return operation.method, target, body, "application/json"

    def _send(self, step: Mapping[str, Any], name: str) -> Any:
        """The body of the response, which the contract allows and whose status is as wanted."""
        method, target, body, media = self._request(step, name)
        fields = {"content-type": media} if media else {}
        got = self._client.request(method, self._base + target, content=body, headers=fields)
        status = step.get("status")
        is_right = got.status_code == status if status else got.is_success
        why = {k: v for k, v in got.headers.items() if k.startswith("x-greenroom-")}
        is_right = is_right and "example is sent" not in why.get("x-greenroom-reason", "")
        is_simulated = why.get("x-greenroom-basis") == "simulated"
        is_right = is_right and (not got.is_success or is_simulated == step.get("simulated", True))
        assert is_right, f"{got.status_code} {got.text:.300} {why}"
        if got.status_code == 404:
            named = [str(value) for value in filled(step.get("path", {}), self.names).values()]
            said = got.text + why.get("x-greenroom-reason", "")
            assert not named or any(each in said for each in named), f"{named} not in {said}"
        self._number += 1
        purpose = ex.DOCUMENTED if got.is_success else ex.UNKNOWN
        request = ex.Request(
            method, self._base + target, (*self._access.headers.items(), *fields.items()), body
        )
        response = ex.Response(got.status_code, tuple(got.headers.multi_items()), got.content)
        found = self._judge.findings(ex.Exchange(self._number, name, purpose, request, response))
        assert not found, f"{[f'{f.kind} {f.pointer} {f.message}' for f in found]}"
        return got.json() if got.content else None

    def _quickly(self, step: Mapping[str, Any]) -> Any:
        """The same without a socket and a judgement, for many."""
        method, target, body, media = self._request(step, step["create"])
        sent = [
            (name.lower().encode(), value.encode()) for name, value in self._access.headers.items()
        ]
        if media:
            sent += [(b"content-type", media.encode()), (b"content-length", b"%d" % len(body))]
        origin = self._base.removeprefix(self._server.url)
        reply = send(self._server.app, method, (origin + target).encode(), sent, [body])
        assert 200 <= reply.status < 300, f"{reply.status} {reply.body[:300]!r}"
        return reply.json
