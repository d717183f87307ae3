"""The settings in a browser: a second factor, sessions elsewhere, and every screen as accessible as the live page."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import Dashboard
from tests.home import PASSWORD, USERNAME, Home
from tests.test_browser_screens import DESK, PHONE, SMALLEST, overflow, violations
from tests.test_browser_sign_in import sign_in

pytest_plugins = ["tests.browser_fixtures"]

REFUSED_SIGN_IN = r"status of 40[01] \([A-Za-z ]+\) \(http://[^)]+/api/session/\)"
STEP_S = 30
PARTS = ("account", "sharing")
NEW_PASSWORD = "the kettle sings at eight"


@pytest.fixture
def other(browser: Browser) -> Iterator[Dashboard]:
    """Another browser, which nobody has signed in with."""
    context = browser.new_context()
    dashboard = Dashboard(context.new_page())
    yield dashboard
    assert dashboard.unexpected_complaints() == []
    context.close()


def open_settings(page: Page, home: Home, section: str = "account") -> None:
    page.goto(home.link)
    page.get_by_label(f"Menu of {USERNAME}").click()
    page.get_by_role("link", name="Settings", exact=True).click()
    page.get_by_role("navigation", name="Settings").get_by_role(
        "link", name=re.compile(section, re.I)
    ).click()


def set_up_two_factor(page: Page) -> tuple[str, list[str]]:
    """The secret that an app would hold, and the recovery codes."""
    page.get_by_role("button", name="Set up…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    secret = dialog.get_by_test_id("two-factor-secret").inner_text().replace(" ", "")
    assert dialog.get_by_role("img").evaluate("(picture) => picture.naturalWidth") > 0
    dialog.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    dialog.get_by_role("button", name="Switch on").click()
    codes = dialog.get_by_test_id("recovery-codes").inner_text().split()
    dialog.get_by_role("button", name="I have kept them").click()
    return secret, codes


def enter_code(page: Page, code: str) -> None:
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Sign in").click()


def test_who_set_up_two_factor_signs_in_with_a_code_of_the_app(
    home: Home, dashboard: Dashboard, other: Dashboard
) -> None:
    open_settings(dashboard.page, home)
    secret, codes = set_up_two_factor(dashboard.page)
    expect(dashboard.page.get_by_text(f"{len(codes)} recovery codes are left.")).to_be_visible()
    other.will_complain_of(REFUSED_SIGN_IN)
    other.page.goto(home.server.url)
    sign_in(other.page, USERNAME, PASSWORD)
    enter_code(other.page, "not-a-code")
    expect(other.page.get_by_role("alert")).to_contain_text("The code is not right")
    # The code of now was spent when it was confirmed; the next one is good already.
    enter_code(other.page, pyotp.TOTP(secret).at(time.time() + STEP_S))
    expect(other.card("kitchen")).to_be_visible()


def test_a_recovery_code_opens_the_account_once(home: Home, dashboard: Dashboard, other: Dashboard) -> None:
    open_settings(dashboard.page, home)
    _, codes = set_up_two_factor(dashboard.page)
    other.will_complain_of(REFUSED_SIGN_IN)
    other.page.goto(home.server.url)
    sign_in(other.page, USERNAME, PASSWORD)
    enter_code(other.page, codes[0])
    expect(other.card("kitchen")).to_be_visible()
    other.page.context.clear_cookies()
    other.page.reload()
    sign_in(other.page, USERNAME, PASSWORD)
    enter_code(other.page, codes[0])
    expect(other.page.get_by_role("alert")).to_contain_text("The code is not right")
    dashboard.page.reload()
    expect(dashboard.page.get_by_text(f"{len(codes) - 1} recovery codes are left.")).to_be_visible()


@pytest.fixture
def two_signed_in(home: Home, dashboard: Dashboard, other: Dashboard) -> Page:
    """The account's settings in one browser, the live page in another."""
    open_settings(dashboard.page, home)
    other.page.goto(home.server.url)
    sign_in(other.page, USERNAME, PASSWORD)
    expect(other.state).to_have_text("Live")
    dashboard.page.reload()
    return dashboard.page


def test_a_session_ended_elsewhere_signs_its_page_out(two_signed_in: Page, other: Dashboard) -> None:
    two_signed_in.get_by_role("button", name=re.compile("^End: ")).click()
    expect(other.page.get_by_text("Your session has ended.")).to_be_visible()
    expect(two_signed_in.get_by_role("button", name=re.compile("^End: "))).to_have_count(0)
    expect(two_signed_in.get_by_text("This one")).to_be_visible()


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(
    two_signed_in: Page, dashboard: Dashboard, other: Dashboard
) -> None:
    form = two_signed_in.get_by_role("form", name="Password")
    form.get_by_label("Your password").fill(PASSWORD)
    form.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    form.get_by_label("New password again").fill(NEW_PASSWORD)
    form.get_by_role("button").click()
    expect(two_signed_in.get_by_text("Your password is changed.")).to_be_visible()
    expect(other.page.get_by_text("Your session has ended.")).to_be_visible()
    two_signed_in.get_by_role("link", name="Live page").click()
    expect(dashboard.state).to_have_text("Live")
    sign_in(other.page, USERNAME, NEW_PASSWORD)
    expect(other.state).to_have_text("Live")


@pytest.mark.parametrize(
    ("viewport", "theme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk-light", "phone-dark"]
)
def test_every_part_of_the_settings_is_accessible_and_fits_a_small_phone(
    home: Home, dashboard: Dashboard, viewport: Any, theme: Any
) -> None:
    page = dashboard.page
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size(viewport)
    page.goto(home.link)
    expect(dashboard.card("kitchen")).to_be_visible()
    for part in PARTS:
        page.set_viewport_size(viewport)
        page.goto(f"{home.server.url}/settings/{part}/")
        expect(page.get_by_role("heading", level=3).first).to_be_visible()
        expect(page.get_by_text("Asking…")).to_have_count(0)
        expect(page.get_by_role("alert")).to_have_count(0)
        assert violations(page) == [], part
        page.set_viewport_size(SMALLEST)
        assert overflow(page) == 0, part
