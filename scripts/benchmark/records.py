"""What requests cost among many records and among few, in a space of ours and in other stores."""

from __future__ import annotations

import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from .connection import connected
from .exchange import Response, WrongResponseError
from .node import Node, NodeError, installed, pins
from .rivals import ALL_VENDORS
from .servers import Server
from .table import markdown

FEW, MANY = 1_000, 100_000
KINDS = ("GET one", "page in the middle", "POST one", "DELETE one")
_CONTRACT = Path(__file__).with_name("notes.yaml")
_GROUPS, _SIZE, _TEXT = 100, 5, "A note of usual length. " * 4
_ROUNDS, _EACH = 10, 20
# A server that has taken longer gets no further rounds.
_ENOUGH_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Keeper:
    """A server that keeps notes: its command for a file of data, None where it is sent them.

    `base` is what its paths begin with, `query` asks for a page of a group.
    """

    title: str
    command: Callable[[Path | None], Sequence[str]]
    base: str
    query: str
    file: Callable[[list[dict[str, str]]], Any] | None = None


@dataclass(slots=True)
class Kept:
    """A running server with so many notes, and the seconds that each request has taken."""

    keeper: Keeper
    count: int
    server: Server
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    megabytes: float | None = None


def note(number: int) -> dict[str, str]:
    """One of the notes."""
    return {"id": f"n-{number}", "group": f"g-{number % _GROUPS}", "text": _TEXT}


def ours() -> Keeper:
    """A space of ours."""
    return Keeper(
        "greenroom serve, in a space", lambda _: (*ALL_VENDORS, str(_CONTRACT)),
        f"/~bench/{_CONTRACT.stem}/notes", "group={group}&page={page}&size={size}",
    )  # fmt: skip


def keepers() -> tuple[list[Keeper], list[str]]:
    """The servers that this machine can run, ours first, and what is left out."""
    try:
        return [ours(), *_of_node(installed(), pins())], []
    except NodeError as error:
        return [ours()], [f"The Node servers are left out: {error}."]


def _of_node(node: Node, versions: Any) -> list[Keeper]:
    return [
        Keeper(
            f"json-server {versions['json-server']}",
            lambda file: (
                *node.command("json-server"), "--quiet", "--host", "127.0.0.1", "--port", "{port}",
                str(file),
            ),
            "/notes", "group={group}&_page={page}&_limit={size}", lambda notes: {"notes": notes},
        ),
        Keeper(
            f"Mockoon CLI {versions['@mockoon/cli']}",
            lambda file: (
                *node.command("@mockoon/cli"), "start", "--data", str(file), "--port", "{port}",
                "--hostname", "127.0.0.1", "--disable-log-to-file", "--disable-admin-api",
                "--repair",
            ),
            "/notes", "group_eq={group}&page={page}&limit={size}", _environment,
        ),
    ]  # fmt: skip


def _environment(notes: list[dict[str, str]]) -> dict[str, Any]:
    """A file of Mockoon with a CRUD route over a data bucket."""
    names = ("environment", "route", "response", "bucket")
    ids = {name: f"00000000-0000-4000-8000-00000000000{n}" for n, name in enumerate(names)}
    response = {
        "uuid": ids["response"], "body": "{}", "latency": 0, "statusCode": 200, "label": "",
        "headers": [], "bodyType": "DATABUCKET", "filePath": "", "databucketID": "note",
        "sendFileAsBody": False, "rules": [], "rulesOperator": "OR", "disableTemplating": False,
        "fallbackTo404": False, "default": True, "crudKey": "id", "callbacks": [],
    }  # fmt: skip
    route = {
        "uuid": ids["route"], "type": "crud", "documentation": "", "method": "",
        "endpoint": "notes", "responses": [response], "responseMode": None,
        "streamingMode": None, "streamingInterval": 0,
    }  # fmt: skip
    bucket = {"uuid": ids["bucket"], "id": "note", "name": "Notes", "documentation": "",
              "value": json.dumps(notes)}  # fmt: skip
    return {
        "uuid": ids["environment"], "lastMigration": 33, "name": "Notes", "endpointPrefix": "",
        "latency": 0, "port": 3000, "hostname": "", "folders": [], "routes": [route],
        "rootChildren": [{"type": "route", "uuid": ids["route"]}], "proxyMode": False,
        "proxyHost": "", "proxyRemovePrefix": False, "cors": False, "headers": [],
        "proxyReqHeaders": [], "proxyResHeaders": [], "data": [bucket], "callbacks": [],
        "tlsOptions": {"enabled": False, "type": "CERT", "pfxPath": "", "certPath": "",
                       "keyPath": "", "caPath": "", "passphrase": ""},
    }  # fmt: skip


