"""A span to a series: all readings, or as many points as were asked for."""

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from liveapp import spans
from liveapp.errors import InvalidMessage
from liveapp.history import history
from liveapp.levels import BUCKETS, DAY_MS, HOUR_MS, MINUTE_MS, Level
from liveapp.models import Purge
from liveapp.models.device import MAX_NUMBER
from liveapp.models.reading import TIME_MASK, key_of
from liveapp.resolution import Resolution, raw_step_ms, resolution_for
from liveapp.rollups import Rollups
from liveapp.spans import Span
from liveapp.store import Row, rollup_store, store
from liveapp.zone import zone

# An hour that is long over.
T = round(datetime(2025, 11, 20, 13, tzinfo=UTC).timestamp() * 1000)

pytestmark = pytest.mark.usefixtures("database")


def keep(number, *readings):
    store().commit([Row(key_of(number, time), values) for time, values in readings])


def roll_up():
    Rollups(settle_s=0).run(lambda: None)


def ask(start_ms=0, end_ms=TIME_MASK + 1, *, number=7, **asked):
    return history("kitchen", Span(number, start_ms, end_ms), **asked)


def test_span_is_answered_in_columns():
    keep(7, (5, {"a": 1.0}), (6, {"b": 2.0}))
    assert ask(5, 7) == {
        "device": "kitchen",
        "resolution": "raw",
        "step_ms": 0,
        "start": 5,
        "end": 7,
        "complete": True,
        "time": [5, 6],
        "values": {"a": [1.0, None], "b": [None, 2.0]},
    }


def test_start_belongs_to_the_span_and_end_does_not():
    keep(7, *((time, {"a": 1.0}) for time in (4, 5, 6, 7)))
    assert ask(5, 7)["time"] == [5, 6]


def test_neighbouring_devices_are_not_in_it():
    for number in (6, 7, 8):
        keep(number, (0, {"a": 1.0}), (TIME_MASK, {"a": 2.0}))
    assert ask()["time"] == [0, TIME_MASK]


def test_empty_span_of_a_device_is_empty_columns():
    answer = ask(5, 7)
    assert (answer["time"], answer["values"], answer["complete"]) == ([], {}, True)


def test_asked_metrics_alone_are_answered():
    keep(7, (5, {"a": 1.0, "b": 2.0}), (6, {"b": 3.0}))
    answer = ask(5, 7, metrics=frozenset({"a"}))
    assert (answer["time"], answer["values"]) == ([5], {"a": [1.0]})


def test_newest_readings_are_kept_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(spans, "MAX_READINGS", 3)
    keep(7, *((time, {"a": 1.0}) for time in range(5)))
    answer = ask(0, 9)
    assert (answer["time"], answer["complete"]) == ([2, 3, 4], False)


def test_exactly_as_many_as_are_answered_are_complete(monkeypatch):
    monkeypatch.setattr(spans, "MAX_READINGS", 3)
    keep(7, *((time, {"a": 1.0}) for time in range(3)))
    answer = ask(0, 9)
    assert (answer["time"], answer["complete"]) == ([0, 1, 2], True)


@pytest.mark.parametrize(
    ("start_ms", "end_ms"), [(5, 5), (6, 5), (-1, 5), (0, TIME_MASK + 2), (10**30, 10**31)]
)
def test_span_that_cannot_be_is_refused(start_ms, end_ms):
    with pytest.raises(InvalidMessage, match="The span is empty: start must be before end"):
        ask(start_ms, end_ms)


def test_last_device_there_can_be_has_a_history():
    keep(MAX_NUMBER, (TIME_MASK, {"a": 1.0}))
    assert ask(number=MAX_NUMBER)["time"] == [TIME_MASK]


# As many points as were asked for


def a_day_of_every_ten_seconds(number=7):
    """One wave of 20 ± 5 a day."""
    times = range(T, T + DAY_MS, 10_000)
    keep(number, *((time, {"a": 20 + 5 * math.sin((time - T) / DAY_MS * math.tau)}) for time in times))


@pytest.mark.parametrize("rolled_up", [True, False])
@pytest.mark.parametrize(
    ("span_ms", "resolution", "step_ms"),
    [
        (10 * MINUTE_MS, "raw", 0),
        (HOUR_MS, "raw", 15_000),
        (4 * HOUR_MS, "minute", MINUTE_MS),
        (12 * HOUR_MS, "minute", 5 * MINUTE_MS),
        (DAY_MS, "minute", 5 * MINUTE_MS),
        (4 * DAY_MS, "quarter", 30 * MINUTE_MS),
        (30 * DAY_MS, "hour", 3 * HOUR_MS),
        (365 * DAY_MS, "day", 2 * DAY_MS),
        (3650 * DAY_MS, "day", 14 * DAY_MS),
    ],
)
def test_each_span_has_its_resolution_whether_it_is_rolled_up_or_not(span_ms, resolution, step_ms, rolled_up):
    a_day_of_every_ten_seconds()
    if rolled_up:
        roll_up()
    answer = ask(T, T + span_ms, points=300)
    assert (answer["resolution"], answer["step_ms"], answer["complete"]) == (resolution, step_ms, True)
    assert 0 < len(answer["time"]) <= 300
    assert answer["time"] == sorted(set(answer["time"]))
    covered = sum(answer["count"]["a"]) if step_ms else len(answer["time"])
    assert covered == min(span_ms, DAY_MS) // 10_000
    if step_ms:
        for least, mean, greatest in zip(
            *(answer[part]["a"] for part in ("min", "values", "max")), strict=True
        ):
            assert 15 <= least <= mean <= greatest <= 25


