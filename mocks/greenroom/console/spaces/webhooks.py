"""How a webhook was signed, and programs that verify it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ...contract.webhook_signature import Signing


@dataclass(frozen=True, slots=True)
class Explained:
    """What was signed, and with what; `programs` verify it, by language."""

    header: str
    scheme: str
    content: str
    signed: str
    secret: str
    programs: Mapping[str, str]


def explained(
    signing: Signing, fields: Mapping[str, str], body: bytes, secret: str
) -> Explained | None:
    """How a message was signed; `secret` is empty for one that is not to be shown.

    None where the contract lacks what a signature needs.
    """
    header = signing.signature_header
    if header is None or not signing.complete:
        return None
    lower = {name.lower(): value for name, value in fields.items()}
    content = signing.signed_content or ""
    places = {"{timestamp}": signing.timestamp_header, "{id}": signing.id_header}
    signed = content
    for place, name in places.items():
        signed = signed.replace(place, lower.get((name or "").lower(), ""))
    signed = signed.replace("{body}", body.decode("utf-8", "replace"))
    scheme = f"{signing.algorithm}, {signing.encoding}"
    scheme += f", after {signing.prefix}" if signing.prefix else ""
    shown = secret or "that of the receiver, not shown here"
    return Explained(header, scheme, content, signed, shown, {
        "Python": _python(signing, header, places, secret),
        "JavaScript": _javascript(signing, header, places, secret),
    })  # fmt: skip


def _pieces(content: str, places: Mapping[str, str | None], field: str) -> list[str]:
    """The parts of what is signed as expressions; `field` is that of a header field."""
    found: list[str] = []
    rest = content
    while rest:
        starts = {rest.find(place): place for place in (*places, "{body}") if place in rest}
        if not starts:
            return [*found, json.dumps(rest)]
        at = min(starts)
        place = starts[at]
        found += [json.dumps(rest[:at])] if at else []
        named = json.dumps((places.get(place) or "").lower())
        found.append("body" if place == "{body}" else field.format(named))
        rest = rest[at + len(place) :]
    return found


def _python(signing: Signing, header: str, places: Mapping[str, str | None], secret: str) -> str:
    pieces = _pieces(signing.signed_content or "", places, "headers[{}].encode()")
    parts = [f"{piece}.encode()" if piece[0] == '"' else piece for piece in pieces]
    text = (secret or "SECRET").removeprefix(signing.secret_prefix)
    key = f"base64.b64decode({text!r})" if signing.secret_encoding else f"{text!r}.encode()"
    end = "hexdigest()"
    if signing.encoding == "base64":
        end = "digest()"
    digest = f"hmac.new(key, signed, hashlib.sha256).{end}"
    digest = f"base64.b64encode({digest}).decode()" if signing.encoding == "base64" else digest
    return (
        f"import {'base64, ' if 'base64' in key + digest else ''}hashlib, hmac\n\n\n"
        "def is_genuine(headers: dict[str, str], body: bytes) -> bool:\n"
        f"    key = {key}\n"
        f"    signed = {' + '.join(parts)}\n"
        f"    expected = {signing.prefix!r} + {digest}\n"
        f"    return hmac.compare_digest(expected, headers[{header.lower()!r}])"
    )


def _javascript(
    signing: Signing, header: str, places: Mapping[str, str | None], secret: str
) -> str:
    parts = _pieces(signing.signed_content or "", places, "headers[{}]")
    text = json.dumps((secret or "SECRET").removeprefix(signing.secret_prefix))
    key = f'Buffer.from({text}, "base64")' if signing.secret_encoding else text
    updates = "".join(f".update({part})" for part in parts)
    return (
        'import { createHmac, timingSafeEqual } from "node:crypto";\n\n'
        "export function isGenuine(headers, body) {\n"
        f'  const digest = createHmac("sha256", {key}){updates}.digest("{signing.encoding}");\n'
        f"  const expected = Buffer.from({json.dumps(signing.prefix)} + digest);\n"
        f"  const given = Buffer.from(headers[{json.dumps(header.lower())}]);\n"
        "  return expected.length === given.length && timingSafeEqual(expected, given);\n}"
    )
