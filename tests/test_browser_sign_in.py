"""In by a link that works once or by name and password, out by hand or because the session was ended."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser import Dashboard
from tests.home import PASSWORD, USERNAME, Home

pytest_plugins = ["tests.browser_fixtures"]


def sign_in(page: Page, username: str, password: str) -> None:
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def sign_in_form(dashboard: Dashboard) -> Locator:
    return dashboard.page.get_by_test_id("sign-in-form")


def test_a_stranger_sees_the_sign_in_screen_and_nothing_else(home: Home, dashboard: Dashboard) -> None:
    dashboard.page.goto(home.server.url)
    expect(sign_in_form(dashboard)).to_be_visible()
    expect(dashboard.page.get_by_label("Username")).to_be_focused()
    expect(dashboard.page.get_by_text("kitchen")).to_have_count(0)
    assert dashboard.page.request.get(f"{home.server.url}/api/devices/").status in (401, 403)


def test_a_link_signs_in_once_and_says_kindly_that_it_was_used(home: Home, dashboard: Dashboard) -> None:
    page = dashboard.page
    page.goto(home.link)
    expect(dashboard.card("kitchen")).to_be_visible()
    assert "token" not in page.url
    page.context.clear_cookies()
    page.goto(home.link)
    expect(page.get_by_role("status")).to_contain_text("That sign-in link was used already or is too old.")
    expect(sign_in_form(dashboard)).to_be_visible()
    page.reload()
    expect(sign_in_form(dashboard)).to_be_visible()
    expect(page.get_by_text("That sign-in link was used already")).to_have_count(0)


def test_a_wrong_password_is_told_and_the_right_one_opens_the_page(home: Home, dashboard: Dashboard) -> None:
    dashboard.will_complain_of(r"status of 400 \(Bad Request\) \(http://[^)]+/api/session/\)")
    page = dashboard.page
    page.goto(home.server.url)
    sign_in(page, USERNAME, "not my password")
    expect(page.get_by_role("alert")).to_have_text(
        "This name and password do not go together. Please check both."
    )
    sign_in(page, USERNAME, PASSWORD)
    expect(dashboard.state).to_have_text("Live")
    expect(dashboard.card("kitchen")).to_be_visible()


def test_who_signs_out_is_out_and_may_come_back(home: Home, dashboard: Dashboard) -> None:
    page = dashboard.page
    page.goto(home.server.url)
    sign_in(page, USERNAME, PASSWORD)
    expect(dashboard.state).to_have_text("Live")
    page.get_by_label(f"Menu of {USERNAME}").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out. See you soon.")).to_be_visible()
    expect(dashboard.card("kitchen")).to_have_count(0)
    page.reload()
    expect(sign_in_form(dashboard)).to_be_visible()
    sign_in(page, USERNAME, PASSWORD)
    expect(dashboard.card("kitchen")).to_be_visible()


def test_a_session_ended_on_the_server_leads_to_the_sign_in_screen_and_back(
    home: Home, dashboard: Dashboard
) -> None:
    dashboard.will_complain_of(r"status of 40[13] \([A-Za-z]+\) \(http://[^)]+/api/devices/kitchen/history/")
    dashboard.will_complain_of(r"the history cannot be read now")
    page = dashboard.page
    page.goto(home.server.url)
    sign_in(page, USERNAME, PASSWORD)
    expect(dashboard.state).to_have_text("Live")
    end_all_sessions(home)
    page.get_by_role("radio", name="The last 1 hour").check(force=True)
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    sign_in(page, USERNAME, PASSWORD)
    expect(dashboard.state).to_have_text("Live")
    expect(page.get_by_role("radio", name="The last 1 hour")).to_be_checked()


def test_a_page_that_comes_back_after_its_session_ended_asks_to_sign_in(
    home: Home, dashboard: Dashboard
) -> None:
    dashboard.will_complain_of("Sense Live: unauthorized: Sign in first")
    page = dashboard.page
    page.goto(home.link)
    expect(dashboard.state).to_have_text("Live")
    page.context.set_offline(True)
    expect(dashboard.state).to_have_text("Offline")
    end_all_sessions(home)
    page.context.set_offline(False)
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    expect(sign_in_form(dashboard)).to_be_visible()


def end_all_sessions(home: Home) -> None:
    home.server.manage(
        "shell", "-c", "from django.contrib.sessions.models import Session; Session.objects.all().delete()"
    )
