"""A delivery: one event on its way to one webhook, and what became of it."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F

WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"
MAX_WAITING = 10_000
# So long it is in the hand of the worker that took it; one that dies leaves it to the others after that.
HELD_MS = 60_000
# No delivery is ever made to wait for longer: a time further ahead was set by a clock that has been set back.
LONGEST_WAIT_MS = 48 * 3_600_000


class Delivery(models.Model):
    """It is sent until it is `delivered`, or `failed` too often. Times are ms since 1970, UTC."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook_id = models.UUIDField(editable=False)
    event = models.CharField(max_length=64, editable=False)
    device_id = models.CharField(max_length=64, blank=True, editable=False)
    body = models.TextField(editable=False)
    created_ms = models.BigIntegerField(editable=False, db_index=True)
    due_ms = models.BigIntegerField(editable=False)
    tried_ms = models.BigIntegerField(null=True, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    state = models.CharField(max_length=10, default=WAITING, editable=False)
    status = models.PositiveSmallIntegerField(null=True, editable=False)
    detail = models.CharField(max_length=200, blank=True, editable=False)
    took_ms = models.PositiveIntegerField(null=True, editable=False)

    class Meta:
        ordering = ("-created_ms",)
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["state", "due_ms"], name="delivery_due"),
            models.Index(fields=["webhook_id", "state", "due_ms"], name="delivery_of_webhook_due"),
            models.Index(fields=["webhook_id", "created_ms"], name="delivery_of_webhook"),
            models.Index(fields=["webhook_id", "tried_ms"], name="delivery_tried"),
        ]

    def __str__(self) -> str:
        return f"{self.event} ({self.state})"

    @classmethod
    def due(cls, *, now_ms: int) -> "models.QuerySet[Delivery]":
        is_due = models.Q(due_ms__lte=now_ms) | models.Q(due_ms__gt=now_ms + LONGEST_WAIT_MS)
        return cls.objects.filter(is_due, state=WAITING)

    def claim(self, *, now_ms: int) -> bool:
        """Take it in hand as it was read; False when another worker was quicker."""
        as_read = Delivery.objects.filter(
            pk=self.pk, state=WAITING, due_ms=self.due_ms, attempts=self.attempts
        )
        held = {"due_ms": now_ms + HELD_MS, "tried_ms": now_ms, "attempts": F("attempts") + 1}
        if as_read.update(**held) != 1:
            return False
        self.attempts += 1
        return True

    def settle(self, **became: Any) -> bool:
        """What became of the attempt that was claimed; False when it is in another hand by now."""
        mine = Delivery.objects.filter(pk=self.pk, state=WAITING, attempts=self.attempts)
        return mine.update(**became) == 1

    def send_again(self, *, now_ms: int) -> None:
        """From the start, under the same id."""
        anew = {"state": WAITING, "attempts": 0, "due_ms": now_ms}
        Delivery.objects.filter(pk=self.pk).update(**anew)
        self.refresh_from_db()

    @classmethod
    def waiting(cls, webhook_id: uuid.UUID) -> int:
        """How many wait; never more than `MAX_WAITING` are counted."""
        found = cls.objects.filter(webhook_id=webhook_id, state=WAITING)
        return len(found.values_list("pk", flat=True)[:MAX_WAITING])

    @classmethod
    def summary(cls, webhook_id: uuid.UUID) -> dict[str, Any]:
        """How many wait, and how the last attempt went. Blocks."""
        tried = cls.objects.filter(webhook_id=webhook_id, tried_ms__isnull=False)
        last = tried.order_by("-tried_ms").first()
        return {"waiting": cls.waiting(webhook_id), "last": None if last is None else last._result()}

    def _result(self) -> dict[str, Any]:
        ok = self.state == DELIVERED
        return {"time": self.tried_ms, "ok": ok, "status": self.status, "detail": self.detail}

    def describe(self) -> dict[str, Any]:
        """As the API gives it."""
        return {
            "id": str(self.id),
            "event": self.event,
            "created": self.created_ms,
            "attempts": self.attempts,
            "state": self.state,
            "status": self.status,
            "detail": self.detail,
            "next_try": self.due_ms if self.state == WAITING else None,
            "took_ms": self.took_ms,
        }
