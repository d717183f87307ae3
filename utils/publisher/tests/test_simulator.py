"""The simulated day is plausible, and the same for the same seed."""

import itertools
from collections import Counter

from utils.publisher.plausible import RANGES, Sieve
from utils.publisher.simulator import Simulator
from utils.publisher.tests.conftest import NOON_MS


class Seconds:
    def __init__(self) -> None:
        self.now = NOON_MS / 1000

    def __call__(self) -> float:
        return self.now


def day(simulator: Simulator, seconds: Seconds, *, step_s: float = 60.0) -> list[dict[str, float]]:
    readings: list[dict[str, float]] = []
    for _ in range(int(86_400 / step_s)):
        seconds.now += step_s
        readings.append({name: value for name, value in simulator.read().items() if value is not None})
    return readings


def simulated(seed: int) -> list[dict[str, float]]:
    seconds = Seconds()
    return day(Simulator(seed=seed, time_s=seconds), seconds)


def test_the_same_seed_gives_the_same_day_and_another_one_another():
    assert simulated(1) == simulated(1)
    assert simulated(1) != simulated(2)


def test_every_value_of_a_day_is_believed():
    sieve = Sieve(Counter())
    for reading in simulated(3):
        assert sieve.sift(reading) == reading
    assert not sieve.left_out


def test_a_simulated_board_gives_all_metrics_of_a_real_one():
    assert simulated(1)[0].keys() == RANGES.keys() - {"cpu_temperature", "temperature_raw"}


def test_the_room_is_a_room():
    temperatures = [reading["temperature"] for reading in simulated(4)]
    assert 15 < min(temperatures) < max(temperatures) < 27
    assert max(temperatures) - min(temperatures) > 2


def test_a_door_makes_it_colder_and_damper_within_minutes():
    readings = simulated(5)
    pairs = itertools.pairwise(readings)
    drops = [(one, other) for one, other in pairs if one["temperature"] - other["temperature"] > 0.5]
    assert len(drops) > 10
    assert all(other["humidity"] > one["humidity"] for one, other in drops)


def test_numbers_count_up_and_differ_between_runs():
    assert len({Simulator(seed=1, sequence=True).read()["sequence"] for _ in range(5)}) == 5
    simulator = Simulator(sequence=True)
    first, *later = [simulator.read()["sequence"] or 0 for _ in range(4)]
    assert later == [first + 1, first + 2, first + 3]
    assert first + 10**9 < 2**53


def test_without_being_asked_there_are_no_numbers():
    assert "sequence" not in Simulator().read()
