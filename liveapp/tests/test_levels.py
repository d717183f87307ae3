"""Where buckets begin and end."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from liveapp.levels import BUCKETS, DAY_MS, HOUR_MS, Level

BERLIN = ZoneInfo("Europe/Berlin")


def ms(*parts, zone=UTC):
    return round(datetime(*parts).replace(tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize(
    ("level", "start"),
    [
        (Level.RAW, ms(2025, 11, 20, 13, 47, 31)),
        (Level.MINUTE, ms(2025, 11, 20, 13, 47)),
        (Level.QUARTER, ms(2025, 11, 20, 13, 45)),
        (Level.HOUR, ms(2025, 11, 20, 13)),
        (Level.DAY, ms(2025, 11, 20, zone=BERLIN)),
    ],
)
def test_a_time_lies_in_the_bucket_that_began_last(level, start):
    assert level.start_of(ms(2025, 11, 20, 13, 47, 31), BERLIN) == start


@pytest.mark.parametrize(("date", "hours"), [((2025, 3, 30), 23), ((2025, 10, 26), 25), ((2025, 11, 20), 24)])
def test_a_day_is_as_long_as_the_clock_on_the_wall_says(date, hours):
    start = ms(*date, zone=BERLIN)
    assert Level.DAY.end_of(start, BERLIN) - start == hours * HOUR_MS
    assert Level.DAY.start_of(start + hours * HOUR_MS - 1, BERLIN) == start
    assert Level.DAY.start_of(start + hours * HOUR_MS, BERLIN) == start + hours * HOUR_MS


def test_a_day_without_midnight_begins_with_its_first_moment():
    beirut = ZoneInfo("Asia/Beirut")
    # On that day the clock went from 0:00 to 1:00.
    first = ms(2025, 3, 30, 1, zone=beirut)
    assert Level.DAY.start_of(first + HOUR_MS, beirut) == first
    assert Level.DAY.start_of(first - 1, beirut) == ms(2025, 3, 29, zone=beirut)


@pytest.mark.parametrize(
    "zone", ["Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "America/Havana"]
)
def test_no_day_begins_within_a_quarter_of_an_hour(zone):
    start = Level.DAY.start_of(ms(2025, 1, 1), ZoneInfo(zone))
    for _ in range(366):
        assert Level.QUARTER.start_of(start, ZoneInfo(zone)) == start
        end = Level.DAY.end_of(start, ZoneInfo(zone))
        assert DAY_MS - HOUR_MS <= end - start <= DAY_MS + HOUR_MS
        start = end


def test_every_bucket_ends_where_the_next_begins():
    for level in BUCKETS:
        start = level.start_of(ms(2025, 11, 20, 13, 47, 31), BERLIN)
        end = level.end_of(start, BERLIN)
        assert (level.start_of(end - 1, BERLIN), level.start_of(end, BERLIN)) == (start, end)


def test_each_level_is_made_from_the_one_that_names_it():
    assert [(level.label, level.below.label) for level in BUCKETS] == [
        ("minute", "raw"),
        ("quarter", "minute"),
        ("hour", "quarter"),
        ("day", "quarter"),
    ]
    assert all(level in level.below.above for level in BUCKETS)
