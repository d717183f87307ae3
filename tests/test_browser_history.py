"""The page is full at once, live readings go on where its history ends, and a pause holds only the picture."""

from __future__ import annotations

import math

from playwright.sync_api import expect

from tests.browser import Dashboard, now_ms, readings
from tests.home import Home
from tests.processes import eventually

pytest_plugins = ["tests.browser_fixtures"]

# Within the page's window of five minutes, with room for what the test itself takes.
HISTORY_S = 200


def wave(number: int) -> float:
    return round(21 + 2 * math.sin(number / 20), 2)


def test_a_page_is_full_at_once_and_live_readings_go_on_where_its_history_ends(
    home: Home, dashboard: Dashboard
) -> None:
    home.post(readings(HISTORY_S, wave))
    dashboard.page.goto(home.link)
    dashboard.draws_all_that_is_stored("kitchen")
    assert [value for _, value in dashboard.series("kitchen")] == [
        wave(number) for number in range(HISTORY_S)
    ]
    with home.publisher("--interval", "0.25"):
        dashboard.waits_for("kitchen", HISTORY_S + 20)
    dashboard.holds_all_that_is_stored("kitchen")
    dashboard.draws_all_that_is_stored("kitchen")


def test_a_page_opened_in_the_middle_of_a_stream_has_no_hole_and_no_double(
    home: Home, dashboard: Dashboard
) -> None:
    home.post(readings(HISTORY_S, wave, end_ms=now_ms() - 5_000))
    with home.publisher("--interval", "0.01") as publisher:
        eventually(lambda: publisher.record.exists() and len(publisher.record.read_text().splitlines()) > 100)
        dashboard.page.goto(home.link)
        for _ in range(3):
            dashboard.waits_for("kitchen", len(dashboard.stored("kitchen")))
            dashboard.page.reload()
        dashboard.waits_for("kitchen", len(dashboard.stored("kitchen")) + 100)
    dashboard.holds_all_that_is_stored("kitchen")


def test_late_readings_take_their_place_in_the_line(home: Home, dashboard: Dashboard) -> None:
    batch = readings(60, wave)
    home.post(batch[:20] + batch[40:])
    dashboard.page.goto(home.link)
    dashboard.waits_for("kitchen", 40)
    home.post(batch[20:40][::-1])
    dashboard.waits_for("kitchen", 60)
    dashboard.holds_all_that_is_stored("kitchen")
    dashboard.draws_all_that_is_stored("kitchen")


def test_a_pause_holds_the_picture_counts_what_comes_and_shows_it_on_resume(
    home: Home, dashboard: Dashboard
) -> None:
    home.post(readings(60, wave))
    dashboard.page.goto(home.link)
    pause = dashboard.page.get_by_test_id("pause")
    dashboard.draws_all_that_is_stored("kitchen")
    pause.click()
    expect(dashboard.state).to_have_text("Paused")
    drawn, tile = dashboard.drawn("kitchen"), dashboard.tile("kitchen").inner_text()
    for degrees in range(25):
        home.post([{"time": now_ms(), "temperature": degrees}])
    expect(pause).to_have_text("Live · 25 new readings")
    assert len(dashboard.series("kitchen")) == 85
    assert dashboard.drawn("kitchen") == drawn
    assert dashboard.tile("kitchen").inner_text() == tile
    pause.click()
    expect(dashboard.state).to_have_text("Live")
    expect(pause).to_have_text("Pause")
    expect(dashboard.tile("kitchen")).to_have_text("24.0")
    dashboard.holds_all_that_is_stored("kitchen")
    dashboard.draws_all_that_is_stored("kitchen")
