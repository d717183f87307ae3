"""An event: a joystick was pressed, a button was pushed."""

import uuid

from django.db import models

from liveapp.models.device import Device

NAMESPACE = uuid.UUID("6d7d1d0c-7a0e-4d3b-9a57-2c1f5e8f0b11")


class Event(models.Model):
    """Its id is made from its content, so that one sent twice is stored once."""

    id = models.UUIDField(primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="events")
    time_ms = models.BigIntegerField(db_index=True)
    event = models.CharField(max_length=64)
    direction = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.event} {self.direction} {self.action}".strip()

    @classmethod
    def record(cls, device_number: int, **fields: str | int) -> bool:
        """Store it as durably as a reading, unless it is there; returns whether it is new."""
        content = "\n".join(str(fields[name]) for name in ("time_ms", "event", "direction", "action"))
        identity = uuid.uuid5(NAMESPACE, f"{device_number}\n{content}")
        return cls.objects.using("ingest").get_or_create(id=identity, defaults=fields)[1]
