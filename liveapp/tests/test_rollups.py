"""However readings come, the rollups end as if all had been made anew from them."""

import random
import time
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings

from liveapp import rollups
from liveapp.clock import now_ms
from liveapp.levels import BUCKETS, DAY_MS, HOUR_MS, MINUTE_MS, Level
from liveapp.models import Job, Purge, Stale, Touch
from liveapp.models.reading import key_of, time_of
from liveapp.rollups import Making, Rollups
from liveapp.store import Row, rollup_store, store
from liveapp.summary import Summary, summarise
from liveapp.tests.doors import put
from liveapp.zone import zone

# An hour that is long over.
T = round(datetime(2025, 11, 20, 13, tzinfo=UTC).timestamp() * 1000)

pytestmark = pytest.mark.usefixtures("database")


def roll_up(holds=lambda: None):
    return Rollups(settle_s=0).run(holds)


def kept(device, level):
    """All buckets of a device at a level, by their start."""
    span = (key_of(device.number, 0), key_of(device.number + 1, 0))
    return {time_of(bucket.key): bucket.values for bucket in rollup_store().scan(level, *span, 100_000)}


def anew(device, level):
    """What all of them should be."""
    readings = store().scan(key_of(device.number, 0), key_of(device.number + 1, 0), 100_000)
    starts = {level.start_of(time_of(row.key), zone()) for row in readings}
    made = (Making().made(level, [key_of(device.number, start)]) for start in sorted(starts))
    return {time_of(bucket.key): bucket.values for buckets in made for bucket in buckets}


def assert_as_if_made_anew(device):
    for level in BUCKETS:
        assert kept(device, level) == anew(device, level), level
    assert not Stale.objects.exists()
    assert not Touch.objects.exists()


def test_a_closed_minute_is_rolled_up_through_all_levels(device):
    put(device, [T, T + 10_000], temperature=20.0)
    put(device, [T + 20_000], temperature=23.0, humidity=40.0)
    roll_up()
    expected = {"temperature": Summary(3, 21.0, 20.0, 23.0), "humidity": Summary(1, 40.0, 40.0, 40.0)}
    for level in (Level.MINUTE, Level.QUARTER, Level.HOUR):
        assert kept(device, level) == {T: expected}
    assert kept(device, Level.DAY) == {T - 13 * HOUR_MS: expected}
    assert_as_if_made_anew(device)


def test_a_minute_that_is_still_open_waits(device):
    put(device, [now_ms()], temperature=20.0)
    roll_up()
    assert kept(device, Level.MINUTE) == {}
    assert [mark.level for mark in Stale.objects.all()] == [Level.MINUTE]


def test_late_readings_change_what_is_rolled_up_already(device):
    put(device, [T, T + DAY_MS], temperature=20.0)
    roll_up()
    put(device, [T + 1000], temperature=30.0)
    roll_up()
    assert kept(device, Level.HOUR)[T] == {"temperature": Summary(2, 25.0, 20.0, 30.0)}
    assert_as_if_made_anew(device)


def test_readings_that_come_twice_count_once(device):
    for _ in range(3):
        put(device, range(T, T + 60_000, 1000), temperature=20.0)
        roll_up()
    assert kept(device, Level.DAY)[T - 13 * HOUR_MS]["temperature"].readings == 60


def test_a_metric_that_is_added_to_a_stored_reading_counts(device):
    put(device, [T], temperature=20.0)
    roll_up()
    put(device, [T], humidity=40.0)
    roll_up()
    assert sorted(kept(device, Level.DAY)[T - 13 * HOUR_MS]) == ["humidity", "temperature"]
    assert_as_if_made_anew(device)


def test_a_reading_that_moved_on_into_the_next_minute_counts_there(device):
    last = T + MINUTE_MS - 1
    put(device, [last], temperature=20.0)
    roll_up()
    put(device, [last], temperature=30.0)
    roll_up()
    assert sorted(kept(device, Level.MINUTE)) == [T, T + MINUTE_MS]
    assert_as_if_made_anew(device)


