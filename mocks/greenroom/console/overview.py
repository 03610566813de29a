"""The overview page: every mock, how to reach it, and a curl line for each of its operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from ..codec.credentials import EXPIRED_KEY, FORBIDDEN_KEY, GOOD_KEY, credential, is_visible
from ..contract.model import Contract, Operation, SecurityScheme
from ..contract.operation_finder import operation_base_url
from ..version import __version__
from . import assets
from .html import environment
from .operation_row import ALARMING, effects, remarks, responses, words

# With more operations than this the groups start closed.
_MANY = 200
_BASES = {"documented": "by the vendor", "published": "elsewhere", "inferred": "by us",
          "disputed": "between sources"}  # fmt: skip

# The base URL of the mock of a contract.
Address = Callable[[Contract], str]


def render(contracts: Sequence[Contract], address: Address, root: str = "/_greenroom") -> str:
    """The page as HTML, with every text of a contract escaped; `root` is the path of our routes."""
    count = sum(len(contract.operations) for contract in contracts)
    return _TEMPLATES.get_template("page.html").render(
        assets=root + assets.FOLDER,
        contracts=[(contract, address(contract)) for contract in contracts],
        count=f"{count} {'operation' if count == 1 else 'operations'}",
        legend=_legend([o for c in contracts for o in (*c.operations, *c.webhooks)]),
        root=root,
        unfolded=count <= _MANY,
    )


def _legend(operations: Sequence[Operation]) -> list[tuple[str, str, str]]:
    """The marks that occur on this page: class, name and meaning."""
    found = {effect for operation in operations for effect in operation.effects}
    bases = {operation.basis for operation in operations}
    marks = [("badge", e, f"would {text}") for e, text in ALARMING.items() if e in found]
    return marks + [("basis", name, text) for name, text in _BASES.items() if name in bases]


def _schemes(contract: Contract) -> list[SecurityScheme]:
    """Every scheme that an operation requires, where a request can carry its credential."""
    required = {
        requirement.scheme.name: requirement.scheme
        for operation in contract.operations
        for all_of in operation.security
        for requirement in all_of
    }
    return [scheme for scheme in required.values() if is_visible(scheme)]


def _credential(scheme: SecurityScheme) -> str:
    sent = credential(scheme, GOOD_KEY)
    if sent.location == "header":
        return f"{sent.name}: {sent.value}"
    if sent.location == "query":
        return f"?{quote(sent.name)}={quote(sent.value)}"
    return f"Cookie: {sent.name}={sent.value}"


def _keys(schemes: Sequence[SecurityScheme]) -> dict[str, str]:
    """The test credentials of a contract, and what each may do."""
    scoped = {
        token: ", ".join(sorted(scopes)) or "no scope"
        for scheme in schemes
        for token, scopes in scheme.tokens.items()
    }
    effects = {GOOD_KEY: "full access", **scoped}
    return effects | {EXPIRED_KEY: "401, expired", FORBIDDEN_KEY: "403, no permission"}


def _by_tag(contract: Contract) -> dict[str, tuple[str, list[Operation]]]:
    """Each tag with its description and the operations whose first tag it is.

    Tags come in the order in which the contract declares them.
    """
    tags = {tag["name"]: tag.get("description", "") for tag in contract.document.get("tags", ())}
    groups: dict[str, tuple[str, list[Operation]]] = {n: (text, []) for n, text in tags.items()}
    for operation in contract.operations:
        name = operation.tags[0] if operation.tags else ""
        groups.setdefault(name, ("", []))[1].append(operation)
    return {name: group for name, group in groups.items() if group[1]}


_TEMPLATES = environment(
    __package__,
    by_tag=_by_tag,
    credential=_credential,
    effects=effects,
    keys=_keys,
    operation_base_url=operation_base_url,
    quote=quote,
    remarks=remarks,
    responses=responses,
    schemes=_schemes,
    version=__version__,
    words=words,
    ALARMING=ALARMING,
)
