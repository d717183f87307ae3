"""What a device has of each level, for tests of what is kept and what goes."""

from liveapp.clock import now_ms
from liveapp.levels import BUCKETS, DAY_MS, HOUR_MS, Level
from liveapp.models import Device, Job
from liveapp.models.reading import key_of, time_of
from liveapp.retention.purge import JOB, purge
from liveapp.rollups import Rollups
from liveapp.store import rollup_store, store
from liveapp.summary import Summaries
from liveapp.zone import zone

MANY = 100_000


def noon(days_ago: int) -> int:
    """Twelve hours into the day that was so many days ago, in ms."""
    return Level.DAY.start_of(now_ms() - days_ago * DAY_MS, zone()) + 12 * HOUR_MS


def roll_up() -> None:
    Rollups(settle_s=0).run(lambda: None)


def purge_all() -> str:
    """The job, until it is not in a hurry any more; what it said last."""
    said = purge(lambda: None)
    while Job.objects.filter(name=JOB).delete()[0]:
        said = purge(lambda: None)
    return said


def buckets_of(device: Device, level: Level) -> dict[int, Summaries]:
    span = (key_of(device.number, 0), key_of(device.number + 1, 0))
    return {time_of(bucket.key): bucket.values for bucket in rollup_store().scan(level, *span, MANY)}


def rows_of(device: Device) -> dict[Level, int]:
    """How many there are of each level."""
    span = (key_of(device.number, 0), key_of(device.number + 1, 0))
    buckets = {level: len(rollup_store().keys(level, *span, MANY)) for level in BUCKETS}
    return {Level.RAW: len(store().keys(*span, MANY)), **buckets}
