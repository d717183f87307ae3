"""Metric names never seen before: added to a device, and described by their own name."""

from collections.abc import Iterable

from liveapp.errors import Unauthorized
from liveapp.metrics import DECLARED, MAX_PER_DEVICE
from liveapp.models import Device, Metric
from liveapp.store import storage_errors

DELETED = "The device was deleted."


def register(device_id: str, number: int, names: Iterable[str]) -> frozenset[str]:
    """As many of the names as there is room for; returns all that the device has.

    Blocks. Raises Unauthorized when the device of that number is gone, StorageUnavailable.
    """
    with storage_errors():
        while True:
            device = Device.objects.filter(id=device_id, number=number).first()
            if device is None:
                raise Unauthorized(DELETED)
            # Looked at anew: another connection of this device may have brought names meanwhile.
            fresh = sorted(set(names) - set(device.metrics))[: max(0, MAX_PER_DEVICE - len(device.metrics))]
            if not fresh or device.add_metrics(fresh):
                # Behind the device's: who may know of it follows from that.
                for name in set(device.metrics) - DECLARED.keys():
                    Metric.objects.get_or_create(name=name, defaults={"label": name})
                return frozenset(device.metrics)
