"""A webhook: whom to tell of what."""

import uuid
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from liveapp import targets
from liveapp.models.annotation import now
from liveapp.models.delivery import Delivery
from liveapp.models.device import to_ms
from liveapp.signatures import derive_secret

# Each has a lane of its own in the worker.
MAX_WEBHOOKS = 32
# So long after a rotation it is signed with the old secret too.
OVERLAP = timedelta(days=1)


def validate_url(url: str) -> None:
    """Asks the name server. Blocks."""
    try:
        targets.check(url)
    except targets.TargetRefused as error:
        raise ValidationError(str(error)) from error


class Webhook(models.Model):
    """`devices`: those whose events are told; null: all. What is of no device is told whatever it says."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    url = models.CharField(max_length=targets.MAX_LENGTH, validators=[validate_url])
    events = models.JSONField(default=list)
    devices = models.JSONField(null=True, blank=True, default=None)
    enabled = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    rotated_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("created_at",)

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        return self._secret(self.version)

    def secrets(self) -> list[str]:
        """What to sign with now."""
        is_new = self.rotated_at is not None and timezone.now() < self.rotated_at + OVERLAP
        return [self.secret, self._secret(self.version - 1)] if is_new else [self.secret]

    def _secret(self, version: int) -> str:
        return derive_secret("webhook", str(self.id), version)

    def rotate(self) -> str:
        """A new secret. Nobody has to be told: it is known by who asked for it."""
        as_read = Webhook.objects.filter(pk=self.pk, version=self.version)
        as_read.update(version=self.version + 1, rotated_at=now())
        self.refresh_from_db(fields=["version", "rotated_at"])
        return self.secret

    def wants(self, event: str, device: str | None) -> bool:
        return event in self.events and (device is None or self.devices is None or device in self.devices)

    def describe(self) -> dict[str, Any]:
        """As the API and the change events give it. Blocks."""
        return {
            "id": str(self.id),
            "name": self.name,
            "url": self.url,
            "events": list(self.events),
            "devices": self.devices,
            "enabled": self.enabled,
            "created": to_ms(self.created_at),
            **Delivery.summary(self.id),
        }
