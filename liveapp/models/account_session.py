"""Where somebody is signed in: what a person is shown of each of the own sessions."""

import uuid

from django.conf import settings
from django.db import models

from liveapp.models.annotation import now


class AccountSession(models.Model):
    """Beside each of Django's sessions of somebody who is signed in. It names that by its key, and lets nobody in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField(default=now)
    last_seen_at = models.DateTimeField(default=now)
    # Empty where it is not known.
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=60, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("-last_seen_at",)

    def __str__(self) -> str:
        return f"{self.browser or 'unknown'} at {self.address or 'an unknown address'}"