def test_deleted_readings_leave_no_bucket(device):
    put(device, [T], temperature=20.0)
    roll_up()
    key = key_of(device.number, T)
    store().delete(key, key + 1, 10)
    rollup_store().mark(rollups.marks(Level.MINUTE, [key], zone()))
    roll_up()
    assert [kept(device, level) for level in BUCKETS] == [{}] * 4


def test_devices_do_not_mix(new_device):
    kitchen, cellar = new_device("kitchen")[0], new_device("cellar")[0]
    put(kitchen, [T], temperature=20.0)
    put(cellar, [T], temperature=5.0)
    roll_up()
    assert kept(kitchen, Level.HOUR)[T]["temperature"].mean == 20
    assert kept(cellar, Level.HOUR)[T]["temperature"].mean == 5


def test_angles_are_rolled_up_as_angles(device):
    put(device, [T], yaw=350.0)
    put(device, [T + 1], yaw=20.0)
    roll_up()
    assert kept(device, Level.DAY)[T - 13 * HOUR_MS]["yaw"] == summarise([350.0, 20.0], circular=True)


def test_days_begin_at_midnight_here(device, settings):
    berlin = ZoneInfo("Europe/Berlin")
    settings.TIME_ZONE = "Europe/Berlin"
    # The day of 25 hours, with a reading in each.
    start = round(datetime(2025, 10, 26, tzinfo=berlin).timestamp() * 1000)
    put(device, range(start - HOUR_MS, start + 26 * HOUR_MS, HOUR_MS), temperature=20.0)
    roll_up()
    counts = [values["temperature"].readings for values in kept(device, Level.DAY).values()]
    assert (sorted(kept(device, Level.DAY))[1], counts) == (start, [1, 25, 1])


def test_chance_readings_in_chance_order_end_as_if_made_anew(device):
    chance = random.Random(7)
    times = [T + chance.randrange(3 * DAY_MS) for _ in range(400)]
    for _ in range(12):
        for time_ms in chance.choices(times, k=60):
            values = {name: round(chance.uniform(0, 359), 2) for name in ("temperature", "yaw")}
            store().commit([Row(key_of(device.number, time_ms), values)])
        roll_up()
    assert_as_if_made_anew(device)


class Cut(Exception):
    pass


@pytest.mark.parametrize("done", [False, True], ids=["before it is done", "after it is done"])
def test_a_job_that_is_cut_off_at_any_step_is_finished_by_the_next(device, monkeypatch, done):
    steps = ("mark", "forget_touches", "write", "remove", "strike")
    for cut_at in range(1, 100):
        put(device, [T + cut_at, T + HOUR_MS + cut_at], temperature=float(cut_at), yaw=cut_at)
        calls = iter(range(1, 1000))

        def cut_off(step, *args, calls=calls, cut_at=cut_at):
            is_last = next(calls) == cut_at
            if done or not is_last:
                step(*args)
            if is_last:
                raise Cut

        with monkeypatch.context() as patch:
            for name in steps:
                patch.setattr(rollup_store(), name, partial(cut_off, getattr(rollup_store(), name)))
            try:
                roll_up()
            except Cut:
                pass
            else:
                break
        roll_up()
        assert_as_if_made_anew(device)
    assert 15 < cut_at < 99


def test_what_changes_while_a_bucket_is_made_is_made_again(device, monkeypatch):
    put(device, [T], temperature=20.0)
    write, late = rollup_store().write, [T + 1000]

    def meanwhile(level, buckets):
        write(level, buckets)
        if late:
            put(device, [late.pop()], temperature=30.0)
            # Another worker, which holds the job by now, has seen it.
            Rollups(settle_s=0)._mark_touched()

    monkeypatch.setattr(rollup_store(), "write", meanwhile)
    roll_up()
    assert kept(device, Level.MINUTE)[T]["temperature"].readings == 2
    assert_as_if_made_anew(device)


