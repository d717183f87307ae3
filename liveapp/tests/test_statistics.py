"""A span in numbers."""

import math
from datetime import UTC, datetime

import pytest

from liveapp.levels import DAY_MS, HOUR_MS, MINUTE_MS, Level
from liveapp.models import Purge
from liveapp.models.reading import key_of
from liveapp.rollups import Rollups
from liveapp.spans import Span
from liveapp.statistics import statistics
from liveapp.store import Row, rollup_store, store
from liveapp.tests.doors import example, make_user, put

T = round(datetime(2025, 11, 20, 13, tzinfo=UTC).timestamp() * 1000)

pytestmark = pytest.mark.usefixtures("database")


def keep(readings):
    store().commit([Row(key_of(7, time), values) for time, values in readings])


def ask(start_ms, end_ms, **asked):
    return statistics(Span(7, start_ms, end_ms), **asked)


def test_a_span_of_readings_in_numbers():
    keep([(T, {"a": 1.0}), (T + 600_000, {"a": 4.0}), (T + 1_200_000, {"a": 1.0, "b": 5.0})])
    assert ask(T, T + HOUR_MS) == {
        "a": {
            "count": 3,
            "mean": 2.0,
            "min": {"value": 1.0, "time": T},
            "max": {"value": 4.0, "time": T + 600_000},
            "trend_per_hour": pytest.approx(0, abs=1e-9),
            "last": {"value": 1.0, "time": T + 1_200_000},
        },
        "b": {
            "count": 1,
            "mean": 5.0,
            "min": {"value": 5.0, "time": T + 1_200_000},
            "max": {"value": 5.0, "time": T + 1_200_000},
            "trend_per_hour": None,
            "last": {"value": 5.0, "time": T + 1_200_000},
        },
    }


def test_an_empty_span_has_no_numbers():
    assert ask(T, T + DAY_MS) == {}


def test_only_the_metrics_asked_for_are_counted():
    keep([(T, {"a": 1.0, "b": 2.0})])
    assert list(ask(T, T + 1, metrics=frozenset({"b"}))) == ["b"]


@pytest.mark.parametrize("rolled_up", [True, False])
@pytest.mark.parametrize("span_ms", [HOUR_MS, 5 * HOUR_MS, 3 * DAY_MS])
def test_a_span_is_exact_at_its_edges_at_every_resolution(span_ms, rolled_up):
    readings = [
        (T + n * 20_000, {"a": 20 + 5 * math.sin(n / 3000) + n / 1800}) for n in range(3 * DAY_MS // 20_000)
    ]
    keep(readings)
    if rolled_up:
        Rollups(settle_s=0).run(lambda: None)
    start, end = T + 17 * MINUTE_MS + 40_001, T + 17 * MINUTE_MS + 40_001 + span_ms - 20 * MINUTE_MS
    within = [(time, values["a"]) for time, values in readings if start <= time < end]
    found = ask(start, end)["a"]
    assert found["count"] == len(within)
    assert found["mean"] == pytest.approx(sum(value for _, value in within) / len(within))
    least, greatest = min(within, key=lambda one: one[1]), max(within, key=lambda one: one[1])
    assert found["min"] == {"value": least[1], "time": least[0]}
    assert found["max"] == {"value": greatest[1], "time": greatest[0]}
    assert found["last"] == {"value": within[-1][1], "time": within[-1][0]}


def test_the_trend_is_the_slope_per_hour():
    keep([(T + n * MINUTE_MS, {"a": 20 + n / 60 * 0.5}) for n in range(600)])
    assert ask(T, T + HOUR_MS)["a"]["trend_per_hour"] == pytest.approx(0.5)
    assert ask(T, T + 10 * HOUR_MS)["a"]["trend_per_hour"] == pytest.approx(0.5, rel=1e-3)


def test_directions_have_a_mean_and_no_extremes():
    keep([(T, {"yaw": 350.0}), (T + 1000, {"yaw": 20.0})])
    found = ask(T, T + HOUR_MS)["yaw"]
    assert found["mean"] == pytest.approx(5)
    assert (found["min"], found["max"], found["trend_per_hour"]) == (None, None, None)
    assert found["last"] == {"value": 20.0, "time": T + 1000}


def test_the_api_compares_with_the_span_before(client, device):
    client.force_login(make_user("guest", ()), "django.contrib.auth.backends.ModelBackend")
    put(device, [T - 2_000, T - 1_000], temperature=20.0)
    put(device, [T], temperature=21.0)
    put(device, [T + 1_000], temperature=22.0)
    answer = client.get("/api/devices/kitchen/statistics/", {"start": T, "end": T + HOUR_MS})
    assert answer.status_code == 200
    assert answer.json() == example("rest/statistics")


def a_day_of_minutes(*levels):
    """A value for each hour, the greatest in the sixth, and of the day these levels gone; and the day after it."""
    midnight = T - 13 * HOUR_MS
    hours = [*range(6), 99, *range(7, 48)]
    keep(
        [
            (midnight + hour * HOUR_MS + n * MINUTE_MS, {"a": float(value)})
            for hour, value in enumerate(hours)
            for n in range(60)
        ]
    )
    Rollups(settle_s=0).run(lambda: None)
    for level in levels:
        Purge.note(7, level, midnight + DAY_MS)
        span = (key_of(7, 0), key_of(7, midnight + DAY_MS), 10_000)
        if level is Level.RAW:
            store().delete(*span)
        else:
            rollup_store().remove(level, rollup_store().keys(level, *span))
    return midnight


@pytest.mark.parametrize(
    ("levels", "count", "moment_ms"),
    [
        ([], 179, 0),
        ([Level.RAW], 180, 0),
        ([Level.RAW, Level.MINUTE], 195, 0),
        ([Level.RAW, Level.MINUTE, Level.QUARTER], 240, 0),
        ([Level.RAW, Level.MINUTE, Level.QUARTER, Level.HOUR], 1440, -6 * HOUR_MS),
    ],
)
def test_at_the_edges_buckets_count_whole_where_what_is_finer_is_gone(levels, count, moment_ms):
    midnight = a_day_of_minutes(*levels)
    start = midnight + 5 * HOUR_MS + 20 * MINUTE_MS + 30_000
    found = ask(start, start + 3 * HOUR_MS - 60_000)["a"]
    assert found["count"] == count
    assert found["max"] == {"value": 99.0, "time": midnight + 6 * HOUR_MS + moment_ms}


def test_a_span_that_begins_where_readings_are_gone_is_exact_where_it_ends():
    midnight = a_day_of_minutes(Level.RAW, Level.MINUTE, Level.QUARTER)
    assert ask(midnight + 5 * HOUR_MS, midnight + 25 * HOUR_MS + 1)["a"]["count"] == 20 * 60 + 1


def test_a_span_within_one_bucket_whose_parts_are_gone_counts_it_once():
    midnight = a_day_of_minutes(Level.RAW, Level.MINUTE, Level.QUARTER)
    assert ask(midnight + HOUR_MS + 1, midnight + HOUR_MS + 2)["a"]["count"] == 60


def test_of_days_whose_quarters_are_gone_the_hour_of_an_extreme_is_told():
    midnight = a_day_of_minutes(Level.RAW, Level.MINUTE, Level.QUARTER)
    found = ask(midnight - 400 * DAY_MS, midnight + DAY_MS)["a"]
    assert (found["count"], found["max"]["time"]) == (1440, midnight + 6 * HOUR_MS)
