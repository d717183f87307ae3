"""A link shows some devices to whoever has it, without an account and without a cookie, for as long as it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser import Dashboard, now_ms, readings
from tests.home import Home
from tests.processes import eventually
from tests.watched import Watched

pytest_plugins = ["tests.browser_fixtures"]


@dataclass
class Stranger:
    """A browser that was never here."""

    context: BrowserContext
    dashboard: Dashboard
    watched: Watched


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Stranger]:
    context = browser.new_context()
    page = context.new_page()
    stranger = Stranger(context, Dashboard(page), Watched(page))
    yield stranger
    assert context.cookies() == []
    context.close()
    assert stranger.dashboard.unexpected_complaints() == []


def share(dashboard: Dashboard, *, shows: str, name: str) -> str:
    """Make a link in the dialog; the address it gives."""
    page = dashboard.page
    page.get_by_test_id("share").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Shows").select_option(shows)
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_test_id("share-link").inner_text()
    page.get_by_role("button", name="Done").click()
    return link


def moment(time_ms: int) -> str:
    text = datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def end_the_link(dashboard: Dashboard) -> None:
    page = dashboard.page
    page.get_by_label("Menu of").click()
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Sharing").click()
    page.get_by_role("button", name="End Open day").click()
    page.get_by_role("button", name="End the link").click()


def test_a_link_shows_what_is_live_to_a_stranger_until_it_is_ended(
    home: Home, dashboard: Dashboard, stranger: Stranger
) -> None:
    home.post(readings(60, lambda number: 20 + number / 100))
    dashboard.page.goto(home.link)
    expect(dashboard.card("kitchen")).to_be_visible()
    link = share(dashboard, shows="last-day", name="Open day")

    stranger.dashboard.page.goto(link)
    expect(stranger.dashboard.state).to_have_text("Live")
    expect(stranger.dashboard.page.get_by_role("heading", name="Open day")).to_be_visible()
    stranger.dashboard.waits_for("kitchen", 60)
    home.post([{"time": now_ms(), "temperature": 27.5}])
    expect(stranger.dashboard.tile("kitchen")).to_have_text("27.5")
    secret = link.partition("#")[2]
    assert secret in stranger.dashboard.page.url
    assert all("/api/shared/" in call and secret not in call for call in stranger.watched.calls)
    assert [socket for socket in stranger.watched.sockets if secret in socket.url] == []
    for forbidden in ("/api/devices/", "/api/annotations/", "/api/shares/"):
        assert stranger.context.request.get(home.server.url + forbidden).status in (401, 403)

    stranger.dashboard.will_complain_of(r"status of 40[14] \([A-Za-z ]+\) \(http://[^)]+/api/shared/\)")
    end_the_link(dashboard)
    expect(stranger.dashboard.page.get_by_test_id("link-over")).to_be_visible()
    stranger.dashboard.page.reload()
    expect(stranger.dashboard.page.get_by_test_id("link-over")).to_be_visible()


def test_a_link_to_a_span_shows_that_and_nothing_before_or_after(
    home: Home, dashboard: Dashboard, stranger: Stranger
) -> None:
    end_ms = now_ms() - 60_000
    home.post(readings(300, lambda number: 20 + number / 100, end_ms=now_ms()))
    dashboard.page.goto(home.link)
    expect(dashboard.card("kitchen")).to_be_visible()
    dashboard.page.goto(f"{home.server.url}/?from={moment(end_ms - 120_000)}&to={moment(end_ms)}")
    expect(dashboard.page.get_by_test_id("window-words")).to_contain_text("2 minutes")
    link = share(dashboard, shows="window", name="")

    stranger.dashboard.page.goto(link)
    expect(stranger.dashboard.page.get_by_role("heading", name="kitchen")).to_be_visible()
    expect(stranger.dashboard.page.get_by_test_id("chart-temperature")).to_be_visible()
    eventually(lambda: len(stranger.dashboard.drawn("kitchen")) > 50, 20)
    stranger.dashboard.page.get_by_role("group", name="Temperature over time").press("-")
    shown = stranger.dashboard.page.evaluate("window.senseLive.window()")
    assert (shown["mode"], shown["fromMs"], shown["toMs"]) == ("fixed", end_ms - 120_000, end_ms)
    home.post([{"time": now_ms(), "temperature": 99.5}])
    dashboard.page.goto(home.server.url)
    expect(dashboard.tile("kitchen")).to_have_text("99.5")
    assert [frame for frame in stranger.watched.frames if "99.5" in frame] == []
    times = [pair[0] for pair in stranger.dashboard.drawn("kitchen")]
    assert min(times) >= end_ms - 120_000
    assert max(times) <= end_ms


def test_a_link_that_nobody_made_says_so_kindly(home: Home, stranger: Stranger) -> None:
    stranger.dashboard.will_complain_of(r"status of 40[14] \([A-Za-z ]+\) \(http://[^)]+/api/shared/\)")
    stranger.dashboard.page.goto(f"{home.server.url}/shared/#nobody.made-this")
    expect(stranger.dashboard.page.get_by_test_id("link-over")).to_be_visible()
    stranger.dashboard.page.goto(f"{home.server.url}/shared/")
    expect(stranger.dashboard.page.get_by_test_id("link-over")).to_be_visible()
