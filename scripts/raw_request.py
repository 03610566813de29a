"""The bytes of a request, for the scripts that write to a connection themselves."""

from __future__ import annotations

from greenroom.codec.documented_request import DocumentedRequest


def raw_request(
    call: DocumentedRequest, *fields: tuple[str, str], host: str, chunked: bool = False
) -> bytes:
    """A request with further header fields, to a host (RFC 9112)."""
    body = call.body
    listed = [("Host", host), *call.fields, *fields]
    if chunked:
        listed.append(("Transfer-Encoding", "chunked"))
        pieces = [piece for piece in (body[: len(body) // 2], body[len(body) // 2 :]) if piece]
        body = b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
    elif body or call.method not in ("GET", "HEAD", "DELETE", "OPTIONS"):
        listed.append(("Content-Length", str(len(body))))
    lines = [f"{call.method} {call.target} HTTP/1.1", *(f"{name}: {text}" for name, text in listed)]
    text = "\r\n".join([*lines, "", ""])
    # Any byte may be in a field; what is not one is sent as UTF-8.
    charset = "latin-1" if all(ord(c) < 256 for c in text) else "utf-8"
    return text.encode(charset, "surrogatepass") + body