async def measured(show: Callable[[str], None], core: int | None, few: int, many: int) -> str:
    """Measure, and describe it in Markdown. Raises WrongResponseError for a wrong response."""
    found, left_out = keepers()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kept = []
        for number, (keeper, count) in enumerate((k, c) for k in found for c in (few, many)):
            show(f"{keeper.title}: {count:,} records")
            file = folder / f"{number}.json"
            if keeper.file is not None:
                file.write_text(json.dumps(keeper.file([*map(note, range(count - 1))])))
            server = stack.enter_context(Server(keeper.command(file), core))
            await server.listens()
            kept.append(Kept(keeper, count, server))
            await _fill(kept[-1])
        for each in kept:
            await _round(each, 0)
            each.seconds.clear()
        for number in range(1, _ROUNDS + 1):
            show(f"records: round {number} of {_ROUNDS}")
            for each in kept:
                if sum(map(sum, each.seconds.values())) < _ENOUGH_SECONDS:
                    await _round(each, number)
        for each in kept:
            each.megabytes = each.server.megabytes()
    return "\n\n".join([_described(kept), *left_out])


async def _fill(kept: Kept) -> None:
    # There is room for one more: as many as a space may have.
    if kept.keeper.file is None:
        async with connected(kept.server.port) as send:
            for number in range(kept.count - 1):
                made = await send(_request("POST", kept.keeper.base, note(number)))
                _expect(made.status == 201, kept, made)
    async with connected(kept.server.port) as send:
        last = await send(_request("GET", f"{kept.keeper.base}/n-{kept.count - 2}"))
        _expect(last.status == 200, kept, last)


async def _round(kept: Kept, number: int) -> None:
    """Some requests of each kind, none of which was sent before."""
    base, count, pages = kept.keeper.base, kept.count, kept.count // _GROUPS // _SIZE
    async with connected(kept.server.port) as send:
        for n in range(number * _EACH, (number + 1) * _EACH):
            new = note(count + n)
            group = f"g-{n % _GROUPS}"
            query = kept.keeper.query.format(group=group, page=pages // 2 or 1, size=_SIZE)
            for kind, method, path, body in (
                (KINDS[0], "GET", f"{base}/n-{count // 2 + n}", None),
                (KINDS[1], "GET", f"{base}?{query}", None),
                (KINDS[2], "POST", base, new),
                (KINDS[3], "DELETE", f"{base}/n-{n}", None),
            ):
                request = _request(method, path, body)
                began = time.perf_counter()
                response = await send(request)
                kept.seconds[kind].append(time.perf_counter() - began)
                _expect(200 <= response.status < 300, kept, response)
                if kind == KINDS[1]:
                    groups = [each["group"] for each in json.loads(response.body)]
                    _expect(groups == [group] * _SIZE, kept, response)


def _expect(right: bool, kept: Kept, response: Response) -> None:
    if not right:
        raise WrongResponseError(f"{kept.keeper.title}, {kept.count:,} records: {response}")


def _described(kept: list[Kept]) -> str:
    head = ("median ms", "records", *KINDS, "memory MB")
    rows = [
        (
            each.keeper.title, f"{each.count:,}",
            *(f"{median(each.seconds[kind]) * 1e3:.2f}" for kind in KINDS),
            "-" if each.megabytes is None else f"{each.megabytes:,.0f}",
        )
        for each in kept
    ]  # fmt: skip
    few, many = kept[:2]
    times = (f"{median(many.seconds[k]) / median(few.seconds[k]):.2f}" for k in KINDS)
    parts = [
        f"{few.keeper.title}: among {many.count:,} records it takes so many times as long as among "
        f"{few.count:,}: {', '.join(f'{k} {t}' for k, t in zip(KINDS, times, strict=True))}."
    ]
    if few.megabytes is not None and many.megabytes is not None:
        each_record = (many.megabytes - few.megabytes) * 2**20 / (many.count - few.count)
        parts.append(f"A record of {len(json.dumps(note(0)))} bytes takes {each_record:,.0f}.")
    return "\n\n".join([markdown([head, *rows]), " ".join(parts)])


def _request(method: str, path: str, body: Any = None) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    about = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{about if content else ''}\r\n"
    return head.encode() + content
