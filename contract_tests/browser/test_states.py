"""Each state of each screen can be brought about, read and used by everyone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from browser import (  # noqa: F401
    journal_states,
    page_states,
    record_states,
    reference_states,
    space_states,
    webhook_states,
)
from browser.gallery import look
from browser.process import Server
from browser.scene import STATES, Scene, State


@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{state.screen}: {state.name}")
def test_a_state_is_shown_without_a_barrier(
    state: State,
    browser: Browser,
    jobs: Server,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    record_property: Callable[[str, Any], None],
) -> None:
    """At three widths, in both themes: axe finds nothing, nothing sticks out of the page.

    All requests go to the own origin, and the browser has nothing to complain of.
    """
    row = {"order": state.order, "screen": state.screen, "state": state.name, "pictures": {}}
    record_property("state", row)
    with ExitStack() as stack:
        vendors = lambda: request.getfixturevalue("vendors")  # noqa: E731
        scene = Scene(browser, jobs, vendors, tmp_path, stack)
        state.make(scene)
        name = f"{state.screen} {state.name}"
        row["pictures"], barriers = look(scene.window, name, state.order, scene.part)
        wrong = [each for window in scene.windows for each in window.wrong]
        ours = [f for window in scene.windows for f in window.failures if "/_greenroom/" in f]
        assert (barriers, wrong, [] if state.failures else ours) == ([], [], [])
