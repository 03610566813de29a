"""The benchmark accepts no wrong response, and reports its measurements."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from contracts import Client

from greenroom.contract.catalog import find, load
from greenroom.schema.validators import SchemaSet

_SCRIPTS = Path(__file__).parents[3] / "scripts"
sys.path.insert(0, str(_SCRIPTS))

from benchmark import (  # noqa: E402
    exchange,
    node,
    reading,
    records,
    results,
    rivals,
    soak,
    table,
    workloads,
)  # fmt: skip
from benchmark.exchange import Exchange, Expected, Limits, Response, Sample, Template  # noqa: E402
from benchmark.mix import SHARES, LoadRequest  # noqa: E402

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (OK + b"Content-Length: 2\r\n\r\n{}", Response(200, b"{}")),
        (OK + b"content-length: 0\r\n\r\n", Response(200, b"")),
        (CHUNKED + b"1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n", Response(200, b"{}")),
        (CHUNKED + b"A\r\n0123456789\r\n0\r\n\r\n", Response(200, b"0123456789")),
        (b"HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n", Response(204, b"")),
    ],
)
def test_a_response_is_parsed_once_it_is_complete(received: bytes, expected: Response) -> None:
    """And not a byte earlier."""
    assert reading.parse(received) == expected
    assert all(reading.parse(received[:end]) is None for end in range(len(received)))


def test_a_response_of_unknown_length_is_refused() -> None:
    """It could be cut anywhere."""
    with pytest.raises(exchange.WrongResponseError, match="unknown length"):
        reading.parse(OK + b"Connection: close\r\n\r\n{}")


@pytest.mark.parametrize(
    ("body", "response", "right"),
    [
        (
            exchange.exactly({"a": 1, "b": [2]}),
            Response(200, b'{"b": [2],\n "a": 1}'),
            True,
        ),
        (exchange.exactly({"a": 1}), Response(200, b'{"a": 2}'), False),
        (exchange.exactly({"a": 1}), Response(200, b'{"a": 1, "b": 2}'), False),
        (exchange.exactly({"a": 1}), Response(201, b'{"a": 1}'), False),
        (exchange.exactly({"a": 1}), Response(200, b"a"), False),
        (exchange.like({"a": 1}), Response(200, b'{"a": "made up"}'), True),
        (exchange.like({"a": 1}), Response(200, b'{"b": 1}'), False),
        (exchange.like({"a": 1}), Response(200, b'["a"]'), False),
        (exchange.anything(), Response(200, b'{"own": "error"}'), True),
        (exchange.anything(), Response(200, b"Bad Request"), False),
    ],
)
def test_bodies_are_compared_by_value(body: Expected, response: Response, right: bool) -> None:
    """Not by how they are written, and never without their status."""
    documented = Exchange((), 200, body)
    if right:
        documented.check(response)
    else:
        with pytest.raises(exchange.WrongResponseError):
            documented.check(response)


def sent() -> Iterator[tuple[str, bytes, Any]]:
    """Every request of the workloads: its name, its head, and its body as JSON."""
    for name, documented in workloads.exchanges("/x").items():
        for template in documented.requests:
            head, _, body = template.numbered(1234).partition(b"\r\n\r\n")
            declared = [line for line in head.split(b"\r\n") if line.startswith(b"Content-Length")]
            assert not body or declared == [b"Content-Length: %d" % len(body)]
            yield name, head, json.loads(body) if body else None


def test_requests_are_complete_and_never_alike() -> None:
    """So that only responses are measured."""
    assert len(list(sent())) > 5
    for documented in workloads.exchanges("/x").values():
        for template in documented.requests:
            first, second = template.numbered(1), template.numbered(2)
            assert first != second
            assert len(first) == len(second)


def test_only_the_requests_to_refuse_violate_the_contract() -> None:
    """Each by one violation."""
    contract = load(find([str(workloads.CONTRACT)])[0])
    (operation,) = (o for o in contract.operations if o.body)
    assert operation.body is not None
    schema = operation.body.content[0].schema
    assert schema is not None
    schemas = SchemaSet(contract.document)
    faults = [(name, len(list(schemas.errors(schema, body)))) for name, _, body in sent() if body]
    assert set(faults) == {(workloads.POST, 0), (workloads.REFUSED, 1)}


def sample(rate: float, cpu: float | None = 50.0) -> Sample:
    """A round of that rate."""
    return Sample(rate, 1.0, 2.0, cpu, 0.5)


def measured(**rates: list[float]) -> results.Results:
    """Results of servers with one workload, by the rates of their rounds."""
    shown = [
        rivals.Rival(name, name.title(), (), {}, ("slow", name) if name == "tortoise" else ())
        for name in rates
    ]
    samples = {
        (name, workloads.GET): [sample(rate) for rate in rounds] for name, rounds in rates.items()
    }
    starts = {"Greenroom": results.Start(12.3, None)}
    return results.Results(shown, ["Left out."], None, Limits(2, 1.0), 3, samples, starts)


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    """Servers are compared by adjacent rounds."""
    found = measured(greenroom=[10, 20, 90], starlette=[10, 10, 30])
    ours, theirs = (rivals.OURS, workloads.GET), (rivals.YARDSTICK, workloads.GET)
    assert found.ratio(ours, theirs) == 2.0
    assert found.ratio(ours, ("nobody", workloads.GET)) is None


@pytest.mark.parametrize("render", [table.text, table.summary])
def test_a_table_has_rates_notes_and_omissions(render: Any) -> None:
    """What was not measured is a dash."""
    text = render(measured(greenroom=[3000], starlette=[2000], tortoise=[1]))
    for wanted in ("3,000", "1.50", "Tortoise (1, 2)", "(1) slow; (2) tortoise.", "Left out."):
        assert wanted in text
    assert " -" in text
    assert text.endswith("\n")


def test_a_markdown_table_has_as_many_cells_in_every_row() -> None:
    """Or it is not a table."""
    lines = table.markdown([("", "a"), ("x", "1"), ("y", "2")]).splitlines()
    assert lines == ["|  | a |", "| --- | ---: |", "| x | 1 |", "| y | 2 |"]


def test_every_package_is_pinned() -> None:
    """A benchmark of the newest versions cannot be compared."""
    assert all(version.replace(".", "").isdigit() for version in node.pins().values())


def load_requests() -> list[LoadRequest]:
    """One request of each kind."""
    template = Template(b"GET /", b"")
    return [LoadRequest(kind, kind, template, frozenset((200,))) for kind in SHARES]


def test_a_load_run_keeps_the_shares_of_its_kinds() -> None:
    """In an order that is the same every time."""
    found = soak.schedule(load_requests())
    kinds = [request.kind for request in found]
    assert {kind: 10 * kinds.count(kind) // len(kinds) for kind in SHARES} == SHARES
    assert found == soak.schedule(load_requests())


@pytest.mark.parametrize(
    ("statuses", "memory", "most", "passed"),
    [
        ([200, 200], [50.0] * 10, 2, True),
        ([200, 200], [], 2, True),
        ([200, 500], [50.0] * 10, 2, False),
        ([200], [50.0] * 10, 2, False),
        ([200, 200], [50.0] * 7 + [60.0] * 3, 2, False),
        ([200, 200], [30.0] * 4 + [50.0] * 6, 2, True),
    ],
)
def test_a_load_run_passes_when_all_is_right_and_memory_flat(
    statuses: list[int], memory: list[float], most: int, passed: bool
) -> None:
    """And complete; the memory that a server takes in the first half is not growth."""

    async def run() -> tuple[str, bool]:
        state = soak.Soak(load_requests(), most, asyncio.get_running_loop().create_future())
        for status in statuses:
            state.take(state.requests[0], Response(status, b"{}"), 0.001)
        for megabytes in memory:
            state.sample(megabytes)
        return soak.verdict(state, 1.0)

    text, found = asyncio.run(run())
    assert found is passed
    assert text.endswith("passed" if passed else "FAILED")


def test_records_are_read_listed_created_and_deleted_among_many() -> None:
    """What is measured is right in ours, and what it costs is told for each number of records."""
    client, ours = Client(load(find([str(records._CONTRACT)])[0])), records.ours()
    for number in range(300):
        assert client.post(ours.base, records.note(number)).json == records.note(number)
    query = ours.query.format(group="g-7", page=1, size=2)
    assert client.get(f"{ours.base}?{query}").json == [records.note(7), records.note(107)]
    assert client.send("DELETE", f"{ours.base}/n-7").status == 204
    assert client.get(f"{ours.base}/n-7").status == 404

    kept = [records.Kept(ours, count, cast(Any, None)) for count in (1_000, 100_000)]
    for each, seconds, memory in zip(kept, (0.001, 0.0015), (80.0, 280.0), strict=True):
        each.seconds |= {kind: [seconds] for kind in records.KINDS}
        each.megabytes = memory
    text = records._described(kept)
    assert "| greenroom serve, in a space | 100,000 | 1.50 | 1.50 | 1.50 | 1.50 | 280 |" in text
    assert "GET one 1.50, page in the middle 1.50, POST one 1.50, DELETE one 1.50" in text
    assert "bytes takes 2,118." in text
    wrong = Response(404, b"{}")
    with pytest.raises(exchange.WrongResponseError, match="100,000 records"):
        records._expect(wrong.status == 200, kept[1], wrong)
