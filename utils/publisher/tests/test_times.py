"""No millisecond twice, whatever the clock does."""

from hypothesis import given
from hypothesis import strategies as st

from utils.publisher.times import STEP_MS, Lanes

NOON_MS = 1_763_640_000_000
MINUTE_MS = 60_000
DAY_MS = 86_400_000

steps = st.one_of(
    st.integers(0, 2000),
    st.integers(-2000, 2000),
    st.sampled_from([-10 * MINUTE_MS, 10 * MINUTE_MS, -DAY_MS, DAY_MS, -400 * DAY_MS, 400 * DAY_MS]),
)


@given(st.lists(st.tuples(steps, st.booleans()), max_size=200))
def test_no_time_is_ever_used_twice_across_steps_and_restarts(moves):
    now_ms, lanes, used = NOON_MS, Lanes(), []
    kept: dict[int, int] = {}
    for step_ms, restart in moves:
        now_ms += step_ms
        used.append(lanes.take(now_ms))
        kept.update(lanes.changes())
        if restart:
            lanes = Lanes(kept, first=now_ms % STEP_MS)
    assert len(set(used)) == len(used)


@given(st.lists(st.integers(STEP_MS, 100_000), min_size=1, max_size=200), st.integers(0, STEP_MS - 1))
def test_while_the_clock_runs_forward_a_time_is_never_ahead_and_hardly_behind(pauses, first):
    now_ms, lanes = NOON_MS, Lanes(first=first)
    for pause_ms in pauses:
        now_ms += pause_ms
        assert 0 <= now_ms - lanes.take(now_ms) < STEP_MS


@given(st.integers(1, STEP_MS - 1), st.integers(1, DAY_MS))
def test_thirty_one_steps_back_over_the_same_moment_cost_no_accuracy(count, step_ms):
    now_ms, lanes = NOON_MS, Lanes()
    lanes.take(now_ms)
    for _ in range(count):
        now_ms -= step_ms
        assert abs(lanes.take(now_ms) - now_ms) < STEP_MS


def test_a_minute_lived_twice_gets_its_own_times():
    lanes = Lanes()
    first = [lanes.take(NOON_MS + second) for second in range(0, MINUTE_MS, 100)]
    second = [lanes.take(NOON_MS + second) for second in range(0, MINUTE_MS, 100)]
    assert not set(first) & set(second)
    assert all(abs(one - other) < 2 * STEP_MS for one, other in zip(first, second, strict=True))


def test_when_all_lanes_are_ahead_times_are_still_unique():
    lanes, used = Lanes(), set()
    for back in range(3 * STEP_MS):
        used.add(lanes.take(NOON_MS - back * MINUTE_MS))
    assert len(used) == 3 * STEP_MS


def test_a_hundred_readings_a_second_stay_near_the_clock():
    lanes = Lanes()
    times = [lanes.take(NOON_MS + tick * 10) for tick in range(2000)]
    assert len(set(times)) == 2000
    assert all(abs(time_ms - NOON_MS - tick * 10) < STEP_MS for tick, time_ms in enumerate(times))


def test_a_lane_is_free_again_once_the_clock_has_passed_it():
    lanes = Lanes()
    now_ms = NOON_MS
    for _ in range(200):
        now_ms += 10 * MINUTE_MS
        lanes.take(now_ms)
        assert abs(lanes.take(now_ms - 5 * MINUTE_MS) - (now_ms - 5 * MINUTE_MS)) < STEP_MS
