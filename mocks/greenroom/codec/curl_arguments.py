"""A curl line that makes one documented call, ready to paste into a shell."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ..contract.model import MediaType, Operation, Parameter
from ..http.field_values import is_token
from ..http.media_type import essence
from ..mock.response.prepared import concrete
from ..mock.security import Credential
from .sample import sample

_EXPRESSION = re.compile(r"\{([^{}]*)\}")
# What may stand in a path beside the unreserved characters (RFC 3986 section 3.3). Everything else
# is encoded, brackets and braces too, since curl expands those.
_IN_PATH = "/%:@!$&'()*+,;="
_DELIMITERS = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"

Document = Mapping[str, Any]
Pairs = list[tuple[str, str]]


def curl_line(
    operation: Operation,
    url: str,
    credentials: Sequence[Credential],
    document: Document | None = None,
) -> str:
    """One line of POSIX shell that calls an operation; see `curl_arguments`."""
    return shlex.join(curl_arguments(operation, url, credentials, document))


def curl_arguments(
    operation: Operation,
    url: str,
    credentials: Sequence[Credential],
    document: Document | None = None,
) -> list[str]:
    """The arguments, `curl` first, of a call below `url` that the contract documents.

    Required parameters and the body come from their first examples. Where there is none, the
    schema gives a value if the contract's `document` is at hand, else the parameter's own name.
    """
    values = [(p, _value(p, document)) for p in operation.parameters if p.required]
    path = _path(operation.path, [v for v in values if v[0].location == "path"])
    query = [
        f"{quote(c.name, safe='')}={quote(c.value, safe='')}" for c in _at("query", credentials)
    ]
    headers: Pairs = [(c.name, c.value) for c in _at("header", credentials)]
    cookies = [f"{c.name}={c.value}" for c in _at("cookie", credentials)]
    for parameter, value in values:
        if parameter.location == "query":
            query += [f"{name}={text}" for name, text in _pairs(parameter, value)]
        elif parameter.location == "cookie":
            cookies += [f"{name}={text}" for name, text in _pairs(parameter, value)]
        elif parameter.location == "header":
            headers.append((parameter.name, _simple(value, parameter.explode, encode=False)))
    if cookies:
        headers.append(("Cookie", "; ".join(cookies)))
    media_type, data = _body(operation, document)
    if media_type:
        headers.append(("Content-Type", media_type))
    where = url + path + ("?" + "&".join(query) if query else "")
    method = _method(operation.method, bool(data))
    return ["curl", *method, where, *_fields(headers), *data]


def _method(method: str, has_data: bool) -> list[str]:
    if method == "HEAD":
        return ["--head"]
    # curl makes a POST of whatever sends data.
    return [] if method == "GET" and not has_data else ["-X", method]


def _fields(headers: Pairs) -> Iterator[str]:
    """Each field once, the first of a name; what is no field name cannot be sent at all."""
    sent = set()
    for name, value in headers:
        if is_token(name) and name.lower() not in sent:
            sent.add(name.lower())
            plain = "".join(c if c.isprintable() else " " for c in value).strip()
            # `Name:` would tell curl to leave the field out, `Name;` sends it empty.
            yield from ("-H", f"{name}: {plain}" if plain else f"{name};")


def _at(location: str, credentials: Sequence[Credential]) -> list[Credential]:
    return [credential for credential in credentials if credential.location == location]


def _value(parameter: Parameter, document: Document | None) -> Any:
    content = parameter.content
    examples = parameter.examples or (content.examples if content else ())
    schema = parameter.schema or (content.schema if content else None)
    if examples:
        value = examples[0].value
    else:
        value = sample(document, schema) if document is not None and schema else parameter.name
    return _json(value) if content is not None else value


def _path(template: str, values: Sequence[tuple[Parameter, Any]]) -> str:
    """The path with its parameters in their styles (OpenAPI 3.1, 4.8.12.2)."""
    texts = {parameter.name: _segment(parameter, value) for parameter, value in values}
    parts = _EXPRESSION.split(template)
    return "".join(
        texts.get(part, quote(part, safe="")) if i % 2 else quote(part, safe=_IN_PATH)
        for i, part in enumerate(parts)
    )


def _segment(parameter: Parameter, value: Any) -> str:
    name, explode = quote(parameter.name, safe=""), parameter.explode
    if parameter.style == "label":
        return "." + _simple(value, explode, "." if explode else ",")
    if parameter.style == "matrix":
        if explode and isinstance(value, list):
            return "".join(f";{name}={_text(entry)}" for entry in value)
        if explode and isinstance(value, dict):
            return ";" + _simple(value, explode, ";")
        return f";{name}={_simple(value, explode)}"
    return _simple(value, explode)


def _simple(value: Any, explode: bool, delimiter: str = ",", encode: bool = True) -> str:
    if isinstance(value, list):
        return delimiter.join(_text(entry, encode) for entry in value)
    if isinstance(value, dict):
        mark = "=" if explode else delimiter
        return delimiter.join(_text(k, encode) + mark + _text(v, encode) for k, v in value.items())
    return _text(value, encode)


def _pairs(parameter: Parameter, value: Any) -> Pairs:
    """A query or cookie parameter, names and values percent-encoded."""
    name = quote(parameter.name, safe="")
    if isinstance(value, dict) and parameter.style == "deepObject":
        return [(f"{name}%5B{_text(k)}%5D", _text(v)) for k, v in value.items()]
    if isinstance(value, dict) and parameter.explode:
        return [(_text(k), _text(v)) for k, v in value.items()]
    if isinstance(value, list) and parameter.explode:
        return [(name, _text(entry)) for entry in value]
    return [(name, _simple(value, False, _DELIMITERS.get(parameter.style, ",")))]


def _text(value: Any, encode: bool = True) -> str:
    text = value if isinstance(value, str) else _json(value)
    return quote(text, safe="") if encode else text


def _json(value: Any) -> str:
    """JSON as people read it, but nothing in it that a terminal would act on."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def _body(operation: Operation, document: Document | None) -> tuple[str, list[str]]:
    """The media type to declare and the arguments that send the body."""
    body = operation.body
    if body is None or not body.content or operation.method == "HEAD":
        return "", []
    with_example = [media for media in body.content if media.examples]
    media = next((m for m in with_example or body.content if m.is_json), None)
    media = media or (with_example or body.content)[0]
    if media.examples:
        value = media.examples[0].value
    elif body.required:
        value = sample(document, media.schema) if document is not None and media.schema else {}
    else:
        return "", []
    return _data(media, value)


