"""The settings in a browser: a second factor, sessions elsewhere, people, webhooks; and each part is accessible."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import Dashboard
from tests.home import PASSWORD, USERNAME, Home
from tests.processes import HOST
from tests.servers import Server
from tests.test_browser_screens import DESK, PHONE, SMALLEST, overflow, violations
from tests.test_browser_sign_in import sign_in

pytest_plugins = ["tests.browser_fixtures"]

REFUSED_SIGN_IN = r"status of 40[01] \([A-Za-z ]+\) \(http://[^)]+/api/session/\)"
STEP_S = 30
PARTS = ("account", "people", "sharing", "webhooks")
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


def test_somebody_who_is_added_comes_in_by_the_link_and_changes_roles_while_looking(
    home: Home, dashboard: Dashboard, other: Dashboard
) -> None:
    page = dashboard.page
    open_settings(page, home, "people")
    page.get_by_role("button", name="Add a person").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Username").fill("grace")
    dialog.get_by_role("button", name="Add", exact=True).click()
    other.page.goto(dialog.get_by_test_id("person-link").inner_text())
    expect(other.card("kitchen")).to_be_visible()
    expect(other.page.get_by_role("button", name="Settings of kitchen")).to_have_count(0)
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_test_id("person-grace")).to_contain_text("Viewer")
    page.get_by_role("button", name="Change grace").click()
    page.get_by_label("Role").select_option("Operator")
    page.get_by_role("button", name="Save").click()
    expect(other.page.get_by_role("button", name="Settings of kitchen")).to_be_visible()
    expect(page.get_by_test_id("person-grace")).to_contain_text("Operator")
    page.get_by_role("button", name="Close the account").click()
    expect(other.page.get_by_text("Your session has ended.")).to_be_visible()
    expect(page.get_by_test_id("person-grace")).to_contain_text("Closed")


def test_people_and_groups_change_in_all_open_settings(
    home: Home, dashboard: Dashboard, other: Dashboard
) -> None:
    open_settings(dashboard.page, home, "people")
    other.page.goto(home.server.url)
    sign_in(other.page, USERNAME, PASSWORD)
    expect(other.state).to_have_text("Live")
    other.page.goto(f"{home.server.url}/settings/people/")
    expect(other.page.get_by_test_id(f"person-{USERNAME}")).to_be_visible()
    dashboard.page.get_by_label("New group").fill("physics")
    dashboard.page.get_by_role("button", name="Add", exact=True).click()
    expect(other.page.get_by_test_id("group-physics")).to_contain_text("no device is limited to it")
    other.page.get_by_role("button", name="Delete physics").click()
    other.page.get_by_role("button", name="Delete", exact=True).click()
    expect(dashboard.page.get_by_text("There are no groups")).to_be_visible()


@pytest.fixture
def receiver() -> Iterator[str]:
    """The address of a program that takes whatever it is told."""

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """What it was told is no output of a test."""

    server = ThreadingHTTPServer((HOST, 0), Taker)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{HOST}:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_webhook_is_added_tested_and_its_log_read(
    prepared: Home, tmp_path: Path, dashboard: Dashboard, receiver: str
) -> None:
    dashboard.will_complain_of(r"status of 400 \(Bad Request\) \(http://[^)]+/api/webhooks/\)")
    shutil.copytree(prepared.server.folder, tmp_path, dirs_exist_ok=True)
    page = dashboard.page
    with Server(tmp_path, env={"WEBHOOK_ALLOWED_NETWORKS": f"{HOST}/32"}) as server:
        open_settings(
            page, Home(server, token=prepared.token, sign_in_path=prepared.sign_in_path), "webhooks"
        )
        page.get_by_role("button", name="Add a webhook").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name").fill("Lamp")
        dialog.get_by_label("Address").fill("http://192.168.0.1/")
        dialog.get_by_role("button", name="Add").click()
        expect(dialog.get_by_role("alert")).to_contain_text("WEBHOOK_ALLOWED_NETWORKS")
        dialog.get_by_label("Address").fill(receiver)
        dialog.get_by_role("button", name="Add").click()
        expect(dialog.get_by_test_id("webhook-secret")).to_contain_text("whsec_")
        dialog.get_by_role("button", name="Done").click()
        page.get_by_role("button", name="Send a test").click()
        expect(page.get_by_text("Test: delivered · answered with status 204")).to_be_visible()
        page.get_by_text("What it was told").click()
        page.get_by_role("button", name="Send again: test").click()
        expect(page.get_by_test_id("deliveries-Lamp").get_by_text("Delivered")).to_be_visible()
        page.goto(server.url)
        expect(dashboard.state).to_have_text("Live")


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
        expect(page.get_by_role("heading", level=2)).to_be_visible()
        expect(page.get_by_text("Asking…")).to_have_count(0)
        expect(page.get_by_role("alert")).to_have_count(0)
        assert violations(page) == [], part
        page.set_viewport_size(SMALLEST)
        assert overflow(page) == 0, part
