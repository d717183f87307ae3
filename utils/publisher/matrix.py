"""The LED matrix of a Sense HAT. Showing takes seconds: never on the event loop, nor in the sensor's thread."""

import copy
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any, Protocol

log = logging.getLogger(__name__)

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
FLASHES = 6
HALF_FLASH_S = 0.25


class Interrupted(Exception):
    """The publisher ends while something is shown."""


class Screen(Protocol):
    """Something to show on. Both calls block until all was shown, and may raise anything when the bus fails."""

    def show_message(self, text: str, stop: Event) -> None:
        """Scroll `text`; raises `Interrupted` soon after `stop` is set."""

    def identify(self, stop: Event) -> None:
        """Flash for three seconds; raises `Interrupted` soon after `stop` is set."""


class Matrix:
    """Shows by `hat`, an object of the library `sense_hat` or `sense_emu`, and leaves the matrix dark."""

    def __init__(self, hat: Any) -> None:
        self._hat = hat

    def show_message(self, text: str, stop: Event) -> None:
        """See `Screen`. Takes about 0.6 s a character."""
        with self._frames(stop) as hat:
            hat.show_message(text)

    def identify(self, stop: Event) -> None:
        """See `Screen`."""
        with self._frames(stop) as hat:
            for _ in range(FLASHES):
                hat.clear(WHITE)
                stop.wait(HALF_FLASH_S)
                hat.clear(BLACK)
                stop.wait(HALF_FLASH_S)

    @contextmanager
    def _frames(self, stop: Event) -> Iterator[Any]:
        # A copy, because the library turns itself by 90° while it scrolls and stays so when a frame fails.
        hat = copy.copy(self._hat)
        hat.set_pixels = _until(stop, hat.set_pixels)
        try:
            yield hat
        finally:
            self._hat.clear()


class NoMatrix:
    """Says in the log what a board with a matrix would show."""

    def show_message(self, text: str, stop: Event) -> None:
        """See `Screen`; takes no time."""
        log.info("Asked to show: %s", text)

    def identify(self, stop: Event) -> None:
        """See `Screen`; takes no time."""
        log.info("Asked to flash, so that this board can be found.")


def _until(stop: Event, draw: Callable[[Any], None]) -> Callable[[Any], None]:
    def draw_unless_stopped(pixels: Any) -> None:
        if stop.is_set():
            raise Interrupted
        draw(pixels)

    return draw_unless_stopped
