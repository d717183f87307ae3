"""Every screen: nothing that axe-core finds, nothing the browser complains of, nothing wider than a small phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser import Dashboard, readings
from tests.home import PASSWORD, USERNAME, Home
from tests.processes import ROOT, eventually

pytest_plugins = ["tests.browser_fixtures"]

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
SMALLEST: ViewportSize = {"width": 360, "height": 640}


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds against the page, with the first place of each."""
    # Evaluated, not added as a script: the page's policy would rightly refuse that.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(  # type: ignore[no-any-return]
        """async () => {
            // Half way from one theme to the other no colour is what it will be.
            const changing = document.getAnimations().filter((one) => one instanceof CSSTransition)
            await Promise.allSettled(changing.map((one) => one.finished))
            return (await axe.run()).violations.map(
                ({ id, nodes }) => ({ id, html: nodes[0].html, why: nodes[0].failureSummary }))
        }"""
    )


def overflow(page: Page) -> int:
    """By how many pixels the page can be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")  # type: ignore[no-any-return]


@pytest.fixture
def live(home: Home, dashboard: Dashboard) -> Page:
    """The live page with a full chart and a metric that nobody has described."""
    batch = readings(120, lambda number: 20 + number / 100)
    home.post(
        [{**one, "humidity": 45.5, "pressure": 1010 + one["temperature"] / 10, "co2": 612} for one in batch]
    )
    dashboard.page.goto(home.link)
    dashboard.draws_all_that_is_stored("kitchen")
    return dashboard.page


@pytest.mark.parametrize(
    ("viewport", "theme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk-light", "phone-dark"]
)
def test_the_live_page_and_its_dialogs_are_accessible(
    live: Page, dashboard: Dashboard, viewport: ViewportSize, theme: Any
) -> None:
    live.set_viewport_size(viewport)
    live.emulate_media(color_scheme=theme)
    expect(live.locator("html")).to_have_attribute("data-theme", theme)
    assert violations(live) == []
    for open_dialog in (open_settings, open_table, open_description, open_new_device, add_it):
        open_dialog(live)
        assert violations(live) == [], open_dialog.__name__
        live.get_by_role("dialog").get_by_role("button", name="Close").click()
    live.get_by_label(f"Menu of {USERNAME}").click()
    assert violations(live) == []


def test_the_keyboard_is_where_it_was_when_a_dialog_closes(live: Page) -> None:
    openers = [
        live.get_by_role("button", name="Settings of kitchen"),
        live.get_by_test_id("add-device"),
        live.get_by_test_id("share"),
        live.get_by_test_id("add-note"),
        live.get_by_role("button", name="Choose a time"),
        live.get_by_role("button", name="Temperature as table"),
    ]
    for opener in openers:
        opener.press("Enter")
        expect(live.get_by_role("dialog")).to_be_visible()
        live.keyboard.press("Escape")
        expect(live.get_by_role("dialog")).to_have_count(0)
        expect(opener).to_be_focused()
    menu = live.get_by_label(f"Menu of {USERNAME}")
    menu.press("Enter")
    live.get_by_role("button", name="How long readings are kept").press("Enter")
    expect(live.get_by_role("dialog")).to_be_visible()
    live.keyboard.press("Escape")
    expect(menu).to_be_focused()


def test_a_sheet_closes_when_the_keyboard_leaves_it(live: Page) -> None:
    menu = live.get_by_label(f"Menu of {USERNAME}")
    menu.press("Enter")
    expect(live.get_by_role("button", name="Sign out")).to_be_visible()
    live.get_by_role("button", name="Sign out").focus()
    live.keyboard.press("Tab")
    expect(live.get_by_role("button", name="Sign out")).to_be_hidden()


def open_settings(page: Page) -> None:
    page.get_by_role("button", name="Settings of kitchen").click()
    page.get_by_role("button", name="Delete…").click()


def open_table(page: Page) -> None:
    page.get_by_role("button", name="Temperature as table").click()
    expect(page.get_by_role("row")).to_have_count(121)


def open_description(page: Page) -> None:
    more = page.get_by_text("More metrics")
    more.click()
    page.get_by_label("co2").check()
    more.click()
    page.get_by_role("button", name=re.compile("(Describe|Name this metric:) co2")).click()


def open_new_device(page: Page) -> None:
    page.get_by_test_id("add-device").click()
    page.get_by_role("textbox", name="Name").fill("Attic")


def add_it(page: Page) -> None:
    open_new_device(page)
    page.get_by_role("button", name="Add device").click()
    expect(page.get_by_test_id("device-token")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_sign_in_screen_and_the_first_page_are_accessible(
    home: Home, dashboard: Dashboard, theme: Any
) -> None:
    page = dashboard.page
    page.emulate_media(color_scheme=theme)
    page.goto(f"{home.server.url}/?sign-in=expired")
    expect(page.get_by_text("That sign-in link was used already")).to_be_visible()
    assert violations(page) == []
    home.server.manage("device", "delete", "kitchen", "--yes")
    page.get_by_label("Username").fill(USERNAME)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Nothing is measuring yet")).to_be_visible()
    assert violations(page) == []


def test_no_screen_is_wider_than_a_small_phone(live: Page, home: Home) -> None:
    live.set_viewport_size(SMALLEST)
    eventually(lambda: overflow(live) == 0)
    for open_dialog in (open_settings, open_table, open_description, open_new_device, add_it):
        open_dialog(live)
        assert overflow(live) == 0, open_dialog.__name__
        assert live.get_by_role("dialog").evaluate("(one) => one.scrollWidth - one.clientWidth") == 0
        live.get_by_role("dialog").get_by_role("button", name="Close").click()
    live.context.clear_cookies()
    live.goto(home.server.url)
    expect(live.get_by_test_id("sign-in-form")).to_be_visible()
    assert overflow(live) == 0


def test_the_api_documentation_and_the_administration_keep_to_the_policy(live: Page, home: Home) -> None:
    live.goto(f"{home.server.url}/api/docs/")
    expect(live.get_by_text("/api/devices/{id}/history/").first).to_be_visible()
    live.get_by_text("/api/devices/{id}/history/").first.click()
    expect(live.get_by_text("The readings of a span, as columns.").first).to_be_visible()
    live.goto(f"{home.server.url}/admin/")
    expect(live.get_by_role("heading", name="Site administration")).to_be_visible()
    live.get_by_role("link", name="Devices", exact=True).first.click()
    expect(live.get_by_role("link", name="kitchen").first).to_be_visible()


def test_the_watch_over_the_browser_sees_breaches_and_failures(home: Home, dashboard: Dashboard) -> None:
    page = dashboard.page
    page.goto(home.link)
    expect(dashboard.state).to_have_text("Live")
    assert dashboard.complaints == []
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("fetch('/api/nowhere/')")
    page.evaluate("setTimeout(() => { throw new Error('on purpose') })")
    provoked = ("Content Security Policy", "status of 404", "on purpose")
    # Only while the page is asked something do its complaints come in.
    eventually(lambda: page.title() and all(words in " ".join(dashboard.complaints) for words in provoked))
    dashboard.will_complain_of(*provoked)
