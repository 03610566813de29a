"""Edge cases of JSON (RFC 8259): what is read, and what is refused with which verdict."""

from __future__ import annotations

from typing import Any

from .bodies import JSON, MALFORMED, media
from .case import OK, Case, Verdict, broken, posted, with_body

ENCODING = "RFC 8259, 8.1"
UNICODE = "RFC 8259, 8.2"
OBJECTS = "RFC 8259, 4"
NUMBERS = "RFC 8259, 6"
LIMITS = "RFC 8259, 9"
TEXTS = "RFC 8259, 2"
MARK = b"\xef\xbb\xbf"

# Section, schema, body, verdict. The schema `True` allows every value.
ROWS: list[tuple[str, Any, bytes, Verdict]] = [
    # A byte order mark is ignored, an encoding other than UTF-8 is not JSON.
    (ENCODING, {"const": "\u20ac\U0001f600"}, '"\u20ac\U0001f600"'.encode(), OK),
    (ENCODING, True, MARK + b"{}", OK),
    (ENCODING, {"type": "array"}, MARK + b"{}", broken("body ")),
    (ENCODING, True, MARK + MARK + b"{}", MALFORMED),
    (ENCODING, True, MARK, MALFORMED),
    (ENCODING, True, "{}".encode("utf-16"), MALFORMED),
    (ENCODING, True, "{}".encode("utf-16-le"), MALFORMED),
    (ENCODING, True, "{}".encode("utf-32"), MALFORMED),
    (ENCODING, True, '"\xe4"'.encode("latin-1"), MALFORMED),
    (ENCODING, True, b'"\xc0\x80"', MALFORMED),
    (ENCODING, True, b'"\xf4\x90\x80\x80"', MALFORMED),
    # One half of a surrogate pair is not a character.
    (UNICODE, {"const": "\U0001f600"}, b'"\\ud83d\\ude00"', OK),
    (UNICODE, True, b'"\\ud83d"', MALFORMED),
    (UNICODE, True, b'"\\ude00\\ud83d"', MALFORMED),
    (UNICODE, True, b'{"\\ud83d":1}', MALFORMED),
    (UNICODE, True, b'"\xed\xa0\xbd"', MALFORMED),
    # The last of several members with one name counts, as in most implementations.
    (OBJECTS, {"const": {"a": 2}}, b'{"a":1,"a":2}', OK),
    (OBJECTS, {"properties": {"a": {"type": "integer"}}}, b'{"a":1,"a":"x"}', broken("body /a")),
    (OBJECTS, {"properties": {"a": {"type": "integer"}}}, b'{"a":"x","a":1}', OK),
    (OBJECTS, {"maxProperties": 1}, b'{"a":1,"\\u0061":2}', OK),
    (OBJECTS, True, b'{"a":1,}', MALFORMED),
    (OBJECTS, True, b"{a:1}", MALFORMED),
    (OBJECTS, True, b"{'a':1}", MALFORMED),
    # Numbers: exact integers of any size up to the limit, everything else as a double.
    (NUMBERS, {"type": "integer"}, b"1.0", OK),
    (NUMBERS, {"type": "integer"}, b"1e2", OK),
    (NUMBERS, {"type": "integer"}, b"1.5", broken("body ")),
    (NUMBERS, {"const": 0}, b"-0", OK),
    (NUMBERS, {"maximum": 10**20}, b"1" + b"0" * 20, OK),
    (NUMBERS, {"maximum": 10**20}, b"1" + b"0" * 19 + b"1", broken("body ")),
    (NUMBERS, {"type": "integer"}, b"9" * 400, OK),
    (NUMBERS, {"type": "integer"}, b"9" * 4000, OK),
    (NUMBERS, {"type": "number"}, b"1e308", OK),
    (NUMBERS, {"type": "number"}, b"1e-999", OK),
    (NUMBERS, True, b"1e400", MALFORMED),
    (NUMBERS, True, b"-1E+999", MALFORMED),
    (NUMBERS, {"type": "null"}, b"1e400", MALFORMED),
    (NUMBERS, True, b'{"a":[1,{"b":1e999}]}', MALFORMED),
    (NUMBERS, True, b"9" * 400 + b".0", MALFORMED),
    (NUMBERS, True, b"9" * 300 + b"e99", MALFORMED),
    (NUMBERS, True, b"9" * 5000, MALFORMED),
    (NUMBERS, {"const": "1e999"}, b'"1e999"', OK),
    (NUMBERS, True, b"NaN", MALFORMED),
    (NUMBERS, True, b"[Infinity]", MALFORMED),
    (NUMBERS, True, b"-Infinity", MALFORMED),
    (NUMBERS, True, b"01", MALFORMED),
    (NUMBERS, True, b"+1", MALFORMED),
    (NUMBERS, True, b"1.", MALFORMED),
    (NUMBERS, True, b".5", MALFORMED),
    (NUMBERS, True, b"0x10", MALFORMED),
    # Nesting is limited.
    (LIMITS, True, b"[" * 100 + b"]" * 100, OK),
    (LIMITS, True, b"[" * 100_000 + b"]" * 100_000, MALFORMED),
    (LIMITS, True, b'{"a":' * 100_000 + b"1" + b"}" * 100_000, MALFORMED),
    # The grammar.
    (TEXTS, True, b" \t\r\n{} \n", OK),
    (TEXTS, True, b"{}{}", MALFORMED),
    (TEXTS, True, b"\x0c{}", MALFORMED),
    (TEXTS, True, b" ", MALFORMED),
    (TEXTS, True, b"[1 2]", MALFORMED),
    (TEXTS, True, b"[1,]", MALFORMED),
    (TEXTS, True, b"True", MALFORMED),
    (TEXTS, True, b"undefined", MALFORMED),
    (TEXTS, True, b"// nothing\n{}", MALFORMED),
    (TEXTS, True, b'"a\nb"', MALFORMED),
    (TEXTS, True, b'"\x00"', MALFORMED),
    (TEXTS, {"const": "\x00"}, b'"\\u0000"', OK),
    (TEXTS, True, b'"\\x41"', MALFORMED),
    (TEXTS, True, b'"', MALFORMED),
]


def _case(section: str, schema: Any, body: bytes, verdict: Verdict) -> Case:
    excerpt = body if len(body) < 40 else body[:20] + b"... of %d" % len(body)
    document = with_body(media(JSON, schema))
    return Case(section, f"{excerpt!r} by {schema}", document, posted(body, JSON), verdict)


CASES = [_case(*row) for row in ROWS]
