"""How long who tries too often has to wait. Pure."""

import pytest

from liveapp.accounts.limits import CODE, DAY_MS, FAR, HOUR_MS, MINUTE_MS, NEAR, Growing, Held, Steady

T = 1_763_673_600_000
STEADY = Steady("some", burst=3, every_ms=10_000)
GROWING = Growing("some", free=3, first_ms=1_000, most_ms=5_000, forget_ms=60_000)


def spend(limit, held, now_ms, times):
    for _ in range(times):
        assert limit.wait_ms(held, now_ms) <= 0
        held = limit.after(held, now_ms)
    return held


def test_a_steady_limit_takes_a_burst_and_then_one_each_time():
    held = spend(STEADY, Held(), T, 3)
    assert STEADY.wait_ms(held, T) == 10_000
    held = spend(STEADY, held, T + 10_000, 1)
    assert STEADY.wait_ms(held, T + 10_000) == 10_000


def test_a_steady_limit_is_whole_again_after_a_rest():
    spend(STEADY, spend(STEADY, Held(), T, 3), T + 30_000, 3)


def test_a_growing_limit_doubles_the_wait_up_to_the_longest():
    held, waits, now_ms = spend(GROWING, Held(), T, 3), [], T
    for _ in range(5):
        waits.append(GROWING.wait_ms(held, now_ms))
        now_ms += waits[-1]
        held = GROWING.after(held, now_ms)
    assert waits == [1_000, 2_000, 4_000, 5_000, 5_000]


def test_a_growing_limit_goes_on_for_ever():
    held = Held(10_000_000, T, T)
    assert GROWING.wait_ms(GROWING.after(held, T), T) == 5_000


@pytest.mark.parametrize("limit", [STEADY, GROWING])
def test_nothing_is_kept_for_longer_than_is_promised(limit):
    held = limit.after(Held(), T)
    for _ in range(20):
        now_ms = max(T, T + limit.wait_ms(held, T))
        held = limit.after(held, now_ms)
        assert T < held.forgotten_ms <= now_ms + limit.longest_ms


def guesses_in_a_day(limit):
    """How many are let through to who never stops."""
    held, now_ms, count = Held(), T, 0
    while now_ms < T + DAY_MS:
        wait_ms = limit.wait_ms(held, now_ms)
        now_ms += max(0, wait_ms)
        held, count = limit.after(held, now_ms), count + 1
    return count


def test_who_never_stops_is_let_through_a_few_times_a_day():
    assert guesses_in_a_day(NEAR) < 40
    # Of a million codes, three of which are right at each moment.
    assert guesses_in_a_day(CODE) < 45
    assert guesses_in_a_day(FAR) <= 50 + DAY_MS // MINUTE_MS + 1


def test_the_first_waits_are_short_and_the_longest_an_hour():
    held = spend(NEAR, Held(), T, 5)
    assert NEAR.wait_ms(held, T) == 30_000
    assert NEAR.wait_ms(NEAR.after(Held(500, T, T), T), T) == HOUR_MS
