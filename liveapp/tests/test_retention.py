"""What is kept for long enough goes, in small steps, and nothing that something is still to be made from."""

import time
from functools import partial

import pytest

from liveapp.deletion import delete_device, finish_deletions
from liveapp.levels import BUCKETS, HOUR_MS, MINUTE_MS, Level
from liveapp.models import Job, Purge, Retention, Touch
from liveapp.models.reading import key_of
from liveapp.pace import paced
from liveapp.retention import awaited, purge
from liveapp.rollups import marks
from liveapp.store import rollup_store, store
from liveapp.summary import Summary
from liveapp.tests.doors import put, stored
from liveapp.tests.kept import buckets_of, noon, purge_all, roll_up, rows_of
from liveapp.zone import zone

pytestmark = pytest.mark.usefixtures("database", "as_if_newer_ones_were_there")

# Two minutes of one hour.
TWO = (0, MINUTE_MS)


def put_days(device, *days_ago):
    """Two readings on each of these days, rolled up."""
    for days in days_ago:
        put(device, [noon(days) + ms for ms in TWO], temperature=float(days))
    roll_up()


def rows(raw, minute, quarter, hour, day):
    return dict(zip(Level, (raw, minute, quarter, hour, day), strict=True))


# For how long


def test_readings_stay_a_month_minutes_a_year_hours_ten_years_and_days_for_ever(device):
    put_days(device, 29, 30, 31, 364, 366, 3649, 3651, 20_000)
    days = buckets_of(device, Level.DAY)
    assert purge_all() == "deleted 12 readings and 14 rollups"
    assert rows_of(device) == rows(raw=4, minute=8, quarter=4, hour=6, day=8)
    assert buckets_of(device, Level.DAY) == days


def test_a_device_can_keep_its_own_for_another_time(new_device):
    kitchen, cellar = new_device("kitchen")[0], new_device("cellar")[0]
    Retention.objects.create(number=kitchen.number, raw_days=7, minute_days=10)
    for device in (kitchen, cellar):
        put_days(device, 6, 8, 11)
    purge_all()
    assert rows_of(kitchen) == rows(raw=2, minute=4, quarter=2, hour=3, day=3)
    assert rows_of(cellar) == rows(raw=6, minute=6, quarter=3, hour=3, day=3)


def test_the_installation_can_keep_all_for_ever_and_a_device_less(new_device):
    kitchen, cellar = new_device("kitchen")[0], new_device("cellar")[0]
    Retention.objects.create(number=0, raw_days=0, minute_days=0, hour_days=0)
    Retention.objects.create(number=cellar.number, raw_days=1)
    for device in (kitchen, cellar):
        put_days(device, 2, 20_000)
    assert purge_all() == "deleted 4 readings and 0 rollups"
    assert rows_of(kitchen) == rows(raw=4, minute=4, quarter=2, hour=2, day=2)


