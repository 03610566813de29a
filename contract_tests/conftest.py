"""What holds for all tests."""

from __future__ import annotations

import gc

import pytest

# What is collected stays to the end, and so do the contracts that tests read: to look through half
# a million objects for garbage again and again took a seventh of all time.
gc.disable()
gc.set_threshold(10_000, 20, 50)


@pytest.hookimpl(wrapper=True)
def pytest_collection_finish() -> object:
    """Leave what was collected alone."""
    result = yield
    gc.collect()
    gc.freeze()
    gc.enable()
    return result
