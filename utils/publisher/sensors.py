"""Which sensor to read: the real board, the emulator or the simulator."""

import logging
from collections.abc import Callable, Mapping
from typing import Protocol

from .board import Emulator, SenseHat
from .errors import SensorUnavailable
from .matrix import Screen

log = logging.getLogger(__name__)

NAMES = ("auto", "sense-hat", "emulator", "simulator")


class Sensor(Protocol):
    """Something that can be read, and shown on."""

    name: str
    noisy: bool

    def read(self) -> Mapping[str, float | None]:
        """Metrics by name; `None` where there is no valid value just now. May raise anything when the bus fails."""

    def screen(self) -> Screen:
        """What to show on. Raises `SensorUnavailable` when it has gone."""


def open_sensor(name: str, simulator: Callable[[], Sensor]) -> Sensor:
    """Open the sensor called `name`. Raises `SensorUnavailable` when it is not there.

    `auto` never simulates: made-up readings that look real are worse than none.
    """
    makers: dict[str, Callable[[], Sensor]] = {
        "sense-hat": SenseHat,
        "emulator": Emulator,
        "simulator": simulator,
    }
    if name == "auto":
        return _first_working(makers)
    try:
        return makers[name]()
    except SensorUnavailable as error:
        raise SensorUnavailable(f"The sensor {name} cannot be used: {error}.") from error


def _first_working(makers: Mapping[str, Callable[[], Sensor]]) -> Sensor:
    reasons = []
    for name in ("sense-hat", "emulator"):
        try:
            return makers[name]()
        except SensorUnavailable as error:
            log.debug("%s: %s", name, error)
            reasons.append(f"  {name}: {error}")
    raise SensorUnavailable(
        "\n".join(["No sensor was found.", *reasons, "To try it without a board, use --sensor simulator."])
    )
