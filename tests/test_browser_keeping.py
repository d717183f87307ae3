"""Readings taken along as a file, brought in from one, and how long they are kept, from the page."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import DAY_MS, Dashboard, now_ms, readings
from tests.home import Home
from tests.test_browser_screens import violations

pytest_plugins = ["tests.browser_fixtures"]

OLD = 20


def downloaded(page: Page) -> Path:
    with page.expect_download() as download:
        page.get_by_test_id("download").click()
    assert download.value.failure() is None
    return download.value.path()


def test_a_download_holds_what_is_on_screen_or_everything(home: Home, dashboard: Dashboard) -> None:
    home.post(readings(OLD, lambda number: number, end_ms=now_ms() - DAY_MS))
    home.post(readings(30, lambda number: 20 + number / 100))
    page = dashboard.page
    page.goto(home.link)
    dashboard.waits_for("kitchen", 30)
    page.get_by_role("button", name="Download").click()
    assert violations(page) == []
    with downloaded(page).open(newline="", encoding="utf-8") as file:
        seen = list(csv.DictReader(file))
    assert [float(row["temperature (°C)"]) for row in seen] == [20 + number / 100 for number in range(30)]
    page.get_by_role("radio", name="Everything").check()
    page.get_by_role("radio", name="NDJSON").check()
    assert len(downloaded(page).read_text().splitlines()) == OLD + 30


def test_a_file_is_checked_and_then_imported_with_a_report_of_what_was_refused(
    home: Home, dashboard: Dashboard, tmp_path: Path
) -> None:
    file = tmp_path / "logger.csv"
    moments = [datetime.fromtimestamp(now_ms() / 1000 - 60 + second, UTC) for second in range(4)]
    lines = [
        f"{moment.isoformat()},{humidity}"
        for moment, humidity in zip(moments, [40, 41, 140, 42], strict=True)
    ]
    file.write_text("\n".join(["time,humidity (%)", *lines]))
    page = dashboard.page
    page.goto(home.link)
    page.get_by_role("button", name="Settings of kitchen").click()
    page.get_by_role("button", name="Import…").click()
    dialog = page.get_by_role("dialog", name="Import into kitchen")
    dialog.get_by_label("File").set_input_files(file)
    dialog.get_by_role("button", name="Check the file").click()
    expect(dialog).to_contain_text("Nothing is stored yet.")
    expect(dialog).to_contain_text("Line 4: humidity 140 is above 100 %")
    assert violations(page) == []
    assert dashboard.stored("kitchen", "humidity") == []
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(dialog).to_contain_text("3 are new, 0 were there already")
    assert [value for _, value in dashboard.stored("kitchen", "humidity")] == [40, 41, 42]


def test_a_shorter_period_is_saved_after_telling_what_it_deletes(home: Home, dashboard: Dashboard) -> None:
    # The newest of all is kept, however old it is.
    home.post(readings(1, lambda _: 20))
    home.post(readings(OLD, lambda number: number, end_ms=now_ms() - 10 * DAY_MS))
    page = dashboard.page
    page.goto(home.link)
    page.get_by_label(re.compile("^Menu of")).click()
    page.get_by_role("button", name="How long readings are kept").click()
    page.get_by_label("Readings", exact=True).select_option("7")
    told = f"{OLD} readings older than 7 days will be deleted within the hour."
    expect(page.get_by_role("dialog")).to_contain_text(told)
    assert violations(page) == []
    page.get_by_role("button", name="Save, and delete these").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.request.get(f"{home.server.url}/api/retention/").json()["raw_days"] == 7


def test_a_device_may_be_kept_for_a_time_of_its_own(home: Home, dashboard: Dashboard) -> None:
    page = dashboard.page
    page.goto(home.link)
    page.get_by_role("button", name="Settings of kitchen").click()
    page.get_by_role("region", name="How long it is kept").get_by_role("button").click()
    page.get_by_label("Averages of minutes and quarters of an hour").select_option("7")
    expect(page.get_by_role("alert")).to_contain_text("Readings are kept 30 days")
    page.get_by_label("Readings", exact=True).select_option("7")
    expect(page.get_by_role("dialog")).to_contain_text("Nothing is old enough to be deleted.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    kept = page.request.get(f"{home.server.url}/api/devices/kitchen/retention/").json()
    assert (kept["raw_days"], kept["minute_days"], kept["hour_days"]) == (7, 7, None)
