"""Notes on the charts: what one browser writes, another shows by itself; read by hand and by keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.browser import Dashboard, now_ms, readings
from tests.home import Home
from tests.test_browser_screens import overflow, violations

pytest_plugins = ["tests.browser_fixtures"]

MINUTE_MS = 60_000
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def page(home: Home, dashboard: Dashboard) -> Page:
    """A browser with a line on its chart."""
    home.post(readings(240, lambda number: 20 + number / 100))
    dashboard.page.goto(home.link)
    dashboard.draws_all_that_is_stored("kitchen")
    return dashboard.page


@pytest.fixture
def other(home: Home, page: Page, browser: Browser) -> Iterator[Dashboard]:
    """The same person at another browser, with all it asks the server for about notes from when it is ready."""
    context = browser.new_context(storage_state=page.context.storage_state())
    dashboard = Dashboard(context.new_page())
    with dashboard.page.expect_response(re.compile("/api/annotations/")):
        dashboard.page.goto(home.server.url)
    expect(dashboard.page.get_by_test_id("notes-count")).to_have_text("No notes in this window")
    yield dashboard
    assert dashboard.unexpected_complaints() == []
    context.close()


def asked_by(page: Page) -> list[str]:
    """Grows with each call about notes."""
    asked: list[str] = []
    page.on(
        "request",
        lambda request: asked.append(request.url) if "/api/annotations/" in request.url else None,
    )
    return asked


def markers(page: Page) -> Locator:
    return page.get_by_role("list", name="Notes on Temperature").get_by_role("button")


def count(page: Page) -> Locator:
    return page.get_by_test_id("notes-count")


def write(page: Page, text: str) -> None:
    """In the open dialog."""
    page.get_by_role("textbox", name="What happened?").fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def call(home: Home, page: Page, method: str, path: str, data: object = None) -> None:
    """As a program would."""
    token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
    headers = {"X-CSRFToken": token, "Origin": home.server.url}
    url = f"{home.server.url}/api/{path}"
    answer = page.request.fetch(url, method=method, data=data, headers=headers)
    assert answer.ok, answer.text()


def add(home: Home, page: Page, text: str, ago_ms: int, device: str | None = "kitchen") -> None:
    note = {"device": device, "start": now_ms() - ago_ms, "text": text}
    call(home, page, "POST", "annotations/", note)


def test_what_one_browser_writes_changes_and_deletes_shows_in_the_other_without_a_request(
    page: Page, other: Dashboard
) -> None:
    asked = asked_by(other.page)
    # On the chart, in its middle: the window shows five minutes.
    page.get_by_role("group", name="Temperature over time").dblclick()
    write(page, "Window <b>open</b>")
    expect(markers(page)).to_have_count(1)
    expect(markers(other.page)).to_have_count(1)
    expect(markers(other.page)).to_have_attribute("aria-label", re.compile("Window <b>open</b>$"))
    place = markers(other.page).bounding_box()
    plot = other.page.get_by_role("group", name="Temperature over time").bounding_box()
    assert place
    assert plot
    assert 0.3 < (place["x"] - plot["x"]) / plot["width"] < 0.7

    markers(page).click()
    dialog = page.get_by_role("dialog", name="Note")
    dialog.get_by_role("button", name="Edit: ").click()
    page.get_by_role("textbox", name="What happened?").fill("Window shut")
    page.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("Window shut")
    count(other.page).click()
    expect(other.page.get_by_test_id("notes").get_by_role("listitem")).to_contain_text("Window shut")

    dialog.get_by_role("button", name="Delete: Window shut").click()
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(count(other.page)).to_have_text("No notes in this window")
    expect(markers(other.page)).to_have_count(0)
    assert asked == []


def test_the_page_that_writes_is_not_told_its_own_news(page: Page, other: Dashboard) -> None:
    page.get_by_test_id("add-note").click()
    write(page, "Plants watered")
    news = "maker noted: Plants watered"
    expect(other.page.get_by_role("status").filter(has_text=news)).to_have_count(1)
    expect(count(page)).to_have_text("1 note in this window")
    expect(page.get_by_role("status").filter(has_text=news)).to_have_count(0)


def test_what_was_written_while_the_line_was_lost_shows_once_it_is_back(
    home: Home, page: Page, other: Dashboard
) -> None:
    add(home, page, "Before", 2 * MINUTE_MS)
    expect(count(other.page)).to_have_text("1 note in this window")
    other.page.context.set_offline(True)
    expect(other.state).to_have_text("Offline")
    add(home, page, "Meanwhile", MINUTE_MS)
    expect(count(other.page)).to_have_text("1 note in this window")
    other.page.context.set_offline(False)
    expect(count(other.page)).to_have_text("2 notes in this window")


def test_notes_go_with_their_device_and_those_about_all_stay(
    home: Home, page: Page, other: Dashboard
) -> None:
    call(home, page, "POST", "devices/", {"id": "attic", "name": "Attic"})
    add(home, page, "About the kitchen", 2 * MINUTE_MS)
    add(home, page, "About all", MINUTE_MS, device=None)
    expect(count(other.page)).to_have_text("2 notes in this window")
    call(home, page, "DELETE", "devices/kitchen/")
    expect(count(other.page)).to_have_text("1 note in this window")


def test_notes_are_reached_and_read_with_keys_alone(home: Home, page: Page) -> None:
    add(home, page, "First", 3 * MINUTE_MS)
    add(home, page, "Second", MINUTE_MS)
    expect(markers(page)).to_have_count(2)
    page.get_by_role("group", name="Temperature over time").focus()
    page.keyboard.press("Tab")
    expect(markers(page).first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(markers(page).last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Note")).to_contain_text("Second")
    page.keyboard.press("Escape")
    page.get_by_role("group", name="Temperature over time").focus()
    page.keyboard.press("n")
    expect(page.get_by_role("dialog", name="Add a note")).to_be_visible()
    expect(page.get_by_role("textbox", name="What happened?")).to_be_focused()


@pytest.mark.parametrize(("viewport", "theme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_many_notes_are_gathered_and_everything_about_them_is_accessible(
    home: Home, page: Page, viewport: ViewportSize, theme: str
) -> None:
    page.set_viewport_size(viewport)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
    for number in range(40):
        add(home, page, f"Note {number}", number * 6_000 + 10_000)
    expect(count(page)).to_have_text("40 notes in this window")
    boxes = [one.bounding_box() for one in markers(page).all()]
    lefts = [box["x"] for box in boxes if box]
    assert 3 < len(lefts) < 40
    assert all(later - earlier >= 23 for earlier, later in pairwise(lefts))
    count(page).click()
    assert violations(page) == []
    assert overflow(page) == 0
    markers(page).nth(1).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Edit: ")).first.click()
    expect(page.get_by_role("dialog", name="Change the note")).to_be_visible()
    assert violations(page) == []
    assert overflow(page) == 0
