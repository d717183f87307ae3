"""What a chip says without having measured is left out; the others go on."""

import math
from collections import Counter

import pytest

from utils.publisher.plausible import STALLED_AFTER_S, Sieve

GOOD = {"temperature": 21.5, "humidity": 45.2, "pressure": 1013.1, "roll": 1.0, "acceleration_z": 0.98}


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def sieve(seconds: Seconds) -> Sieve:
    return Sieve(Counter(), monotonic_s=seconds)


def test_a_good_reading_passes_unchanged(sieve):
    assert sieve.sift(GOOD) == GOOD
    assert not sieve.left_out


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("humidity", 100.4, "outside 0 to 100"),
        ("humidity", -1.0, "outside 0 to 100"),
        ("temperature", math.nan, "not a number"),
        ("pressure", math.inf, "not a number"),
        ("temperature", 121.0, "outside -40 to 120"),
        ("pressure", 0.0, "all zero"),
        ("pressure", 259.0, "outside 260 to 1260"),
        ("temperature", None, "no valid value"),
    ],
)
def test_an_impossible_value_is_left_out_alone_and_counted(sieve, name, value, reason):
    values = GOOD | {name: value}
    assert sieve.sift(values) == {key: value for key, value in GOOD.items() if key != name}
    assert sieve.left_out == {f"{name} ({reason})": 1}


def test_a_chip_that_says_all_zero_has_not_measured(sieve):
    values = GOOD | {"temperature": 0.0, "humidity": 0.0}
    assert sieve.sift(values).keys() == {"pressure", "roll", "acceleration_z"}


def test_freezing_point_is_a_temperature_like_others(sieve):
    assert sieve.sift(GOOD | {"temperature": 0.0})["temperature"] == 0.0


def test_a_board_lying_flat_has_angles_of_zero(sieve):
    assert sieve.sift(GOOD | {"roll": 0.0})["roll"] == 0.0


def test_an_onset_and_its_end_are_logged_once_each(sieve, caplog):
    caplog.set_level("INFO")
    for humidity in (45.0, 101.0, 102.0, 103.0, 45.0, 45.1):
        sieve.sift(GOOD | {"humidity": humidity})
    assert [record.getMessage() for record in caplog.records] == [
        "humidity is left out: outside 0 to 100.",
        "humidity is back.",
    ]
    assert sieve.left_out["humidity (outside 0 to 100)"] == 3


def readings(sieve: Sieve, seconds: Seconds, count: int, *, every_s: float = 10.0, stuck: str = "pressure"):
    """Readings in which all but `stuck` change."""
    for n in range(count):
        seconds.now += every_s
        changing = {name: value + n % 7 / 100 for name, value in GOOD.items() if name != stuck}
        yield sieve.sift(changing | {stuck: GOOD[stuck]})


def test_a_stalled_chip_is_left_out_until_it_moves_again(sieve, seconds):
    *_, last = readings(sieve, seconds, 62)
    assert "pressure" not in last
    assert "temperature" in last
    assert sieve.sift(GOOD | {"pressure": 1013.2})["pressure"] == 1013.2


def test_a_chip_has_stalled_only_after_ten_minutes(sieve, seconds):
    assert all("pressure" in reading for reading in readings(sieve, seconds, 60))
    assert seconds.now == STALLED_AFTER_S


def test_a_few_equal_readings_far_apart_are_no_stall(sieve, seconds):
    assert all("pressure" in reading for reading in readings(sieve, seconds, 50, every_s=600))


def test_when_nothing_changes_anywhere_nothing_has_stalled(sieve, seconds):
    for _ in range(100):
        seconds.now += 10
        assert sieve.sift(GOOD) == GOOD


def test_one_value_of_a_chip_may_stand_still_while_its_other_moves(sieve, seconds):
    assert all("humidity" in reading for reading in readings(sieve, seconds, 100, stuck="humidity"))


def test_a_sensor_without_noise_never_stalls(seconds):
    quiet = Sieve(Counter(), noisy=False, monotonic_s=seconds)
    assert all("pressure" in reading for reading in readings(quiet, seconds, 100))
