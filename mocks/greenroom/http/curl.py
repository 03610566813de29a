"""A request as a line of POSIX shell that repeats it, the credential left to a variable."""

from __future__ import annotations

import base64
import shlex

from .exchange import Request

# What the transport writes by itself.
_OMITTED = frozenset((
    "accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent",
    "x-schemathesis-testcaseid",
))  # fmt: skip
_MARK = "\x00"
_LONGEST_BODY = 20_000


def curl_line(request: Request, secret: str, variable: str) -> str:
    """A curl line for a request; wherever the secret stands, `$variable` does instead."""
    words = ["curl", "-i"]
    if request.method == "HEAD":
        words.append("--head")
    elif request.method != ("POST" if request.body else "GET"):
        words += ["-X", request.method]
    words.append(request.url)
    for name, value in request.headers:
        if name.lower() in _OMITTED or (name.lower() == "accept" and value == "*/*"):
            continue
        basic = _basic(name, value)
        if secret and basic is not None and basic.endswith(f":{secret}"):
            words += ["-u", basic]
        else:
            words += ["-H", f"{name}: {value}" if value else f"{name};"]
    piped = ""
    if request.body:
        text = _text(request.body)
        if text is None:
            encoded = base64.b64encode(request.body[:_LONGEST_BODY]).decode()
            piped = f"printf %s {encoded} | base64 -d | "
            words += ["--data-binary", "@-"]
        else:
            words += ["--data-raw", text[:_LONGEST_BODY]]
    return piped + " ".join(_quoted(word, secret, variable) for word in words)


def _quoted(word: str, secret: str, variable: str) -> str:
    if not secret or secret not in word:
        return shlex.quote(word)
    marked = word.replace(secret, _MARK)
    escaped = "".join(f"\\{c}" if c in '\\"$`' else c for c in marked)
    return f'"{escaped.replace(_MARK, f"${{{variable}}}")}"'


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
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return text if all(c.isprintable() or c in "\n\t\r" for c in text) else None
