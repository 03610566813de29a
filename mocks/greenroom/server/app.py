"""The application: contracts in, ASGI out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from ..contract.model import Contract
from ..errors import GreenroomError, MissingExtraError
from ..mock.mock import Mock
from ..mock.pipeline import Behaviour
from .access import Access
from .connexion_seams import App, ContractApp
from .control.control import PREFIX, Control
from .middleware import MockMiddleware, ServerSettings
from .space_access import SpaceAccess


def build_app(
    contracts: Sequence[Contract],
    settings: ServerSettings | None = None,
    behaviour: Behaviour | None = None,
    spaces: SpaceAccess | None = None,
    of_contracts: Mapping[str, Behaviour] | None = None,
) -> App:
    """An ASGI application that serves the contracts, each below `/<name>`.

    `behaviour` has steps and responders that are added to every mock, `of_contracts` those of
    single contracts by name, in its place; `spaces` are those of requests that name one.

    Raises GreenroomError for `at_root` with any other number of contracts than one.
    """
    settings = settings or ServerSettings()
    if settings.at_root and len(contracts) != 1:
        named = ", ".join(contract.name for contract in contracts) or "none"
        count = len(contracts)
        raise GreenroomError(f"--at-root serves exactly one contract, not {count}: {named}")
    spaces = spaces or space_access(contracts, settings)
    own, common = of_contracts or {}, behaviour or Behaviour()
    mocks = [
        Mock(
            contract,
            settings.any_credential,
            behaviour=spaces.behaviour(contract, own.get(contract.name, common)),
            strict_requests=settings.strict_requests,
        )
        for contract in contracts
    ]
    root_path = settings.root_path
    access = Access(settings.control_token, settings.control_hosts, root_path + PREFIX)
    control = Control(mocks, settings.at_root, access, spaces, root_path)
    app = ContractApp(
        control,
        partial(MockMiddleware, settings=settings, access=spaces),
    )
    for mock in mocks:
        prefix = "" if settings.at_root else f"/{mock.contract.name}"
        app.add_contract(mock.contract.document, prefix, mock=mock)
    # connexion builds its stack on the first request; here every error is raised at start.
    app.app, app.middleware_stack = app._build_middleware_stack()
    return app


def space_access(contracts: Sequence[Contract], settings: ServerSettings) -> SpaceAccess:
    """The spaces of a server with these settings."""
    kind: Callable[..., SpaceAccess] = SpaceAccess
    if settings.store is not None:
        # Only servers that share spaces need its package.
        try:
            from .spaces.shared_access import SharedAccess
        except ModuleNotFoundError as error:
            missing = MissingExtraError("serve --store", "redis", str(error.name))
            raise missing from error

        kind = partial(SharedAccess, settings.store)
    elif settings.workers > 1:
        from .spaces.no_spaces import NoSpaces

        kind = NoSpaces
    return kind(
        contracts,
        settings.stateful,
        settings.allow_origins,
        journal=settings.journal,
        largest=settings.max_state,
        deliver_to=settings.deliver_to,
        receivers=dict(settings.receivers),
        rate_limits=settings.rate_limits,
    )
