"""Which sensor is chosen, and what is said when there is none."""

import pytest

from utils.publisher import sensors
from utils.publisher.errors import SensorUnavailable
from utils.publisher.sensors import open_sensor
from utils.publisher.simulator import Simulator


def missing(reason: str):
    def make():
        raise SensorUnavailable(reason)

    return make


class Found:
    noisy = True

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self):
        return {}


@pytest.mark.parametrize(
    ("hat", "emulator", "chosen"),
    [
        (lambda: Found("hat"), lambda: Found("emulator"), "hat"),
        (missing("no board"), lambda: Found("emulator"), "emulator"),
    ],
)
def test_the_real_board_goes_first_then_a_running_emulator(monkeypatch, hat, emulator, chosen):
    monkeypatch.setattr(sensors, "SenseHat", hat)
    monkeypatch.setattr(sensors, "Emulator", emulator)
    assert open_sensor("auto", Simulator).name == chosen


def test_nothing_is_simulated_unless_asked_for(monkeypatch):
    monkeypatch.setattr(sensors, "SenseHat", missing("no board"))
    monkeypatch.setattr(sensors, "Emulator", missing("no emulator"))
    with pytest.raises(SensorUnavailable) as raised:
        open_sensor("auto", Simulator)
    text = str(raised.value)
    assert all(part in text for part in ("no board", "no emulator", "--sensor simulator"))


def test_a_sensor_asked_for_by_name_is_used_or_nothing(monkeypatch):
    monkeypatch.setattr(sensors, "SenseHat", missing("no board"))
    monkeypatch.setattr(sensors, "Emulator", lambda: Found("emulator"))
    with pytest.raises(SensorUnavailable, match="sense-hat cannot be used: no board"):
        open_sensor("sense-hat", Simulator)


def test_the_simulator_is_used_when_asked_for():
    assert open_sensor("simulator", Simulator).name == "simulator"


def test_the_real_library_without_a_board_gives_a_plain_reason():
    with pytest.raises(SensorUnavailable, match="sense_hat"):
        open_sensor("sense-hat", Simulator)
