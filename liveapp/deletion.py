"""Remove a device at once, and its readings after it, in steps that do not disturb ingest."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from liveapp import bus
from liveapp.errors import TOKEN_REVOKED
from liveapp.levels import Level
from liveapp.models import Annotation, Deletion, Device, Job, Purge, Retention
from liveapp.models.reading import key_of
from liveapp.pace import Hold, paced
from liveapp.store import rollup_store, storage_errors, store

JOB = "deletions"
STEP = 1_000
# So long a server that hung may still store what it had in hand when its device was deleted.
STRAGGLERS_S = 300


def delete_device(device: Device) -> None:
    """The device is gone at once; a worker removes its readings. Blocks shortly."""
    # By its number too: a new one may have taken the id meanwhile.
    this = Device.objects.filter(pk=device.pk, number=device.number)
    # Shut out first, so that nothing comes in behind the broom.
    this.update(enabled=False)
    bus.announce_soon("control", {"device": device.id, "code": TOKEN_REVOKED})
    # Asked for durably before the deed: cut off in between, a worker finishes it.
    ask_for_deletion(device.number, device.id)
    this.delete()


def ask_for_deletion(number: int, device_id: str) -> None:
    """Let a worker remove the readings of a device number that is never used again."""
    asked, is_new = Deletion.objects.get_or_create(number=number, defaults={"device_id": device_id})
    if not is_new:
        Deletion.objects.filter(pk=asked.pk).update(asked_at=datetime.now(UTC))
    Job.hurry(JOB)


def finish_deletions(hold: Hold) -> str:
    """The job: all that was asked for. `hold` is called between the steps. Returns what was done, in words."""
    with storage_errors():
        deleted = sum(_finish(deletion, hold) for deletion in list(Deletion.objects.all()))
    return f"removed {deleted} readings of deleted devices" if deleted else ""


def _finish(deletion: Deletion, hold: Hold) -> int:
    Device.objects.filter(number=deletion.number).delete()
    begun_at = datetime.now(UTC)
    deleted = delete_readings(deletion.number, hold)
    _delete_rollups(deletion.number, hold)
    _in_steps(lambda: Annotation.delete_of(deletion.number, STEP), hold)
    long_ago = begun_at - timedelta(seconds=STRAGGLERS_S)
    Deletion.objects.filter(pk=deletion.pk, asked_at__lt=long_ago).delete()
    return deleted


def delete_readings(number: int, hold: Hold = lambda: None) -> int:
    """All readings of a device number; returns how many went. Blocks."""
    span = (key_of(number, 0), key_of(number + 1, 0))
    return _in_steps(lambda: store().delete(*span, STEP), hold)


def _delete_rollups(number: int, hold: Hold) -> None:
    _in_steps(lambda: rollup_store().forget_device(number, STEP), hold)
    Purge.objects.filter(key__in=[Purge.key_of(number, level) for level in Level]).delete()
    Retention.objects.filter(number=number).delete()


def _in_steps(delete: Callable[[], int], hold: Hold) -> int:
    """Until there is no more; returns how many went."""
    return sum(paced(_steps(delete), hold))


def _steps(delete: Callable[[], int]) -> Iterator[int]:
    step = STEP
    while step >= STEP:
        step = delete()
        yield step
