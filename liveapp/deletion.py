"""Remove a device with all its readings, in steps that do not disturb ingest."""

from liveapp import bus
from liveapp.errors import TOKEN_REVOKED
from liveapp.models import Device
from liveapp.models.reading import key_of
from liveapp.store import store

STEP = 5_000


def delete_device(device: Device) -> int:
    """Returns how many readings went. Blocks; cut off in the middle, it can be asked for again."""
    # Its device is shut out first, so that no reading comes in behind the broom.
    Device.objects.filter(pk=device.pk).update(enabled=False)
    bus.announce_soon("control", {"device": device.id, "code": TOKEN_REVOKED})
    deleted = delete_readings(device.number)
    device.delete()
    return deleted + delete_readings(device.number)


def delete_readings(number: int) -> int:
    """All readings of a device's number, which is never used again; returns how many went. Blocks."""
    deleted = 0
    while step := store().delete(key_of(number, 0), key_of(number + 1, 0), STEP):
        deleted += step
    return deleted
