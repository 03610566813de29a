"""The fields of parameters except `style`: `required`, names, locations, `content` and more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .case import OK, Case, Request, Verdict, broken, document, parameter, sent, with_parameter

INTEGER: dict[str, Any] = {"type": "integer"}
STRING: dict[str, Any] = {"type": "string"}
POINT = {
    "type": "object",
    "required": ["x"],
    "properties": {"x": INTEGER, "y": INTEGER},
    "additionalProperties": False,
}
FREE = {"type": "object", "additionalProperties": {"type": "integer"}}
FIELDS = "OAS 3.1.1, 4.8.12.2.1"
SCHEMA = "OAS 3.1.1, 4.8.12.2.2"
CONTENT = "OAS 3.1.1, 4.8.12.2.3"
PLACES = "OAS 3.1.1, 4.8.12.1"


def content(schema: Any, media_type: str = "application/json", **more: Any) -> dict[str, Any]:
    """A parameter with `content`."""
    media = {} if schema is None else {"schema": schema}
    return {"name": "p", "in": "query", "content": {media_type: media}, **more}


# Section, parameter, request, the place of the violation ("" for none).
ROWS: list[tuple[str, Mapping[str, Any], Request, str]] = [
    # `required`.
    (FIELDS, parameter(INTEGER), sent("query", ""), ""),
    (FIELDS, parameter(INTEGER, required=True), sent("query", ""), "query /p"),
    (FIELDS, parameter(STRING, required=True), sent("query", "p="), ""),
    (FIELDS, parameter(STRING, required=True), sent("query", "p"), ""),
    (FIELDS, parameter({}, required=True), sent("query", "q=1"), "query /p"),
    (FIELDS, parameter(INTEGER, "header", required=True), Request(), "header /p"),
    (FIELDS, parameter(INTEGER, "cookie", required=True), Request(), "cookie /p"),
    (FIELDS, parameter(POINT, required=True), sent("query", "z=1"), "query /p"),
    (FIELDS, parameter(INTEGER, deprecated=True), sent("query", "p=1"), ""),
    # Names are case-sensitive, except those of headers.
    (FIELDS, parameter(INTEGER), sent("query", "P=x"), ""),
    (FIELDS, parameter(INTEGER, name="a b"), sent("query", "a%20b=x", "a b"), "query /a b"),
    (FIELDS, parameter(INTEGER, name="a/b~"), sent("query", "a/b~=x"), "query /a~1b~0"),
    (FIELDS, parameter(INTEGER, name="p[]"), sent("query", "p[]=x"), "query /p[]"),
    (FIELDS, parameter(INTEGER, name="filter[n]"), sent("query", "filter%5Bn%5D=x"),
     "query /filter[n]"),
    (FIELDS, parameter(INTEGER, name="p.q"), sent("query", "p.q=x"), "query /p.q"),
    (PLACES, parameter(INTEGER, "header", "X-Count"), sent("header", "x", "x-count"),
     "header /X-Count"),
    (PLACES, parameter(INTEGER, "header", "X-Count"), sent("header", " 5 ", "X-COUNT"), ""),
    # A parameter with the name of one of these headers is ignored.
    *((FIELDS, parameter(INTEGER, "header", name, required=True), Request(), "")
      for name in ("Accept", "Content-Type", "Authorization", "authorization")),
    # Each location has its own parameters.
    (PLACES, parameter(INTEGER), sent("header", "x"), ""),
    (PLACES, parameter(INTEGER, "header"), sent("query", "p=x"), ""),
    (PLACES, parameter(INTEGER, "cookie"), sent("cookie", "a=1; p=x; b=2"), "cookie /p"),
    (PLACES, parameter(INTEGER, "cookie"), sent("cookie", 'p="5"'), ""),
    (PLACES, parameter(INTEGER, "path"), sent("path", "x"), "path /p"),
    # Undeclared parameters.
    ("OAS 3.1.1, 4.8.10.1", parameter(INTEGER), sent("query", "p=1&utm_source=x&&=&a"), ""),
    ("OAS 3.1.1, 4.8.10.1", parameter(POINT, style="deepObject", explode=True),
     sent("query", "p[x]=1&q[z]=1"), ""),
    # A parameter that is sent several times: each value counts, since servers differ.
    (SCHEMA, parameter(INTEGER), sent("query", "p=1&p=x"), "query /p"),
    (SCHEMA, parameter(INTEGER), sent("query", "p=1&p=2"), ""),
    (SCHEMA, parameter(INTEGER), sent("query", "p=x&p=1"), "query /p"),
    (SCHEMA, parameter({"type": "array", "items": INTEGER}), sent("query", "p=1&p=x"),
     "query /p/1"),
    ("RFC 9110, 5.3", parameter({"type": "array", "items": INTEGER}, "header", "p"),
     Request(headers=(("P", "1"), ("p", "x"))), "header /p/1"),
    # `explode` is true by default for `form`, false for every other style.
    (SCHEMA, parameter({"type": "array", "items": INTEGER}), sent("query", "p=1,2"), "query /p/0"),
    (SCHEMA, parameter({"type": "array", "items": INTEGER}, style="pipeDelimited"),
     sent("query", "p=1|2"), ""),
    (SCHEMA, parameter(POINT, "path"), sent("path", "x,1"), ""),
    (SCHEMA, parameter(POINT, "header"), sent("header", "x,1"), ""),
    # A free-form object takes the fields that no other parameter has.
    (SCHEMA, parameter(FREE), sent("query", "a=1&b=2"), ""),
    (SCHEMA, parameter(FREE), sent("query", "a=1&b=x"), "query /p/b"),
    (SCHEMA, parameter({"type": "object", "additionalProperties": True, "maxProperties": 1}),
     sent("query", "a=1&b=x"), "query /p"),
    (SCHEMA, parameter({"type": "object", "maxProperties": 1}), sent("query", "a=1&b=x"),
     "query /p"),
    # `allowReserved` is about what a client encodes; both forms are read alike.
    *((SCHEMA, parameter({"const": "/:?#[]@!$'()*,;"}, allowReserved=allowed, required=True),
       sent("query", text), "")
      for allowed in (True, False)
      for text in ("p=/:?%23[]@!$'()*,;", "p=%2F%3A%3F%23%5B%5D%40%21%24%27%28%29%2A%2C%3B")),
    (SCHEMA, parameter({"const": "a&b=c+d"}, allowReserved=True), sent("query", "p=a%26b=c%2Bd"),
     ""),
    (SCHEMA, parameter({"type": "array", "items": STRING, "const": ["a,b", "c"]}, explode=False,
                       allowReserved=True), sent("query", "p=a%2Cb,c"), ""),
    # `allowEmptyValue`: the parameter counts as unused.
    *((FIELDS, parameter(schema, allowEmptyValue=allowed), sent("query", query),
       "" if allowed else "query /p")
      for schema in (INTEGER, {**STRING, "minLength": 1}, {"type": "boolean"}, {"enum": ["a"]})
      for query in ("p=", "p")
      for allowed in (True, False)),
    (FIELDS, parameter({"type": "array", "items": INTEGER}, allowEmptyValue=True),
     sent("query", "p="), ""),
    (FIELDS, parameter({"type": "array", "minItems": 1}, allowEmptyValue=True, explode=False),
     sent("query", "p="), ""),
    (FIELDS, parameter(INTEGER, allowEmptyValue=True, required=True), sent("query", "p="), ""),
    (FIELDS, parameter(INTEGER, allowEmptyValue=True, required=True), sent("query", ""),
     "query /p"),
    (FIELDS, parameter(INTEGER, allowEmptyValue=True), sent("query", "p=x"), "query /p"),
    (FIELDS, parameter({"type": "array", "minItems": 1}, style="pipeDelimited",
                       allowEmptyValue=True), sent("query", "p="), "query /p"),
    (FIELDS, content(POINT, allowEmptyValue=True), sent("query", "p="), ""),
    (FIELDS, content(POINT), sent("query", "p="), "query /p"),
    # `content`: JSON.
    (CONTENT, content(POINT), sent("query", 'p={"x":1}'), ""),
    (CONTENT, content(POINT), sent("query", "p=%7B%22x%22%3A1%7D"), ""),
    (CONTENT, content(POINT), sent("query", 'p={"x":"1"}'), "query /p/x"),
    (CONTENT, content(POINT), sent("query", 'p={"x":'), "query /p"),
    (CONTENT, content(None), sent("query", "p=[1"), "query /p"),
    (CONTENT, content(INTEGER), sent("query", 'p="5"'), "query /p"),
    (CONTENT, content(INTEGER, required=True), sent("query", ""), "query /p"),
    (CONTENT, content(POINT, "application/vnd.acme+json"), sent("query", 'p={"y":1}'), "query /p"),
    (CONTENT, content(POINT, "application/json; charset=utf-8"), sent("query", 'p={"y":1}'),
     "query /p"),
    (CONTENT, {**content(POINT), "in": "header"}, sent("header", '{"x":"1"}'), "header /p/x"),
    (CONTENT, {**content(POINT), "in": "cookie"}, sent("cookie", "p=%7B%22x%22:1%7D"), ""),
    (CONTENT, {**content(POINT), "in": "path", "required": True},
     sent("path", "%7B%22x%22:%22%22%7D"), "path /p/x"),
    # `content`: XML.
    (CONTENT, content(POINT, "application/xml"), sent("query", "p=<p><x>1</x></p>"), ""),
    (CONTENT, content(POINT, "application/xml"), sent("query", "p=<p><x>a</x></p>"), "query /p/x"),
    (CONTENT, content(POINT, "application/xml"), sent("query", "p=<p><x>1</p>"), "query /p"),
    (CONTENT, content(None, "text/xml"), sent("query", "p=<p>"), "query /p"),
    # `content`: text, in which delimiters have no meaning.
    (CONTENT, content({"const": "a,b;c=d"}, "text/plain"), sent("query", "p=a,b;c=d"), ""),
    (CONTENT, content(INTEGER, "text/plain"), sent("query", "p=x"), "query /p"),
    (CONTENT, {**content({"const": "a;b=c"}, "text/plain"), "in": "header"},
     sent("header", "a;b=c"), ""),
]  # fmt: skip


def _case(section: str, described: Mapping[str, Any], request: Request, place: str) -> Case:
    verdict = broken(place) if place else OK
    fields = {key: value for key, value in described.items() if key != "name"}
    name = f"{fields} {request.target} {dict(request.headers) or ''}"
    return Case(section, name, with_parameter(described), request, verdict)


def together(
    name: str, listed: Sequence[Mapping[str, Any]], request: Request, verdict: Verdict
) -> Case:
    """A row about several parameters of one operation."""
    return Case("OAS 3.1.1, 4.8.10.1", name, document({"parameters": listed}), request, verdict)


def _overridden() -> Case:
    described = document({"parameters": [parameter(STRING)]})
    described["paths"]["/things"]["parameters"] = [parameter(INTEGER), parameter(INTEGER, "header")]
    request = Request("/things?p=x", headers=(("p", "x"),))
    name = "an operation overrides a parameter of its path, by name and place"
    return Case("OAS 3.1.1, 4.8.9.1", name, described, request, broken("header /p"))


def _referred() -> Case:
    described = document({"parameters": [{"$ref": "#/components/parameters/P"}]})
    described["components"] = {"parameters": {"P": parameter(INTEGER)}}
    request = sent("query", "p=x")
    return Case("OAS 3.1.1, 4.8.7", "a parameter by reference", described, request,
                broken("query /p"))  # fmt: skip


CASES = [
    *(_case(*row) for row in ROWS),
    together(
        "all violations at once",
        [parameter(INTEGER, name="a"), parameter(INTEGER, "header", "b"),
         parameter(INTEGER, "cookie", "c"), parameter(INTEGER, name="d", required=True)],
        Request("/things?a=x", headers=(("b", "x"), ("Cookie", "c=x"))),
        broken("query /a", "header /b", "cookie /c", "query /d"),
    ),
    together(
        "an exploded object leaves alone what other parameters claim",
        [parameter(FREE, name="free"), parameter(STRING, name="q")],
        Request("/things?q=x&n=1"),
        OK,
    ),
    together(
        "one name in two places is two parameters",
        [parameter(INTEGER), parameter(STRING, "header")],
        Request("/things?p=1", headers=(("p", "x"),)),
        OK,
    ),
    together(
        "an exploded object and an array next to each other (C.4.1)",
        [parameter({"type": "object", "additionalProperties": STRING, "maxProperties": 3},
                   name="formulas"),
         parameter({"type": "array", "items": STRING, "const": ["math", "is", "fun"]},
                   name="words", explode=False, required=True)],
        Request("/things?a=x%2By&b=x%2Fy&c=x%5Ey&words=math,is,fun"),
        OK,
    ),
    _overridden(),
    _referred(),
]  # fmt: skip
