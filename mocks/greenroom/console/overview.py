"""The overview page: every mock, how to reach it, and a curl line for each of its operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from string import Template
from urllib.parse import quote

from ..codec.credentials import EXPIRED_KEY, FORBIDDEN_KEY, GOOD_KEY, credential, is_visible
from ..contract.model import Contract, Operation, SecurityScheme
from ..contract.operation_finder import operation_base_url
from ..version import __version__
from . import assets
from .html import Html, element, join
from .operation_row import ALARMING, copy_button, operation_row, webhook_row

# With more operations than this the groups start closed.
_MANY = 200
_BASES = {"documented": "by the vendor", "published": "elsewhere", "inferred": "by us",
          "disputed": "between sources"}  # fmt: skip

# The base URL of the mock of a contract.
Address = Callable[[Contract], str]


def render(contracts: Sequence[Contract], address: Address, root: str = "/_greenroom") -> str:
    """The page as HTML, with every text of a contract escaped; `root` is the path of our routes."""
    count = sum(len(contract.operations) for contract in contracts)
    return _PAGE.substitute(
        assets=root + assets.FOLDER,
        version=element("span", __version__),
        contents=join(_link(contract) for contract in contracts),
        count=f"{count} {'operation' if count == 1 else 'operations'}",
        legend=_legend([o for c in contracts for o in (*c.operations, *c.webhooks)]),
        vendors=join(_vendor(contract, address, root, count <= _MANY) for contract in contracts),
    )


def _legend(operations: Sequence[Operation]) -> Html:
    """The meaning of the marks that occur on this page."""
    effects = {effect for operation in operations for effect in operation.effects}
    bases = {operation.basis for operation in operations}
    marks = [(e, "badge", f"would {text}") for e, text in ALARMING.items() if e in effects]
    marks += [(name, "basis", text) for name, text in _BASES.items() if name in bases]
    entries = [
        element("li", element("span", name, class_=f"{kind} {name}"), " ", text)
        for name, kind, text in marks
    ]
    return element("ul", *entries, class_="legend") if entries else Html()


def _link(contract: Contract) -> Html:
    count = element("small", str(len(contract.operations)))
    return element("a", contract.name, " ", count, href=f"#api-{quote(contract.name)}")


def _vendor(contract: Contract, address: Address, root: str, unfolded: bool) -> Html:
    url = address(contract)
    groups = [_group(*group, unfolded) for group in _by_tag(contract, url)]
    if contract.webhooks:
        events = [webhook_row(webhook) for webhook in contract.webhooks]
        groups.append(_group("Webhooks", "Sent by the vendor to its customers.", events, unfolded))
    head = element("h2", contract.title, " ", element("small", contract.version))
    facts = element("dl", *_facts(contract, url, root))
    header = element("header", head, facts)
    anchor = f"api-{contract.name}"
    return element("section", header, *groups, id=anchor, class_="vendor", data_name=contract.name)


def _facts(contract: Contract, url: str, root: str) -> Iterator[Html]:
    yield _fact("Base URL", element("code", url), copy_button(f"base URL of {contract.name}"))
    real = Html(" or ".join(element("code", host) for host in contract.hosts))
    yield _fact("Stands in for", real or "no host that the contract names")
    schemes = _schemes(contract)
    for scheme in schemes:
        copy = copy_button(f"test credential of {contract.name}")
        name = element("span", scheme.name if len(schemes) > 1 else "", class_="quiet")
        yield _fact("Credential", element("code", _credential(scheme)), copy, name)
    yield _fact("Test keys", _keys(schemes))
    folder = f"{root}/vendors/{quote(contract.name, safe='')}"
    files = [element("a", n, href=f"{folder}/{n}") for n in ("openapi.json", "openapi.yaml")]
    yield _fact("Contract", *files)


def _schemes(contract: Contract) -> list[SecurityScheme]:
    """Every scheme that an operation requires, where a request can carry its credential."""
    required = {
        requirement.scheme.name: requirement.scheme
        for operation in contract.operations
        for all_of in operation.security
        for requirement in all_of
    }
    return [scheme for scheme in required.values() if is_visible(scheme)]


def _fact(name: str, *parts: str) -> Html:
    return element("div", element("dt", name), element("dd", *parts))


def _credential(scheme: SecurityScheme) -> str:
    sent = credential(scheme, GOOD_KEY)
    if sent.location == "header":
        return f"{sent.name}: {sent.value}"
    if sent.location == "query":
        return f"?{quote(sent.name)}={quote(sent.value)}"
    return f"Cookie: {sent.name}={sent.value}"


def _keys(schemes: Sequence[SecurityScheme]) -> Html:
    if not schemes:
        return element("span", "none needed", class_="quiet")
    scoped = {
        token: ", ".join(sorted(scopes)) or "no scope"
        for scheme in schemes
        for token, scopes in scheme.tokens.items()
    }
    effects = {GOOD_KEY: "full access", **scoped}
    effects |= {EXPIRED_KEY: "401, expired", FORBIDDEN_KEY: "403, no permission"}
    entries = [
        element("li", element("code", token), " ", element("span", effect))
        for token, effect in effects.items()
    ]
    others = element("li", element("span", "any other, or none: 401"))
    return element("ul", *entries, others, class_="keys scoped" if scoped else "keys")


def _by_tag(contract: Contract, url: str) -> Iterator[tuple[str, str, list[Html]]]:
    """Each tag with its description and the rows of the operations whose first tag it is.

    Tags come in the order in which the contract declares them.
    """
    tags = {tag["name"]: tag.get("description", "") for tag in contract.document.get("tags", ())}
    groups: dict[str, list[Html]] = {name: [] for name in tags}
    for operation in contract.operations:
        row = operation_row(operation, contract, operation_base_url(contract, url, operation))
        groups.setdefault(operation.tags[0] if operation.tags else "", []).append(row)
    for name, rows in groups.items():
        if rows:
            yield name or "Operations", tags.get(name, ""), rows


def _group(name: str, about: str, rows: Sequence[Html], unfolded: bool) -> Html:
    head = element(
        "summary",
        element("h3", name, " ", element("small", str(len(rows)))),
        element("span", about, class_="quiet"),
    )
    return element("details", head, *rows, class_="group", data_name=name, open=unfolded)


_PAGE = Template((files(__package__) / "page.html").read_text(encoding="utf-8"))
