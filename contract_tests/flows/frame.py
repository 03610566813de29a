"""An account of a vendor and a receiver of its webhooks, seen from outside by HTTP.

Whatever comes back or arrives is judged by the contract's schemas with `jsonschema`, which
greenroom itself does not use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from greenroom.schema import json_pointer as ptr
from servers import HttpRequest, HttpResponse, serving

# Where the clock of every account stands at the beginning.
BEGIN = datetime.fromisoformat("2026-01-05T09:00:00+00:00")
_DOCUMENT = "urn:contract"


@contextmanager
def step(heading: str, inferred: str = "") -> Iterator[None]:
    """A step that a document tells under a heading; `inferred` is what of it no document says."""
    try:
        yield
    except Exception as error:
        error.add_note(f"step: {heading}" + (f"\ninferred: {inferred}" if inferred else ""))
        raise


@dataclass(frozen=True)
class Received:
    """A webhook that arrived; `data` is its body, or its query where it has none."""

    request: HttpRequest
    data: Any

    @property
    def headers(self) -> Mapping[str, str]:
        """Its header fields, with names in lower case."""
        return self.request.headers

    @property
    def path(self) -> str:
        """Where it arrived."""
        return urlsplit(self.request.path).path


@dataclass
class Receiver:
    """A server of the client under test, which takes webhooks at `origin`.

    `statuses` are those of its next responses, 200 after them. `during` is called with each request
    before its response.
    """

    origin: str = ""
    statuses: list[int] = field(default_factory=list)
    during: Callable[[HttpRequest], None] | None = None
    seen: list[HttpRequest] = field(default_factory=list)
    _taken: int = 0

    def respond(self, request: HttpRequest) -> HttpResponse:
        """The response to a webhook."""
        if self.during is not None:
            self.during(request)
        return HttpResponse(self.statuses.pop(0) if self.statuses else 200, b"", {})

    def take(self) -> list[Received]:
        """What arrived since it was asked last, in the order of arrival."""
        new, self._taken = self.seen[self._taken :], len(self.seen)
        return [Received(request, _data(request)) for request in new]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port of loopback."""
    receiver = Receiver()
    with serving(receiver.respond) as (receiver.origin, receiver.seen):
        yield receiver


def _data(request: HttpRequest) -> Any:
    if "json" in request.headers.get("content-type", ""):
        return json.loads(request.body)
    given = request.body.decode() or urlsplit(request.path).query
    return dict(parse_qsl(given, keep_blank_values=True, strict_parsing=True))


class Account:
    """An account of a vendor in a space of the server at `url`.

    `document` is the vendor's contract, `headers` the fields of every request to its API.
    """

    def __init__(
        self, client: httpx2.Client, url: str, vendor: str, document: Mapping[str, Any]
    ) -> None:
        self.document = document
        self.headers: dict[str, str] = {}
        self._control = f"{url}/_greenroom/spaces/flow-{vendor}"
        base = urlsplit(document["servers"][0]["url"]).path.rstrip("/")
        self._base = f"{url}/~flow-{vendor}/{vendor}{base}"
        resource = DRAFT202012.create_resource(dict(document))
        self._registry: Registry[Any] = Registry().with_resource(_DOCUMENT, resource)
        self._client = client

    def call(
        self, method: str, path: str, body: Any = None, *, status: int = 200, **sent: Any
    ) -> Any:
        """The body of a response of the vendor's API, with this status and valid by the contract.

        `sent` are arguments of httpx2 for what is no JSON body.
        """
        given = sent if body is None else {"json": body, **sent}
        reply = self._client.request(method, self._base + path, headers=self.headers, **given)
        assert reply.status_code == status, f"{method} {path}: {reply.status_code} {reply.text}"
        assert status >= 400 or "x-greenroom-reason" not in reply.headers, reply.headers
        operation = self._operation(method, path.partition("?")[0])
        response = self._follow(f"{operation}/responses/{status}")
        if "content" not in ptr.look_up(self.document, response):
            assert not reply.content
            return None
        self._judge(f"{response}/content/application~1json/schema", reply.json())
        return reply.json()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """The body of a response of the space's control routes, which is a success."""
        reply = self._client.request(method, self._control + path, json=body)
        assert reply.is_success, f"{method} {path}: {reply.status_code} {reply.text}"
        return reply.json() if reply.content else None

    def advance(self, by: str) -> list[tuple[datetime, str, str]]:
        """Let time pass: the moment, identifier and new state of each transition."""
        done = self.control("POST", "/clock/advance", {"by": by})
        return [(moment(t["at"]), t["about"]["id"], t["to"]) for t in done["transitions"]]

    def settle(self) -> None:
        """Wait until nothing that is due is pending."""
        assert self.control("POST", "/settle")["settled"]

    def deliveries(self) -> list[dict[str, Any]]:
        """All deliveries, the newest last, once nothing that is due is pending."""
        self.settle()
        found: list[dict[str, Any]] = self.control("GET", "/deliveries?limit=1000")["items"]
        return found

    def judge(self, event: str, received: Received) -> None:
        """Assert that what was received is this event of the contract."""
        webhook = ptr.join("/webhooks", event, "post")
        kind = received.headers["content-type"].partition(";")[0]
        body = self._follow(f"{webhook}/requestBody")
        self._judge(ptr.join(body, "content", kind, "schema"), received.data)
        for number in range(len(ptr.look_up(self.document, webhook).get("parameters", ()))):
            where = self._follow(f"{webhook}/parameters/{number}")
            parameter = ptr.look_up(self.document, where)
            if parameter["in"] == "header" and parameter.get("required"):
                self._judge(f"{where}/schema", received.headers[parameter["name"].lower()])

    def _operation(self, method: str, path: str) -> str:
        """The pointer of the operation of a path; a concrete path comes before a template."""
        templates = sorted(self.document["paths"], key=lambda each: each.count("{"))
        found = next(t for t in templates if re.fullmatch(re.sub(r"\{.*?\}", "[^/]+", t), path))
        return ptr.join("/paths", found, method.lower())

    def _follow(self, pointer: str) -> str:
        """The pointer that a reference leads to; the same for anything else."""
        while isinstance(node := ptr.look_up(self.document, pointer), dict) and "$ref" in node:
            pointer = node["$ref"].removeprefix("#")
        return pointer

    def _judge(self, schema: str, value: Any) -> None:
        validator = Draft202012Validator(
            {"$ref": f"{_DOCUMENT}#{schema}"},
            registry=self._registry,
            format_checker=FormatChecker(),
        )
        wrong = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
        assert not wrong, wrong


@contextmanager
def opened(url: str, vendor: str, document: Mapping[str, Any]) -> Iterator[Account]:
    """A new account, whose clock stands at BEGIN."""
    with httpx2.Client(timeout=60) as client:
        account = Account(client, url, vendor, document)
        account.control("PUT", "", {"now": BEGIN.isoformat()})
        yield account


def moment(text: str) -> datetime:
    """A date-time of RFC 3339."""
    return datetime.fromisoformat(text)


def after(**parts: float) -> datetime:
    """The moment that long after the beginning, in the words of `timedelta`."""
    return BEGIN + timedelta(**parts)
