"""What the examples of the shipped contracts tell is possible: times, files and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest

from greenroom.contract.catalog import Source, load, vendors
from greenroom.contract.effects import SUBSCRIBE

over_vendors = pytest.mark.parametrize("source", vendors(), ids=lambda source: source.name)
# RFC 2606 sections 2 and 3.
RESERVED = re.compile(r"(^|\.)(example|invalid|test|localhost|example\.(com|net|org))$")
OBJECT_ID = re.compile(r"[0-9a-f]{24}")


@cache
def document_of(source: Source) -> Any:
    """A contract as it is written."""
    return load(source).document


def examples_of(source: Source) -> dict[str, Any]:
    """The examples of a contract by name."""
    found: dict[str, Any] = document_of(source)["components"]["examples"]
    return found


def values_in(value: Any) -> Iterator[Any]:
    """A JSON value and every value inside it."""
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        yield from values_in(item)


def untimely_ids(value: Any) -> list[str]:
    """The ObjectIds of records that were created at another second than their time says."""
    wrong = []
    for record in values_in(value):
        if not isinstance(record, dict):
            continue
        name = str(record.get("_id", record.get("id")))
        created = record.get("createdAt", record.get("assignedAt"))
        if OBJECT_ID.fullmatch(name) and isinstance(created, str):
            told = datetime.fromisoformat(created).replace(microsecond=0)
            if datetime.fromtimestamp(int(name[:8], 16), UTC) != told:
                wrong.append(f"{name} is of another time than {created}")
    return wrong


def faults_of_pdf(data: bytes) -> list[str]:
    """What keeps a reader from opening a PDF (ISO 32000-1 section 7.5)."""
    start = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", data)
    table = data[int(start[1]) :] if start else b""
    if not table.startswith(b"xref"):
        return ["startxref does not lead to the cross-reference table"]
    entries = re.findall(rb"(\d{10}) \d{5} n[ \r][\r\n]", table)
    wrong = [
        f"object {number} is not at {int(offset)}"
        for number, offset in enumerate(entries, 1)
        if not data[int(offset) :].startswith(f"{number} 0 obj".encode())
    ]
    for length, stream in re.findall(rb"/Length (\d+).*?stream\n(.*?)endstream", data, re.DOTALL):
        if len(stream.rstrip(b"\n")) not in (int(length), int(length) - 1):
            wrong.append(f"a stream of {len(stream)} bytes says {int(length)}")
    return wrong if b"/Type /Page " in data.replace(b"\n", b" ") else [*wrong, "there is no page"]


def pdfs_in(value: Any) -> list[bytes]:
    """The PDF files in a value."""
    texts = (text for text in values_in(value) if isinstance(text, str))
    return [text.encode() for text in texts if text.startswith("%PDF")]


def strangers_in(value: Any) -> list[str]:
    """The addresses in a value whose host may be somebody's."""
    texts = (text for text in values_in(value) if isinstance(text, str) and "://" in text)
    return [text for text in texts if not RESERVED.search(urlsplit(text).hostname or "")]


@over_vendors
def test_an_object_id_holds_the_time_of_its_record(source: Source) -> None:
    """The first four bytes of an ObjectId are the second at which it was made."""
    assert [w for e in examples_of(source).values() for w in untimely_ids(e["value"])] == []


@over_vendors
def test_a_pdf_in_an_example_can_be_opened(source: Source) -> None:
    """A server that reads the file of a documented request finds a page in it."""
    files = [data for e in examples_of(source).values() for data in pdfs_in(e["value"])]
    assert [fault for data in files for fault in faults_of_pdf(data)] == []


@over_vendors
def test_an_example_of_ours_subscribes_nobody(source: Source) -> None:
    """Unless a document shows the address, its host is reserved."""
    contract, examples = load(source), examples_of(source)
    ours = {name for name, e in examples.items() if e["x-provenance"]["basis"] == "inferred"}
    values = [
        examples[name]["value"]
        for operation in contract.operations
        if SUBSCRIBE in operation.effects
        for name in re.findall(r"examples/(\w+)", str(_request_body(source, operation.pointer)))
        if name in ours
    ]
    assert [text for value in values for text in strangers_in(value)] == []


def _request_body(source: Source, pointer: str) -> Any:
    document = document_of(source)
    path, method = pointer.split("/")[2:4]
    operation = document["paths"][path.replace("~1", "/").replace("~0", "~")][method]
    name = operation.get("requestBody", {}).get("$ref", "/").rpartition("/")[2]
    return document["components"]["requestBodies"].get(name, {})


def test_wrong_examples_are_found() -> None:
    """Otherwise the tests above would prove nothing."""
    record = {"_id": "665f1c2ab7d3e40012a4c901", "createdAt": "2026-05-12T09:30:02.114Z"}
    assert untimely_ids([record]) != []
    assert untimely_ids({**record, "_id": "6a02f31ab7d3e40012a4c901"}) == []
    assert faults_of_pdf(b"%PDF-1.4\ntrailer <</Root 1 0 R>>\n%%EOF\n") != []
    assert strangers_in({"url": "https://your-domain.com/hook"}) != []
    assert strangers_in({"url": "https://receiver.example/hook"}) == []
    assert any(pdfs_in(examples_of(source)) for source in vendors())
