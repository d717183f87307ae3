"""Remove a device with all its readings, in steps that do not disturb ingest."""

from asgiref.sync import async_to_sync

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
    async_to_sync(bus.announce)("control", {"device": device.id, "code": TOKEN_REVOKED})
    deleted = 0
    while step := store().delete(key_of(device.number, 0), key_of(device.number + 1, 0), STEP):
        deleted += step
    device.delete()
    return deleted
