"""The vendors' sandboxes conform to their contracts, as tested by requests that only read.

A vendor is checked if the environment has its base URL in `GREENROOM_<VENDOR>_URL` and a key in
`GREENROOM_<VENDOR>_KEY`.
"""

from __future__ import annotations

import os

import pytest

from greenroom.contract import catalog
from greenroom_contracts.running.check import check
from greenroom_contracts.sending.target import credential_variable

_SOURCES = catalog.vendors()


@pytest.mark.parametrize("source", _SOURCES, ids=[source.name for source in _SOURCES])
def test_the_sandbox_conforms_to_its_contract(source: catalog.Source) -> None:
    """Only requests that read are sent, and no drift is found."""
    key = credential_variable(source.name)
    url = f"{key.removesuffix('_KEY')}_URL"
    for name in (url, key):
        if not os.environ.get(name):
            pytest.skip(f"{name} is not set")
    report = check(catalog.load(source), os.environ[url], os.environ[key])
    assert report.problem == ""
    assert [f"{f.operation}: {f.kind}: {f.message} {f.pointer}" for f in report.drift] == []
    assert [f"{entry.operation}: {entry.why_not}" for entry in report.not_examined] == []
