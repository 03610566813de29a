"""What the browser tests share: a browser, and servers of vendors and of a small API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from living_contract import living
from playwright.sync_api import Browser, sync_playwright

from browser.gallery import FOLDER, table
from browser.process import Server, started, written
from browser.window import THEMES, WIDTHS, Window, chromium, launched, opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        started_one = launched(playwright)
        yield started_one
        started_one.close()


@pytest.fixture(scope="session")
def _vendors() -> Iterator[Server]:
    with started() as server:
        yield server


@pytest.fixture(scope="session")
def _jobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(written(tmp_path_factory.mktemp("jobs"), "jobs", living().written)) as server:
        yield server


@pytest.fixture
def vendors(_vendors: Server) -> Server:
    """A server of all vendors, without a space."""
    _vendors.clean()
    return _vendors


@pytest.fixture
def jobs(_jobs: Server) -> Server:
    """A server of the API of jobs, without a space."""
    _jobs.clean()
    return _jobs


def _window(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Window]:
    with opened(browser, server.url) as found:
        found.view(*getattr(request, "param", (WIDTHS[0], THEMES[0])))
        yield found
        assert found.wrong == []


@pytest.fixture
def window(browser: Browser, jobs: Server, request: pytest.FixtureRequest) -> Iterator[Window]:
    """A window on the API of jobs, in which nothing may go wrong; its parameter is the view."""
    yield from _window(browser, jobs, request)


@pytest.fixture
def vendor_window(
    browser: Browser, vendors: Server, request: pytest.FixtureRequest
) -> Iterator[Window]:
    """A window on the vendors, in which nothing may go wrong; its parameter is the view."""
    yield from _window(browser, vendors, request)


def pytest_configure(config: pytest.Config) -> None:
    """Pictures of this run only."""
    if chromium() is None:
        raise pytest.UsageError("no chromium on PATH; these tests download no browser")
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not hasattr(config, "workerinput"):
        for old in FOLDER.iterdir():
            old.unlink()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Write the table of states, and print what was measured."""
    rows, measured = [], []
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", []):
                if report.when == "call" and name == "state":
                    rows.append({**value, "test": Path(report.nodeid).name, "outcome": outcome})
                elif report.when == "call" and name == "measured":
                    measured.append(value)
    (FOLDER / "index.md").write_text(table(sorted(rows, key=lambda row: row["order"])), "utf-8")
    for line in measured:
        terminalreporter.write_line(line)
    terminalreporter.write_line(f"{len(rows)} states in {FOLDER.relative_to(Path.cwd())}/index.md")
