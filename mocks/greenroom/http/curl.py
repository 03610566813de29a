"""A request as a line of POSIX shell that repeats it, with a variable for the credential."""

from __future__ import annotations

import base64
import re
import shlex
from dataclasses import replace
from urllib.parse import quote

from python_multipart.multipart import parse_options_header

from .exchange import Request
from .field_values import is_token, quoted
from .json_decoding import MalformedError
from .media_type import MULTIPART, essence
from .multipart import Part, split

# Set by the transport.
_OMITTED = frozenset((
    "accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent",
    "x-schemathesis-testcaseid",
))  # fmt: skip
_OF_BROWSERS = ("sec-ch-", "sec-fetch-")
_LONGEST_BODY = 20_000
# Names and media types of parts without characters that are special to curl: `;headers=@file`
# would read a file.
_NAME = re.compile(r"[^=;\"\\]+")
_MEDIA_TYPE = re.compile(r"(?:[\w.+-]+/[\w.+-]+(?:; ?charset=[\w-]+)?)?")


def with_variable(request: Request, secret: str, variable: str) -> Request:
    """The request with `$variable` for a secret that is a whole value in its URL or header fields.

    As a part of other words it stays: a short one may be a part of anything.
    """
    if not secret:
        return request
    whole = re.compile(rf"(?<![^ =;:,]){re.escape(secret)}(?![^ &;,])")

    def marked(text: str) -> str:
        return whole.sub(lambda _: f"${variable}", text)

    headers = (
        (n, f"Basic {marked(basic)}" if (basic := _basic(n, v)) is not None else marked(v))
        for n, v in request.headers
    )
    return replace(request, url=marked(request.url), headers=tuple(headers))


def curl_line(request: Request, variable: str = "") -> str:
    """A curl line for a request; `$variable` in its URL and header fields is expanded by a shell.

    It has no control characters, which could act on a terminal that it is printed on or pasted to.
    """
    body, piped = _body(request)
    pieces = [["curl"], ["-i"]]
    if request.method == "HEAD":
        pieces.append(["--head"])
    elif request.method != ("POST" if request.body else "GET"):
        pieces.append(["-X", request.method])
    # Without it curl expands brackets and braces to several addresses.
    if re.search(r"[\[\]{}]", request.path + request.query):
        pieces.append(["--globoff"])
    pieces.append(["".join(c if c.isprintable() else quote(c) for c in request.url)])
    for name, value in request.headers:
        # Given the parts, curl makes up the boundary.
        named = name.lower() == "content-type" and body and body[0][0] != "--data-raw" and not piped
        pieces += [] if named else _field(name, value, f"${variable}" if variable else "")
    written = [" ".join(_quoted(word, variable) for word in piece) for piece in pieces]
    return " ".join((*piped, *written, *(shlex.join(piece) for piece in body)))


def is_added(name: str) -> bool:
    """Whether a transport or a browser adds the header field of a lower-case name by itself."""
    return name in _OMITTED or name.startswith(_OF_BROWSERS)


def _field(name: str, value: str, expanded: str) -> list[list[str]]:
    kept = not is_added(name.lower()) and (name.lower(), value) != ("accept", "*/*")
    # curl would read a file for the name `@file`.
    if not (kept and is_token(name)):
        return []
    scheme, _, user = value.partition(" ")
    if expanded and scheme == "Basic" and user.endswith(f":{expanded}"):
        return [["-u", user]]
    plain = "".join(c if c.isprintable() else " " for c in value).strip()
    # With `Name:` curl would leave the field out; `Name;` sends it empty.
    return [["-H", f"{name}: {plain}" if plain else f"{name};"]]


def _body(request: Request) -> tuple[list[list[str]], list[str]]:
    """The arguments that send the body, and the command whose output is piped into curl."""
    if not request.body:
        return [], []
    media_type = request.header("content-type") or ""
    is_form = essence(media_type) == MULTIPART
    if is_form and len(request.body) <= _LONGEST_BODY:
        try:
            parts = [_part(part) for part in split(request.body, media_type)]
        except MalformedError:
            parts = []
        if parts and None not in parts:
            return [part for part in parts if part is not None], []
    text = _text(request.body)
    if text is not None:
        return [["--data-raw", text[:_LONGEST_BODY]]], []
    encoded = base64.b64encode(request.body[:_LONGEST_BODY]).decode()
    return [["--data-binary", "@-"]], [f"printf %s {encoded} | base64 -d |"]


def _part(part: Part) -> list[str] | None:
    """The option that sends a part, None where no option sends exactly this part."""
    text = _text(part.content)
    options = parse_options_header(part.headers.get(b"content-disposition"))[1]
    filename = options.get(b"filename", b"").decode("utf-8", "replace")
    name, kind = part.name + filename, part.content_type
    if text is None or len(part.headers) > 1 + bool(kind) or not name.isprintable():
        return None
    if not (_NAME.fullmatch(name) and _MEDIA_TYPE.fullmatch(kind)):
        return None
    if not kind:
        # curl makes up a type for a file.
        return None if filename else ["--form-string", f"{name}={text}"]
    # In quotes neither `@` nor `;` is special to curl.
    named = f";filename={filename}" if filename else ""
    return ["-F", f"{part.name}={quoted(text)};type={kind}{named}"]


def _quoted(word: str, variable: str) -> str:
    parts = re.split(rf"\${re.escape(variable)}(?!\w)", word) if variable else [word]
    if len(parts) == 1:
        return shlex.quote(word)
    escaped = ("".join(f"\\{c}" if c in '\\"$`' else c for c in part) for part in parts)
    return f'"{f"${{{variable}}}".join(escaped)}"'


def _basic(name: str, value: str) -> str | None:
    """The user and password of an `Authorization: Basic`, None for anything else."""
    kind, _, encoded = value.partition(" ")
    if name.lower() != "authorization" or kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        return None


def _text(body: bytes) -> str | None:
    """A body as text that is safe to paste, else None; a carriage return would end the line."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return text if all(c.isprintable() or c in "\n\t" for c in text) else None
