"""A window of the browser that takes down what no page of ours may do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Playwright
from playwright.sync_api import Request as PageRequest

WIDTHS = (1280, 400, 320)
THEMES = ("light", "dark")
_HEIGHT = 900
_OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    # Whatever a page wants, nothing leaves this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)  # fmt: skip
# What a browser logs of a response that is not a success; the pages of mocks ask for them.
_FAILED = "Failed to load resource: the server responded with a status of "
_AXE = """
async (contrast) => {
  const rules = { "target-size": { enabled: true }, "color-contrast": { enabled: contrast } };
  // Rows are alike: the first are looked at.
  const exclude = ["li:nth-child(n + 40)", "tr:nth-child(n + 40)"];
  const context = { include: [["html"]], exclude: exclude.map((e) => [e]) };
  const { violations } = await axe.run(context, { resultTypes: ["violations"], rules });
  const place = (n) => `${n.target.join(" ")} ${n.any[0]?.message ?? ""}`;
  return violations.map((v) => `${v.id}: ${v.nodes.slice(0, 5).map(place).join("; ")}`);
}
"""
# What sticks out of the page, the innermost elements first.
_OVERFLOW = """
() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  const right = (e) => Math.round(e.getBoundingClientRect().right);
  const clips = (e) => e && (getComputedStyle(e).overflowX !== "visible" || clips(e.parentElement));
  const found = [...document.querySelectorAll("body *")];
  return found.filter((e) => right(e) > wide && !clips(e.parentElement)).slice(-5)
    .map((e) => `${e.tagName}.${e.className} ${right(e)}`);
}
"""


def chromium() -> str | None:
    """Where the system's Chromium is."""
    return shutil.which("chromium")


def launched(playwright: Playwright) -> Browser:
    """A browser with nothing of earlier runs."""
    return playwright.chromium.launch(executable_path=chromium(), args=[*_OPTIONS])


@dataclass
class Window:
    """A page of the server at `origin`, with all that it requested and said.

    `wrong` is what no page of ours may do: requests to another origin, messages of the console,
    errors of scripts. Statuses of failure that a test asks for are in `failures`, by address. Where
    connections are to fail, the browser may say so.
    """

    page: Page
    context: BrowserContext
    origin: str
    wrong: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    connections_fail: bool = False

    def __post_init__(self) -> None:
        """Take down what happens from now on."""
        self.context.on("request", self._requested)
        self.context.on("console", self._logged)
        self.context.on("weberror", lambda e: self.wrong.append(f"script: {e.error.message}"))

    def _requested(self, request: PageRequest) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:")):
            self.wrong.append(f"request to {request.url}")

    def _logged(self, message: ConsoleMessage) -> None:
        if self.connections_fail and "net::ERR_" in message.text:
            return
        if message.text.startswith(_FAILED):
            self.failures.append(message.location["url"].removeprefix(self.origin))
        else:
            self.wrong.append(f"console: {message.text} at {message.location['url']}")

    def open(self, path: str = "") -> Page:
        """A page below /_greenroom/."""
        self.page.goto(f"{self.origin}/_greenroom/{path}")
        return self.page

    def button(self, name: str) -> Locator:
        """A button by its name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def shows(self, *texts: str) -> None:
        """Wait until all texts are to be seen."""
        for text in texts:
            self.page.get_by_text(text).locator("visible=true").first.wait_for()

    def view(self, width: int, theme: str) -> None:
        """Have a width and a colour scheme."""
        self.page.set_viewport_size({"width": width, "height": _HEIGHT})
        self.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]

    def barriers(self, contrast: bool = True) -> list[str]:
        """What axe finds, and what makes the page scroll sideways.

        Measuring contrast takes longer than all other rules together.
        """
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE_SCRIPT)
        wide = [f"wide: {each}" for each in self.page.evaluate(_OVERFLOW)]
        return [*self.page.evaluate(_AXE, contrast), *wide]


@contextmanager
def opened(browser: Browser, origin: str) -> Iterator[Window]:
    """A window that remembers nothing of others."""
    context = browser.new_context(
        viewport={"width": WIDTHS[0], "height": _HEIGHT}, reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"], locale="en",
    )  # fmt: skip
    context.set_default_timeout(20_000)
    try:
        yield Window(context.new_page(), context, origin)
    finally:
        context.close()
