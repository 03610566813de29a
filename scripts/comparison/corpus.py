"""All requests of a comparison, in groups of one server each; the same ones for the same tree.

They are made of the tree's own contracts and test tables by its own code, once, and sent to the
servers of both revisions byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from itertools import chain
from pathlib import Path
from random import Random
from urllib.parse import quote

from greenroom.codec.documented_request import DocumentedRequest
from greenroom.contract.catalog import Source, build, load, vendors
from greenroom.contract.loading.companion_files import CompanionFiles
from greenroom.contract.model import Contract
from hostility import everything, monsters

from . import contracts as c
from . import variations as v
from .control import TOKEN, control_requests
from .endpoint import Endpoint, endpoints, with_query
from .graphql import graphql_requests
from .message import Group, Request, to_request

graphql_contract = import_module("graphql_contract")
_TESTS = Path(__file__).resolve().parents[2] / "contract_tests"
# An access log makes a server respond by slower code; only some groups have one.
_QUIET = "--no-access-log"
_TOKEN = {"GREENROOM_CONTROL_TOKEN": TOKEN}
MANY: v.Counts = {
    v.examples: 30, v.credentials: 12, v.preferences: 14, v.acceptance: 6, v.methods: 8, v.paths: 8,
    v.parameters: 60, v.bodies: 24, v.framing: 6, v.hostile: 30, graphql_requests: 500,
}  # fmt: skip
FEW: v.Counts = {
    v.examples: 4, v.preferences: 4, v.acceptance: 3, v.paths: 2, v.parameters: 6, v.bodies: 8,
    v.hostile: 8,
}  # fmt: skip
_GENERATED: v.Counts = {v.examples: 1, v.preferences: 6, v.generated: 8, v.acceptance: 4}
# Longer bodies and fields have the same effect and take long.
_LONGEST = 300_000
_FRAMING = ("content-length", "transfer-encoding")


def corpus() -> Iterator[Group]:
    """The groups, each with its server's options and files."""
    found = [load(source) for source in vendors()]
    names = [contract.name for contract in found]
    yield _group("vendors", (_QUIET,), _requests(found, MANY), control_requests(names))
    control = list(control_requests(names[:1]))
    options = _requests(found, {v.credentials: 3, v.methods: 3})
    arguments = ("--any-credential", "--no-cors")
    yield _group("options", arguments, options, control, environment=_TOKEN)
    at_root = (varied(endpoint, FEW) for endpoint in endpoints(found[0], prefix=""))
    yield _group("at the root", (names[0], "--at-root"), *at_root, control)
    yield _made_up()
    broken = c.broken_contract()
    calls = (DocumentedRequest("GET", f"/broken/{path.strip('/')}") for path in broken["paths"])
    lenient = [to_request("examples", call) for call in calls]
    files = {"broken.json": json.dumps(broken)}
    yield _group("lenient", ("broken.json", "--lenient"), lenient, files=files)
    yield _tables()


def _group(
    name: str,
    arguments: Sequence[str],
    *requests: Iterable[Request],
    files: dict[str, str] | None = None,
    environment: dict[str, str] | None = None,
) -> Group:
    found = tuple(dict.fromkeys(chain(*requests)))
    return Group(name, tuple(arguments), found, files or {}, environment or {})


def varied(endpoint: Endpoint, counts: v.Counts) -> Iterator[Request]:
    """So many requests of each variation of an operation."""
    random = Random(f"{endpoint.contract.name} {endpoint.operation.id}")
    for vary, most in counts.items():
        found = list(dict.fromkeys(vary(endpoint, random)))
        yield from found if len(found) <= most else (found[0], *random.sample(found[1:], most - 1))


def _requests(found: Iterable[Contract], counts: v.Counts) -> Iterator[Request]:
    return (r for contract in found for e in endpoints(contract) for r in varied(e, counts))


def _made_up() -> Group:
    """Contracts that only tests use, and those of their tables."""
    made = {
        "parameters": (c.parameters_contract(), FEW),
        "bodies": (c.bodies_contract(), FEW),
        "responses": (c.responses_contract(), _GENERATED),
        "everything": (everything.document(), MANY),
        "executing": (graphql_contract.raw(), MANY),
    }
    texts = {"schema.graphql": graphql_contract.SDL}
    files = {f"{name}.json": json.dumps(document) for name, (document, _) in made.items()}
    keywords = _TESTS / "every_keyword.yaml"
    files[keywords.name] = keywords.read_text(encoding="utf-8")
    requests = [
        _requests([build(document, name, f"{name}.json", CompanionFiles(texts))], counts)
        for name, (document, counts) in made.items()
    ]
    requests.append(_requests([load(Source("every-keyword", keywords))], MANY))
    requests.append(_excessive(everything.contract()))
    served = (_QUIET, *files)
    return _group("made up", served, *requests, files={**files, **texts})


def _excessive(contract: Contract) -> Iterator[Request]:
    """Bodies, queries and fields that are much too long, to operations that read them."""
    for endpoint in endpoints(contract):
        content = [media.name for media in endpoint.operation.request_content]
        for name, body in ((given.decode(), body) for given, body in monsters.BODIES.values()):
            if len(body) <= _LONGEST and [name.partition(";")[0]] == content:
                yield to_request("excessive", endpoint.with_content((name, body)))
    endpoint = next(endpoints(contract))
    for name in (p.name for p in endpoint.operation.parameters if p.location == "query"):
        for query in monsters.QUERIES.values():
            call = with_query(endpoint.call(), _about(name, query))
            yield to_request("excessive", call, own_connection=True)
    header = next(p.name for p in endpoint.operation.parameters if p.location == "header")
    for field in monsters.HEADERS.values():
        name, value = (_about(header, text) for text in field)
        yield to_request("excessive", endpoint.call(), (name, value), own_connection=True)


def _about(name: str, text: bytes) -> str:
    return text.decode().replace("%b", name).replace("%%", "%")


def _tables() -> Group:
    """The rows of the tables of semantics, each sent to a mock of its own document."""
    names: dict[str, str] = {}
    found: list[Request] = []
    for case in c.semantics_cases():
        text = json.dumps(case.document)
        name = names.setdefault(text, f"row{len(names)}")
        sent = case.request
        # Written as a browser does where a target cannot hold it as it is.
        target = quote(sent.target, safe="/?#[]@!$&'()*+,;=%:~{}|\\^`\"<>")
        fields = tuple(field for field in sent.headers if field[0].lower() not in _FRAMING)
        call = DocumentedRequest(sent.method, f"/{name}{target}", (), fields, body=sent.body)
        found.append(to_request("rows of tables", call))
    files = {f"{name}.json": text for text, name in names.items()}
    return _group("rows of tables", (_QUIET, *files), found, files=files)
