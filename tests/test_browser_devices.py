"""A device from the page: added, connected with the token shown once, renamed, disabled, given a new token, deleted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.browser import Dashboard, readings
from tests.home import Home
from tests.processes import eventually

pytest_plugins = ["tests.browser_fixtures"]


def add_device(page: Page, name: str, *, id_: str = "") -> str:
    """Its token, as the page shows it."""
    page.get_by_test_id("add-device").click()
    page.get_by_role("textbox", name="Name").fill(name)
    if id_:
        page.get_by_role("textbox", name="Id").fill(id_)
    page.get_by_role("button", name="Add device").click()
    token = page.get_by_test_id("device-token").text_content()
    assert token
    return token


@contextmanager
def settings_of(page: Page, name: str) -> Iterator[Locator]:
    """The device's dialog."""
    page.get_by_role("button", name=f"Settings of {name}").click()
    dialog = page.get_by_role("dialog")
    yield dialog
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def number_in(text: str | None) -> float:
    return float(text or "nan")


def test_an_added_device_comes_alive_with_the_token_shown_without_a_reload(
    home: Home, dashboard: Dashboard
) -> None:
    page = dashboard.page
    page.goto(home.link)
    token = add_device(page, "Green house")
    expect(dashboard.card("green-house")).to_contain_text("Never connected")
    expect(page.get_by_test_id("first-reading")).to_have_text("Waiting for the first reading…")
    with home.publisher(token=token):
        expect(page.get_by_test_id("first-reading")).to_have_text(re.compile(r"It’s alive: \d+\.\d °C"))
        page.get_by_role("button", name="Done").click()
        expect(dashboard.card("green-house")).to_contain_text("Online")
        expect(dashboard.card("kitchen")).to_contain_text("Never connected")
        first = dashboard.tile("green-house", "pressure").text_content()
        eventually(
            lambda: number_in(dashboard.tile("green-house", "pressure").text_content()) != number_in(first)
        )
        dashboard.waits_for("green-house", 10)
    expect(dashboard.card("green-house")).to_contain_text("Offline, last seen")
    dashboard.holds_all_that_is_stored("green-house")
    dashboard.draws_all_that_is_stored("green-house")


def test_a_token_is_shown_once(home: Home, dashboard: Dashboard) -> None:
    page = dashboard.page
    page.goto(home.link)
    token = add_device(page, "Attic")
    assert token in page.content()
    page.get_by_role("button", name="Done").click()
    with settings_of(page, "Attic") as dialog:
        expect(dialog).to_contain_text("attic")
        assert token not in page.content()
    page.reload()
    expect(dashboard.card("attic")).to_be_visible()
    assert token not in page.content()
    assert token not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")


def test_an_id_that_is_taken_is_told_at_its_field(home: Home, dashboard: Dashboard) -> None:
    dashboard.will_complain_of(r"status of 400 \(Bad Request\) \(http://[^)]+/api/devices/\)")
    page = dashboard.page
    page.goto(home.link)
    page.get_by_test_id("add-device").click()
    page.get_by_role("textbox", name="Name").fill("Another kitchen")
    page.get_by_role("textbox", name="Id").fill("kitchen")
    page.get_by_role("button", name="Add device").click()
    field = page.get_by_role("textbox", name="Id")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text(re.compile("already|taken"))


def test_a_new_name_shows_on_every_open_page(home: Home, dashboard: Dashboard) -> None:
    page = dashboard.page
    page.goto(home.link)
    expect(dashboard.card("kitchen")).to_be_visible()
    other = page.context.new_page()
    other.goto(home.server.url)
    expect(other.get_by_test_id("device-card-kitchen")).to_contain_text("kitchen")
    with settings_of(page, "kitchen") as dialog:
        dialog.get_by_role("textbox", name="Name").fill("The <b>Kitchen</b>")
        dialog.get_by_role("button", name="Rename").click()
        expect(dialog.get_by_role("heading", name="The <b>Kitchen</b>")).to_be_visible()
    expect(dashboard.card("kitchen").get_by_role("heading")).to_have_text("The <b>Kitchen</b>")
    expect(other.get_by_test_id("device-card-kitchen").get_by_role("heading")).to_have_text(
        "The <b>Kitchen</b>"
    )


def test_a_disabled_device_is_refused_and_goes_on_once_enabled(home: Home, dashboard: Dashboard) -> None:
    page = dashboard.page
    page.goto(home.link)
    with home.publisher() as publisher:
        expect(dashboard.card("kitchen")).to_contain_text("Online")
        with settings_of(page, "kitchen") as dialog:
            dialog.get_by_role("button", name="Disable").click()
            expect(dialog.get_by_role("heading", name="Disabled")).to_be_visible()
        expect(dashboard.card("kitchen")).to_contain_text("Disabled")
        eventually(lambda: "disabled" in publisher.output())
        stored = len(dashboard.stored("kitchen"))
        spooled = len(publisher.record.read_text().splitlines()) + 10
        eventually(lambda: len(publisher.record.read_text().splitlines()) > spooled)
        assert len(dashboard.stored("kitchen")) == stored
        with settings_of(page, "kitchen") as dialog:
            dialog.get_by_role("button", name="Enable").click()
            expect(dialog.get_by_role("heading", name="Enabled")).to_be_visible()
        expect(dashboard.card("kitchen")).to_contain_text("Online")
        dashboard.waits_for("kitchen", spooled)
    dashboard.holds_all_that_is_stored("kitchen")


def test_a_new_token_ends_the_old_one_at_once(home: Home, dashboard: Dashboard) -> None:
    page = dashboard.page
    page.goto(home.link)
    with home.publisher() as publisher:
        dashboard.waits_for("kitchen", 5)
        page.get_by_role("button", name="Settings of kitchen").click()
        page.get_by_role("button", name="New token…").click()
        page.get_by_role("button", name="Replace the token").click()
        token = page.get_by_test_id("device-token").text_content()
        assert token
        assert token != home.token
        eventually(lambda: "does not know this token" in publisher.output())
        page.get_by_role("button", name="Close").click()
        expect(dashboard.card("kitchen")).to_contain_text("Offline, last seen")
    held = len(dashboard.series("kitchen"))
    # The same spool: what the old token could not send is not lost.
    with home.publisher(token=token):
        expect(dashboard.card("kitchen")).to_contain_text("Online")
        dashboard.waits_for("kitchen", held + 10)
    dashboard.holds_all_that_is_stored("kitchen")


def test_a_device_is_deleted_only_after_its_id_was_typed(home: Home, dashboard: Dashboard) -> None:
    page = dashboard.page
    home.post(readings(30, lambda number: 20 + number / 100))
    page.goto(home.link)
    dashboard.waits_for("kitchen", 30)
    page.get_by_role("button", name="Settings of kitchen").click()
    page.get_by_role("button", name="Delete…").click()
    confirm = page.get_by_role("button", name="Delete for good")
    page.get_by_label("Type kitchen to confirm").fill("kitche")
    expect(confirm).to_be_disabled()
    page.get_by_label("Type kitchen to confirm").fill("kitchen")
    confirm.click()
    expect(dashboard.card("kitchen")).to_have_count(0)
    expect(page.get_by_role("heading", name="Nothing is measuring yet")).to_be_visible()
    assert page.request.get(f"{home.server.url}/api/devices/kitchen/").status == 404
    assert dashboard.series("kitchen") == []
