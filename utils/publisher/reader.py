"""One reading: the sensor's values, the processor's temperature, what is believed of it all, rounded."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .counts import Counts
from .plausible import Sieve
from .sensors import Sensor

log = logging.getLogger(__name__)

CPU_FILE = Path("/sys/class/thermal/thermal_zone0/temp")
DECIMALS = {
    "temperature": 2,
    "temperature_raw": 2,
    "humidity": 2,
    "pressure": 2,
    "roll": 1,
    "pitch": 1,
    "yaw": 1,
    "acceleration_x": 4,
    "acceleration_y": 4,
    "acceleration_z": 4,
    "cpu_temperature": 1,
}


def read_cpu_temperature(path: Path = CPU_FILE) -> dict[str, float | None]:
    """The processor's temperature in °C; nothing on a machine that does not tell."""
    try:
        return {"cpu_temperature": int(path.read_text()) / 1000}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {"cpu_temperature": None}


def compensate(raw_c: float, cpu_c: float, factor: float) -> float:
    """The room's temperature in °C, guessed from what the board felt beside a warm processor."""
    return raw_c - (cpu_c - raw_c) / factor


@dataclass
class Reader:
    """Reads `sensor`. Not on the event loop: a read can block. `heat_factor` `None` leaves temperatures as they are."""

    sensor: Sensor
    sieve: Sieve
    counts: Counts
    heat_factor: float | None = None
    cpu_file: Path = CPU_FILE
    _failing: str = field(default="", init=False)

    def read(self) -> dict[str, float]:
        """What is believed just now, by metric; empty when there is nothing. Never raises for a failing sensor."""
        values = self.sieve.sift({**self._read_sensor(), **read_cpu_temperature(self.cpu_file)})
        if values.keys() <= {"cpu_temperature"}:
            # The processor's warmth alone says nothing about the room.
            return {}
        if self.heat_factor is not None:
            values = self._compensated(values, self.heat_factor)
        return {name: round_as(name, value) for name, value in values.items()}

    def _read_sensor(self) -> Mapping[str, float | None]:
        try:
            values = self.sensor.read()
        except Exception as error:  # a bus can fail in any way; the next reading may work
            self._say(f"{type(error).__name__}: {error}")
            self.counts.left_out["all (the sensor failed)"] += 1
            return {}
        self._say("")
        return values

    def _say(self, problem: str) -> None:
        if problem and not self._failing:
            log.error("The sensor cannot be read (%s). Trying again at every reading.", problem)
        elif self._failing and not problem:
            log.info("The sensor can be read again.")
        self._failing = problem

    def _compensated(self, values: dict[str, float], factor: float) -> dict[str, float]:
        raw_c = values.pop("temperature", None)
        if raw_c is None:
            return values
        values["temperature_raw"] = raw_c
        cpu_c = values.get("cpu_temperature")
        corrected = None if cpu_c is None else compensate(raw_c, cpu_c, factor)
        # An uncorrected value among corrected ones would look like a jump in the room.
        return values | self.sieve.check("temperature", corrected, label="corrected temperature")


def round_as(name: str, value: float) -> float:
    """`value` with the digits that mean something for this metric; whole numbers stay whole."""
    rounded = round(value, DECIMALS.get(name, 6))
    return rounded % 360 if name in ("roll", "pitch", "yaw") else rounded
