"""The checks find every drift of a server, and nothing in a server that conforms.

A drift of every kind, of whichever contracts have room for it; `make drift` judges many more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from drift.mutation import Mutation
from drift.original import Original
from drift.proxy import DriftingServer
from drift.suite import CREDENTIAL, controls, drifts, judged, options_for, sample
from greenroom.contract.catalog import Source, load, vendors
from greenroom_contracts.report import CONFORMS
from greenroom_contracts.running.check import check

EVERY_KEYWORD = Source("every-keyword", Path(__file__).with_name("every_keyword.yaml"))
CONTRACTS = [load(source) for source in (*vendors(), EVERY_KEYWORD)]
ORIGINALS = [Original(contract) for contract in CONTRACTS]
SUITES = [drifts(original) for original in ORIGINALS]
OF_EACH_KIND = 1
# Fewer requests are generated than usual; they have to be enough.
NAMES = [contract.name for contract in CONTRACTS]

# The kinds of finding that may show a drift, by the prefix of its kind.
KINDS: dict[str, set[str]] = {
    "missing-field": {"missing-field"},
    "renamed-field": {"missing-field"},
    "retyped": {"wrong-type"},
    "null-value": {"wrong-type"},
    "enum-value": {"undocumented-value"},
    "const-value": {"undocumented-value"},
    "format": {"wrong-format"},
    "number": {"invalid-value"},
    "string": {"invalid-value"},
    "array": {"invalid-value"},
    "extra-field": {"undocumented-field"},
    "empty-object": {"missing-field"},
    "undocumented-success": {"undocumented-status"},
    "valid-request-refused": {"valid-request-refused"},
    "html-page": {"undocumented-media-type"},
    "text-plain": {"undocumented-media-type"},
    "no-media-type": {"undocumented-media-type"},
    "broken-json": {"unreadable-body"},
    "empty-body": {"empty-body"},
    "missing-header": {"missing-header"},
    "wrong-header": {"invalid-header"},
    # Where 404 is documented, the body differs, or it is the only status.
    "operation-gone-404": {"operation-gone", "valid-request-refused", "error-shape"},
    "operation-gone": {"operation-gone"},
    "redirect": {"redirect"},
    "server-error": {"server-error"},
    "no-credential-served": {"credential-not-enforced"},
    "wrong-credential-served": {"credential-not-enforced"},
    "old-credential-served": {"credential-not-enforced"},
    "no-authentication": {"credential-not-enforced"},
    "invalid-body-served": {"invalid-request-accepted"},
    "invalid-query-served": {"invalid-request-accepted"},
    "required-query-not-required": {"invalid-request-accepted"},
    # A shape that the documented schema leaves open, or one that it refuses.
    "error-envelope": {"error-shape", "missing-field", "wrong-type"},
    "error-as-success-401": {"credential-not-enforced", "undocumented-status"},
    "error-as-success-invalid": {"invalid-request-accepted", "undocumented-status"},
    "paging": {"paging"},
    # Without its errors the response breaks the schema of the response before any of GraphQL.
    "graphql-errors-dropped": {"graphql", "error-shape", "missing-field", "invalid-value"},
    "graphql": {"graphql"},
}

SAMPLE = [
    pytest.param(NAMES[i], mutation, id=f"{mutation.kind}-{NAMES[i]}-{mutation.operation}")
    for i, mutation in sample(SUITES, OF_EACH_KIND)
]
CONTROLS = [
    pytest.param(original.contract.name, mutation, id=f"{original.contract.name}-{mutation}")
    for original in ORIGINALS
    for mutation in controls(original)
]

# The server of a contract, by its name.
Serve = Callable[[str], DriftingServer]


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Servers that can be made to drift, each started once."""
    running: dict[str, DriftingServer] = {}
    with ExitStack() as stack:

        def start(name: str) -> DriftingServer:
            if name not in running:
                contract = CONTRACTS[NAMES.index(name)]
                running[name] = stack.enter_context(DriftingServer(contract))
            return running[name]

        yield start


def test_a_drift_of_every_kind_is_tested() -> None:
    """And there are many kinds."""
    kinds = {mutation.kind for suite in SUITES for mutation in suite}

    assert {param.values[1].kind for param in SAMPLE} == kinds  # type: ignore[union-attr]
    assert len(kinds) >= 50


@pytest.mark.parametrize(("name", "mutation"), SAMPLE)
def test_a_drift_is_caught(name: str, mutation: Mutation, serve: Serve) -> None:
    """By the right kind, in the operation that drifts and in no other."""
    outcome = judged(serve(name), mutation, generated=2)

    assert outcome.changed, "no request showed it"
    findings = [f"{f.kind} {f.operation}: {f.message}" for f in outcome.report.findings]
    assert outcome.caught, f"{mutation.description}: {findings or outcome.report.verdict}"
    assert {f.operation for f in outcome.report.findings} == {mutation.operation}
    names = next(names for start, names in KINDS.items() if mutation.kind.startswith(start))
    assert names & {f.kind for f in outcome.report.findings}, findings


@pytest.mark.parametrize(("name", "mutation"), CONTROLS)
def test_a_list_with_real_pages_has_no_findings(
    name: str, mutation: Mutation, serve: Serve
) -> None:
    """Its responses differ from the mock, but conform."""
    outcome = judged(serve(name), mutation, generated=2)

    assert outcome.changed
    assert outcome.report.findings == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_server_that_does_not_drift_conforms(name: str, serve: Serve) -> None:
    """The same server behind the same proxy; not even an addition is found."""
    server = serve(name)
    options = options_for(server.original.contract, generated=2)

    report = check(server.original.contract, server.base_url, CREDENTIAL, options)

    assert report.findings == ()
    assert report.verdict == CONFORMS, report.problem