def test_the_day_that_the_time_ends_in_stays_whole(device, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    midnight = noon(30) - 12 * HOUR_MS
    put(device, [midnight - 1, midnight], temperature=1.0)
    roll_up()
    purge_all()
    assert list(stored(device)) == [midnight]


def test_longer_than_there_has_been_time_deletes_nothing(device):
    Retention.objects.create(number=0, raw_days=36_500, minute_days=36_500, hour_days=36_500)
    put(device, [0, 1], temperature=1.0)
    roll_up()
    assert purge_all() == ""


def test_where_nothing_is_deleted_nothing_is_noted(device):
    put_days(device, 1)
    assert purge_all() == ""
    assert not Purge.objects.exists()


def test_until_when_was_deleted_is_never_taken_back(device):
    Purge.note(device.number, Level.RAW, noon(1))
    put_days(device, 31)
    purge_all()
    assert Purge.horizons(device.number)[Level.RAW] == noon(1)


def test_a_deleted_device_leaves_no_periods(device):
    Retention.objects.create(number=device.number, raw_days=7)
    put_days(device, 40)
    purge_all()
    delete_device(device)
    finish_deletions(lambda: None)
    assert not Retention.objects.exists()
    assert not Purge.objects.exists()


# What has to wait


def test_readings_wait_until_the_minute_is_made(device):
    put(device, [noon(40), noon(40) + HOUR_MS], temperature=1.0)
    assert purge_all() == ""
    assert Touch.objects.exists()
    roll_up()
    assert purge_all() == "deleted 2 readings and 0 rollups"


def test_only_the_day_that_is_touched_waits(device):
    put_days(device, 40, 41, 42)
    put(device, [noon(41) + 1], temperature=1.0)
    purge_all()
    assert list(stored(device)) == [noon(41), noon(41) + 1, noon(41) + MINUTE_MS]


@pytest.mark.parametrize("level", BUCKETS, ids=lambda level: level.label)
def test_nothing_goes_of_a_day_in_which_a_bucket_is_to_be_made_anew(device, level):
    put_days(device, 400, 401)
    before = rows_of(device)
    rollup_store().mark(marks(level, [key_of(device.number, noon(400))], zone()))
    purge_all()
    assert rows_of(device) == {
        of: -(-count // 2) if of < Level.HOUR else count for of, count in before.items()
    }
    roll_up()
    purge_all()
    assert rows_of(device) == rows(0, 0, 0, 2, 2)


def test_an_hour_that_lies_in_two_days_waits_for_both(device, settings):
    settings.TIME_ZONE = "Asia/Kolkata"
    midnight = noon(5000) - 12 * HOUR_MS
    put(device, [midnight - 1], temperature=1.0)
    roll_up()
    purge_all()
    assert rows_of(device) == rows(0, 0, 0, 0, 1)


def test_readings_from_before_there_were_rollups_are_rolled_up_first(device, monkeypatch):
    monkeypatch.setattr(purge, "STEP", 1)
    put(device, [noon(4000), noon(4000) + HOUR_MS], temperature=1.0)
    Touch.objects.all().delete()
    assert purge_all() == ""
    roll_up()
    purge_all()
    assert rows_of(device) == rows(0, 0, 0, 0, 1)
    (day,) = buckets_of(device, Level.DAY).values()
    assert day["temperature"] == Summary(2, 1.0, 1.0, 1.0)


def test_what_boards_send_now_holds_nothing_back(device, monkeypatch):
    put_days(device, 40)
    roll_up()
    monkeypatch.setattr(awaited, "TOUCHES", 1)
    put(device, [noon(0)], temperature=1.0)
    put(device, [noon(0) + 1], temperature=1.0)
    assert purge_all() != ""


def test_while_there_is_more_to_roll_up_than_can_be_seen_everything_waits(device, monkeypatch):
    put_days(device, 40)
    put(device, [noon(40) + 1], temperature=1.0)
    monkeypatch.setattr(awaited, "TOUCHES", 1)
    assert purge_all() == ""
    roll_up()
    assert purge_all() == "deleted 3 readings and 0 rollups"


# Late readings


def meanwhile(monkeypatch, table, name, deed):
    """Something happens once, just before a method of a store does its work."""
    work, left = getattr(table, name), [deed]

    def both(*args):
        if left:
            left.pop()()
        return work(*args)

    monkeypatch.setattr(table, name, both)


def test_a_late_reading_that_comes_between_the_look_and_the_deed_stays_and_counts(device, monkeypatch):
    put_days(device, 40)
    late = noon(40) + 5 * MINUTE_MS
    meanwhile(monkeypatch, store(), "remove", lambda: put(device, [late], temperature=50.0))
    purge_all()
    assert list(stored(device)) == [late]
    roll_up()
    (day,) = buckets_of(device, Level.DAY).values()
    assert (day["temperature"].readings, day["temperature"].maximum) == (3, 50.0)
    purge_all()
    assert rows_of(device) == rows(raw=0, minute=3, quarter=1, hour=1, day=1)


def test_a_late_reading_does_not_take_the_place_of_a_minute_whose_readings_are_gone(device):
    put_days(device, 40)
    before = {level: buckets_of(device, level) for level in Level if level is not Level.RAW}
    purge_all()
    put(device, [noon(40) + 1], temperature=99.0)
    roll_up()
    purge_all()
    assert stored(device) == {}
    assert before == {level: buckets_of(device, level) for level in before}


def test_readings_that_another_worker_deletes_while_their_minute_is_made_still_count(device, monkeypatch):
    put(device, [noon(40) + n for n in range(60)], temperature=40.0)
    roll_up()
    rollup_store().mark(marks(Level.MINUTE, [key_of(device.number, noon(40))], zone()))

    def purged():
        Purge.note(device.number, Level.RAW, noon(30))
        store().delete(key_of(device.number, 0), key_of(device.number, noon(30)), 59)

    # After the worker has begun: it must look again.
    meanwhile(monkeypatch, store(), "scan", purged)
    roll_up()
    (minute,) = buckets_of(device, Level.MINUTE).values()
    assert minute["temperature"].readings == 60


# Step by step


def test_steps_are_small_with_a_hold_before_each(device, monkeypatch):
    monkeypatch.setattr(purge, "STEP", 4)
    put(device, [noon(40) + n for n in range(10)], temperature=1.0)
    roll_up()
    holds: list[int] = []
    purge.purge(lambda: holds.append(len(stored(device))))
    assert holds[:4] == [10, 6, 2, 0]


def test_what_is_held_back_does_not_hold_up_what_is_behind_it(device, monkeypatch):
    monkeypatch.setattr(purge, "STEP", 2)
    put_days(device, 45, 44)
    put(device, [noon(45) + n for n in range(1, 4)], temperature=1.0)
    purge_all()
    assert list(stored(device)) == [*(noon(45) + n for n in range(4)), noon(45) + MINUTE_MS]


def test_a_long_run_lets_others_have_their_turn_and_goes_on_soon(device, monkeypatch):
    monkeypatch.setattr(purge, "STEP", 4)
    monkeypatch.setattr(purge, "LONGEST_S", 0)
    put(device, [noon(40) + n for n in range(10)], temperature=1.0)
    roll_up()
    assert purge.purge(lambda: None) == "deleted 4 readings and 0 rollups"
    assert Job.objects.filter(name=purge.JOB).exists()


class Cut(Exception):
    pass


@pytest.mark.parametrize("done", [False, True], ids=["before it is done", "after it is done"])
def test_a_job_that_is_cut_off_at_any_step_is_finished_by_the_next(device, monkeypatch, done):
    monkeypatch.setattr(purge, "STEP", 3)
    for cut_at in range(1, 100):
        put(device, [noon(400) + n * MINUTE_MS for n in range(5)], temperature=1.0)
        put(device, [noon(4000) + n * MINUTE_MS for n in range(3)], temperature=float(cut_at))
        roll_up()
        days = buckets_of(device, Level.DAY)
        if cut_off(monkeypatch, cut_at, done):
            break
        # What it was cut off in must never look like less than there was.
        roll_up()
        purge_all()
        assert rows_of(device) == rows(0, 0, 0, 1, 2)
        assert buckets_of(device, Level.DAY) == days
    assert 5 < cut_at < 99


def cut_off(monkeypatch, cut_at, done):
    """Run the job up to a change of the database; whether it came to its end before."""
    calls = iter(range(1, 1000))

    def cut(step, *args):
        is_last = next(calls) == cut_at
        if done or not is_last:
            step(*args)
        if is_last:
            raise Cut

    with monkeypatch.context() as patch:
        for table, name in ((Purge, "note"), (store(), "remove"), (rollup_store(), "remove")):
            patch.setattr(table, name, partial(cut, getattr(table, name)))
        try:
            purge.purge(lambda: None)
        except Cut:
            return False
    return True


def test_ingest_gets_as_much_time_as_a_step_took(monkeypatch):
    clock: list[float] = [0.0]
    slept: list[float] = []
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", slept.append)

    def steps():
        for took_s in (2, 3):
            clock[0] += took_s
            yield took_s

    assert list(paced(steps(), lambda: None)) == [2, 3]
    assert slept == [2, 3]
