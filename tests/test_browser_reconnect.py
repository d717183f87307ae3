"""A page that lost its server, or its network, says so, comes back by itself and fills in what it missed."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import Dashboard, readings
from tests.home import Home
from tests.processes import eventually
from tests.reconcile import taken
from tests.servers import Publisher

pytest_plugins = ["tests.browser_fixtures"]

SOME = 15
RECONNECTED_MS = 30_000


def takes_more(publisher: Publisher) -> int:
    """Until the board took some readings more, wherever they are now; the number of all."""
    before = count(publisher)
    eventually(lambda: count(publisher) >= before + SOME, timeout_s=30)
    return count(publisher)


def count(publisher: Publisher) -> int:
    return len(taken(publisher.record)[0]) if publisher.record.exists() else 0


def test_after_kill_9_of_the_server_the_page_comes_back_and_fills_in_what_it_missed(
    home: Home, dashboard: Dashboard
) -> None:
    dashboard.will_complain_of(
        r"WebSocket connection to 'ws://[^']+/ws/live/' failed",
        # After a failed handshake the page asks whether it is still signed in.
        r"/api/session/: net::ERR_CONNECTION_REFUSED",
        r"net::ERR_CONNECTION_REFUSED \(http://[^)]+/api/session/\)",
        r"the server cannot be asked for the session now",
    )
    dashboard.page.goto(home.link)
    with home.publisher("--simulator-sequence") as publisher:
        dashboard.waits_for("kitchen", SOME)
        home.server.kill()
        expect(dashboard.state).to_have_text(re.compile(r"Reconnecting in \d+ s|Connecting…"))
        spooled = takes_more(publisher)
        assert len(dashboard.series("kitchen")) < spooled
        home.server.start()
        expect(dashboard.state).to_have_text("Live", timeout=RECONNECTED_MS)
        dashboard.waits_for("kitchen", spooled + SOME)
    dashboard.holds_all_that_is_stored("kitchen")
    dashboard.holds_all_that_is_stored("kitchen", "sequence")
    numbers = [value for _, value in dashboard.series("kitchen", "sequence")]
    assert numbers == [numbers[0] + step for step in range(len(numbers))]


def test_a_page_whose_network_was_away_fills_in_what_went_on_without_it(
    home: Home, dashboard: Dashboard
) -> None:
    home.post(readings(60, lambda number: 20 + number / 100))
    dashboard.page.goto(home.link)
    with home.publisher("--simulator-sequence") as publisher:
        dashboard.waits_for("kitchen", 60 + SOME)
        dashboard.page.context.set_offline(True)
        expect(dashboard.state).to_have_text("Offline")
        held = len(dashboard.series("kitchen"))
        takes_more(publisher)
        eventually(lambda: len(dashboard.stored("kitchen")) >= held + SOME)
        assert len(dashboard.series("kitchen")) == held
        dashboard.page.context.set_offline(False)
        expect(dashboard.state).to_have_text("Live", timeout=RECONNECTED_MS)
        takes_more(publisher)
    dashboard.holds_all_that_is_stored("kitchen")
    dashboard.draws_all_that_is_stored("kitchen")


def test_a_page_whose_first_question_was_lost_says_so_and_asks_again(
    home: Home, dashboard: Dashboard
) -> None:
    dashboard.will_complain_of(
        r"/api/session/.*net::ERR_CONNECTION_REFUSED", r"net::ERR_CONNECTION_REFUSED.*/api/session/"
    )
    home.post(readings(30, lambda number: 20 + number / 100))
    dashboard.page.goto(home.link)
    expect(dashboard.state).to_have_text("Live")
    dashboard.page.route("**/api/session/", lambda route: route.abort("connectionrefused"), times=1)
    dashboard.page.reload()
    expect(dashboard.page.get_by_role("heading", name="The server does not answer")).to_be_visible()
    expect(dashboard.state).to_have_text("Live")
    dashboard.waits_for("kitchen", 30)
    dashboard.holds_all_that_is_stored("kitchen")
