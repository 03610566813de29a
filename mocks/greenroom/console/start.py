"""Start: what is served, and how to send the first request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from ..codec.credentials import GOOD_KEY
from ..contract.operation_finder import operation_base_url
from .layout import Place, render
from .reference.api import Api, credential_text
from .reference.prepared import Composed, prepare, snippets

# The space that is proposed.
PROPOSED = "demo"
# The URL of a contract's mock in a space, or outside of any; and its own base path.
Address = Callable[[Api, str], str]


def page(place: Place, apis: Sequence[Api], address: Address, root: str) -> str:
    """Start as HTML; one contract, chosen by `?vendor=`, is shown with its programs.

    `root` is the URL of the control routes.
    """
    chosen = next((api for api in apis if api.name == place.query.get("vendor")), None)
    chosen = chosen or next(iter(apis), None)
    space = place.space or PROPOSED
    here = first_steps(chosen, address(chosen, space)) if chosen else None
    return render(
        "start.html", place, scripts=["start"], apis=apis, chosen=chosen, space=space, here=here,
        address=address, root=root,
    )  # fmt: skip


def listed(place: Place, apis: Sequence[Api], address: Address) -> str:
    """The contracts with their references."""
    return render("vendors.html", place, apis=apis, address=address)


def first_steps(api: Api, url: str) -> Mapping[str, object]:
    """What the first request to a mock needs; `url` is its base URL."""
    credentials = [(scheme.name, credential_text(scheme)) for scheme in api.schemes]
    return {"url": url, "credentials": credentials, "programs": _programs(api, url)}


def _programs(api: Api, url: str) -> Mapping[str, str]:
    name = "".join(c if c.isalnum() and c.isascii() else "_" for c in api.name).upper()
    lines = [f"{name}_BASE_URL={url}", *([f"{name}_API_KEY={GOOD_KEY}"] if api.schemes else ())]
    found = {"env file": "\n".join(lines)}
    operation = api.first
    if operation is None:
        return found
    base = operation_base_url(api.contract, url, operation)
    request = prepare(api.contract, operation, base, Composed(), datetime.now(UTC))
    programs = snippets(request)
    found |= {"Python httpx": programs["httpx"], "JavaScript fetch": programs["fetch"]}
    target = request.url.removeprefix(url)
    found["pytest fixture"] = (
        "import httpx\n\n\n"
        "def test_it(greenroom_space):\n"
        f"    mock = greenroom_space({api.name!r})\n"
        f"    response = httpx.request({operation.method!r}, mock.url + {target!r}, "
        "headers=mock.headers)\n"
        "    assert response.status_code < 400"
    )
    return {**found, "curl": programs["curl"]}