def test_what_is_rolled_up_in_part_is_whole():
    a_day_of_every_ten_seconds()
    whole = ask(T, T + DAY_MS, points=300)
    keep(7, (T + DAY_MS, {"a": 20.0}))
    roll_up()
    for level in BUCKETS:
        # As it is while the job has not come so far.
        start_key = key_of(7, level.start_of(T + DAY_MS // 2, zone()))
        later = rollup_store().scan(level, start_key, key_of(8, 0), 10_000)
        rollup_store().remove(level, [bucket.key for bucket in later])
        assert ask(T, T + DAY_MS, points=300) == whole


def test_the_newest_bucket_is_there_while_it_is_open():
    keep(7, (T, {"a": 1.0}), (T + 30_000, {"a": 3.0}))
    keep(7, *((T - n * MINUTE_MS // 2, {"a": 1.0}) for n in range(1, 1000)))
    answer = ask(T - 8 * HOUR_MS, T + 30_001, points=490)
    assert (answer["resolution"], answer["time"][-1], answer["values"]["a"][-1]) == ("minute", T, 2.0)


def test_a_bucket_that_touches_the_span_is_whole():
    a_day_of_every_ten_seconds()
    answer = ask(T + 5 * HOUR_MS + 1, T + 15 * HOUR_MS + 1, points=100)
    assert answer["time"][0] == T + 5 * HOUR_MS
    assert answer["count"]["a"] == [90] * 41


def test_a_bucket_without_readings_is_no_point():
    for hour in (0, 3):
        keep(7, *((T + hour * HOUR_MS + n * 1000, {"a": 1.0}) for n in range(600)))
    answer = ask(T, T + 4 * HOUR_MS, points=300)
    assert answer["time"] == [T + (hour * 60 + n) * MINUTE_MS for hour in (0, 3) for n in range(10)]


def test_a_metric_that_a_bucket_lacks_is_none_there():
    keep(7, *((T + n * 1000, {"a": 1.0}) for n in range(400)))
    keep(7, *((T + HOUR_MS + n * 1000, {"b": 1.0}) for n in range(60)))
    answer = ask(T, T + 4 * HOUR_MS, points=300)
    assert answer["values"]["b"] == [None] * 7 + [1.0]
    assert answer["count"]["b"] == [None] * 7 + [60]


def test_few_readings_are_shown_as_they_are_over_any_span():
    times = [T + day * DAY_MS + 123 for day in range(300)]
    keep(7, *((time, {"a": 1.0}) for time in times))
    roll_up()
    answer = ask(T, T + 365 * DAY_MS, points=300)
    assert (answer["resolution"], answer["step_ms"], answer["time"]) == ("raw", 0, times)


def test_few_readings_of_which_some_are_purged_are_shown_rolled_up():
    keep(7, *((T + n * HOUR_MS, {"a": 1.0}) for n in range(5)))
    roll_up()
    Purge.objects.create(key=Purge.key_of(7, Level.RAW), until_ms=T + 2 * HOUR_MS)
    store().delete(key_of(7, T), key_of(7, T + 2 * HOUR_MS), 10)
    answer = ask(T, T + DAY_MS, points=300)
    assert (answer["resolution"], len(answer["time"])) == ("minute", 5)


def test_asked_metrics_alone_are_points():
    keep(7, *((T + n * 1000, {"a": 1.0}) for n in range(500)))
    keep(7, *((T + HOUR_MS + n * 1000, {"a": 1.0, "b": 2.0}) for n in range(60)))
    answer = ask(T, T + 2 * HOUR_MS, points=300, metrics=frozenset({"b"}))
    assert (answer["time"], answer["values"]) == ([T + HOUR_MS], {"b": [2.0]})


def test_angles_of_a_point_have_the_mean_of_their_directions():
    keep(7, *((T + n * 1000, {"yaw": (350.0, 20.0)[n % 2]}) for n in range(600)))
    answer = ask(T, T + 2 * HOUR_MS, points=300)
    assert answer["values"]["yaw"] == [pytest.approx(5)] * 10


def test_days_and_weeks_begin_at_midnight_here(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    berlin = ZoneInfo("Europe/Berlin")
    start = round(datetime(2025, 10, 1, tzinfo=berlin).timestamp() * 1000)
    keep(7, *((start + n * HOUR_MS, {"a": 1.0}) for n in range(31 * 24 + 1)))
    roll_up()
    for points, starts in ((400, [(2025, 10, day) for day in range(1, 32)]), (60, None)):
        answer = ask(start, start + 365 * DAY_MS, points=points)
        found = [datetime.fromtimestamp(time / 1000, berlin) for time in answer["time"]]
        assert {(one.hour, one.minute) for one in found} == {(0, 0)}
        if starts:
            assert [(one.year, one.month, one.day) for one in found] == starts
            assert answer["count"]["a"][25] == 25
        else:
            assert {one.weekday() for one in found} == {0}


def test_no_span_asks_for_more_rows_than_can_be_looked_at_in_time():
    for points in (1, 10, 100, 1000, 2000):
        for span_ms in (HOUR_MS + 1, DAY_MS, 7 * DAY_MS, 90 * DAY_MS, 365 * DAY_MS, 3650 * DAY_MS):
            resolution = resolution_for(span_ms, points)
            assert span_ms / resolution.step_ms <= points
            assert span_ms / resolution.level.width_ms <= max(6_000, 3650)


def test_the_steps_of_raw_readings_are_round_and_few_enough():
    assert [raw_step_ms(span, 1000) for span in (1_000, 60_000, 3_600_000)] == [100, 100, 5_000]
    assert raw_step_ms(HOUR_MS, 1) == HOUR_MS
    assert resolution_for(HOUR_MS, 1) == Resolution(Level.RAW)


# Where the past is known less finely


def deleted(level, until_ms):
    """As the job leaves it: a level is gone up to then, and that is noted."""
    Purge.note(7, level, until_ms)
    if level is Level.RAW:
        store().delete(key_of(7, 0), key_of(7, until_ms), 100_000)
    else:
        rollup_store().remove(level, rollup_store().keys(level, key_of(7, 0), key_of(7, until_ms), 100_000))


def an_old_day(*levels):
    """A day rolled up, of which these levels are gone, and an hour of the next."""
    midnight = T - 13 * HOUR_MS
    keep(7, *((time, {"a": 1.0}) for time in range(midnight, midnight + 25 * HOUR_MS, 10_000)))
    roll_up()
    for level in levels:
        deleted(level, midnight + DAY_MS)
    return midnight


@pytest.mark.parametrize("points", [None, 1000, 60])
@pytest.mark.parametrize(
    ("levels", "resolution", "times"),
    [
        ([Level.RAW], "minute", 60),
        ([Level.RAW, Level.MINUTE], "quarter", 4),
        ([Level.RAW, Level.MINUTE, Level.QUARTER], "hour", 1),
        ([Level.RAW, Level.MINUTE, Level.QUARTER, Level.HOUR], "day", 1),
    ],
)
def test_a_short_span_whose_readings_are_gone_comes_from_the_finest_that_is_left(
    points, levels, resolution, times
):
    midnight = an_old_day(*levels)
    answer = ask(midnight + 5 * HOUR_MS, midnight + 6 * HOUR_MS, points=points)
    assert (answer["resolution"], answer["complete"], len(answer["time"])) == (resolution, True, times)
    assert sum(answer["count"]["a"]) == (8640 if resolution == "day" else 360)


def test_a_span_of_minutes_that_are_gone_comes_from_hours():
    midnight = an_old_day(Level.RAW, Level.MINUTE, Level.QUARTER)
    answer = ask(midnight, midnight + 6 * HOUR_MS, points=1000)
    assert (answer["resolution"], answer["count"]["a"]) == ("hour", [360] * 6)


def test_a_span_of_which_a_part_is_gone_is_rather_whole_than_fine():
    midnight = an_old_day(Level.RAW)
    end = midnight + DAY_MS
    answer = ask(end - 30 * MINUTE_MS, end + 30 * MINUTE_MS, points=1000)
    assert (answer["resolution"], answer["count"]["a"]) == ("minute", [6] * 60)
    assert ask(end, end + 30 * MINUTE_MS, points=1000)["resolution"] == "raw"


def test_fewer_points_than_the_finest_that_is_left_has_are_wider():
    midnight = an_old_day(Level.RAW)
    answer = ask(midnight, midnight + HOUR_MS, points=20)
    assert (answer["step_ms"], answer["count"]["a"]) == (5 * MINUTE_MS, [30] * 12)


def test_all_readings_of_a_time_of_which_some_are_gone_are_points_of_all_of_it():
    an_old_day(Level.RAW)
    answer = ask()
    assert answer["complete"]
    assert sum(answer["count"]["a"]) == 25 * 360


def test_late_readings_of_a_time_that_is_gone_are_not_shown_alone():
    midnight = an_old_day(Level.RAW)
    keep(7, (midnight + 1, {"a": 99.0}))
    answer = ask(midnight, midnight + MINUTE_MS, points=1000)
    assert (answer["resolution"], answer["count"]["a"]) == ("minute", [6])


def test_what_is_gone_of_one_device_is_not_of_another():
    midnight = an_old_day(Level.RAW)
    keep(8, (midnight, {"a": 1.0}))
    assert ask(midnight, midnight + HOUR_MS, points=1000, number=8)["resolution"] == "raw"
