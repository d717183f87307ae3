"""A year is scrolled as easily as a minute: at each step the right resolution, right values and no hole."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Dashboard, Pair, now_ms
from tests.home import Home
from tests.processes import eventually

pytest_plugins = ["tests.browser_fixtures"]

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
YEAR_MS = 365 * DAY_MS
# How often there are readings, and since how long.
SELDOM_MS = 20 * MINUTE_MS
MIDDLING_MS, MIDDLING_SINCE_MS = MINUTE_MS // 2, 30 * HOUR_MS
OFTEN_MS, OFTEN_SINCE_MS = 5_000, 3 * HOUR_MS
MESSAGE = 1_000
# Nothing is drawn further from where it belongs than half a day of a whole year's ramp.
TOLERANCE = 0.1
# The widths of points that suit a span no longer than this; 0 is single readings.
STOPS = [
    (30 * DAY_MS, {HOUR_MS // 2, HOUR_MS}),
    (DAY_MS, {MINUTE_MS, 2 * MINUTE_MS}),
    (6 * HOUR_MS, {MINUTE_MS}),
    (HOUR_MS, {0}),
    (MINUTE_MS, {0}),
]
YEAR = {6 * HOUR_MS, DAY_MS}


class Ramp:
    """A temperature that rises from 0 to 50 degrees in a year: each mean is the value in its middle."""

    def __init__(self) -> None:
        self.end_ms = now_ms()

    def value(self, time_ms: float) -> float:
        return 50 + 50 * (time_ms - self.end_ms) / YEAR_MS

    def reading(self, time_ms: int) -> dict[str, float]:
        return {"time": time_ms, "temperature": round(self.value(time_ms), 5)}

    def readings(self, start_ms: int, end_ms: int, every_ms: int) -> list[dict[str, float]]:
        return [self.reading(time_ms) for time_ms in range(start_ms, end_ms, every_ms)]


def post(home: Home, readings: list[dict[str, float]]) -> None:
    for first in range(0, len(readings), MESSAGE):
        home.post(readings[first : first + MESSAGE])


@pytest.fixture
def ramp(home: Home) -> Ramp:
    """A year of readings, the more often the newer."""
    ramp = Ramp()
    middling_ms, often_ms = ramp.end_ms - MIDDLING_SINCE_MS, ramp.end_ms - OFTEN_SINCE_MS
    post(home, ramp.readings(ramp.end_ms - YEAR_MS, middling_ms, SELDOM_MS))
    post(home, ramp.readings(middling_ms, often_ms, MIDDLING_MS))
    post(home, ramp.readings(often_ms, ramp.end_ms, OFTEN_MS))
    return ramp


def open_window(home: Home, dashboard: Dashboard, span: str) -> Page:
    page = dashboard.page
    page.goto(home.link)
    expect(dashboard.state).to_have_text("Live")
    page.goto(f"{home.server.url}/?span={span}")
    expect(dashboard.state).to_have_text("Live")
    return page


def window(page: Page) -> tuple[float, float]:
    shown = page.evaluate("window.senseLive.window()")
    return shown["fromMs"], shown["toMs"]


def span_of(page: Page) -> float:
    from_ms, to_ms = window(page)
    return to_ms - from_ms


def is_sound(dashboard: Dashboard, ramp: Ramp, widths: set[int]) -> bool:
    """The right widths; all values where they belong; from one edge to the newest reading without a hole."""
    steps = set(dashboard.page.evaluate("window.senseLive.chartSteps('temperature').kitchen ?? []"))
    # The newest readings of a long window are not in an average yet.
    if not steps & widths or not steps <= widths | {0}:
        return False
    from_ms, to_ms = window(dashboard.page)
    points = [pair for pair in dashboard.drawn("kitchen") if from_ms <= pair[0] <= to_ms]
    longest_ms = 1.6 * (max(steps) or MIDDLING_MS)
    edges_ms = [from_ms, *(time_ms for time_ms, _ in points), min(to_ms, ramp.end_ms)]
    assert all(abs(value - ramp.value(time_ms)) < TOLERANCE for time_ms, value in points), points[:5]
    return all(later - earlier <= longest_ms for earlier, later in pairwise(edges_ms))


def wheel(page: Page, way: int) -> None:
    """Turned at the right edge, where a running window stays one."""
    plot = page.get_by_role("group", name="Temperature over time").bounding_box()
    assert plot
    page.mouse.move(plot["x"] + plot["width"] - 26, plot["y"] + plot["height"] / 2)
    page.mouse.wheel(0, -120 * way)


def key(page: Page, way: int) -> None:
    page.get_by_role("group", name="Temperature over time").focus()
    page.keyboard.press("+" if way > 0 else "-")


@pytest.mark.parametrize("turn", [wheel, key], ids=["wheel", "keys"])
def test_zooming_from_a_year_to_a_minute_and_back_refines_without_a_hole(
    home: Home, dashboard: Dashboard, ramp: Ramp, turn: Callable[[Page, int], None]
) -> None:
    open_window(home, dashboard, "1y")
    eventually(lambda: is_sound(dashboard, ramp, YEAR), 30)
    for longest_ms, widths in STOPS:
        zoom(dashboard, turn, 1, until_ms=longest_ms)
        eventually(partial(is_sound, dashboard, ramp, widths), 30)
    for longest_ms, widths in reversed(STOPS[:-1]):
        zoom(dashboard, turn, -1, until_ms=longest_ms * 0.6)
        eventually(partial(is_sound, dashboard, ramp, widths), 30)
    zoom(dashboard, turn, -1, until_ms=YEAR_MS * 0.8)
    eventually(lambda: is_sound(dashboard, ramp, YEAR), 30)


def zoom(dashboard: Dashboard, turn: Callable[[Page, int], None], way: int, *, until_ms: float) -> None:
    """In (1) or out (-1). The chart is never empty on the way."""
    while (span_ms := span_of(dashboard.page)) * way > until_ms * way:
        turn(dashboard.page, way)
        eventually(partial(is_another_span, dashboard.page, span_ms))
        assert dashboard.drawn("kitchen")


def is_another_span(page: Page, span_ms: float) -> bool:
    return span_of(page) != span_ms


def test_a_window_that_is_left_and_come_back_to_is_loaded_again_as_it_was(
    home: Home, dashboard: Dashboard, ramp: Ramp
) -> None:
    page = open_window(home, dashboard, "24h")
    page.get_by_role("group", name="Temperature over time").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/?from=*&to=*")
    eventually(lambda: is_sound(dashboard, ramp, {MINUTE_MS, 2 * MINUTE_MS}), 30)
    looked_at = window(page)
    page.reload()
    expect(dashboard.state).to_have_text("Looking back")
    eventually(lambda: is_sound(dashboard, ramp, {MINUTE_MS, 2 * MINUTE_MS}), 30)
    assert window(page) == pytest.approx(looked_at, abs=1)
    page.get_by_test_id("pause").click()
    expect(page.get_by_test_id("window-words")).to_have_text("The last 24 hours")


def test_the_chart_of_hours_fills_in_while_the_backlog_of_one_arrives_late(
    home: Home, dashboard: Dashboard
) -> None:
    ramp = Ramp()
    hole = (ramp.end_ms - 2 * HOUR_MS, ramp.end_ms - HOUR_MS)
    post(home, ramp.readings(ramp.end_ms - OFTEN_SINCE_MS, hole[0], OFTEN_MS))
    post(home, ramp.readings(hole[1], ramp.end_ms, OFTEN_MS))
    page = open_window(home, dashboard, "6h")

    def drawn_between(start_ms: float, end_ms: float) -> list[Pair]:
        return [pair for pair in dashboard.drawn("kitchen") if start_ms <= pair[0] < end_ms]

    eventually(lambda: len(drawn_between(hole[1], ramp.end_ms)) >= 59, 30)
    assert drawn_between(hole[0] + MINUTE_MS, hole[1] - MINUTE_MS) == []
    backlog = ramp.readings(*hole, OFTEN_MS)
    half_ms = (hole[0] + hole[1]) / 2
    post(home, [one for one in backlog if one["time"] < half_ms])
    eventually(lambda: len(drawn_between(hole[0], half_ms)) >= 29, 60)
    post(home, [one for one in backlog if one["time"] >= half_ms])
    eventually(lambda: len(drawn_between(*hole)) >= 59, 60)
    # Each average is of all readings of its minute, once the server's have settled.
    eventually(
        lambda: all(abs(value - ramp.value(ms)) < TOLERANCE / 1_000 for ms, value in drawn_between(*hole)), 60
    )
    expect(page.get_by_text("Arrived late")).to_be_visible()
    (late,) = page.evaluate("window.senseLive.late('kitchen')")
    assert [late["fromMs"], late["toMs"]] == [backlog[0]["time"], backlog[-1]["time"]]
