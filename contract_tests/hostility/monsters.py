"""Excessive bodies, queries and headers."""

from __future__ import annotations

DEEP, MANY, SOME, LONG = 100_000, 10_000, 2_000, 200_000
FORM, MULTIPART = b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=b"
JSON, XML, TEXT = b"application/json", b"application/xml", b"text/plain"
PART = b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
# Placed after a name, which it ends; the quote after it ends a separate field.
AS_JSON = b'"\r\nContent-Type: application/json\r\nX-Quoted: "'

# Content-Type and body, by name.
BODIES: dict[str, tuple[bytes, bytes]] = {
    "JSON of 100,000 arrays in each other": (JSON, b"[" * DEEP + b"]" * DEEP),
    "JSON of 100,000 objects in each other": (JSON, b'{"kids":[' * DEEP + b"]}" * DEEP),
    "JSON of arrays that never end": (JSON, b"[" * LONG),
    "JSON of 100,000 members of one name": (JSON, b"{" + b'"name":1,' * DEEP + b'"name":1}'),
    "JSON of 100,000 members": (JSON, b"{%b}" % b",".join(b'"%d":"x"' % i for i in range(DEEP))),
    "JSON of 200,000 wrong items": (JSON, b'{"kids":[' + b"0," * LONG + b"0]}"),
    "JSON of 10,000 equal objects": (JSON, b'{"kids":[' + b"{}," * MANY + b"{}]}"),
    "a number of 5,000 digits": (JSON, b'{"count":%b}' % (b"9" * 5000)),
    "a number of 4,000 digits": (JSON, b'{"count":%b}' % (b"9" * 4000)),
    "a number of 200,000 digits": (JSON, b"9" * LONG),
    "a number beyond a double": (JSON, b'{"count":1e400}'),
    "a number with a long exponent": (JSON, b"1e" + b"9" * LONG),
    "a number with a long fraction": (JSON, b"0." + b"9" * LONG),
    "a string of 200,000 characters": (JSON, b'{"name":"%b!"}' % (b"a" * LONG)),
    "a string of escapes": (JSON, b'"' + b"\\u0061" * (LONG // 6) + b'"'),
    "JSON in UTF-16": (JSON, "{}".encode("utf-16")),
    "JSON in Latin-1": (JSON, b'{"name":"\xe4"}'),
    "byte order marks without end": (JSON, b"\xef\xbb\xbf" * DEEP + b"{}"),
    "white space without end": (JSON, b" " * LONG),
    "XML of 100,000 elements in each other": (XML, b"<a>" * DEEP + b"</a>" * DEEP),
    "XML of 99 elements in each other": (XML, b"<kids>" * 99 + b"</kids>" * 99),
    "XML of 200,000 elements": (XML, b"<a>" + b"<b/>" * LONG + b"</a>"),
    "XML of 4,000 wrong elements": (XML, b"<a>" + b"<kids>x</kids>" * 4_000 + b"</a>"),
    "XML of 4,000 attributes": (XML, b"<a %b/>" % b" ".join(b"a%d=''" % i for i in range(4_000))),
    "XML of 2,000 namespaces": (
        XML, b"<a>" + b"".join(b'<a xmlns:p%d="u"></a>' % i for i in range(SOME)) + b"</a>",
    ),
    "XML with entities of entities": (
        XML, b'<!DOCTYPE a [<!ENTITY b "xx"><!ENTITY c "%b">]><a>&c;</a>' % (b"&b;" * 99),
    ),
    "XML with one long entity": (
        XML, b'<!DOCTYPE a [<!ENTITY b "%b">]><a>%b</a>' % (b"x" * DEEP, b"&b;" * DEEP),
    ),
    "XML with default attributes": (
        XML, b'<!DOCTYPE a [<!ATTLIST b c CDATA "%b">]><a>%b</a>' % (b"x" * DEEP, b"<b/>" * DEEP),
    ),
    "XML of one long text": (XML, b"<a><name>" + b"a" * LONG + b"</name></a>"),
    "XML of references to characters": (XML, b"<a><name>" + b"&#97;" * 200_000 + b"</name></a>"),
    "XML with a long comment": (XML, b"<a><!--" + b" " * LONG + b"--></a>"),
    "XML with a long name": (XML, b"<" + b"a" * LONG + b"/>"),
    "XML in UTF-16": (XML, "<a><name>a</name></a>".encode("utf-16")),
    "XML in a charset of nobody's": (XML, b'<?xml version="1.0" encoding="idna"?><a/>'),
    "a form of 100,000 fields": (FORM, b"a=1&" * DEEP),
    "a form of 2,000 fields": (FORM, b"&".join(b"f%d=x" % i for i in range(SOME))),
    "a form of 1,000 fields": (FORM, b"&".join(b"f%d=x" % i for i in range(999))),
    "multipart with JSON of empty arrays": (
        MULTIPART, PART % (b"x" + AS_JSON, b"[" + b"[]," * LONG + b"0]") + b"--b--",
    ),
    "multipart with JSON of arrays in each other": (
        MULTIPART, PART % (b"kids" + AS_JSON, b"[" * 99 + b"]" * 99) * 999 + b"--b--",
    ),
    "JSON of empty arrays": (JSON, b"[" + b"[]," * (LONG // 4) + b"[]]"),
    "a form of 9,999 fields of one name": (FORM, b"&".join([b"many=x"] * 9_999)),
    "a form of brackets": (FORM, b"many" + b"[a]" * DEEP + b"=1"),
    "a form of 2,000 indices": (FORM, b"&".join(b"many[%d]=x" % i for i in range(SOME))),
    "a form of a long index": (FORM, b"many[%b]=1&many[1]=2" % (b"9" * DEEP)),
    "a form of percent signs": (FORM, b"name=" + b"%" * LONG),
    "a form with JSON of 100,000 arrays": (FORM, b"x=" + b"[" * DEEP),
    "a form with XML of 100,000 elements": (FORM, b"kids=" + b"<a>" * DEEP),
    "a form in Latin-1": (FORM, b"name=\xe4"),
    "multipart of 10,000 parts": (MULTIPART, PART % (b"a", b"1") * MANY + b"--b--"),
    "multipart of 10,001 parts": (MULTIPART, PART % (b"a", b"1") * (MANY + 1) + b"--b--"),
    "multipart of 2,000 parts of as many names": (
        MULTIPART, b"".join(PART % (b"f%d" % i, b"x") for i in range(SOME)) + b"--b--",
    ),
    "multipart of 1,000 parts of as many names": (
        MULTIPART, b"".join(PART % (b"f%d" % i, b"x") for i in range(999)) + b"--b--",
    ),
    "multipart of parameters": (
        MULTIPART, (PART % (b'a"' + b";a=b" * 300 + b';b="', b"1")) * 100 + b"--b--",
    ),
    "multipart of header fields": (
        MULTIPART, b"--b\r\n" + b"A: b\r\n" * LONG + b"\r\n\r\n--b--",
    ),
    "multipart of folded lines": (
        MULTIPART, b"--b\r\nA: b" + b"\r\n " * LONG + b"\r\n\r\n\r\n--b--",
    ),
    "multipart of percent signs": (MULTIPART, PART % (b"many", b"%" * LONG) + b"--b--"),
    "multipart of boundaries": (MULTIPART, b"--b" * LONG),
    "multipart of lines": (MULTIPART, PART % (b"a", b"\r\n" * LONG) + b"--b--"),
    "multipart of half boundaries": (MULTIPART, PART % (b"a", b"\r\n--" * LONG) + b"--b--"),
    "multipart without an end": (MULTIPART, PART % (b"a", b"x" * LONG)),
    "multipart with a long header": (
        MULTIPART, b"--b\r\nX: " + b"x" * LONG + b"\r\n\r\n\r\n--b--",
    ),
    "multipart with a long name": (MULTIPART, PART % (b"a" * 10_000, b"1") + b"--b--"),
    "multipart with JSON of 100,000 arrays": (MULTIPART, PART % (b"x", b"[" * DEEP) + b"--b--"),
    "text of 200,000 characters": (TEXT, b"a" * LONG),
    "text of any bytes": (TEXT, bytes(range(256)) * 1000),
}  # fmt: skip

# Queries by name, about as long as servers allow; `%b` is the name of a parameter.
QUERIES: dict[str, bytes] = {
    "2,000 pairs of as many names": b"&".join(b"q%d=x" % i for i in range(SOME)),
    "2,000 pairs of one name": b"&".join([b"%b=x"] * SOME),
    "2,000 properties": b"&".join(b"%%b[f%d]=x" % i for i in range(SOME)),
    "2,000 indices": b"&".join(b"%%b[%d]=x" % i for i in range(SOME)),
    "2,000 properties of a property": b"&".join(b"%%b[a][b][c][f%d]=x" % i for i in range(SOME)),
    "a list of 20,000 items": b"%b=" + b"," * 20_000,
    "a list of 20,000 pipes": b"%b=" + b"|" * 20_000,
    "a list of 20,000 encoded spaces": b"%b=" + b"%%20" * 20_000,
    "brackets in each other": b"%b" + b"[a]" * SOME + b"=1",
    "brackets that never end": b"%b" + b"[" * 60_000 + b"=1",
    "percent signs": b"%b=" + b"%%" * 60_000,
    "ampersands": b"&" * 60_000,
    "a number of 60,000 digits": b"%b=" + b"9" * 60_000,
    "a string for a slow pattern": b"%b=" + b"a" * 60_000 + b"!",
}

# Header fields, by name.
HEADERS: dict[str, tuple[bytes, bytes]] = {
    "a list of commas": (b"%b", b"," * 60_000),
    "a list of quotes": (b"accept", b'"' * 60_000),
    "a list of ranges": (b"accept", b"a/b;q=0.1," * 6_000),
    "a list of parameters": (b"accept", b"a/b" + b";a=b" * 15_000),
    "2,000 cookies": (b"cookie", b"; ".join(b"c%d=x" % i for i in range(SOME))),
    "2,000 cookies of one name": (b"cookie", b"; ".join([b"%b=x"] * SOME)),
    "a credential of 60,000 characters": (b"authorization", b"Basic " + b"A" * 60_000),
    "a Content-Type of parameters": (b"content-type", b"multipart/form-data" + b";a=b" * 15_000),
    "a Content-Type of quotes": (
        b"content-type",
        b'multipart/form-data; boundary="' + b'\\"' * 20_000,
    ),
    "percent signs in a header": (b"%b", b"%%41" * 15_000),
}
