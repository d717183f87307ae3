"""Everything can be rolled up anew."""

from datetime import UTC, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from liveapp.levels import BUCKETS, DAY_MS, HOUR_MS, Level
from liveapp.models import Job, Purge, Stale
from liveapp.models.reading import key_of, time_of
from liveapp.rollups import JOB, Rollups
from liveapp.store import rollup_store, store
from liveapp.tests.doors import put

T = round(datetime(2025, 11, 20, 13, tzinfo=UTC).timestamp() * 1000)

pytestmark = pytest.mark.usefixtures("database")


def roll_up():
    Rollups(settle_s=0).run(lambda: None)


def kept(device, level):
    span = (key_of(device.number, 0), key_of(device.number + 1, 0))
    return {time_of(bucket.key): bucket.values for bucket in rollup_store().scan(level, *span, 10_000)}


def renew(*arguments):
    told = StringIO()
    call_command("rollups", "--anew", *arguments, stdout=told)
    return told.getvalue()


def test_what_was_lost_is_made_anew(device):
    put(device, range(T, T + 3 * HOUR_MS, 30_000), temperature=20.0)
    roll_up()
    before = {level: kept(device, level) for level in BUCKETS}
    for level in BUCKETS:
        rollup_store().remove(level, [key_of(device.number, start) for start in kept(device, level)])
    assert "kitchen: 180 minutes with readings will be rolled up anew." in renew()
    roll_up()
    assert {level: kept(device, level) for level in BUCKETS} == before


def test_days_follow_a_new_time_zone(device, settings):
    put(device, range(T, T + 3 * DAY_MS, HOUR_MS), temperature=20.0)
    roll_up()
    settings.TIME_ZONE = "America/New_York"
    renew("kitchen")
    roll_up()
    zone = ZoneInfo("America/New_York")
    days = [datetime.fromtimestamp(start / 1000, zone) for start in kept(device, Level.DAY)]
    assert [(day.day, day.hour) for day in days] == [(20, 0), (21, 0), (22, 0), (23, 0)]
    assert sum(values["temperature"].readings for values in kept(device, Level.DAY).values()) == 72


def test_days_whose_quarters_are_purged_stay_as_they_are(device, settings):
    put(device, [T, T + 10 * DAY_MS], temperature=20.0)
    roll_up()
    days = kept(device, Level.DAY)
    for level in (Level.RAW, Level.MINUTE, Level.QUARTER):
        Purge.objects.create(key=Purge.key_of(device.number, level), until_ms=T + DAY_MS)
    store().delete(key_of(device.number, T), key_of(device.number, T + 1), 10)
    for level in (Level.MINUTE, Level.QUARTER):
        rollup_store().remove(level, [key_of(device.number, T)])
    settings.TIME_ZONE = "America/New_York"
    renew()
    roll_up()
    assert kept(device, Level.DAY)[T - 13 * HOUR_MS] == days[T - 13 * HOUR_MS]


def test_metrics_that_are_angles_now_are_rolled_up_as_angles(device):
    from liveapp.models import Metric

    put(device, [T], wind=350.0)
    put(device, [T + 1], wind=20.0)
    roll_up()
    Metric.objects.create(name="wind", label="Wind", circular=True)
    renew()
    roll_up()
    assert kept(device, Level.DAY)[T - 13 * HOUR_MS]["wind"].mean == pytest.approx(5)


def test_the_worker_is_told_at_once(device):
    Job.objects.create(name=JOB, due_at=datetime(2100, 1, 1, tzinfo=UTC))
    renew()
    assert Job.objects.get(name=JOB).due_at <= datetime.now(UTC)


def test_without_anew_it_says_what_waits(device):
    put(device, [T], temperature=20.0)
    told = StringIO()
    call_command("rollups", stdout=told)
    assert told.getvalue() == "0 rollups and 1 commits of readings wait for the worker.\n"
    assert not Stale.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--anew", "kitchn"], "There is no device 'kitchn'. `manage.py device list` names all."),
        (["kitchen"], "Name devices together with --anew only."),
    ],
)
def test_what_makes_no_sense_is_said(device, arguments, sentence):
    with pytest.raises(CommandError, match=sentence.replace("(", r"\(")):
        call_command("rollups", *arguments)
