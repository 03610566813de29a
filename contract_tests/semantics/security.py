"""Security: every type of scheme, all schemes of a requirement, one of several, none."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from .case import OK, Case, Request, Verdict, document, refused

MISSING, UNKNOWN = refused("missing-credential"), refused("unknown-credential")
EXPIRED, FORBIDDEN = refused("expired-credential"), refused("insufficient-permission")
FLOWS = {
    "clientCredentials": {
        "tokenUrl": "https://example.com/token",
        "scopes": {"read": "See.", "write": "Change."},
    }
}
TOKENS = {"reader": ["read"], "writer": ["read", "write"]}
SCHEMES: dict[str, Any] = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "authorization": {"type": "apiKey", "in": "header", "name": "Authorization"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "Bearer", "bearerFormat": "JWT"},
    "digest": {"type": "http", "scheme": "digest"},
    "hoba": {"type": "http", "scheme": "HOBA"},
    "oauth": {"type": "oauth2", "flows": FLOWS, "x-test-credentials": TOKENS},
    "oidc": {"type": "openIdConnect", "openIdConnectUrl": "https://example.com/.well-known",
             "x-test-credentials": TOKENS},
    "roles": {"type": "http", "scheme": "bearer", "x-test-credentials": TOKENS},
    "tls": {"type": "mutualTLS"},
}  # fmt: skip
SCHEME = "OAS 3.1.1, 4.8.27.1"
REQUIREMENT = "OAS 3.1.1, 4.8.30"
SCOPES = "OAS 3.1.1, 4.8.30.1"
Demands = Sequence[dict[str, list[str]]]


def basic(text: str) -> str:
    """The value of `Authorization` for a user and a password."""
    return "Basic " + b64encode(text.encode()).decode()


def by(target: str = "/things", **headers: str) -> Request:
    """A request with header fields; underscores in their names become hyphens."""
    return Request(target, headers=tuple((k.replace("_", "-"), v) for k, v in headers.items()))


# Section, security requirements, request, verdict.
ROWS: list[tuple[str, Demands, Request, Verdict]] = [
    # Keys.
    (SCHEME, [{"header": []}], by(X_Key="test-key"), OK),
    (SCHEME, [{"header": []}], by(x_key="test-key"), OK),
    (SCHEME, [{"header": []}], by(), MISSING),
    (SCHEME, [{"header": []}], by(X_Key=""), MISSING),
    (SCHEME, [{"header": []}], by(X_Key="other"), UNKNOWN),
    (SCHEME, [{"header": []}], by(X_Key="expired-key"), EXPIRED),
    (SCHEME, [{"header": []}], by(X_Key="forbidden-key"), FORBIDDEN),
    (SCHEME, [{"header": []}], by("/things?X-Key=test-key"), MISSING),
    (SCHEME, [{"query": []}], by("/things?api%20key=test-key"), OK),
    (SCHEME, [{"query": []}], by("/things?api+key=test%2Dkey"), OK),
    (SCHEME, [{"query": []}], by("/things?api%20key=other"), UNKNOWN),
    (SCHEME, [{"query": []}], by("/things?api%20key="), MISSING),
    (SCHEME, [{"query": []}], by(**{"api key": "test-key"}), MISSING),
    (SCHEME, [{"cookie": []}], by(Cookie="a=b; session=test-key"), OK),
    (SCHEME, [{"cookie": []}], by(Cookie="session=other"), UNKNOWN),
    (SCHEME, [{"cookie": []}], by(Cookie="Session=test-key"), MISSING),
    (SCHEME, [{"authorization": []}], by(Authorization="test-key"), OK),
    (SCHEME, [{"authorization": []}], by(Authorization="Bearer test-key"), UNKNOWN),
    # Schemes of HTTP, whose names are case-insensitive.
    (SCHEME, [{"basic": []}], by(Authorization=basic("user:test-key")), OK),
    (SCHEME, [{"basic": []}], by(Authorization=basic("test-key:")), OK),
    (SCHEME, [{"basic": []}], by(Authorization=basic("user:other")), UNKNOWN),
    (SCHEME, [{"basic": []}], by(Authorization="Basic !!"), UNKNOWN),
    (SCHEME, [{"basic": []}], by(Authorization="Bearer test-key"), MISSING),
    (SCHEME, [{"bearer": []}], by(Authorization="Bearer test-key"), OK),
    (SCHEME, [{"bearer": []}], by(Authorization="bearer test-key"), OK),
    (SCHEME, [{"bearer": []}], by(Authorization="Bearer"), MISSING),
    (SCHEME, [{"bearer": []}], by(Authorization="test-key"), MISSING),
    (SCHEME, [{"bearer": []}], by(Authorization="Bearer other"), UNKNOWN),
    (SCHEME, [{"digest": []}], by(Authorization="Digest test-key"), OK),
    (SCHEME, [{"digest": []}], by(Authorization='Digest username="a", uri="/"'), UNKNOWN),
    (SCHEME, [{"digest": []}], by(Authorization="Bearer test-key"), MISSING),
    (SCHEME, [{"hoba": []}], by(Authorization="hoba test-key"), OK),
    # OAuth 2 and OpenID Connect, by the scopes of a token.
    (SCHEME, [{"oauth": []}], by(Authorization="Bearer test-key"), OK),
    (SCOPES, [{"oauth": []}], by(Authorization="Bearer reader"), OK),
    (SCOPES, [{"oauth": ["read"]}], by(Authorization="Bearer reader"), OK),
    (SCOPES, [{"oauth": ["read", "write"]}], by(Authorization="Bearer reader"), FORBIDDEN),
    (SCOPES, [{"oauth": ["read", "write"]}], by(Authorization="Bearer writer"), OK),
    (SCOPES, [{"oauth": ["read", "write"]}], by(Authorization="Bearer test-key"), OK),
    (SCOPES, [{"oidc": ["write"]}], by(Authorization="Bearer reader"), FORBIDDEN),
    (SCOPES, [{"oidc": ["write"]}], by(Authorization="Bearer writer"), OK),
    # Roles, for schemes of any other type.
    (SCOPES, [{"roles": ["write"]}], by(Authorization="Bearer reader"), FORBIDDEN),
    (SCOPES, [{"roles": ["write"]}], by(Authorization="Bearer writer"), OK),
    # Certificates are not part of HTTP.
    (SCHEME, [{"tls": []}], by(), OK),
    (SCHEME, [{"tls": [], "header": []}], by(), MISSING),
    (SCHEME, [{"tls": [], "header": []}], by(X_Key="test-key"), OK),
    # All schemes of a requirement.
    (REQUIREMENT, [{"header": [], "query": []}],
     by("/things?api%20key=test-key", X_Key="test-key"), OK),
    (REQUIREMENT, [{"header": [], "query": []}], by(X_Key="test-key"), MISSING),
    (REQUIREMENT, [{"header": [], "query": []}], by("/things?api%20key=test-key"), MISSING),
    (REQUIREMENT, [{"header": [], "cookie": []}], by(X_Key="test-key", Cookie="session=x"),
     UNKNOWN),
    # One of several requirements.
    (REQUIREMENT, [{"header": []}, {"bearer": []}], by(X_Key="test-key"), OK),
    (REQUIREMENT, [{"header": []}, {"bearer": []}], by(Authorization="Bearer test-key"), OK),
    (REQUIREMENT, [{"header": []}, {"bearer": []}],
     by(X_Key="x", Authorization="Bearer test-key"), OK),
    (REQUIREMENT, [{"header": []}, {"bearer": []}], by(), MISSING),
    (REQUIREMENT, [{"header": []}, {"bearer": []}], by(X_Key="x"), UNKNOWN),
    (REQUIREMENT, [{"header": []}, {"bearer": []}],
     by(X_Key="x", Authorization="Bearer forbidden-key"), FORBIDDEN),
    (REQUIREMENT, [{"header": [], "query": []}, {"cookie": []}], by(Cookie="session=test-key"), OK),
    (REQUIREMENT, [{"header": [], "query": []}, {"cookie": []}], by(X_Key="test-key"), MISSING),
    (REQUIREMENT, [{"oauth": ["write"]}, {"oauth": ["read"]}], by(Authorization="Bearer reader"),
     OK),
    # No requirement.
    (REQUIREMENT, [{}], by(), OK),
    (REQUIREMENT, [{}, {"header": []}], by(), OK),
    (REQUIREMENT, [{"header": []}, {}], by(), OK),
    (REQUIREMENT, [{"header": []}, {}], by(X_Key="test-key"), OK),
    ("OAS 3.1.1, 4.8.10.1", [], by(), OK),
]  # fmt: skip


def _case(section: str, demands: Demands, request: Request, verdict: Verdict) -> Case:
    named = [" and ".join(both) or "nothing" for both in demands]
    name = f"{' or '.join(named)}: {request.target} {dict(request.headers)} {verdict.kind}"
    described = document({"security": list(demands)}, schemes=SCHEMES)
    return Case(section, name, described, request, verdict)


def _above(name: str, demands: Demands | None, verdict: Verdict) -> Case:
    operation = {} if demands is None else {"security": list(demands)}
    described = document(operation, schemes=SCHEMES, security=[{"header": []}])
    return Case("OAS 3.1.1, 4.8.10.1", name, described, by(Authorization="Bearer test-key"),
                verdict)  # fmt: skip


CASES = [
    *(_case(*row) for row in ROWS),
    _above("the security of the document", None, MISSING),
    _above("an operation overrides that of the document", [{"bearer": []}], OK),
    _above("an operation removes that of the document", [], OK),
]
