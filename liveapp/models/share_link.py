"""A share link: shows some devices to whoever has it, until it expires or is ended."""

import re
import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models

from liveapp.models.annotation import now
from liveapp.models.device import to_ms
from liveapp.tokens import claimed_id_of, hash_token, new_token

# How often it is written down that somebody looks.
USED_EVERY = timedelta(minutes=5)
# So long it stays listed when it leads nowhere any more.
LISTED = timedelta(days=7)
MAX_NAME = 100


class ShareLink(models.Model):
    """It names devices by their numbers: one made anew under an old id is not shared. Its secret is kept as a hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, editable=False)
    name = models.CharField(max_length=MAX_NAME)
    numbers = models.JSONField(default=list, editable=False)
    # What it shows of the time axis: null for all the past, and for what is live.
    start_ms = models.BigIntegerField(null=True, editable=False)
    end_ms = models.BigIntegerField(null=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    # The name stays when the account goes.
    by = models.CharField(max_length=150, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField(db_index=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    # Spans of five minutes in which somebody looked.
    uses = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("-created_at", "pk")

    def __str__(self) -> str:
        return self.name

    def set_new_token(self) -> str:
        """Shown now and never again."""
        token = new_token(self.pk.hex)
        self.token_hash = hash_token(token)
        return token

    @classmethod
    def claimed_by(cls, token: str) -> Self | None:
        """The link that a token says it is of; whether it is, its secret tells. Blocks."""
        claimed = claimed_id_of(token)
        # As it was written, and in no other spelling of an UUID.
        if not re.fullmatch(r"[0-9a-f]{32}", claimed):
            return None
        return cls.objects.filter(pk=uuid.UUID(hex=claimed)).first()

    @classmethod
    def active(cls) -> "models.QuerySet[Self]":
        return cls.objects.filter(revoked_at=None, expires_at__gt=now())

    @property
    def is_expired(self) -> bool:
        return now() >= self.expires_at

    @property
    def state(self) -> str:
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.is_expired else "active"

    def revoke(self) -> None:
        if self.revoked_at is None:
            self.revoked_at = now()
            self.save(update_fields=["revoked_at"])

    def note_use(self) -> None:
        """Once in a while; of several processes that do it at once one is counted."""
        if self.last_used_at is None or now() - self.last_used_at >= USED_EVERY:
            as_read = type(self).objects.filter(pk=self.pk, uses=self.uses)
            as_read.update(uses=self.uses + 1, last_used_at=now())

    @classmethod
    def clear(cls) -> int:
        """Delete those that have led nowhere for long enough; returns how many."""
        long_ago = now() - LISTED
        over = models.Q(expires_at__lt=long_ago) | models.Q(revoked_at__lt=long_ago)
        return cls.objects.filter(over).delete()[0]

    def describe(self, devices: Iterable[str]) -> dict[str, object]:
        """As the API and the change events give it; `devices` are the ids of those that it shows."""
        return {
            "id": str(self.pk),
            "name": self.name,
            "devices": list(devices),
            "start": self.start_ms,
            "end": self.end_ms,
            "expires": to_ms(self.expires_at),
            "created": to_ms(self.created_at),
            "by": self.by,
            "last_used": to_ms(self.last_used_at),
            "uses": self.uses,
            "state": self.state,
        }
