"""Remove a device with all its readings, in steps that do not disturb ingest."""

from liveapp.models import Device
from liveapp.models.reading import key_of
from liveapp.store import store

STEP = 5_000


def delete_device(device: Device) -> int:
    """Returns how many readings went. Blocks; cut off in the middle, it can be asked for again."""
    # Disabled first, so that no reading comes in behind the broom.
    device.enabled = False
    device.save(update_fields=["enabled"])
    deleted = 0
    while step := store().delete(key_of(device.number, 0), key_of(device.number + 1, 0), STEP):
        deleted += step
    device.delete()
    return deleted
