"""Servers of the contract of things that have a credential, and one that returns it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from checked import things

from servers import Change, HttpRequest, HttpResponse, mocking

SECRET = "k3y-that-nobody-may-see/+="


def mock(change: Change | None = None) -> Callable[[HttpRequest], HttpResponse]:
    """The mock of the contract, with the secret as its valid credential."""
    respond = mocking(things(), change)

    def with_key(request: HttpRequest) -> HttpResponse:
        good = request.headers.get("x-key") == SECRET
        known = {**request.headers, "x-key": "test-key"} if good else request.headers
        return respond(replace(request, headers=known))

    return with_key


def leaking(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A response that contains the credential in every encoding, and violates the contract."""
    if response.status != 200:
        return response
    known = [SECRET, quote(SECRET, safe=""), base64.b64encode(f"user:{SECRET}".encode()).decode()]
    body = {"id": 7, "echo": known, SECRET: SECRET, "headers": {"X-Key": SECRET}}
    return HttpResponse(200, json.dumps(body).encode(), {**response.headers, "X-Echo": SECRET})