def _data(documented: MediaType, value: Any) -> tuple[str, list[str]]:
    media = concrete(documented, value)
    kind = essence(media.name)
    if kind == _MULTIPART and isinstance(value, dict):
        # curl writes the media type itself, with the boundary that it makes up.
        parts = (_part(documented, name, each) for name, each in _entries(value))
        return "", [argument for part in parts for argument in part]
    if kind == _FORM and isinstance(value, dict):
        fields = (f"{_text(name)}={_text(each)}" for name, each in _entries(value))
        return media.name, ["--data-raw", "&".join(fields)]
    if isinstance(value, str) and not media.is_json:
        # Control characters in a pasted line can end the paste and start a command.
        return media.name, [
            "--data-raw",
            "".join(c for c in value if c.isprintable() or c in "\n\t"),
        ]
    return media.name, ["--data-raw", _json(value)]


def _entries(value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields of a form: each item of an array is one, null is none (4.8.15.1)."""
    for name, entry in value.items():
        entries = entry if isinstance(entry, list) else [entry]
        yield from ((name, each) for each in entries if each is not None)


def _part(media: MediaType, name: str, value: Any) -> tuple[str, str]:
    text = _text(value, encode=False)
    kinds = [kind for e in media.encodings if e.name == name for kind in e.content_types]
    kind = next((kind for kind in kinds if "*" not in kind), "")
    if not kind:
        return "--form-string", f"{name}={text}"
    # In quotes neither `@` nor `;` means anything to curl.
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return "-F", f'{name}="{quoted}";type={kind}'
