"""Strategies for requests to an operation, with any bytes in every part that it reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from greenroom.codec.credentials import GOOD_KEY, credentials_of
from greenroom.contract.model import Contract, Operation

Fields = list[tuple[bytes, bytes]]

# Bytes with a meaning in some syntax, and any others.
_MEANT = (
    b"% %2 %zz %ff %00 %2F %2C %5B + & = ; , | [ ] . : / .. // { } < > <a/> </a> &x; xmlns true "
    b"null NaN 1e999 1e400 -0 1e99 - {} [] {'a':1} a.b a,b a=b *"
).split()
_LONGER = [
    b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xef\xbb\xbf", b'"', b"\\", b"\r\n", b" ", b"\x00",
    b"a" * 3000, b"9" * 5000, b"[" * 500, b"<a>" * 300, b"%25" * 300, b'{"a":1,"a":2}',
    b'"\\ud800"',
    b'{"kids":[{}],"count":1e999}', "\u0665\u2028\U0001f600".encode(), b"test-key", b"expired-key",
    b"\xff\xfe{\x00}\x00", b'<?xml version="1.0" encoding="utf-7"?>', b"<!DOCTYPE a>", b"--b\r\n",
    b"--b--", b"Content-Disposition: form-data; name=a\r\n\r\n",
]  # fmt: skip
HOSTILE_BYTES = [*_MEANT, *_LONGER]
PIECES = st.one_of(st.binary(max_size=12), st.sampled_from(HOSTILE_BYTES))
TEXTS = st.lists(PIECES, max_size=5).map(b"".join)
_READ = (
    b"accept accept-language authorization content-encoding content-length content-type cookie "
    b"expect host if-match origin range te transfer-encoding upgrade x-forwarded-for"
).split()
_KINDS = [
    b"application/json", b"application/xml", b"text/plain; charset=", b"text/xml; charset=utf-16",
    b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=b", b"image/png", b"*/*",
    b"multipart/form-data; boundary=", b"application/json; charset=utf-16; a=", b"",
]  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """One request as bytes."""

    method: str
    target: bytes
    headers: Fields
    chunks: list[bytes]


def requests(contract: Contract, operations: Sequence[Operation]) -> st.SearchStrategy[Sent]:
    """Requests to any of some operations, mostly with a valid credential."""
    return st.sampled_from(operations).flatmap(lambda operation: _of(contract, operation))


def _of(contract: Contract, operation: Operation) -> st.SearchStrategy[Sent]:
    names = [p.name.encode() for p in operation.parameters] or [b"x"]
    by_place = {
        place: [p.name.encode() for p in operation.parameters if p.location == place]
        for place in ("query", "header", "cookie")
    }
    pairs = st.tuples(
        st.one_of(st.sampled_from(by_place["query"] or names), TEXTS),
        st.sampled_from([b"=", b"", b"[", b"[]=", b"[a]=", b"%5Ba%5D="]),
        TEXTS,
    ).map(b"".join)
    cookies = st.tuples(st.sampled_from(by_place["cookie"] or names), TEXTS).map(b"=".join)
    fields = st.one_of(
        st.tuples(st.sampled_from([*by_place["header"], *_READ]), TEXTS),
        st.tuples(st.just(b"cookie"), st.lists(cookies, max_size=4).map(b"; ".join)),
        st.tuples(st.binary(min_size=1, max_size=8), TEXTS),
    ).filter(lambda field: field[0].lower() != b"prefer")
    return st.builds(
        Sent,
        st.sampled_from([operation.method] * 6 + ["GET", "OPTIONS", "TRACE", "get", "\r\n"]),
        st.tuples(_paths(contract, operation), st.lists(pairs, max_size=5).map(b"&".join)).map(
            b"?".join
        ),
        st.tuples(
            st.sampled_from([_credentials(operation)] * 4 + [[]]),
            st.lists(fields, max_size=4),
            _types(operation),
        ).map(lambda parts: [field for part in parts for field in part]),
        st.lists(_bodies(operation), min_size=1, max_size=3),
    )


def _paths(contract: Contract, operation: Operation) -> st.SearchStrategy[bytes]:
    prefix = f"/{contract.name}{operation.base_paths[0]}".encode()
    pieces = [prefix, *(part.encode() for part in _split(operation.path))]
    filled = st.tuples(*(st.just(p) if i % 2 == 0 else TEXTS for i, p in enumerate(pieces[1:])))
    wild = st.tuples(st.just(b"/"), TEXTS)
    return st.one_of(filled, filled, filled, wild).map(
        lambda parts: (prefix + b"".join(parts)).replace(b"?", b"%3F")
    )


def _split(template: str) -> list[str]:
    """The parts of a path template: text and names of parameters in turn."""
    return [part for text in template.split("{") for part in text.split("}")]


def _credentials(operation: Operation) -> Fields:
    if not operation.secured:
        return []
    found = credentials_of(operation, GOOD_KEY)
    return [(c.name.lower().encode(), c.value.encode()) for c in found if c.location == "header"]


def _types(operation: Operation) -> st.SearchStrategy[Fields]:
    documented = [media.name.encode() for media in operation.body.content] if operation.body else []
    kinds = st.one_of(st.sampled_from([*documented * 3, *_KINDS]), TEXTS)
    more = st.one_of(st.just(b""), st.just(b"; boundary=b"), TEXTS)
    return st.lists(
        st.tuples(st.just(b"content-type"), st.tuples(kinds, more).map(b"".join)), max_size=1
    )


def _bodies(operation: Operation) -> st.SearchStrategy[bytes]:
    examples = [
        json.dumps(example.value).encode()
        for media in (operation.body.content if operation.body else ())
        for example in media.examples
    ]
    if not examples:
        return TEXTS

    def cut(example: bytes, at: int, text: bytes, length: int) -> bytes:
        where = at % (len(example) + 1)
        return example[:where] + text + example[where + length :]

    broken = st.builds(cut, st.sampled_from(examples), st.integers(0, 10_000), TEXTS,
                       st.integers(0, 5))  # fmt: skip
    return st.one_of(TEXTS, broken)
