"""The other Python servers, on the same uvicorn: `python -m benchmark.apps NAME PORT`."""

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING, Any

import uvicorn
import yaml

from .workloads import BASE_PATH, CONTRACT, KEY, ORDER

# Each application imports its framework itself, so that none carries the others in memory.
if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send


def asgi() -> ASGIApp:
    """Prepared messages only: the cost of uvicorn itself."""
    body = json.dumps(ORDER, separators=(",", ":")).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    got = {"type": "http.response.start", "status": 200, "headers": headers}
    placed = {"type": "http.response.start", "status": 201, "headers": headers}
    end = {"type": "http.response.body", "body": body}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError("HTTP only")
        posted = scope["method"] == "POST"
        while posted and (await receive()).get("more_body", False):
            pass
        await send(placed if posted else got)
        await send(end)

    return app


def starlette() -> ASGIApp:
    """Two bare endpoints: no authentication, no validation; the body of a POST is parsed."""
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def get_order(request: Request) -> JSONResponse:
        return JSONResponse(ORDER)

    async def create_order(request: Request) -> JSONResponse:
        await request.json()
        return JSONResponse(ORDER, 201)

    return Starlette(
        routes=[
            Route(f"{BASE_PATH}/orders/{{orderId}}", get_order),
            Route(f"{BASE_PATH}/orders", create_order, methods=["POST"]),
        ]
    )


def connexion() -> ASGIApp:
    """Stock connexion: its own security, validation and responses, from our contract as 3.0."""
    from connexion import AsyncApp
    from connexion.options import SwaggerUIOptions
    from connexion.resolver import Resolution, Resolver

    async def get_order(**_: Any) -> tuple[Mapping[str, Any], int]:
        return ORDER, 200

    async def create_order(**_: Any) -> tuple[Mapping[str, Any], int]:
        return ORDER, 201

    handlers = {"getOrder": get_order, "createOrder": create_order}

    class Handlers(Resolver):  # type: ignore[misc]
        def resolve(self, operation: Any) -> Resolution:
            """The handler of an operation."""
            return Resolution(handlers[operation.operation_id], operation.operation_id)

    contract = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    contract["openapi"] = "3.0.3"
    scheme = contract["components"]["securitySchemes"]["ApiKey"]
    scheme["x-apikeyInfoFunc"] = "benchmark.apps.check_key"
    # Refusals are measured, not the writing of a line about each.
    logging.getLogger("connexion").setLevel(logging.ERROR)
    app: Any = AsyncApp(__name__, swagger_ui_options=SwaggerUIOptions(swagger_ui=False))
    app.add_api(contract, base_path=BASE_PATH, resolver=Handlers())
    return app  # type: ignore[no-any-return]


def check_key(key: str, required_scopes: object = None) -> dict[str, str] | None:
    """The security function that connexion calls."""
    return {"sub": "someone"} if key == KEY else None


def main() -> None:
    """Serve one of the applications until interrupted."""
    name, port = sys.argv[1:]
    app = {"asgi": asgi, "starlette": starlette, "connexion": connexion}[name]()
    settings = {"log_level": "warning", "access_log": False, "server_header": False}
    uvicorn.run(app, port=int(port), **settings)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
