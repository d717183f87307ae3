"""The real `sense_emu` library, with values set by another process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sense_emu.stick import stick_address

from utils.publisher.board import Emulator
from utils.publisher.errors import SensorUnavailable
from utils.publisher.sensors import open_sensor
from utils.publisher.simulator import Simulator
from utils.publisher.tests.conftest import Watch, close_emulated
from utils.publisher.tests.emulate import alone_on_this_machine

ROOT = Path(__file__).parents[3]
# Both libraries still call what Pillow 14 will not have; the requirements keep Pillow below that.
pytestmark = pytest.mark.filterwarnings("ignore:Image.Image.getdata is deprecated:DeprecationWarning")


class Driver:
    """The process that holds the emulator."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "utils.publisher.tests.emulate", *options]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self._hear("ready")

    def set(self, **values: float) -> None:
        assert self._process.stdin is not None
        print(json.dumps(values), file=self._process.stdin, flush=True)
        self._hear("set")

    def end(self) -> None:
        self._process.communicate()

    def _hear(self, word: str) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == f"{word}\n"


@pytest.fixture
def close():
    """Takes sensors to be closed at the end."""
    opened: list[Emulator] = []
    yield opened.append
    for sensor in opened:
        close_emulated(sensor._hat)
        # The library leaves its end of the joystick's socket behind.
        Path(stick_address()[2]).with_name(f"rpi-sense-emu-client-{os.getpid()}").unlink(missing_ok=True)


@pytest.fixture
def driver():
    driver = Driver("--temperature", "23.4", "--humidity", "45", "--pressure", "1010", "--yaw", "270")
    yield driver
    driver.end()


def read_until(sensor, name: str, expected: float):
    """Read until `name` is as expected: the library refreshes as slowly as the chips do."""
    for _ in range(200):
        reading = sensor.read()
        if reading[name] == pytest.approx(expected, abs=0.1):
            return reading
    raise AssertionError(f"{name} never became {expected}: {reading}")


def test_values_set_by_another_process_are_read(driver, close):
    sensor = open_sensor("auto", Simulator)
    close(sensor)
    assert sensor.name == "emulator"
    reading = read_until(sensor, "yaw", 270)
    assert reading["temperature"] == pytest.approx(23.4, abs=0.02)
    assert reading["humidity"] == pytest.approx(45, abs=0.01)
    assert reading["pressure"] == pytest.approx(1010, abs=0.01)
    driver.set(temperature=-5.0, humidity=80)
    assert read_until(sensor, "humidity", 80)["temperature"] == pytest.approx(-5, abs=0.02)
    assert read_until(sensor, "acceleration_z", 1.0)["pressure"] == pytest.approx(1010, abs=0.01)


def test_an_emulator_that_has_gone_is_noticed(driver, close):
    sensor = Emulator()
    close(sensor)
    driver.end()
    with alone_on_this_machine(), pytest.raises(SensorUnavailable, match="no Sense HAT emulator is running"):
        sensor.read()
    with alone_on_this_machine(), pytest.raises(SensorUnavailable, match="no Sense HAT emulator is running"):
        sensor.screen()


def test_the_emulated_matrix_flashes(driver, close):
    sensor = Emulator()
    close(sensor)
    watch = Watch(lambda: max(max(pixel) for pixel in sensor._hat.get_pixels()))
    sensor.screen().identify(watch)
    assert watch.seen == [252, 0] * 6


def test_without_an_emulator_no_window_is_opened_and_the_error_is_plain():
    with alone_on_this_machine(), pytest.raises(SensorUnavailable, match="start sense_emu_gui"):
        Emulator()
