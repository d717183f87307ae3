"""What one person changes shows on the pages of all others who may see it, at once, and on nobody else's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import Dashboard, now_ms
from tests.home import PASSWORD, USERNAME, Home
from tests.processes import eventually
from tests.watched import Watched

pytest_plugins = ["tests.browser_fixtures"]

PEOPLE = f"""
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from liveapp.models import Device

Device.create(id="porch", name="Porch")
physics = Group.objects.create(name="physics")
for name, groups in [("ada", ["viewer", "physics"]), ("eve", ["viewer"])]:
    person = get_user_model().objects.create_user(name, password={PASSWORD!r})
    for group in groups:
        person.groups.add(Group.objects.get(name=group))
"""


@dataclass
class Seat:
    """Somebody's page, and all that goes over the line to it."""

    dashboard: Dashboard
    watched: Watched


@pytest.fixture
def sit(home: Home, browser: Browser) -> Iterator[Callable[[str], Seat]]:
    """Opens the live page as somebody, each in a browser of their own."""
    home.server.manage("shell", "--no-imports", "--command", PEOPLE)
    seats: list[Seat] = []

    def sit(username: str) -> Seat:
        page = browser.new_context().new_page()
        seat = Seat(Dashboard(page), Watched(page))
        seats.append(seat)
        page.goto(home.server.url)
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(seat.dashboard.state).to_have_text("Live")
        return seat

    yield sit
    for seat in seats:
        seat.dashboard.page.context.close()
    assert [seat.dashboard.unexpected_complaints() for seat in seats] == [[] for _ in seats]


def settle(home: Home, *seats: Seat) -> None:
    """Until a new reading is on these pages: what was on its way before has come, too."""
    time_ms = now_ms()
    home.post([{"time": time_ms, "temperature": 20.0}])
    eventually(lambda: all([time_ms, 20.0] in seat.dashboard.series("kitchen") for seat in seats))


def limit(seat: Seat, *groups: str) -> None:
    """Who may see the kitchen: the members of these groups, or everybody."""
    page = seat.dashboard.page
    page.get_by_role("button", name="Settings of kitchen").click()
    section = page.get_by_role("region", name="Who may see it")
    section.get_by_role("button", name="Change…").click()
    section.get_by_role("radio", name="Some groups" if groups else "Everybody").click()
    for group in groups:
        section.get_by_role("checkbox", name=group).check()
    section.get_by_role("button", name="Save").click()
    expect(section.get_by_role("status")).to_have_text(
        f"Only {', '.join(groups)}." if groups else "Everybody who may see devices."
    )
    page.get_by_role("button", name="Close").click()


def give_role(seat: Seat, home: Home, username: str, role: str | None) -> None:
    """As the settings do it."""
    context, url = seat.dashboard.page.context, f"{home.server.url}/api/people/"
    [person] = [one for one in context.request.get(url).json() if one["username"] == username]
    token = next(one["value"] for one in context.cookies() if one["name"] == "csrftoken")
    answer = context.request.patch(
        f"{url}{person['id']}/",
        headers={"X-CSRFToken": token, "Content-Type": "application/json"},
        data=json.dumps({"role": role}),
    )
    assert answer.ok, answer.text()


def rename(seat: Seat, name: str, new_name: str) -> None:
    page = seat.dashboard.page
    page.get_by_role("button", name=f"Settings of {name}").click()
    page.get_by_label("Name").fill(new_name)
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("dialog", name=new_name)).to_be_visible()
    page.get_by_role("button", name="Close").click()


def test_a_new_name_shows_on_another_page_without_a_request_and_is_not_told_twice(
    home: Home, sit: Callable[[str], Seat]
) -> None:
    maker, ada = sit(USERNAME), sit("ada")
    for seat in (maker, ada):
        expect(seat.dashboard.card("kitchen")).to_be_visible()
    settle(home, maker, ada)
    for seat in (maker, ada):
        seat.watched.forget()
    rename(maker, "kitchen", "Galley")
    expect(ada.dashboard.card("kitchen")).to_contain_text("Galley")
    expect(maker.dashboard.card("kitchen")).to_contain_text("Galley")
    settle(home, maker, ada)
    assert ada.watched.calls == []
    assert maker.watched.calls == [f"PATCH {home.server.url}/api/devices/kitchen/"]
    [told] = [one for one in ada.watched.messages("change") if one["data"].get("name") == "Galley"]
    [own] = [one for one in maker.watched.messages("change") if one["data"].get("name") == "Galley"]
    # Which page it came from is nobody else's business.
    assert own["origin"] is not None
    assert told["origin"] is None
    expect(maker.dashboard.page.get_by_test_id("unread")).to_have_count(0)


def test_who_may_not_see_a_device_is_sent_neither_its_id_nor_its_name(
    home: Home, sit: Callable[[str], Seat]
) -> None:
    maker, ada = sit(USERNAME), sit("ada")
    limit(maker, "physics")
    eve = sit("eve")
    rename(maker, "kitchen", "Galley")
    expect(ada.dashboard.card("kitchen")).to_contain_text("Galley")
    settle(home, maker, ada)
    # A change that everybody is told: behind it nothing of before can still be on its way.
    rename(maker, "Porch", "Veranda")
    expect(eve.dashboard.card("porch")).to_contain_text("Veranda")
    assert [frame for frame in eve.watched.frames if "kitchen" in frame or "Galley" in frame] == []
    assert eve.dashboard.page.request.get(f"{home.server.url}/api/devices/kitchen/").status == 404
    eve.dashboard.will_complain_of(r"status of 404")


def test_a_right_that_is_taken_away_ends_the_flow_and_one_that_is_given_begins_it(
    home: Home, sit: Callable[[str], Seat]
) -> None:
    maker, eve = sit(USERNAME), sit("eve")
    settle(home, maker, eve)
    limit(maker, "physics")
    expect(eve.dashboard.card("kitchen")).to_have_count(0)
    eve.watched.forget()
    settle(home, maker)
    settle(home, maker)
    assert [frame for frame in eve.watched.frames if "kitchen" in frame] == []
    assert eve.watched.calls == []
    assert eve.dashboard.series("kitchen") == []
    limit(maker)
    expect(eve.dashboard.card("kitchen")).to_be_visible()
    settle(home, maker, eve)
    eve.dashboard.holds_all_that_is_stored("kitchen")
    # The history of its window, and what was noted of it.
    assert len(eve.watched.calls) <= 2


def test_who_loses_the_right_to_see_anything_is_told_so_at_once_and_comes_back_with_it(
    home: Home, sit: Callable[[str], Seat]
) -> None:
    maker, eve = sit(USERNAME), sit("eve")
    settle(home, maker, eve)
    give_role(maker, home, "eve", None)
    expect(eve.dashboard.page.get_by_test_id("nothing-to-see")).to_contain_text("Ask an administrator")
    assert eve.dashboard.page.evaluate("window.senseLive.devices()") == []
    eve.watched.forget()
    settle(home, maker)
    assert eve.watched.frames == []
    give_role(maker, home, "eve", "viewer")
    expect(eve.dashboard.card("kitchen")).to_be_visible()
    eve.dashboard.holds_all_that_is_stored("kitchen")
