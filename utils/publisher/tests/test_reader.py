"""A reading is made of what the sensor gives, and never fails with it."""

import pytest

from utils.publisher.counts import Counts
from utils.publisher.matrix import NoMatrix
from utils.publisher.plausible import Sieve
from utils.publisher.reader import Reader, compensate, read_cpu_temperature, round_as


class Scripted:
    """A sensor that gives, or raises, one thing after the other."""

    name = "scripted"
    noisy = True
    screen = NoMatrix

    def __init__(self, *script) -> None:
        self._script = list(script)

    def read(self):
        step = self._script.pop(0)
        if isinstance(step, Exception):
            raise step
        return step


@pytest.fixture
def cpu_file(tmp_path):
    file = tmp_path / "temp"
    file.write_text("48312\n")
    return file


def make_reader(cpu_file, *script, heat_factor=None) -> Reader:
    counts = Counts()
    return Reader(Scripted(*script), Sieve(counts.left_out), counts, heat_factor, cpu_file)


def test_the_processor_temperature_is_read_in_degrees(cpu_file):
    assert read_cpu_temperature(cpu_file) == {"cpu_temperature": 48.312}


def test_a_machine_without_that_file_has_no_such_metric(tmp_path):
    assert read_cpu_temperature(tmp_path / "none") == {}


def test_a_file_with_something_else_in_it_is_no_value(cpu_file):
    cpu_file.write_text("warm")
    assert read_cpu_temperature(cpu_file) == {"cpu_temperature": None}


def test_values_are_rounded_to_what_the_chips_can_tell(cpu_file):
    reader = make_reader(cpu_file, {"temperature": 21.51678, "roll": 359.98, "sequence": 2**51 + 1})
    assert reader.read() == {
        "temperature": 21.52,
        "roll": 0.0,
        "sequence": 2**51 + 1,
        "cpu_temperature": 48.3,
    }


def test_heat_compensation_follows_its_formula():
    assert compensate(30.0, 60.0, 1.5) == 10.0


def test_heat_compensation_is_off_by_default(cpu_file):
    assert "temperature_raw" not in make_reader(cpu_file, {"temperature": 25.0}).read()


def test_with_heat_compensation_both_temperatures_are_sent(cpu_file):
    reading = make_reader(cpu_file, {"temperature": 30.0}, heat_factor=2.0).read()
    assert (reading["temperature_raw"], reading["temperature"]) == (30.0, round(30 - 18.312 / 2, 2))


def test_without_the_processor_temperature_only_the_raw_one_is_sent(tmp_path):
    reading = make_reader(tmp_path / "none", {"temperature": 30.0}, heat_factor=2.0).read()
    assert reading == {"temperature_raw": 30.0}


def test_an_impossible_corrected_temperature_is_left_out_and_said_once(cpu_file, caplog):
    reader = make_reader(cpu_file, {"temperature": 30.0}, {"temperature": 30.0}, heat_factor=0.1)
    assert reader.read().keys() == reader.read().keys() == {"temperature_raw", "cpu_temperature"}
    assert caplog.text.count("corrected temperature is left out") == 1


def test_a_failing_bus_is_said_once_and_read_again(cpu_file, caplog):
    caplog.set_level("INFO")
    failure = OSError(121, "Remote I/O error")
    reader = make_reader(cpu_file, failure, failure, {"temperature": 20.0})
    assert [reader.read(), reader.read()] == [{}, {}]
    assert reader.read()["temperature"] == 20.0
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert reader.counts.left_out["all (the sensor failed)"] == 2


def test_a_reading_of_nothing_but_the_processor_is_no_reading(cpu_file):
    assert make_reader(cpu_file, {"temperature": None, "humidity": None}).read() == {}


@pytest.mark.parametrize(("value", "rounded"), [(359.96, 0.0), (359.94, 359.9), (0.04, 0.0)])
def test_a_full_turn_is_zero(value, rounded):
    assert round_as("yaw", value) == rounded
