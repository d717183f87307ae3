"""A Sense HAT made up of arithmetic: a plausible room on a plausible day, the same for the same seed and times."""

import math
import random
import secrets
import time
from collections.abc import Callable, Mapping

from .matrix import NoMatrix

DAY_S = 86_400.0
DOOR_EVERY_S = 1200.0
DOOR_FADES_S = 240.0


class Simulator:
    """A quiet room: warmest in the afternoon, drier when warm, with noise, and a door that is opened now and then.

    `time_s` gives seconds since 1970. With `sequence` each reading also carries a whole number that counts up, from a
    start of chance for each run, so that no two readings of any run are alike.
    """

    name = "simulator"
    noisy = True

    def __init__(
        self, *, seed: int | None = None, sequence: bool = False, time_s: Callable[[], float] = time.time
    ) -> None:
        self._random = random.Random(seed)  # noqa: S311  weather, not secrecy
        self._time_s = time_s
        self._draught = 0.0
        self._last_s = time_s()
        self._next_number = secrets.randbits(31) << 20 if sequence else None

    def read(self) -> Mapping[str, float | None]:
        """All metrics in °C, %, hPa, degrees 0–360 and g, and `sequence` if asked for."""
        now_s = self._time_s()
        self._open_door(max(0.0, now_s - self._last_s))
        self._last_s = now_s
        return self._climate(now_s) | self._motion(now_s) | self._numbered()

    def screen(self) -> NoMatrix:
        """No matrix: the log says what would be shown."""
        return NoMatrix()

    def _open_door(self, passed_s: float) -> None:
        self._draught *= math.exp(-passed_s / DOOR_FADES_S)
        if self._random.random() < 1 - math.exp(-passed_s / DOOR_EVERY_S):
            self._draught = min(1.0, self._draught + self._random.uniform(0.3, 1.0))

    def _climate(self, now_s: float) -> dict[str, float | None]:
        warmth = math.sin(_turn(now_s, DAY_S) - 2.3)
        slow = math.sin(_turn(now_s, 2900)) + 0.5 * math.sin(_turn(now_s, 710))
        weather = math.sin(_turn(now_s, 3.7 * DAY_S)) + 0.4 * math.sin(_turn(now_s, 0.9 * DAY_S))
        return {
            "temperature": 21.5 + 1.8 * warmth + 0.3 * slow - 2.5 * self._draught + self._noise(0.03),
            "humidity": 45 - 4 * warmth - slow + 7 * self._draught + self._noise(0.15),
            "pressure": 1013 + 7 * weather + self._noise(0.02),
        }

    def _motion(self, now_s: float) -> dict[str, float | None]:
        # A board on a shelf, and somebody who bumps into it when the door goes.
        sway = 0.5 + 4 * self._draught
        return {
            "roll": (1.2 + self._noise(sway)) % 360,
            "pitch": (358.4 + self._noise(sway)) % 360,
            "yaw": (118 + 3 * math.sin(_turn(now_s, 5400)) + self._noise(sway)) % 360,
            "acceleration_x": 0.02 + self._noise(0.004),
            "acceleration_y": -0.01 + self._noise(0.004),
            "acceleration_z": 0.99 + self._noise(0.004),
        }

    def _numbered(self) -> dict[str, float | None]:
        if self._next_number is None:
            return {}
        self._next_number += 1
        return {"sequence": self._next_number}

    def _noise(self, deviation: float) -> float:
        return self._random.gauss(0, deviation)


def _turn(now_s: float, period_s: float) -> float:
    return 2 * math.pi * (now_s % period_s) / period_s
