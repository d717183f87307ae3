"""MongoDB, Redis and two server processes: the board speaks to the first, the browser to the second."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser import Dashboard
from tests.home import Home, prepare
from tests.processes import eventually
from tests.reconcile import reconcile, stored_in_mongodb, taken
from tests.servers import Mongod, RedisServer, Server

pytest_plugins = ["tests.browser_fixtures"]


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        yield server


@pytest.fixture
def first(mongod: Mongod, own_redis: RedisServer, tmp_path: Path) -> Iterator[Home]:
    """Where the board connects."""
    server = Server(tmp_path, database_url=mongod.database_url(tmp_path.name), redis_url=own_redis.url)
    home = prepare(server)
    with server:
        yield home


@pytest.fixture
def second(first: Home, mongod: Mongod, own_redis: RedisServer, tmp_path: Path) -> Iterator[Home]:
    """Where the browser connects."""
    url = mongod.database_url(tmp_path.name)
    with Server(tmp_path, database_url=url, redis_url=own_redis.url, name="second") as server:
        yield Home(server, token=first.token, sign_in_path=first.sign_in_path)


def gaps_of(page: Page) -> list[dict[str, float]]:
    """Grows as the server tells this page that frames were lost."""
    gaps: list[dict[str, float]] = []

    def on_frame(frame: str | bytes) -> None:
        message = json.loads(frame)
        if message["type"] == "gap":
            gaps.append(message)

    def on_websocket(socket: WebSocket) -> None:
        socket.on("framereceived", on_frame)

    page.on("websocket", on_websocket)
    return gaps


def test_what_a_board_sends_to_one_server_shows_on_the_page_of_another(
    first: Home, second: Home, dashboard: Dashboard
) -> None:
    dashboard.page.goto(second.link)
    expect(dashboard.card("kitchen")).to_contain_text("Never connected")
    with first.publisher():
        expect(dashboard.card("kitchen")).to_contain_text("Online")
        dashboard.waits_for("kitchen", 20)
        expect(dashboard.tile("kitchen", "pressure")).not_to_have_text("–")
    expect(dashboard.card("kitchen")).to_contain_text("Offline, last seen")
    dashboard.holds_all_that_is_stored("kitchen")
    dashboard.draws_all_that_is_stored("kitchen")


def test_while_redis_is_away_readings_are_stored_and_once_it_is_back_the_page_has_them_all(
    first: Home, second: Home, dashboard: Dashboard, own_redis: RedisServer, mongod: Mongod, tmp_path: Path
) -> None:
    stored = stored_in_mongodb(mongod, tmp_path.name)
    gaps = gaps_of(dashboard.page)
    dashboard.page.goto(second.link)
    with first.publisher("--simulator-sequence") as publisher:
        dashboard.waits_for("kitchen", 20)
        own_redis.kill()
        before = len(stored())
        expect(dashboard.state).to_have_text("Interrupted")
        expect(dashboard.page.get_by_role("status").filter(has_text="still being stored")).to_be_visible()
        expect(dashboard.card("kitchen")).to_contain_text("Was online")
        eventually(lambda: len(stored()) >= before + 20, timeout_s=20)
        own_redis.start()
        # Only while the page is asked something do its events come in.
        eventually(lambda: dashboard.series("kitchen") and gaps, timeout_s=20)
        dashboard.waits_for("kitchen", len(stored()) + 20)
        eventually(lambda: not reconcile(publisher.record, stored()).missing)
    expect(dashboard.state).to_have_text("Live")
    dashboard.holds_all_that_is_stored("kitchen")
    numbers = {value for _, value in dashboard.series("kitchen", "sequence")}
    assert numbers <= taken(publisher.record)[0]
    assert reconcile(publisher.record, stored()).double == []