def test_what_a_commit_touched_is_kept_until_its_readings_must_be_there(device):
    put(device, [T], temperature=20.0)
    patient = Rollups(settle_s=1000)
    patient.run(lambda: None)
    assert kept(device, Level.MINUTE) == {}
    assert Touch.objects.count() == 1
    assert rollup_store().settle_s == (15 if django_settings.MONGODB else 0)


def test_while_the_database_was_held_up_no_time_has_passed_for_a_touch(device, monkeypatch):
    put(device, [T], temperature=20.0)
    look, now_s = rollup_store().touches, [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now_s[0])
    job = Rollups(settle_s=10)

    def run(*, after_s, look_s=0.0):
        def slow(limit):
            now_s[0] += look_s
            return look(limit)

        now_s[0] += after_s
        monkeypatch.setattr(rollup_store(), "touches", slow)
        job._mark_touched()
        return Touch.objects.count()

    assert run(after_s=5) == 1
    assert run(after_s=5, look_s=6) == 1
    assert run(after_s=5) == 1
    assert run(after_s=20) == 1
    assert run(after_s=6) == 1
    assert run(after_s=5) == 0


def purge(device, level, until_ms):
    Purge.objects.create(key=Purge.key_of(device.number, level), until_ms=until_ms)


def test_late_readings_do_not_take_the_place_of_more_that_were_purged(device):
    put(device, range(T, T + 60_000, 1000), temperature=20.0)
    roll_up()
    purge(device, Level.RAW, T + DAY_MS)
    store().delete(key_of(device.number, T), key_of(device.number, T + DAY_MS), 1000)
    put(device, [T], temperature=99.0)
    roll_up()
    assert kept(device, Level.MINUTE)[T]["temperature"] == Summary(60, 20.0, 20.0, 20.0)
    assert kept(device, Level.HOUR)[T]["temperature"] == Summary(60, 20.0, 20.0, 20.0)


def test_late_readings_of_a_purged_time_that_was_empty_are_rolled_up(device):
    purge(device, Level.RAW, T + DAY_MS)
    put(device, [T], temperature=20.0)
    roll_up()
    put(device, [T + 1], temperature=22.0)
    roll_up()
    assert kept(device, Level.DAY)[T - 13 * HOUR_MS]["temperature"] == Summary(2, 21.0, 20.0, 22.0)


def test_much_to_do_leaves_other_jobs_their_turn(device, monkeypatch):
    monkeypatch.setattr(rollups, "LONGEST_S", 0)
    monkeypatch.setattr(rollups, "STEP", 5)
    put(device, range(T, T + HOUR_MS, MINUTE_MS), temperature=20.0)
    Job.objects.create(name=rollups.JOB, due_at=datetime(2100, 1, 1, tzinfo=UTC))
    roll_up()
    assert len(kept(device, Level.MINUTE)) == 5
    assert Job.objects.get(name=rollups.JOB).due_at <= datetime.now(UTC)


def test_a_job_that_lost_its_lease_stops_between_two_steps(device):
    put(device, range(T, T + DAY_MS, MINUTE_MS * 30), temperature=20.0)

    def lost():
        raise TimeoutError

    with pytest.raises(TimeoutError):
        roll_up(lost)
    assert kept(device, Level.MINUTE) == {}


def test_as_many_late_readings_do_not_take_the_place_of_those_that_were_purged(device):
    put(device, [T], temperature=20.0)
    roll_up()
    purge(device, Level.RAW, T + DAY_MS)
    store().delete(key_of(device.number, T), key_of(device.number, T + DAY_MS), 1000)
    put(device, [T + 1], temperature=99.0)
    roll_up()
    for level in BUCKETS:
        assert [*kept(device, level).values()] == [{"temperature": Summary(1, 20.0, 20.0, 20.0)}]
