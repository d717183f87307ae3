"""The dashboard in a real browser: the steps that tests share, and all that the browser says against the page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from itertools import pairwise

from playwright.sync_api import ConsoleMessage, Locator, Page, Request

from tests.processes import eventually

Pair = list[float]  # a time in ms and a value
DAY_MS = 86_400_000


class Dashboard:
    """One viewer's page. What the browser complains of is kept, for the fixture to fail the test with."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._excepted: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        page.on("requestfailed", self._on_failed_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def _on_failed_request(self, request: Request) -> None:
        # A page that is left takes its requests along; a server that fails shows as another error.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed request: {request.method} {request.url}: {request.failure}")

    def will_complain_of(self, *patterns: str) -> None:
        """What the test itself provokes; as narrow as can be."""
        self._excepted += patterns

    def unexpected_complaints(self) -> list[str]:
        return [text for text in self.complaints if not any(re.search(one, text) for one in self._excepted)]

    @property
    def state(self) -> Locator:
        """Whether the page is live, in words."""
        return self.page.get_by_test_id("connection-state")

    def card(self, device: str) -> Locator:
        return self.page.get_by_test_id(f"device-card-{device}")

    def tile(self, device: str, metric: str = "temperature") -> Locator:
        return self.page.get_by_test_id(f"tile-value-{device}-{metric}")

    def series(self, device: str, metric: str = "temperature") -> list[Pair]:
        """What the page holds."""
        function = "([device, metric]) => window.senseLive?.series(device, metric) ?? []"
        held: list[Pair] = self.page.evaluate(function, [device, metric])
        return held

    def drawn(self, device: str, metric: str = "temperature") -> list[Pair]:
        """What the chart was last given, without the breaks of its line."""
        lines = self.page.evaluate("(metric) => window.senseLive?.chartSeries(metric) ?? {}", metric)
        return [pair for pair in lines.get(device, []) if pair[1] is not None]

    def stored(self, device: str, metric: str = "temperature") -> list[Pair]:
        """What the store holds, by the page's own session."""
        query = f"start=0&end={now_ms() + DAY_MS}&metrics={metric}"
        origin = re.match(r"https?://[^/]+", self.page.url)
        assert origin, self.page.url
        answer = self.page.request.get(f"{origin[0]}/api/devices/{device}/history/?{query}").json()
        pairs = zip(answer["time"], answer["values"].get(metric, []), strict=True)
        return [[time_ms, value] for time_ms, value in pairs if value is not None]

    def waits_for(self, device: str, count: int, metric: str = "temperature") -> None:
        """Until the page holds so many readings."""
        eventually(lambda: len(self.series(device, metric)) >= count, timeout_s=30)

    def holds_all_that_is_stored(self, device: str, metric: str = "temperature") -> None:
        """The page's series equals the store's history: no hole, no double, no other value."""
        eventually(lambda: difference(self.series(device, metric), self.stored(device, metric)) == [], 20)

    def draws_all_that_is_stored(self, device: str, metric: str = "temperature") -> None:
        """Where all readings fit into the window, and each has a pixel of its own."""
        eventually(lambda: difference(self.drawn(device, metric), self.stored(device, metric)) == [], 20)


def difference(held: list[Pair], stored: list[Pair]) -> list[str]:
    """In words; empty when both are the same. The line of a lone reading is drawn a pixel wide: that is none."""
    known = {tuple(pair) for pair in held}
    words = [f"missing {pair}" for pair in stored if tuple(pair) not in known]
    words += [f"double {one}" for one, next_ in pairwise(held) if one[0] >= next_[0]]
    expected = {tuple(pair) for pair in stored}
    words += [f"unknown {pair}" for pair in held if tuple(pair) not in expected]
    assert not words, f"{len(words)} differ in {len(stored)}: {words[:5]}"
    return words


def readings(
    count: int, value: Callable[[int], float], *, every_ms: int = 1000, end_ms: int | None = None
) -> list[dict[str, float]]:
    """So many readings of a temperature, the last at `end_ms` or now; `value` gives the one of each number."""
    last_ms = now_ms() if end_ms is None else end_ms
    return [
        {"time": last_ms - (count - 1 - number) * every_ms, "temperature": value(number)}
        for number in range(count)
    ]


def now_ms() -> int:
    return time.time_ns() // 1_000_000
