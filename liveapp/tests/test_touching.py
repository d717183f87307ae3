"""What readings may change is written down before they are, and seldom twice."""

import pytest

from liveapp.levels import MINUTE_MS
from liveapp.models.reading import key_of
from liveapp.store import touching
from liveapp.store.touching import MOST_MINUTES, RECENT_S, REUSED_S, TRUSTED_S, Touching

KEY = key_of(7, 60_000 * 29_394_560)


@pytest.fixture
def clock(monkeypatch):
    """Seconds that pass when a test says so."""

    class Clock:
        now_s = 1000.0

        def monotonic(self):
            return self.now_s

    clock = Clock()
    monkeypatch.setattr(touching, "time", clock)
    monkeypatch.setattr(touching, "REUSED_S", REUSED_S)
    monkeypatch.setattr(touching, "RECENT_S", RECENT_S)
    return clock


@pytest.fixture
def written():
    return []


@pytest.fixture
def touches(written):
    return Touching(written.append)


def minute(number):
    return KEY + number * MINUTE_MS


def commit(touches, *minutes):
    with touches.around([minute(number) + 5 for number in minutes]):
        pass


def test_the_minutes_are_written_before_the_readings(clock, touches, written):
    with touches.around([minute(0) + 1, minute(0) + 2, minute(3)]):
        assert written == [[minute(0), minute(3)]]


def test_the_same_minutes_are_not_written_again_at_once(clock, touches, written):
    commit(touches, 0, 1)
    clock.now_s += REUSED_S - 0.1
    commit(touches, 1)
    commit(touches, 0)
    assert len(written) == 1
    clock.now_s += 0.2
    commit(touches, 0)
    assert len(written) == 2


def test_another_minute_is_written_at_once_together_with_those_of_late(clock, touches, written):
    commit(touches, 0)
    clock.now_s += 1
    commit(touches, 1)
    assert written == [[minute(0)], [minute(0), minute(1)]]
    clock.now_s += RECENT_S + 1
    commit(touches, 2)
    assert written[-1] == [minute(2)]


def test_a_commit_that_took_long_is_touched_once_more(clock, touches, written):
    with touches.around([minute(0)]):
        clock.now_s += TRUSTED_S + 0.1
    assert written == [[minute(0)], [minute(0)]]


def test_what_counts_is_how_old_its_touch_was_at_the_end(clock, touches, written):
    commit(touches, 0)
    clock.now_s += REUSED_S - 0.1
    with touches.around([minute(0)]):
        clock.now_s += TRUSTED_S - 1
    assert len(written) == 2


def test_after_a_commit_that_failed_the_next_one_touches_anew(clock, touches, written):
    with pytest.raises(TimeoutError), touches.around([minute(0)]):
        raise TimeoutError
    commit(touches, 0)
    assert len(written) == 2


def test_a_touch_that_could_not_be_written_is_not_taken_for_one(clock):
    def fail(minutes):
        raise TimeoutError

    touches = Touching(fail)
    for _ in range(2):
        with pytest.raises(TimeoutError):
            commit(touches, 0)


def test_a_commit_of_nothing_touches_nothing(clock, touches, written):
    commit(touches)
    assert written == []


def test_a_touch_holds_what_its_commit_wants_and_not_much_more(clock, touches, written):
    commit(touches, *range(MOST_MINUTES))
    commit(touches, *range(-10, 0))
    assert len(written[-1]) == MOST_MINUTES
    assert {minute(number) for number in range(-10, 0)} <= set(written[-1])
