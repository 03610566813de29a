"""Every place where greenroom depends on connexion. No other module imports it.

connexion 3.3 loads OpenAPI 3.0 only, validates with JSON Schema draft 4 and re-reads its
configuration on every request. It is used here for what it does well (an application that holds
several APIs, an exception boundary, the lifespan of a server) through four seams, each of which has
a characterisation test: `Specification`, `API`, `SpecMiddleware` and `ConnexionMiddleware`.
"""

from __future__ import annotations

import warnings
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

with warnings.catch_warnings():
    # connexion imports a name that jsonschema has deprecated, which its users need not see.
    warnings.simplefilter("ignore", DeprecationWarning)
    from connexion.middleware import ConnexionMiddleware, SpecMiddleware
    from connexion.middleware.exceptions import ExceptionMiddleware
    from connexion.middleware.main import API
    from connexion.spec import OpenAPISpecification

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Specification(OpenAPISpecification):
    """A 3.1 document as connexion holds it: neither validated as 3.0 nor dereferenced.

    Validity is decided before (`contract.validation`), and the references of a 3.1
    document may be recursive, which connexion would unfold into circular objects.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._raw_spec = document
        self._spec = document
        self._base_uri = ""


class ContractMiddleware(SpecMiddleware):
    """A middleware that receives every contract of the application; subclasses compile them."""


class ContractApp(ConnexionMiddleware):
    """A connexion application of contracts, each under its base path.

    connexion's exception boundary is entered only with an exception: that of connexion is set up
    for every request, which takes as long as the response.
    """

    middleware_stack: Any

    def __init__(self, app: App, middleware: Callable[[App], App]) -> None:
        super().__init__(app, import_name="greenroom", middlewares=[middleware])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; an exception is logged and becomes a 500 (ASGI 3)."""
        if self.middleware_stack is None:
            self.app, self.middleware_stack = self._build_middleware_stack()
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            raised = error
        else:
            return

        async def failing(scope: Scope, receive: Receive, send: Send) -> None:
            raise raised

        await ExceptionMiddleware(failing)(scope, receive, send)

    def add_contract(self, document: Mapping[str, Any], base_path: str, **arguments: Any) -> None:
        """Register a document. `arguments` reach `add_api` of the middlewares."""
        api = API(Specification(document), base_path=base_path, **arguments)
        self.apis.append(api)
