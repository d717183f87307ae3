"""The Sense HAT, real (`sense-hat`) or emulated (`sense-emu`): both libraries have the same inside.

Their public properties answer 0 when there is no value, and the last orientation when the chip is silent. Therefore the
values are read with their validity flags, one level below.
"""

import importlib
import math
from collections.abc import Mapping
from typing import Any

from .errors import SensorUnavailable
from .matrix import Matrix

AXES = ("x", "y", "z")
ANGLES = ("roll", "pitch", "yaw")


class SenseHat:
    """A real Sense HAT. Its calls block for some milliseconds: keep them in a thread of their own."""

    name = "sense-hat"
    noisy = True
    library = "sense_hat"

    def __init__(self) -> None:
        self._hat = self._open()

    def _open(self) -> Any:
        try:
            return importlib.import_module(self.library).SenseHat()
        except ImportError as error:
            raise SensorUnavailable(
                f"the library {self.library} is not there ({error}); on Raspberry Pi OS: sudo apt install sense-hat"
            ) from error
        except Exception as error:  # the library raises whatever its parts raise
            raise SensorUnavailable(f"{self.library} found no working board ({error})") from error

    def read(self) -> Mapping[str, float | None]:
        """All metrics in °C, %, hPa, degrees 0–360 and g; `None` where the chip has no valid value.

        Raises whatever the library raises, `OSError` most of the time, when the bus fails.
        """
        return {**self._read_humidity(), **self._read_pressure(), **self._read_imu()}

    def screen(self) -> Matrix:
        """The LED matrix, for another thread than the one that reads."""
        return Matrix(self._hat)

    def _read_humidity(self) -> dict[str, float | None]:
        self._hat._init_humidity()
        humidity_valid, humidity, temperature_valid, temperature = self._hat._humidity.humidityRead()
        return {
            "temperature": float(temperature) if temperature_valid else None,
            "humidity": float(humidity) if humidity_valid else None,
        }

    def _read_pressure(self) -> dict[str, float | None]:
        self._hat._init_pressure()
        valid, pressure, *_ = self._hat._pressure.pressureRead()
        return {"pressure": float(pressure) if valid else None}

    def _read_imu(self) -> dict[str, float | None]:
        self._hat.set_imu_config(True, True, True)
        data = self._hat._imu.getIMUData() if self._hat._read_imu() else {}
        pose = data["fusionPose"] if data.get("fusionPoseValid") else (None, None, None)
        pull = data["accel"] if data.get("accelValid") else (None, None, None)
        angles = {name: _degrees(value) for name, value in zip(ANGLES, pose, strict=True)}
        return angles | {f"acceleration_{axis}": value for axis, value in zip(AXES, pull, strict=True)}


class Emulator(SenseHat):
    """The emulated Sense HAT: values are set by another program and stand still until it sets others."""

    name = "emulator"
    noisy = False
    library = "sense_emu"

    def _open(self) -> Any:
        self._require_emulator()
        return super()._open()

    def read(self) -> Mapping[str, float | None]:
        """As `SenseHat.read`; raises `SensorUnavailable` when the emulator has gone."""
        self._require_emulator()
        return super().read()

    def screen(self) -> Matrix:
        """As `SenseHat.screen`; raises `SensorUnavailable` when the emulator has gone."""
        self._require_emulator()
        return super().screen()

    @staticmethod
    def _require_emulator() -> None:
        # Without a running emulator the library would start its window, on a board that may have no screen.
        try:
            lock = importlib.import_module("sense_emu.lock").EmulatorLock("publisher")
        except ImportError as error:
            raise SensorUnavailable(
                f"the library sense_emu is not there ({error}): pip install sense-emu"
            ) from error
        if not lock.wait(0):
            raise SensorUnavailable("no Sense HAT emulator is running; start sense_emu_gui first")


def _degrees(radians: float | None) -> float | None:
    return None if radians is None else math.degrees(radians) % 360
