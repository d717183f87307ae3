"""Takes the pictures of the documentation: a real server, boards with simulated sensors, a real browser."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from scripts.simulated_boards import BOARDS, furnished
from tests.conftest import BROWSER_OPTIONS, chromium_program
from tests.home import Home
from tests.processes import ROOT, eventually

IMAGES = ROOT / "docs/images"
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
MOST_BYTES = 250_000


class Photographer:
    """Opens pages as somebody who has signed in, and saves what is to be seen."""

    def __init__(self, browser: Browser, home: Home) -> None:
        self._browser = browser
        self._home = home
        self._signed_in = self._sign_in()

    def _sign_in(self) -> dict[str, str]:
        context = self._browser.new_context()
        page = context.new_page()
        page.goto(self._home.link)
        expect(page.get_by_test_id("connection-state")).to_have_text("Live")
        describe_co2(page, self._home.server.url)
        cookies = {one["name"]: one["value"] for one in context.cookies()}
        context.close()
        return cookies

    @contextmanager
    def page(self, size: ViewportSize, theme: str, *, signed_in: bool = True) -> Iterator[Page]:
        context = self._browser.new_context(
            viewport=size,
            color_scheme="dark" if theme == "dark" else "light",
            locale="en-GB",
            reduced_motion="reduce",
        )
        if signed_in:
            url = self._home.server.url
            context.add_cookies(
                [{"name": name, "value": value, "url": url} for name, value in self._signed_in.items()]
            )
        page = context.new_page()
        page.goto(f"{self._home.server.url}/?span=15min")
        yield page
        context.close()

    def live(self, name: str, size: ViewportSize, theme: str) -> None:
        with self.page(size, theme) as page:
            wait_until_full(page)
            save(page, name)

    def add_device(self, name: str) -> None:
        with self.page(DESK, "light") as page:
            wait_until_full(page)
            page.get_by_test_id("add-device").click()
            page.get_by_role("textbox", name="Name").fill("Balcony")
            page.get_by_role("button", name="Add device").click()
            expect(page.get_by_test_id("device-token")).to_be_visible()
            save(page, name)

    def sign_in(self, name: str) -> None:
        with self.page(DESK, "light", signed_in=False) as page:
            expect(page.get_by_test_id("sign-in-form")).to_be_visible()
            save(page, name)


def describe_co2(page: Page, url: str) -> None:
    token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
    headers = {"X-CSRFToken": token, "Origin": url}
    data = {"label": "Carbon dioxide", "unit": "ppm", "decimals": 0}
    answer = page.request.patch(f"{url}/api/metrics/co2/", data=data, headers=headers)
    assert answer.ok, answer.text()


def wait_until_full(page: Page) -> None:
    """Until every line reaches from edge to edge, those of the tiles too."""
    drawn = "() => Object.values(window.senseLive?.chartSeries('pressure') ?? {}).map((line) => line.length)"
    eventually(lambda: len(lines := page.evaluate(drawn)) == len(BOARDS) and min(lines) > 200, timeout_s=30)
    for board in BOARDS:
        tile = page.get_by_test_id(f"tile-{board.id}-temperature")
        expect(tile).to_contain_text("now")
        # What is scrolled out of sight is not drawn, and not in the picture.
        if in_sight(page, tile):
            expect(tile.locator("path")).to_have_attribute("d", re.compile(".{300}"))


def in_sight(page: Page, element: Locator) -> bool:
    box, view = element.bounding_box(), page.viewport_size
    return box is not None and view is not None and box["y"] < view["height"]


def save(page: Page, name: str) -> None:
    """As small as may be: with a palette of its own where the full colours take too much."""
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    path = IMAGES / f"{name}.png"
    picture.save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KiB")


def main() -> int:
    IMAGES.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=30_000)
    options = ["--no-sandbox", *BROWSER_OPTIONS] if os.geteuid() == 0 else BROWSER_OPTIONS
    with furnished() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=options)
        photographer = Photographer(browser, home)
        for theme in ("light", "dark"):
            photographer.live(f"live-{theme}", DESK, theme)
            photographer.live(f"phone-{theme}", PHONE, theme)
        photographer.sign_in("sign-in")
        photographer.add_device("add-device")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
