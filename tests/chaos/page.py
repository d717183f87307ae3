"""The real page in a real browser, among the dashboards: what it holds is asked from itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page as Tab
from playwright.async_api import async_playwright

from tests.browser import now_ms
from tests.chaos.verdict import Stored
from tests.conftest import browser_options, chromium_program
from tests.processes import HOST
from tests.reconcile import SEQUENCE

# The window that the page opens with, less what it may have let go of meanwhile.
WINDOW_MS = 5 * 60_000 - 20_000
# So many boards are on the charts of a new visitor; of the others only the last minutes are kept.
CHARTED = 8
HOLDS = f"""
() => Object.fromEntries(window.senseLive.devices().map(
    (device) => [device, window.senseLive.series(device, "{SEQUENCE}")]))
"""
SHOWS = """
() => [...document.querySelectorAll("[data-testid^=device-card-]")].map(
    (card) => [card.dataset.testid.replace("device-card-", ""), card.innerText.includes("Online")])
"""


class Page:
    """A tab that stays open. `complaints` are errors that nothing in the page caught."""

    def __init__(self, tab: Tab) -> None:
        self.complaints: list[str] = []
        self.count = 0
        self._opened_ms = now_ms()
        self._tab = tab
        tab.on("pageerror", lambda error: self.complaints.append(f"the page had an error: {error}"))

    async def wrong_presence(self, online: list[str]) -> list[str]:
        """In words; empty when it is live and shows exactly these boards online."""
        state = await self._tab.evaluate("() => window.senseLive.connection()")
        shown = {name for name, is_online in await self._tab.evaluate(SHOWS) if is_online}
        if state == "live" and shown == set(online):
            return []
        differing = ", ".join(sorted(shown ^ set(online)))
        return [f"the page ({state}) is wrong about: {differing or 'nothing'}"]

    async def difference(self, stored: Stored) -> list[str]:
        """In words; empty when it holds all that is stored in its window, and nothing else."""
        since_ms = max(self._opened_ms, now_ms() - WINDOW_MS)
        held = await self._tab.evaluate(HOLDS)
        self.count = sum(map(len, held.values()))
        wrong = []
        for device in sorted(stored)[:CHARTED]:
            numbers = {time_ms: values[SEQUENCE] for time_ms, values in stored[device].items()}
            pairs = [(int(time_ms), value) for time_ms, value in held.get(device, [])]
            missing = {time_ms for time_ms in numbers if time_ms >= since_ms} - dict(pairs).keys()
            other = [time_ms for time_ms, value in pairs if numbers.get(time_ms) != value]
            doubles = len(pairs) - len(dict(pairs))
            if missing or other or doubles:
                wrong.append(
                    f"the page lacks {len(missing)} readings of {device}, has {len(other)} that are not stored "
                    f"and {doubles} twice (missing: {sorted(missing)[:3]})"
                )
        return wrong


@asynccontextmanager
async def open_page(port: int, cookie: str) -> AsyncIterator[Page]:
    """Signed in, in a Chromium of its own."""
    program = chromium_program()
    assert program, "Chromium was not found: install it (Debian: apt install chromium)"
    url = f"http://{HOST}:{port}/"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=browser_options())
        context = await browser.new_context()
        pairs = (pair.split("=", 1) for pair in cookie.split("; "))
        await context.add_cookies([{"name": name, "value": value, "url": url} for name, value in pairs])
        tab = await context.new_page()
        page = Page(tab)
        await tab.goto(url)
        await tab.wait_for_function("() => window.senseLive?.connection() === 'live'")
        yield page
        await browser.close()
