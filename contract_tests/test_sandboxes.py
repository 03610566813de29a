"""The vendors' own servers keep their contracts, as far as reading can tell.

A base URL in `GREENROOM_<VENDOR>_URL` and a key in `GREENROOM_<VENDOR>_KEY` switch a vendor on.
"""

from __future__ import annotations

import os

import pytest

from greenroom.contract import catalog
from greenroom_contracts.running.check import check, credential_variable

_SOURCES = catalog.vendors()


@pytest.mark.parametrize("source", _SOURCES, ids=[source.name for source in _SOURCES])
def test_the_sandbox_keeps_its_contract(source: catalog.Source) -> None:
    """Nothing but reads is sent, and no difference is found."""
    key = credential_variable(source.name)
    url = f"{key.removesuffix('_KEY')}_URL"
    for name in (url, key):
        if not os.environ.get(name):
            pytest.skip(f"{name} is not set")
    report = check(catalog.load(source), os.environ[url], os.environ[key])
    assert report.problem == ""
    assert [f"{f.operation}: {f.kind}: {f.message} {f.pointer}" for f in report.drift] == []
    assert [f"{told.operation}: {told.why_not}" for told in report.not_examined] == []
